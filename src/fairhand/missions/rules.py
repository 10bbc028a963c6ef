"""What a mission is made of, what it can cost, and how far somebody is, as pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from fairhand.kernel.limits import (
    MISSION_NAME_CHARS_MAX,
    MISSION_SEATS_MAX,
    MISSION_TIERS_MAX,
    MISSION_WINDOWS_MAX,
    REFERRAL_DAYS_MAX,
    REFERRAL_TASKS_MAX,
)
from fairhand.kernel.money import AMOUNT_MINOR_MAX
from fairhand.kernel.refusals import Refused
from fairhand.missions.states import GOAL, GUARANTEE, MEASURES, MISSION_KINDS, MISSION_WORK, OPEN, REFERRAL, SCOPES
from fairhand.projects.rules import Wrong
from fairhand_pay import Terms, TermsError, ceiling, window_ceiling

_WEEK_DAYS = 7
# Far from both ends of the calendar, where midnights of a zone can't be told.
_YEARS = (2000, 2999)
_HOUR_S = 3600
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class NewMission:
    """A mission to be opened. None stands for something that could not be read.

    `tiers`: (number of tasks or hours, amount as decimal text); of a guarantee one, whose number is what it asks for
    before it pays; of a referral one, whose number is the accepted tasks of whoever was brought, within `days` of their
    seat. `first` and `last` are days of `zone`, both counted in.
    """

    name: str
    kind: str
    work: str
    scope: str
    of: str
    zone: str
    first: date | None
    last: date | None
    tiers: tuple[tuple[int | None, str], ...]
    how: str
    seats: int | None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """One day, week or window of a mission: work handed in from `from_at` on and before `until_at` counts in it."""

    number: int
    from_at: datetime
    until_at: datetime


def windows(scope: str, zone: str, first: date, last: date) -> tuple[Window, ...]:
    """The mission's windows, cut at midnights of its zone; a week is seven days from the first one."""
    days = (last - first).days + 1
    step = {"day": 1, "week": _WEEK_DAYS}.get(scope, days)
    if days < 1 or days % step:
        raise ValueError(f"{days} days can't be cut into a {scope} each")
    cuts = [_midnight(first + timedelta(days=day), zone) for day in range(0, days + 1, step)]
    return tuple(Window(n + 1, *pair) for n, pair in enumerate(pairwise(cuts)))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def windows_between(scope: str, zone: str, from_at: datetime, until_at: datetime) -> tuple[Window, ...]:
    """The windows of a mission that stands, from its two ends."""
    first, after = (at.astimezone(ZoneInfo(zone)).date() for at in (from_at, until_at))
    return windows(scope, zone, first, after - timedelta(days=1))


def frozen(new: NewMission, cost: "Cost") -> dict[str, Any]:
    """What of a mission is frozen for whoever joins it, as JSON; its hash stands on the form that joins."""
    return {
        "kind": new.kind, "work": new.work, "scope": new.scope, "zone": new.zone, "pay": cost.terms.to_json(),
        "from": cost.windows[0].from_at.isoformat(), "until": cost.windows[-1].until_at.isoformat(),
        **({"tasks": new.tiers[0][0], "days": new.days} if new.kind == REFERRAL else {}),
    }  # fmt: skip


def terms_of(new: NewMission, currency: str) -> Terms:
    """The terms as the pay engine reads them. Raises TermsError for what could not be paid by."""
    by_hours = new.of == "hours"
    asked = [(at * _HOUR_S if by_hours and at else at, amount) for at, amount in new.tiers]
    if new.kind == GOAL:
        tiers = [{"at": at, "amount": amount} for at, amount in asked]
        rule = {"primitive": "GOAL", "version": 1, "scope": new.scope, "of": new.of, "tiers": tiers, "how": new.how}
    elif new.kind == REFERRAL:
        rule = {"primitive": "EVENT", "version": 1, "kind": "referral", "amount": asked[0][1]}
    else:
        at, amount = asked[0]
        rule = {"primitive": "FLOOR", "version": 1, "scope": new.scope, "amount": amount}
        rule |= {("from_s" if by_hours else "from_tasks"): at} if at else {}
    return Terms.parse({"currency": currency, "primitives": [rule]})


@dataclass(frozen=True, slots=True)
class Cost:
    """What a mission reserves: so much for each person and window, in minor units, over all seats."""

    terms: Terms
    windows: tuple[Window, ...]
    window_minor: int
    seats: int

    @property
    def person_minor(self) -> int:
        """The most that one person can get by it."""
        return self.window_minor * len(self.windows)

    @property
    def reserve_minor(self) -> int:
        """The most that all together can get by it."""
        return self.person_minor * self.seats


