"""What a verb may refuse, in the words of nobody's protocol; web/failures.py turns it into answers."""

from dataclasses import dataclass


class NotFound(Exception):
    """No such record in this business: a neighbour's and one that never was look the same."""


class NotAllowed(Exception):
    """The person may see it but not do this; the message is a sentence for her."""


class Gone(Exception):
    """It was there, and its time is over; the message is a sentence for the person."""


@dataclass(frozen=True)
class Difference:
    """A field that two people changed: its name, what was sent, and what stands there now."""

    field: str
    mine: str
    theirs: str


class Conflict(Exception):
    """Somebody else has changed the record since this person saw it; she chooses. `version` is the present one."""

    def __init__(self, version: int, differences: list[Difference]) -> None:
        super().__init__(f"now at version {version}")
        self.version = version
        self.differences = differences


class FieldsRefused(Exception):
    """A verb cannot take some values; `errors` holds a sentence for each field."""

    def __init__(self, **errors: str) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors
