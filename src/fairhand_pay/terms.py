"""Terms: what a claim pays, frozen when it is made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fairhand_pay.compute import Chosen, drafted
from fairhand_pay.currency import AMOUNT_MINOR_MAX, exponent, parse_minor
from fairhand_pay.errors import TermsError, shown
from fairhand_pay.facts import Facts, PeriodFacts
from fairhand_pay.primitives import PRIMITIVES
from fairhand_pay.primitives._part import ADJUST, Frame
from fairhand_pay.primitives.cap2 import CapParams as WeekCap
from fairhand_pay.primitives.rate import RateParams, Row, picked

PAID_S_MAX_MAX = 7 * 86_400
_PRIMITIVES_MAX = 16
PERIODS = ("day", "week", "window")


class _Written(BaseModel):
    """The outer shape of terms as JSON."""

    model_config = ConfigDict(extra="forbid")

    currency: Annotated[str, Field(strict=True)]
    paid_s_max: Annotated[int, Field(strict=True, ge=1, le=PAID_S_MAX_MAX)] | None = None
    primitives: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=_PRIMITIVES_MAX)]


@dataclass(frozen=True, slots=True)
class Terms:
    """`paid_s_max`: the longest paid time of a claim, None where no time is paid for."""

    currency: str
    primitives: tuple[Chosen, ...]
    paid_s_max: int | None

    @classmethod
    def parse(cls, value: object) -> "Terms":
        """Terms from their JSON form. Raises TermsError for anything that could not be paid by."""
        try:
            written = _Written.model_validate(value)
        except ValidationError as error:
            raise _first(error) from None
        try:
            exponent(written.currency)
        except ValueError as unknown:
            raise TermsError("currency", str(unknown)) from None
        frame = Frame(written.currency, written.paid_s_max)
        chosen = tuple(_choose(each, f"primitives.{n}", frame) for n, each in enumerate(written.primitives))
        _refuse_twice(chosen)
        _refuse_incomplete(chosen)
        if written.paid_s_max is not None and not any(each.part.timed for each in chosen):
            raise TermsError("paid_s_max", "no primitive of this plan pays for time; leave the maximum out")
        terms = cls(written.currency, chosen, written.paid_s_max)
        _refuse_amounts(terms)
        return terms

    def to_json(self) -> dict[str, Any]:
        """The one JSON form: what `parse` reads, amounts in full digits, nothing left out, no floats."""
        return {
            "currency": self.currency,
            "paid_s_max": self.paid_s_max,
            "primitives": [
                {"primitive": each.primitive, "version": each.version, **each.params.model_dump(mode="json")}
                for each in self.primitives
            ],
        }

    @property
    def frame(self) -> Frame:
        """What holds for all its primitives."""
        return Frame(self.currency, self.paid_s_max)

    def of_scope(self, scope: str) -> tuple[Chosen, ...]:
        """The primitives that act on a claim (`task`) or in a period, in the order in which they act."""
        of_it = (each for each in self.primitives if each.part.scope(each.params) == scope)
        return tuple(sorted(of_it, key=lambda each: each.part.step(each.params)))


def asks(terms: Terms) -> tuple[str, ...]:
    """Names of the facts that the terms look at, each once, in the order of the plan."""
    found = [name for each in terms.primitives for name in each.part.asks(each.params) if name != "rate"]
    return tuple(dict.fromkeys(found))


def needs_time(terms: Terms) -> bool:
    """Whether pay depends on work time or a timesheet of it, so that it must be recorded."""
    return not {"active_ms", "timesheet_ms"}.isdisjoint(asks(terms))


def week_cap(terms: Terms) -> tuple[int, str | None] | None:
    """(seconds a week after which no task is offered, the zone of the week or None for the person's own); None where
    the plan caps no week's hours."""
    for each in terms.of_scope("week"):
        if isinstance(each.params, WeekCap):
            return each.params.hours_s, each.params.zone
    return None


def units_of(terms: Terms) -> tuple[str, ...]:
    """The units whose number must be known, in the order of the plan."""
    return tuple(name.removeprefix("units.") for name in asks(terms) if name.startswith("units."))


def resolved(terms: Terms, dims: Mapping[str, str]) -> Terms:
    """The terms of one person's offer: of a rate card only the row that holds for them, so the ceiling is theirs.

    `dims`: role, stage, tier and so on, and `date`. Terms without a rate card come back as they are.
    """

    def row_of(params: RateParams) -> Row:
        return picked(params, Facts(None, dims=dims), terms.frame)

    return _with_rate(terms, row_of)


def highest(terms: Terms) -> Terms:
    """The terms at the highest row of the rate card: what a slot reserves before it is known who takes it."""

    def row_of(params: RateParams) -> Row:
        return max(params.rows, key=lambda row: parse_minor(row.rate, terms.currency))

    return _with_rate(terms, row_of)


def ceiling(terms: Terms) -> int:
    """The most minor units that one claim on these terms can earn, whatever the facts: what is reserved for it.

    With a rate card, at its highest row; `resolved` terms have the ceiling of one person.
    """
    top = highest(terms)
    return sum(made.amount_minor for _, _, made in drafted(top.of_scope("task"), most_facts(top), top.frame))


def window_ceiling(terms: Terms, scope: str) -> int:
    """The most minor units that a day, week or window can add to what its claims earn: what a seat in it reserves."""
    done: dict[str, int] = {}
    for each in terms.of_scope(scope):
        for name, number in each.part.most_done(each.params).items():
            done[name] = max(number, done.get(name, 0))
    frame = replace(terms.frame, period=PeriodFacts(scope, done))
    return max(0, sum(made.amount_minor for _, _, made in drafted(terms.of_scope(scope), Facts(None), frame)))


def most_facts(terms: Terms) -> Facts:
    """The facts of a claim that pay most."""
    found = Facts(None)
    for each in terms.of_scope("task"):
        found = found.joined(each.part.most(each.params, terms.frame))
    return found


def _with_rate(terms: Terms, row_of: Any) -> Terms:
    changed = []
    for each in terms.primitives:
        if isinstance(each.params, RateParams):
            row = Row(rate=row_of(each.params).rate)
            each = replace(each, params=each.params.model_copy(update={"rows": (row,)}))
        changed.append(each)
    return replace(terms, primitives=tuple(changed))


def _choose(written: Mapping[str, Any], path: str, frame: Frame) -> Chosen:
    params = dict(written)
    name, version = params.pop("primitive", None), params.pop("version", None)
    part = PRIMITIVES.get((name, version)) if isinstance(name, str) and type(version) is int else None
    if part is None:
        known = ", ".join(f"{name} version {version}" for name, version in sorted(PRIMITIVES))
        raise TermsError(
            f"{path}.primitive", f"{shown(name)} version {shown(version)} is not a pay primitive; there are {known}"
        )
    try:
        settled = part.settle(part.params.model_validate(params), frame)
    except ValidationError as error:
        raise _first(error, path) from None
    except TermsError as error:
        raise TermsError(".".join(filter(None, (path, error.path))), error.why) from None
    return Chosen(part.name, part.version, settled)


def _refuse_amounts(terms: Terms) -> None:
    """A plan that could pay nothing, or more than an account can hold."""
    most = ceiling(terms)
    periods = sum(window_ceiling(terms, scope) for scope in PERIODS)
    if not most + periods > 0 or most > AMOUNT_MINOR_MAX or periods > AMOUNT_MINOR_MAX:
        raise TermsError("", f"one claim could earn {most + periods} minor units; it must be 1 to {AMOUNT_MINOR_MAX}")


def _refuse_incomplete(chosen: tuple[Chosen, ...]) -> None:
    """A share of a rate without a rate card, a supplement or a cap on nothing, an adjustment that nobody promises."""
    names = {each.primitive for each in chosen}
    for number, each in enumerate(chosen):
        where = f"primitives.{number}"
        if each.part.step(each.params) == ADJUST:
            raise TermsError(where, "an adjustment is added to what was paid; no plan promises it")
        if "rate" in each.part.asks(each.params) and "RATE" not in names:
            raise TermsError(where, "it pays at the rate of a rate card; put a RATE into the plan")
        base = {"TIME", "UNIT", "EVENT"} & names
        if each.primitive in ("MULT", "HOLD") and not base:
            raise TermsError(where, "there is nothing in the plan that it could be about")


def _refuse_twice(chosen: tuple[Chosen, ...]) -> None:
    seen: set[str] = set()
    for number, each in enumerate(chosen):
        counted = each.part.counts(each.params)
        if counted in seen:
            raise TermsError(f"primitives.{number}", f"{counted} is paid for by an earlier primitive already")
        seen.add(counted)


def _first(error: ValidationError, path: str = "") -> TermsError:
    """The first thing that is wrong, in our own error."""
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(filter(None, (path, *(str(step)[:40] for step in found["loc"]))))
    return TermsError(where, found["msg"])
