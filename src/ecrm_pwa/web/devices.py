"""What to call a phone in the list of phones: `Chrome di Android`, from what its browser says of itself."""

_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "Chromebook"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
# The order matters: nearly every browser also claims to be Chrome and Safari.
_BROWSERS = (
    ("SamsungBrowser", "Samsung Internet"),
    ("UCBrowser", "UC Browser"),
    ("OPR/", "Opera"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def browser(user_agent: str) -> str:
    """The browser's name, "" when unknown. On an iPhone all of them are Safari inside and install like it."""
    if any(mark in user_agent for mark in ("iPhone", "iPad")):
        return "Safari"
    return next((name for mark, name in _BROWSERS if mark in user_agent), "")


def describe(user_agent: str) -> str:
    """Browser and system, each "" when unknown, with a middle dot between; the agent itself is not kept."""
    name = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (name, system) if part)
