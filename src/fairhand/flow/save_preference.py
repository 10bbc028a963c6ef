"""save_preference: how somebody wants to work, kept for them alone. It makes no event: others read events."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.dispatch.hours import Span, spans_sound
from fairhand.dispatch.models import Seat, WorkPreference
from fairhand.kernel.limits import FIELD_CHARS_MAX, WISHED_FIELDS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.tasks.wording import storable_problem

_SPANS_MAX = 3 * 7


@transaction.atomic
def save_preference(
    *, person_id: UUID, fields: Sequence[str], hours: Sequence[Span], quiet: Sequence[Span], told: bool,
    muted: Sequence[UUID], now: datetime,
) -> Refused | None:  # fmt: skip
    """Write somebody's own choice whole. Refused with code bad_input and facts {"problems": {field: code}}:
    fields: too_many, too_long, bad_character; hours, quiet: bad_hours. Projects without a seat of theirs are left out.
    """
    problems: dict[str, str] = {}
    if len(fields) > WISHED_FIELDS_MAX:
        problems["fields"] = "too_many"
    elif any(len(name) > FIELD_CHARS_MAX for name in fields):
        problems["fields"] = "too_long"
    elif any(storable_problem(name) is not None for name in fields):
        problems["fields"] = "bad_character"
    for name, spans in (("hours", hours), ("quiet", quiet)):
        if len(spans) > _SPANS_MAX or not spans_sound(spans):
            problems[name] = "bad_hours"
    if problems:
        return Refused("bad_input", "Something in the preferences needs mending.", {"problems": problems})
    own = Seat.objects.filter(person_id=person_id, project_id__in=list(muted)).values_list("project_id", flat=True)
    chosen = {
        "fields": list(dict.fromkeys(fields)), "hours": [list(span) for span in hours],
        "quiet": [list(span) for span in quiet], "told": told, "muted": sorted(own), "changed_at": now,
    }  # fmt: skip
    WorkPreference.objects.update_or_create(person_id=person_id, defaults=chosen)
    return None