def costed(new: NewMission, currency: str, zones: frozenset[str], now: datetime) -> Cost | Refused:
    """What the mission would cost at most. Refusal: bad_input (facts["problems"]: Wrong)."""
    problems = [*_name_problems(new), *_choice_problems(new, zones), *_day_problems(new), *_seat_problems(new)]
    problems += _bring_problems(new)
    problems += _tier_problems(new, currency) if new.kind in MISSION_KINDS and new.of in MEASURES else []
    cut: tuple[Window, ...] = ()
    if not problems and new.first is not None and new.last is not None:
        cut = windows(new.scope, new.zone, new.first, new.last)
        if cut[0].until_at <= now:
            problems.append(Wrong("first", "mission_past", "its first window is over"))
    if problems:
        return Refused("bad_input", "The mission can't be opened like this.", {"problems": problems})
    terms = terms_of(new, currency)
    most = ceiling(terms) if new.kind == REFERRAL else window_ceiling(terms, new.scope)
    cost = Cost(terms, cut, most, new.seats or 0)
    if cost.reserve_minor > AMOUNT_MINOR_MAX:
        problem = Wrong("seats", "mission_large", "the reserve would be more than an account can hold")
        return Refused("bad_input", "The mission can't be opened like this.", {"problems": [problem]})
    return cost


def _name_problems(new: NewMission) -> list[Wrong]:
    if not new.name:
        return [Wrong("name", "required", "a mission has a name")]
    if len(new.name) > MISSION_NAME_CHARS_MAX:
        return [Wrong("name", "too_long", f"has more than {MISSION_NAME_CHARS_MAX} characters")]
    return []


def _choice_problems(new: NewMission, zones: frozenset[str]) -> list[Wrong]:
    known = {
        "kind": MISSION_KINDS,
        "work": MISSION_WORK,
        "scope": SCOPES,
        "of": MEASURES,
        "how": ("highest", "cumulative"),
    }
    found = [Wrong(name, "not_an_option", f"is none of {', '.join(words)}")
             for name, words in known.items() if getattr(new, name) not in words]  # fmt: skip
    if new.of == "good_tasks" and new.kind != GOAL:
        found.append(Wrong("of", "mission_good_goal", "a guarantee asks for tasks or hours"))
    if new.of == "good_tasks" and new.work != "attempt":
        found.append(Wrong("work", "mission_good_work", "nobody reviews a review"))
    if new.zone not in zones:
        found.append(Wrong("zone", "mission_zone", "is no time zone such as Europe/Paris"))
    return found


def _day_problems(new: NewMission) -> list[Wrong]:
    found = [Wrong(name, "not_a_day", "is no day") for name in ("first", "last") if getattr(new, name) is None]
    if found or new.first is None or new.last is None:
        return found
    ends = (("first", new.first), ("last", new.last))
    found = [Wrong(name, "not_a_day", "lies in no year of missions")
             for name, day in ends if not _YEARS[0] <= day.year <= _YEARS[1]]  # fmt: skip
    if found:
        return found
    days = (new.last - new.first).days + 1
    if days < 1:
        return [Wrong("last", "mission_ends_first", "lies before the first day")]
    if new.scope == "week" and days % _WEEK_DAYS:
        return [Wrong("last", "mission_weeks", "from the first day to the last there are whole weeks")]
    if days > (MISSION_WINDOWS_MAX * _WEEK_DAYS if new.scope == "week" else MISSION_WINDOWS_MAX):
        return [Wrong("last", "mission_long", f"a mission has at most {MISSION_WINDOWS_MAX} days, or weeks")]
    return []


def _bring_problems(new: NewMission) -> list[Wrong]:
    """Only of a referral: how many tasks, within how many days."""
    if new.kind != REFERRAL:
        return []
    found = []
    if new.tiers and (new.tiers[0][0] or 0) > REFERRAL_TASKS_MAX:
        found.append(Wrong("at1", "not_in_range", f"is a whole number from 1 to {REFERRAL_TASKS_MAX}"))
    if new.days is None or not 1 <= new.days <= REFERRAL_DAYS_MAX:
        found.append(Wrong("days", "not_in_range", f"is a whole number from 1 to {REFERRAL_DAYS_MAX}"))
    return found


