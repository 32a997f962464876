"""Short codes that people read out over the phone and type from paper: not secret, own within their business."""

import secrets

# Without letters and digits that look alike.
_ALPHABET = "23456789ACDEFHJKMNPQRTVWXY"
_LENGTH = 4


def new_code() -> str:
    """Four signs, such as `7F3Q`; whoever keeps it sees to it that it is not taken."""
    return "".join(secrets.choice(_ALPHABET) for _letter in range(_LENGTH))
