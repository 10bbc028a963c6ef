"""How the reader wants to work. Nobody else sees it: no page, call, file or event of staff holds it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from fairhand.dispatch.hours import DAY
from fairhand.dispatch.models import WorkPreference
from fairhand.dispatch.queries import preference_of
from fairhand.flow.save_preference import save_preference
from fairhand.insight.own_work import own_seats
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.people.access import OWN_ROWS
from fairhand.people.profile import tags_of
from fairhand.web.account.doors import Problem
from fairhand.web.account.frame import tabs
from fairhand.web.entry import Signed, opens

_PROBLEMS = {
    "too_many": gettext_lazy("These are more than allowed. Keep the ones that matter most."),
    "too_long": gettext_lazy("This is longer than allowed. Shorten it."),
    "bad_character": gettext_lazy("This holds a character that can't be stored or that turns the writing direction."),
    "bad_hours": gettext_lazy("Fill in both times, the later one second. Leave both empty for a day without hours."),
    "bad_quiet": gettext_lazy("Fill in both times, or leave both empty."),
}
_LABELS = {
    "fields": gettext_lazy("Fields I would rather work in"), "hours": gettext_lazy("My hours"),
    "quiet": gettext_lazy("Quiet every day"),
}  # fmt: skip


@dataclass(slots=True)
class _Typed:
    """The form as it was typed: times as `HH:MM`, one pair for each weekday."""

    fields: str = ""
    told: bool = True
    days: list[tuple[str, str]] = field(default_factory=lambda: [("", "")] * 7)
    quiet: tuple[str, str] = ("", "")
    quiet_days: list[int] = field(default_factory=list)
    muted: list[str] = field(default_factory=list)


@opens(OWN_ROWS, "GET", "POST")
def preferences(request: Signed) -> HttpResponse:
    """The reader's own wishes; a POST writes them whole."""
    person_id = request.viewer.person_id
    if request.method != "POST":
        return _page(request, _held(preference_of(person_id)), {}, 200)
    typed = _read(request.POST)
    hours = [_span(day, *times) for day, times in enumerate(typed.days) if any(times)]
    night, wrong = _quiet(typed), {}
    if None in hours:
        wrong["hours"] = "bad_hours"
    if night is None:
        wrong["quiet"] = "bad_quiet"
    if not wrong:
        refused = save_preference(
            person_id=person_id, fields=tags_of(typed.fields), hours=[span for span in hours if span],
            quiet=night or [], told=typed.told, muted=_ids(typed.muted), now=utc_now(),
        )  # fmt: skip
        if refused is None:
            messages.success(request, _("Your wishes are kept."))
            return redirect("work-preferences")
        wrong = refused.facts["problems"]
    return _page(request, typed, wrong, 422)


def _page(request: Signed, typed: _Typed, wrong: dict[str, str], status: int) -> HttpResponse:
    said = {name: str(_PROBLEMS[code]) for name, code in wrong.items()}
    seats = own_seats(request.viewer.person_id, None, CARDS_PER_PAGE_MAX)
    context: dict[str, Any] = {
        "tabs": tabs(), "typed": typed, "wrong": said, "seats": seats,
        "problems": [Problem(f"f-{name}", str(_LABELS[name]), why) for name, why in said.items()],
        "days": [(day, WEEKDAYS[day], *typed.days[day]) for day in range(7)],
        "weekdays": [(day, WEEKDAYS[day]) for day in range(7)],
        "projects": [(str(seat.project_id), seat) for seat in seats], "zone": request.user.tz,
    }  # fmt: skip
    return render(request, "account/work.html", context, status=status)


def _read(sent: QueryDict) -> _Typed:
    def pair(name: str) -> tuple[str, str]:
        return sent.get(f"{name}-from", "").strip(), sent.get(f"{name}-to", "").strip()

    return _Typed(
        fields=sent.get("fields", ""), told=bool(sent.get("told")), days=[pair(f"hours-{day}") for day in range(7)],
        quiet=pair("quiet"), quiet_days=[day for day in range(7) if str(day) in sent.getlist("quiet_days")],
        muted=sent.getlist("muted"),
    )  # fmt: skip


def _held(held: WorkPreference | None) -> _Typed:
    if held is None:
        return _Typed()
    days = [("", "")] * 7
    for day, begin, end in held.hours:
        days[day] = _shown(begin), _shown(end)
    whole = [day for day, begin, end in held.quiet if (begin, end) == (0, DAY)]
    # Every other day holds the same: one span, or the two parts of one that goes over midnight.
    parts = sorted({(begin, end) for _day, begin, end in held.quiet if (begin, end) != (0, DAY)})
    night = (_shown(parts[-1][0]), _shown(parts[0][1])) if parts else ("", "")
    between = "، " if get_language_bidi() else ", "
    return _Typed(
        between.join(held.fields), held.told, days, night, whole, [str(project_id) for project_id in held.muted]
    )


def _quiet(typed: _Typed) -> list[list[int]] | None:
    """Spans of the quiet days, and of what is quiet every day; None if that can't be read."""
    begin, end = (_minute(text) for text in typed.quiet)
    if any(typed.quiet) and (begin is None or end is None or begin == end):
        return None
    found = []
    for day in range(7):
        if day in typed.quiet_days:
            found.append([day, 0, DAY])
        elif begin is not None and end is not None:
            parts = [(begin, end)] if begin < end else [(0, end), (begin, DAY)]
            found += [[day, first, last] for first, last in parts if first < last]
    return found


def _span(day: int, begin: str, end: str) -> list[int] | None:
    """A day's hours; midnight as an end is the day's end. None if they can't be read."""
    first, last = _minute(begin), _minute(end)
    if first is None or last is None:
        return None
    last = last or DAY
    return [day, first, last] if first < last else None


def _minute(text: str) -> int | None:
    """`HH:MM` as a browser sends it."""
    hour, _colon, minute = text.partition(":")
    if not (len(text) == 5 and text.isascii() and hour.isdigit() and minute.isdigit()):
        return None
    return int(hour) * 60 + int(minute) if int(hour) < 24 and int(minute) < 60 else None


def _shown(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _ids(sent: Sequence[str]) -> list[UUID]:
    found = []
    for text in sent[:CARDS_PER_PAGE_MAX]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
