"""What this installation is: the settings it runs with, and whether its database is a demo's."""

from datetime import datetime

from django.conf import settings
from django.db import connection

from fairhand.audit.actor import COMMAND
from fairhand.audit.commands import Fact, record
from fairhand.insight.safe_start import DEMO, REAL, Start, nature_of

_SAID = "SELECT facts ->> 'nature' FROM event WHERE verb = 'installation:made' ORDER BY at LIMIT 1"
_DEMO_PEOPLE = "SELECT EXISTS (SELECT 1 FROM person WHERE demo)"
_REAL_PEOPLE = "SELECT EXISTS (SELECT 1 FROM person WHERE kind = 'person' AND NOT demo)"
_ROWS = (
    "SELECT EXISTS (SELECT 1 FROM org) OR EXISTS (SELECT 1 FROM person) OR EXISTS (SELECT 1 FROM project)"
    " OR EXISTS (SELECT 1 FROM event)"
)


def start_now(*, demo: bool | None = None) -> Start:
    """The settings of this process, for the rules; `demo` where it is being decided."""
    return Start(
        secret_key=settings.SECRET_KEY,
        secret_named=settings.SECRET_KEY_NAMED,
        debug=settings.DEBUG,
        demo=settings.DEMO if demo is None else demo,
        hosts=tuple(settings.ALLOWED_HOSTS),
        https=settings.HTTPS,
        plain_http=settings.PLAIN_HTTP,
    )


def nature() -> str:
    """REAL, DEMO or EMPTY, as of now."""
    with connection.cursor() as cursor:
        cursor.execute(_SAID)
        row = cursor.fetchone()
    return nature_of(said=row[0] if row else None, demo_people=_there(_DEMO_PEOPLE), rows=_there(_ROWS))


def real_people() -> bool:
    """Whether anybody has an account who is neither invented nor recorded."""
    return _there(_REAL_PEOPLE)


def write_nature(*, demo: bool, now: datetime) -> None:
    """Writes down once, as an event, what the database is used for from now on."""
    with connection.cursor() as cursor:
        cursor.execute(_SAID)
        if cursor.fetchone():
            return
    kind = DEMO if demo or _there(_DEMO_PEOPLE) else REAL
    record(actor=COMMAND, now=now, happened=[Fact("installation:made", "installation", None, facts={"nature": kind})])


def _there(sql: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return bool(cursor.fetchone()[0])
