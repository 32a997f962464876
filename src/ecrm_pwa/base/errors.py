"""What a verb may refuse, in the words of nobody's protocol; web/failures.py turns it into answers."""


class NotFound(Exception):
    """No such record in this business: a neighbour's and one that never was look the same."""


class NotAllowed(Exception):
    """The person may see it but not do this; the message is a sentence for her."""


class Gone(Exception):
    """It was there, and its time is over; the message is a sentence for the person."""


class FieldsRefused(Exception):
    """A verb cannot take some values; `errors` holds a sentence for each field."""

    def __init__(self, **errors: str) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors
