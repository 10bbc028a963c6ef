"""A batch's deadline and priority as people type and read them."""

from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairhand.flow.reprioritise import PRIORITY_LAST

_CHARS_MAX = 30
_YEAR_MAX = 2200


def read_moment(text: str) -> tuple[datetime | None, bool]:
    """A moment in UTC from a day and an hour, and whether it could not be read; empty is no moment."""
    plain = text.strip()[:_CHARS_MAX]
    if not plain:
        return None, False
    try:
        found = datetime.fromisoformat(plain)
    except ValueError:
        return None, True
    if found.tzinfo is not None or not 2000 <= found.year <= _YEAR_MAX:
        return None, True
    return found.replace(tzinfo=UTC), False


def typed_moment(moment: datetime | None) -> str:
    """As an input of the type datetime-local holds it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M") if moment else ""


def priorities() -> list[tuple[str, str]]:
    """What a batch's priority may be, 0 first."""
    said = {0: _("0, first"), 5: _("5, as usual"), PRIORITY_LAST: _("9, last")}
    return [(str(n), said.get(n, str(n))) for n in range(PRIORITY_LAST + 1)]


def moved_said(moved: int) -> str:
    """How many slots that waited were ranked anew."""
    if not moved:
        return _("Saved. Nothing that waits changed its queue.")
    said = ngettext(
        "%(n)s slot that waited went to another queue.", "%(n)s slots that waited went to other queues.", moved
    )
    return said % {"n": f"{moved:,}"}
