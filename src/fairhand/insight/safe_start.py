"""What must hold before the doors open: pure rules over the settings and over what the database is.

The web server asks at its start, `fairhand up` before it starts one, and `django check --deploy` on demand.
"""

import ipaddress
from dataclasses import dataclass

SECRET_CHARS_MIN, SECRET_DISTINCT_MIN = 50, 10
_WELL_KNOWN = ("changeme", "change-me", "django-insecure", "example", "password", "your-secret", "secret-key", "test")

REAL, DEMO, EMPTY = "real", "demo", "empty"


@dataclass(frozen=True, slots=True)
class Start:
    """The settings that decide whether it is safe to serve pages. `secret_named`: somebody chose the key."""

    secret_key: str
    secret_named: bool
    debug: bool
    demo: bool
    hosts: tuple[str, ...]
    https: bool
    plain_http: bool


@dataclass(frozen=True, slots=True)
class Danger:
    """One reason not to start: a stable id, what is wrong, and what to do."""

    id: str
    what: str
    advice: str

    @property
    def sentence(self) -> str:
        """Both, for a terminal or a log."""
        return f"{self.what} {self.advice}"


def dangers(start: Start) -> list[Danger]:
    """Every reason not to start; none in a demo that answers on this machine alone."""
    found = _demo(start) if start.demo else [*_secret(start), *_debug(start), *_http(start)]
    return found + _hosts(start)


def _secret(start: Start) -> list[Danger]:
    advice = (
        "Set FAIRHAND_SECRET_KEY to a random text of 50 characters or more, such as `openssl rand -base64 48` "
        "prints, the same for every process."
    )
    key = start.secret_key
    if not start.secret_named:
        return [Danger("fairhand.E001", "FAIRHAND_SECRET_KEY is not set.", advice)]
    if len(key) < SECRET_CHARS_MIN:
        return [Danger("fairhand.E001", f"FAIRHAND_SECRET_KEY has {len(key)} characters.", advice)]
    if len(set(key)) < SECRET_DISTINCT_MIN or (key + key).find(key, 1) < len(key):
        return [Danger("fairhand.E001", "FAIRHAND_SECRET_KEY repeats itself.", advice)]
    if any(word in key.lower() for word in _WELL_KNOWN):
        return [Danger("fairhand.E001", "FAIRHAND_SECRET_KEY looks like a key from an example.", advice)]
    return []


def _debug(start: Start) -> list[Danger]:
    if not start.debug:
        return []
    what = "FAIRHAND_DEBUG is 1: error pages would show code and settings."
    return [Danger("fairhand.E002", what, "Unset it; it works in a demo only.")]


def _hosts(start: Start) -> list[Danger]:
    if not start.hosts:
        return [Danger("fairhand.E003", "FAIRHAND_HOSTS is empty.", "Name the hosts that the web server answers to.")]
    return [
        Danger(
            "fairhand.E003",
            f"FAIRHAND_HOSTS lists {host[:80]!r}, which lets in every name of that kind.",
            "List each host name by itself.",
        )
        for host in start.hosts
        if "*" in host or host.startswith(".")
    ]


def _http(start: Start) -> list[Danger]:
    public = [host for host in start.hosts if not is_loopback(host)]
    if not public or start.https or start.plain_http:
        return []
    return [
        Danger(
            "fairhand.E004",
            f"The host {public[0][:80]!r} would be served without https: passwords could be read on the way.",
            "Set FAIRHAND_HTTPS=1 behind a proxy that speaks https, or FAIRHAND_PLAIN_HTTP=1 if that is what you want.",
        )
    ]


def _demo(start: Start) -> list[Danger]:
    public = [host for host in start.hosts if not is_loopback(host)]
    if not public:
        return []
    what = f"A demo lets in everybody who can reach it, and FAIRHAND_HOSTS lists {public[0][:80]!r}."
    return [Danger("fairhand.E005", what, "Unset FAIRHAND_HOSTS, or start without the demo: fairhand up --no-demo")]


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def nature_of(*, said: str | None, demo_people: bool, rows: bool) -> str:
    """What a database is: REAL, DEMO or EMPTY (nothing in it and nothing said yet).

    `said` is what was written down when it was first used. What holds rows and no invented people is real.
    """
    if said in (REAL, DEMO):
        return said
    if demo_people:
        return DEMO
    return REAL if rows else EMPTY


@dataclass(frozen=True, slots=True)
class Choice:
    """Whether to run as a demo, and a sentence for whoever started it ("" if there is nothing to say)."""

    demo: bool
    said: str = ""


def choose_demo(wanted: bool | None, nature: str, real_people: bool) -> Choice | Danger:
    """`wanted`: True (--demo), False (--no-demo), None (neither). A database keeps its nature for ever."""
    if nature == DEMO and real_people and wanted is not False:
        what = "This database is a demo, and accounts of real people were made in it."
        advice = "Start it with --no-demo, which lets the invented people in no more, and move to a fresh data folder."
        return Danger("fairhand.E006", what, advice) if wanted else Choice(False, f"{what} Started without the demo.")
    if nature == DEMO and wanted is False:
        return Choice(False, "This database was made by a demo and stays one: don't use it for real work.")
    if nature == REAL and wanted:
        what = "This database was made for real work, so it is never turned into a demo."
        return Danger("fairhand.E006", what, "Name an empty data folder in FAIRHAND_HOME for the demo.")
    if nature == REAL and wanted is None:
        return Choice(False, "This database was made for real work: started without the demo.")
    return Choice(wanted is not False)
