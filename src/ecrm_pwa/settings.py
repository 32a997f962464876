"""What the operator may set, read from the environment once. The README has the same table."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class WrongSetting(Exception):
    """A variable holds what it cannot mean; the message names it."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between one server and the next."""

    data: Path = Path(".data")
    """The data folder: database, photos, secret, copies."""
    database_url: str = ""
    """Empty means an SQLite file in the data folder."""
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://localhost:8000"
    """What people type and scan; https makes the cookies Secure."""
    limit_factor: int = 1
    """Multiplies all limits on public doors, for a class in a hall behind one address."""
    allow_old_sqlite: bool = False
    """Serve with an SQLite that has the WAL-reset bug. Only on a machine whose data nobody would miss."""
    behind_proxy: bool = False
    """A proxy on this machine tells who is really asking; without one that header could be anybody's invention."""
    worker: bool = True
    """Off: phones that come by lose the service worker and its caches, and work as with a plain web page."""
    dev: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Reads `ECRM_…`; raises `WrongSetting`."""
        port = _number(environment, "ECRM_PORT", cls.port, 1, 65535)
        public_url = environment.get("ECRM_PUBLIC_URL", "").rstrip("/") or f"http://localhost:{port}"
        if urlsplit(public_url).scheme not in {"http", "https"} or not urlsplit(public_url).hostname:
            raise WrongSetting("ECRM_PUBLIC_URL must be an address such as https://umkm.example.id")
        database_url = environment.get("ECRM_DATABASE_URL", "")
        if database_url and not database_url.startswith(("sqlite+aiosqlite:///", "postgresql+asyncpg://")):
            raise WrongSetting(
                "ECRM_DATABASE_URL must begin with sqlite+aiosqlite:/// or postgresql+asyncpg:// (or be left out)"
            )
        return cls(
            data=Path(environment.get("ECRM_DATA") or cls.data).absolute(),
            database_url=database_url,
            host=environment.get("ECRM_HOST") or cls.host,
            port=port,
            public_url=public_url,
            limit_factor=_number(environment, "ECRM_LIMIT_FACTOR", 1, 1, 1_000_000),
            allow_old_sqlite=environment.get("ECRM_ALLOW_OLD_SQLITE") == "1",
            behind_proxy=environment.get("ECRM_BEHIND_PROXY") == "1",
            worker=_switch(environment, "ECRM_WORKER"),
            dev=environment.get("ECRM_DEV") == "1",
        )

    @property
    def database(self) -> str:
        """The database's address, with the default filled in."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data / 'ecrm.sqlite3'}"

    @property
    def secure(self) -> bool:
        """Whether people reach us by https, so that cookies may be theirs alone."""
        return self.public_url.startswith("https://")

    @property
    def public_host(self) -> str:
        """The name people reach us by; passkeys are bound to it."""
        return urlsplit(self.public_url).hostname or ""


def _switch(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name) or "on"
    if text not in {"on", "off"}:
        raise WrongSetting(f"{name} must be on or off")
    return text == "on"


def _number(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise WrongSetting(f"{name} must be a number from {least} to {most}")
    return int(text)
