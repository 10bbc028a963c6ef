"""An expert's money over days and weeks: steps without a gap, one drawing for each currency."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import formats, timezone
from django.utils.translation import get_language_bidi, pgettext

from fairhand.insight.own_money import earned_by
from fairhand.insight.wages import Wage, own_by_week
from fairhand.kernel.money import format_minor
from fairhand.web.columns import Columns, columns
from fairhand.web.wage_columns import Pairs, pairs

WEEKS_SHOWN = 12
_WEEKDAY = "D"  # the day of the week in short, in every language


@dataclass(frozen=True, slots=True)
class Drawn:
    """Columns of one currency, and what they come to."""

    currency: str
    total_minor: int
    chart: Columns


def week_start(now: datetime) -> datetime:
    """Monday's midnight in the reader's zone."""
    local = timezone.localtime(now)
    monday = local - timedelta(days=local.weekday())
    return monday.replace(hour=0, minute=0, second=0, microsecond=0)


def days_of_week(person_id: UUID, now: datetime) -> list[Drawn]:
    """This week from Monday, a column a day."""
    start = week_start(now)
    steps = [start.date() + timedelta(days=day) for day in range(7)]
    return _drawn("day", person_id, start, steps, _WEEKDAY)


def weeks_until(person_id: UUID, now: datetime) -> list[Drawn]:
    """The last twelve weeks, a column a week, named by its Monday."""
    monday = week_start(now).date()
    steps = [monday - timedelta(weeks=back) for back in reversed(range(WEEKS_SHOWN))]
    since = week_start(now) - timedelta(weeks=WEEKS_SHOWN - 1)
    # A change of the clocks between moves midnight by an hour: what lies outside the steps is left out below.
    return _drawn("week", person_id, since - timedelta(hours=2), steps, pgettext("date", "j M"))


def _drawn(part: str, person_id: UUID, since: datetime, steps: list[date], shape: str) -> list[Drawn]:
    found: dict[str, dict[date, int]] = {}
    for row in earned_by(part, person_id, since, timezone.get_current_timezone_name()):
        if row.first in steps:
            found.setdefault(row.currency, {})[row.first] = row.minor
    drawn = []
    for currency, by_step in found.items():
        said = [
            (formats.date_format(step, shape), by_step.get(step, 0), format_minor(by_step.get(step, 0), currency))
            for step in steps
        ]
        if (chart := columns(said, get_language_bidi())) is not None:
            drawn.append(Drawn(currency, sum(by_step.values()), chart))
    return drawn


@dataclass(frozen=True, slots=True)
class DrawnWage:
    """Effective hourly wages of the last weeks in one currency: over all of them, and drawn week by week."""

    wage: Wage
    chart: Pairs | None


def wages_until(person_id: UUID, now: datetime) -> list[DrawnWage]:
    """The last twelve weeks; a currency in which no work time was measured has no row."""
    since = week_start(now) - timedelta(weeks=WEEKS_SHOWN - 1)
    mondays = [since.date() + timedelta(weeks=week) for week in range(WEEKS_SHOWN)]
    by_currency: dict[str, dict[date, Wage]] = {}
    for row in own_by_week(person_id, since, timezone.get_current_timezone_name()):
        by_currency.setdefault(row.wage.currency, {})[row.first] = row.wage
    return [DrawnWage(_summed(list(weeks.values())), _wage_chart(mondays, weeks)) for weeks in by_currency.values()]


def _summed(wages: list[Wage]) -> Wage:
    return Wage(
        wages[0].currency, sum(w.minor for w in wages), sum(w.paid_ms for w in wages), sum(w.all_ms for w in wages),
        sum(w.claims for w in wages), sum(w.handed_in for w in wages),
    )  # fmt: skip


def _wage_chart(mondays: list[date], weeks: dict[date, Wage]) -> Pairs | None:
    steps = []
    for monday in mondays:
        wage = weeks.get(monday)
        paid, whole = (wage.paid_per_hour, wage.all_per_hour) if wage else (None, None)
        currency = wage.currency if wage else ""
        said = [f"{format_minor(each, currency)}/h" if each is not None else "–" for each in (paid, whole)]
        steps.append((formats.date_format(monday, pgettext("date", "j M")), paid or 0, whole or 0, said[0], said[1]))
    return pairs(steps, get_language_bidi())
