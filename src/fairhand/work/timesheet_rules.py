"""What holds of somebody's week in a project: until when it is asked about, and when it is accepted. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

# Working hours after the week (or after what was said of it last) in which somebody may ask; then it is accepted.
ACCEPTED_AFTER_HOURS = 72
RUNNING, WAITING, CONFIRMED, QUESTIONED, ANSWERED, ACCEPTED = WEEK_STATES = (
    "running", "waiting", "confirmed", "questioned", "answered", "accepted",
)  # fmt: skip
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a week, by whom it concerns; None: not yet."""

    confirmed_at: datetime | None = None
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    accepted_at: datetime | None = None


NOTHING = Said()


def monday_of(day: date) -> date:
    """The Monday that names a day's week."""
    return day - timedelta(days=day.weekday())


def is_week(week: date) -> bool:
    """Whether a day names a week."""
    return week.weekday() == 0


def ends_at(week: date, zone: str) -> datetime:
    """When a week is over: the next Monday's midnight in its zone."""
    return datetime.combine(week + _WEEK, datetime.min.time(), ZoneInfo(zone))


def asked_until(week_ends_at: datetime, said: Said) -> datetime:
    """From when the working hours are counted after which a week is accepted: its end, or what was said of it last."""
    return max(at for at in (week_ends_at, said.asked_at, said.answered_at) if at is not None)


def state_of(week_ends_at: datetime, accepted_by: datetime, said: Said, now: datetime) -> str:
    """A week's state. Silence ends in its favour, whatever was asked: nothing that was recorded is ever cut by it."""
    if now < week_ends_at:
        return RUNNING
    if said.accepted_at is not None or now >= accepted_by:
        return ACCEPTED
    if said.answered_at is not None:
        return ANSWERED
    if said.asked_at is not None:
        return QUESTIONED
    return WAITING if said.confirmed_at is None else CONFIRMED


def why_not_asked(state: str, said: Said) -> str:
    """Why nobody may ask about a week, as a code; "" where somebody may. One question a week."""
    if state in (RUNNING, ACCEPTED):
        return f"week_{state}"
    return "week_asked" if said.asked_at is not None else ""


def why_not_answered(state: str, said: Said) -> str:
    """Why there is nothing to answer."""
    if state == ACCEPTED:
        return "week_accepted"
    return "" if said.asked_at is not None and said.answered_at is None else "week_not_asked"


def why_not_settled(state: str) -> str:
    """Why a week can't be confirmed or accepted now."""
    return f"week_{state}" if state in (RUNNING, ACCEPTED) else ""
