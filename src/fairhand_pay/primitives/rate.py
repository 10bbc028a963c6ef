"""RATE: the hourly rate of a rate card, by role, tier, language and more; the most specific row, ties to the higher."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from fairhand_pay.errors import FactsError, TermsError, shown
from fairhand_pay.facts import Facts
from fairhand_pay.primitives._part import RATE, Draft, Frame, Params, Usual
from fairhand_pay.primitives._text import minor, money, written

Dimension = Literal["stage", "role", "project", "field", "tier", "zone", "language"]
NOTICE_DAYS_MIN = 7
_SENTENCES = {
    "rate": "Rate %(rate)s/h (rate card %(card)s)",
    "rate_for": "Rate %(rate)s/h: %(who)s (rate card %(card)s)",
    "rate_said": "rate %(rate)s/h",
    "rate_said_for": "rate %(rate)s/h: %(who)s",
    "rate_said_range": "rate from %(low)s/h to %(high)s/h by the rate card",
    "rate_said_later": "rate %(rate)s/h for tasks taken from %(from)s on",
}


class Row(Params):
    """`rate` per hour for whom every dimension of `when` is as it says, from `from_date` on (none: from the start).

    A row that lowers a rate was announced on `announced_on`.
    """

    when: dict[Dimension, Annotated[str, Field(strict=True, min_length=1, max_length=60)]] = {}
    rate: Annotated[str, Field(strict=True)]
    from_date: Annotated[str, Field(strict=True)] | None = None
    announced_on: Annotated[str, Field(strict=True)] | None = None


class RateParams(Params):
    """`card` is the version of the rate card. `notice_days`: a cut is announced at least so many days before."""

    card: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
    rows: Annotated[tuple[Row, ...], Field(min_length=1, max_length=200)]
    notice_days: Annotated[int, Field(strict=True, ge=NOTICE_DAYS_MIN, le=365)] = 14


class Rate(Usual):
    """A line of nought that says which row it was; TIME version 2 and UNIT version 2 take their rate from it."""

    name = "RATE"
    version = 1
    params = RateParams
    sentences = _SENTENCES

    def settle(self, params: RateParams, frame: Frame) -> RateParams:
        """One row is for everybody; rows for the same people follow each other by date; cuts come with notice."""
        settled: list[Row] = []
        latest: dict[tuple[tuple[str, str], ...], Row] = {}
        for number, row in enumerate(params.rows):
            where = f"rows.{number}"
            begins, announced = _day(row.from_date, f"{where}.from_date"), _day(row.announced_on, where)
            row = Row(when=dict(sorted(row.when.items())), rate=written(row.rate, frame, f"{where}.rate"),
                      from_date=row.from_date, announced_on=row.announced_on)  # fmt: skip
            who = tuple(row.when.items())
            before = latest.get(who)
            if before is not None:
                _follows(before, row, begins, announced, params.notice_days, frame, where)
            elif begins is not None:
                raise TermsError(f"{where}.from_date", "the first row for these people holds from the start")
            latest[who] = row
            settled.append(row)
        if () not in latest:
            raise TermsError("rows", "one row has no conditions: it is the rate of everybody else")
        return RateParams(card=params.card, rows=tuple(settled), notice_days=params.notice_days)

    def counts(self, params: RateParams) -> str:
        """A plan has one rate card."""
        return "rate"

    def asks(self, params: RateParams) -> tuple[str, ...]:
        """The dimensions of its rows; what is not told matches no row that asks for it."""
        found = {f"dims.{name}" for row in params.rows for name in row.when}
        found |= {"dims.date" for row in params.rows if row.from_date}
        return tuple(sorted(found))

    def step(self, params: RateParams) -> int:
        """Before everything else."""
        return RATE

    def drafts(self, facts: Facts, params: RateParams, frame: Frame) -> tuple[Draft, ...]:
        """The row that was picked."""
        row = picked(params, facts, frame)
        inputs: dict[str, int | str] = {"rate": row.rate, "card": params.card}
        inputs |= {f"dim_{name}": value for name, value in row.when.items()}
        if "date" in facts.dims and any(each.from_date for each in params.rows):
            inputs["dim_date"] = facts.dims["date"]
        args = {"rate": money(row.rate, frame), "card": str(params.card)}
        if row.when:
            args["who"] = ", ".join(row.when.values())
        key = "rate_for" if row.when else "rate"
        return (Draft(inputs, Fraction(0), key, args, rate_minor=minor(row.rate, frame)),)

    def most(self, params: RateParams, frame: Frame) -> Facts:
        """Nothing by itself: the ceiling is computed with the highest row."""
        return Facts(None)

    def said(self, params: RateParams, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """The rate, or the range of rates, and announced changes for everybody."""
        rates = sorted(minor(row.rate, frame) for row in params.rows)
        low, high = (next(money(row.rate, frame) for row in params.rows if minor(row.rate, frame) == each)
                     for each in (rates[0], rates[-1]))  # fmt: skip
        if all(not row.when for row in params.rows):
            later = [row for row in params.rows if row.from_date]
            first = ("rate_said", {"rate": money(params.rows[0].rate, frame)})
            return (first, *(("rate_said_later", {"rate": money(row.rate, frame), "from": row.from_date or ""})
                             for row in later))  # fmt: skip
        if low != high:
            return (("rate_said_range", {"low": low, "high": high}),)
        whose = [row for row in params.rows if row.when]
        if len(whose) == 1:  # one person's: the card's row for them, beside it the same for everybody
            return (("rate_said_for", {"rate": low, "who": ", ".join(whose[0].when.values())}),)
        return (("rate_said", {"rate": low}),)


def picked(params: RateParams, facts: Facts, frame: Frame) -> Row:
    """The row with most conditions among those that hold; of equals the higher rate. Raises FactsError for no date."""
    day = facts.dims.get("date")
    if day is not None:
        try:
            date.fromisoformat(day)
        except ValueError:
            raise FactsError("dims.date", f"{shown(day)} is not a date such as 2026-03-01") from None
    in_force: dict[tuple[tuple[str, str], ...], Row] = {}
    for row in params.rows:  # of the same people the later row replaces the earlier
        begun = row.from_date is None or (day is not None and day >= row.from_date)
        if begun and all(facts.dims.get(name) == value for name, value in row.when.items()):
            in_force[tuple(row.when.items())] = row
    return max(in_force.values(), key=lambda row: (len(row.when), minor(row.rate, frame)))


def _follows(
    before: Row, row: Row, begins: date | None, announced: date | None, notice_days: int, frame: Frame, where: str
) -> None:
    """Refuse a later row that is not later, or that lowers the rate without notice."""
    if begins is None or (before.from_date is not None and begins <= date.fromisoformat(before.from_date)):
        raise TermsError(f"{where}.from_date", "an earlier row is for the same people; a later one says from when")
    if minor(row.rate, frame) >= minor(before.rate, frame):
        return
    if announced is None:
        raise TermsError(f"{where}.announced_on", "it lowers the rate; say when that was announced")
    if announced + timedelta(days=notice_days) > begins:
        raise TermsError(
            f"{where}.from_date", f"a lower rate holds at the earliest {notice_days} days after its notice"
        )


def _day(text: str | None, path: str) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise TermsError(path, f"{shown(text)} is not a date such as 2026-03-01")
    return day


PART = Rate()