def _seat_problems(new: NewMission) -> list[Wrong]:
    if new.seats is None or not 1 <= new.seats <= MISSION_SEATS_MAX:
        return [Wrong("seats", "not_in_range", f"is a whole number from 1 to {MISSION_SEATS_MAX}")]
    return []


def _tier_problems(new: NewMission, currency: str) -> list[Wrong]:
    if not 1 <= len(new.tiers) <= MISSION_TIERS_MAX:
        return [Wrong("at1", "required", "a mission has at least one step")]
    found = [Wrong(f"at{n}", "no_number", "is no whole number") for n, (at, _) in enumerate(new.tiers, 1)
             if at is None or (at == 0 and new.kind != GUARANTEE)]  # fmt: skip
    found += [Wrong(f"amount{n}", "mission_amount", "is no amount") for n, (_, amount) in enumerate(new.tiers, 1)
              if not amount]  # fmt: skip
    if found:
        return found
    try:
        terms_of(new, currency)
    except TermsError as error:
        return [_of_terms(error)]
    return []


def _of_terms(error: TermsError) -> Wrong:
    """`primitives.0.tiers.1.amount` -> the form's field `amount2`."""
    steps = error.path.split(".")
    if "tiers" in steps and steps[-1] in ("at", "amount"):
        number = int(steps[steps.index("tiers") + 1]) + 1
        code = "mission_tier_at" if steps[-1] == "at" else "mission_tier_amount"
        return Wrong(f"{steps[-1]}{number}", code, error.why)
    return Wrong("amount1", "mission_amount", error.why)


@dataclass(frozen=True, slots=True)
class MissionFacts:
    """A mission that somebody wants to join. `seated`: they hold a seat of the project."""

    state: str
    until_at: datetime
    seats: int
    people: int
    seated: bool
    terms_hash: str


def may_join(facts: MissionFacts, terms_seen: str, now: datetime) -> Refused | None:
    """Refusals: no_seat, mission_closed, mission_full, terms_changed."""
    if not facts.seated:
        return Refused("no_seat", "You have no seat in this project.")
    if facts.state != OPEN or facts.until_at <= now:
        return Refused("mission_closed", "This mission takes nobody in any more.")
    if facts.people >= facts.seats:
        return Refused("mission_full", "All seats of this mission are taken.")
    if terms_seen != facts.terms_hash:
        return Refused("terms_changed", "The terms are not those that you saw; read them again.")
    return None


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody handed in within a window: accepted, and still undecided. `ms` is work time.

    `good_tasks`: those that no reviewer sent back or changed.
    """

    tasks: int = 0
    ms: int = 0
    waiting_tasks: int = 0
    waiting_ms: int = 0
    good_tasks: int = 0
    waiting_good: int = 0

    def of(self, measure: str) -> int:
        """Accepted so far: tasks, or milliseconds."""
        return {"tasks": self.tasks, "good_tasks": self.good_tasks, "hours": self.ms}[measure]

    def waiting(self, measure: str) -> int:
        """Handed in and undecided; it counts once it is accepted."""
        return {"tasks": self.waiting_tasks, "good_tasks": self.waiting_good, "hours": self.waiting_ms}[measure]


def at_pace(done: int, window: Window, now: datetime) -> int | None:
    """What it comes to at the window's end if it goes on as until now; None in its first twentieth, and after it."""
    whole, gone = window.until_at - window.from_at, now - window.from_at
    if gone * 20 < whole or now >= window.until_at:
        return None
    return int(Fraction(done * (whole // timedelta(milliseconds=1)), gone // timedelta(milliseconds=1)))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a mission: from so many tasks or milliseconds on, so much, as decimal text."""

    at: int
    amount: str


def steps_of(terms: Mapping[str, Any]) -> tuple[str, tuple[Step, ...]]:
    """(measure, steps) of a mission's stored terms; a guarantee has one step, at what it asks for, and a
    referral none."""
    rule = terms["primitives"][0]
    if rule["primitive"] == "EVENT":
        return "tasks", ()
    if rule["primitive"] == "GOAL":
        factor = 1000 if rule["of"] == "hours" else 1
        return rule["of"], tuple(Step(tier["at"] * factor, tier["amount"]) for tier in rule["tiers"])
    if rule.get("from_s"):
        return "hours", (Step(rule["from_s"] * 1000, rule["amount"]),)
    return "tasks", (Step(rule.get("from_tasks") or 0, rule["amount"]),)
