"""A mission as pages show it: what it promises in words, its steps as bars, and where the present pace leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairhand.insight.missions import Going, window_now
from fairhand.kernel.money import parse_minor
from fairhand.missions.models import Mission
from fairhand.missions.rules import Done, Window, at_pace, steps_of
from fairhand.web.figures import isolated, number
from fairhand_pay import Terms, describe

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class StepView:
    """One step as a bar: how much of it is accepted, and what it pays."""

    at: int
    at_said: SafeString
    amount_minor: int
    value: int
    reached: bool
    on_the_way: bool


@dataclass(frozen=True, slots=True)
class MissionView:
    """A mission before somebody joins it."""

    mission: Mission
    currency: str
    phrases: Sequence[tuple[str, Mapping[str, str]]]
    window: Window
    measure: str

    @property
    def seats_left(self) -> int:
        """Seats that nobody took yet."""
        return self.mission.places_left

    @property
    def person_minor(self) -> int:
        """The most that one person can get by it."""
        return self.mission.window_minor * self.mission.windows_n


@dataclass(frozen=True, slots=True)
class GoingView:
    """The same for somebody who is in."""

    view: MissionView
    done_said: SafeString
    waiting_said: str
    steps: Sequence[StepView]
    begun: bool
    over: bool
    pace_said: str
    paid_minor: int


def view_of(mission: Mission, currency: str, now: datetime) -> MissionView:
    """Of a mission that stands."""
    measure, _steps = steps_of(mission.terms)
    return MissionView(mission, currency, phrases_of(mission.terms), window_now(mission, now), measure)


def phrases_of(terms: Mapping[str, object]) -> list[tuple[str, Mapping[str, str]]]:
    """What stored terms promise, phrase by phrase, as `{% sentence %}` says them."""
    return [(said.key, said.args) for said in describe(Terms.parse(terms))]


def going_view(found: Going, currency: str, now: datetime) -> GoingView:
    """Of somebody's mission, in the window that runs."""
    view = view_of(found.mission, currency, now)
    measure, steps = steps_of(found.mission.terms)
    done = found.done.of(measure)
    handed_in = done + found.done.waiting(measure)
    pace = at_pace(handed_in, found.window, now)
    shown = [
        StepView(
            step.at, said(step.at, measure), parse_minor(step.amount, currency), min(done, step.at),
            done >= step.at, done < step.at <= handed_in,
        )
        for step in steps
    ]  # fmt: skip
    return GoingView(
        view, said(done, measure), _waiting(found.done, measure), shown, found.window.from_at <= now,
        found.window.until_at <= now, _pace(pace, measure) if pace is not None else "", found.paid_minor,
    )  # fmt: skip


def said(count: int, measure: str) -> SafeString:
    """`12`, or of work time `1.5 h`, cut to a tenth."""
    if measure != "hours":
        return number(count)
    tenths = count * 10 // _HOUR_MS
    text = f"{tenths // 10:,}.{tenths % 10}" if tenths % 10 else f"{tenths // 10:,}"
    return format_html(_("{} h"), isolated(text))


def _waiting(done: Done, measure: str) -> str:
    waiting = done.waiting(measure)
    if not waiting:
        return ""
    if measure != "hours":
        shape = ngettext(
            "{} more waits for its review and counts once it is accepted.",
            "{} more wait for their review and count once they are accepted.", waiting,
        )  # fmt: skip
        return format_html(shape, number(waiting))
    shape = _("{} more wait for their review and count once they are accepted.")
    return format_html(shape, said(waiting, measure))


def _pace(count: int, measure: str) -> str:
    if measure != "hours":
        shape = ngettext("At the present pace: {} task by the end.", "At the present pace: {} tasks by the end.", count)
        return format_html(shape, number(count))
    return format_html(_("At the present pace: {} by the end."), said(count, measure))
