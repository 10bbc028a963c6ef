"""Reading all events into notices, where transactions of tests beside this one hold the newest events back."""

from datetime import datetime

from django.db import connection

from fairhand.flow.make_notices import make_notices
from fairhand.notices.models import NoticeCursor
from tests.commands_of import wait_until


def read_events(now: datetime) -> int:
    """Makes notices until every event has been read; returns how many it made."""
    made = 0

    def done() -> bool:
        nonlocal made
        made += make_notices(now=now)
        row = NoticeCursor.objects.get(name="notices")
        return row.seq == _last_seq()

    wait_until(done, "every event has been read", 120)
    return made


def _last_seq() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM event ORDER BY xid DESC, seq DESC LIMIT 1")
        return int(cursor.fetchone()[0])
