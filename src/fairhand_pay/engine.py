"""Facts and terms in, pay lines out: for one claim, for a period that closes, and for what is added later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from fairhand_pay.compute import computed, line_of
from fairhand_pay.currency import round_minor
from fairhand_pay.errors import FactsError
from fairhand_pay.facts import Earned, Facts, PeriodFacts
from fairhand_pay.line import Line
from fairhand_pay.primitives._part import Frame, Made
from fairhand_pay.primitives.adjust import PART as ADJUSTING
from fairhand_pay.primitives.adjust import AdjustParams
from fairhand_pay.primitives.event import NOT_WORK
from fairhand_pay.terms import Terms


def lines(facts: Facts, terms: Terms) -> tuple[Line, ...]:
    """The pay lines of one claim: RATE, then TIME, UNIT and EVENT, MULT, CAP, FLOOR, HOLD; else in the plan's order.

    Rounding is per line, so the printed lines add up to the total. What acts on days, weeks and windows is left to
    `window_lines`. Raises FactsError if the plan pays for something that the facts don't tell: a time that was not
    recorded is never invented.
    """
    return computed(terms.of_scope("task"), facts, terms.frame, {})


def window_lines(period: PeriodFacts, terms: Terms) -> tuple[Line, ...]:
    """The lines of a day, week or window that closes: GOAL, then FLOOR, then CAP.

    `period.lines` are those of its claims. When work of the period is accepted later, it is computed again, and
    `adjust` gives the difference.
    """
    known = {each.key: each.hash for each in period.lines}
    return computed(terms.of_scope(period.scope), Facts(None), replace(terms.frame, period=period), known)


def adjust(old: Sequence[Line], new: Sequence[Line], cause: AdjustParams) -> tuple[Line, ...]:
    """The line that brings `old` (with what was added to them before) to `new`; none if they pay the same.

    None either if the new ones pay less, unless the cause is a decision that may lower pay. Raises FactsError for
    lines of two currencies.
    """
    currencies = {line.currency for line in (*old, *new)}
    if len(currencies) > 1:
        raise FactsError("currency", f"the lines are of {' and '.join(sorted(currencies))}; convert them before")
    if not currencies:
        return ()
    made, known = [], {}
    for tag, found in (("old", old), ("new", new)):
        for place, line in enumerate(found):
            key = f"{tag}:{place}:{line.key}"
            made.append(Made(key, tag, Fraction(line.amount_minor), line.amount_minor, True))
            known[key] = line.hash
    frame = Frame(currencies.pop(), None, made=tuple(made))
    params = ADJUSTING.settle(cause, frame)
    drafts = ADJUSTING.drafts(Facts(None), params, frame)
    return tuple(
        line_of(draft, ADJUSTING.name, ADJUSTING.version, n, round_minor(draft.exact), frame, known)
        for n, draft in enumerate(drafts)
    )


def earned(found: Iterable[Line], key: str = "") -> tuple[Earned, ...]:
    """Lines of a claim as the rules of a period see them. `key` tells the claims of a period apart."""
    return tuple(Earned(f"{key}{line.key}", line.amount_minor, line.hash, counts(line)) for line in found)


def counts(line: Line) -> bool:
    """Whether floors and caps look at a line: it is pay for work, not a referral, an expense or a gift."""
    return not (line.primitive == "EVENT" and line.inputs.get("kind") in NOT_WORK)


def total(found: Iterable[Line]) -> int:
    """Minor units of some lines together."""
    return sum(line.amount_minor for line in found)


def held(found: Iterable[Line]) -> int:
    """Minor units of a claim's lines that stay pending until review."""
    return sum(int(line.inputs["held_minor"]) for line in found if line.primitive == "HOLD")


@dataclass(frozen=True, slots=True)
class Effective:
    """Pay over time: `per_hour_minor` is None where there was no time."""

    total_minor: int
    ms: int
    per_hour_minor: int | None


def effective(total_minor: int, ms: int) -> Effective:
    """The effective hourly wage, rounded half up."""
    wage = round_minor(Fraction(total_minor * 3_600_000, ms)) if ms else None
    return Effective(total_minor, ms, wage)
