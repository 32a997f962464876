"""A program: one Excel file comes in, the rows of its sheets go out as text. Started by files.py, once for each file.

An xlsx file is a zip of XML: a small one may unfold to gigabytes. So this runs outside the server, with little memory and time,
knows nothing of the rest of the house, and ends with the one file that it was started for. Formulas are never computed: what is
read is the value that Excel has left beside them.
"""

import json
import os
import resource
import sys
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

MEMORY = 700_000_000
SECONDS = 20
MOST_ROWS = 20_010
MOST_SCANNED = 1_100_000
MOST_COLUMNS = 100
MOST_UNFOLDED = 200_000_000
_LONGEST_CELL = 5_000
_EXACT = 10**15
_EMPTY: list[str] = []


class NotAWorkbook(Exception):
    """This is no Excel file of the present kind."""


class TooMany(Exception):
    """More rows than anybody has customers, or more bytes than they need."""


def main() -> None:
    """Answers with `rows` and JSON, or with the reason why not."""
    _confine()
    try:
        answer = "rows\n" + json.dumps(list(read_sheets(sys.stdin.buffer.read())), ensure_ascii=True)
    except TooMany:
        answer = "too many\n"
    except NotAWorkbook:
        answer = "not a workbook\n"
    except Exception:  # noqa: BLE001  # openpyxl raises a dozen kinds, of which none says more than "damaged"
        answer = "damaged\n"
    sys.stdout.buffer.write(answer.encode())
    sys.stdout.buffer.flush()


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    # A core dump would be a copy of somebody's customers.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.setpriority(os.PRIO_PROCESS, 0, 5)
    # A stranger's file must not write into the server's log.
    warnings.simplefilter("ignore")


def read_sheets(data: bytes) -> Iterator[list[list[str]]]:
    """The rows of each visible sheet; raises what openpyxl raises, `NotAWorkbook` and `TooMany`."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNFOLDED:
                raise TooMany
            if "[Content_Types].xml" not in parts.namelist():
                raise NotAWorkbook
    except zipfile.BadZipFile as error:
        raise NotAWorkbook from error
    book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    left = MOST_ROWS
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        # What a sheet says of its own size may be wrong, or huge.
        sheet.reset_dimensions()
        rows = _rows(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), left)
        left -= sum(map(bool, rows))
        yield rows


def _rows(values: Iterable[tuple[Any, ...]], most: int) -> list[list[str]]:
    rows: list[list[str]] = []
    filled = 0
    for number, row in enumerate(values):
        # A sheet of which one far cell is filled has a million rows of nothing.
        cells = [_text(value) for value in row] if any(row) else _EMPTY
        while cells and not cells[-1]:
            cells.pop()
        filled += bool(cells)
        if filled > most or number > MOST_SCANNED:
            raise TooMany
        rows.append(cells)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if isinstance(value, (datetime, date)):
        return value.strftime("%Y-%m-%d")
    text = str(value)[:_LONGEST_CELL]
    # A formula that had no answer says so with a word like these.
    return "" if text.startswith("#") and text.endswith(("!", "?", "A")) and text.isupper() else text


if __name__ == "__main__":
    main()
