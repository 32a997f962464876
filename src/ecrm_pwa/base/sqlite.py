"""Which SQLite we run on.

Debian's and most Pythons' SQLite can corrupt a database that several connections use in WAL mode (the "WAL-reset" bug, 3.7.0 to
3.51.2, https://sqlite.org/wal.html#walresetbug). The wheel `pysqlite3` brings a repaired one; it is put in the place of `sqlite3`
before anything else imports that name. Never open a live database with another, older SQLite.
"""

import sys

try:
    import pysqlite3  # type: ignore[import-untyped]  # it has none
    import pysqlite3.dbapi2  # type: ignore[import-untyped]  # likewise
except ImportError:  # no wheel for this machine; `has_wal_reset_bug` tells whether the system's library will do
    import sqlite3
else:
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
    sqlite3 = pysqlite3

VERSION: tuple[int, ...] = sqlite3.sqlite_version_info


def has_wal_reset_bug(version: tuple[int, ...] = VERSION) -> bool:
    """Whether this SQLite may corrupt a database in WAL mode; repaired in 3.51.3 and in the back-ports 3.50.7 and 3.44.6."""
    return not (version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45))
