"""The reader of fingers of a phone, which Chromium simulates."""

from e2e.phone import Phone


class Finger:
    """Lies on the reader until it is lifted."""

    def __init__(self, phone: Phone) -> None:
        self._session = phone.context.new_cdp_session(phone.page)
        self._session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = made["authenticatorId"]

    def lift(self) -> None:
        """From now on no question is answered."""
        self._session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": self._id, "enabled": False})

    def keys(self) -> int:
        """How many keys the phone holds."""
        return len(self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})["credentials"])
