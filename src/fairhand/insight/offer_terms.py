"""What frozen terms say, as figures: rates and limits, what minutes come to, and how two cards differ. Pure.

Terms are those of a card or an offer (`dispatch.offers.card_of`). Of a rate card with several rows the row of everybody
else is meant; the card says the range beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from fairhand.kernel.money import parse_minor, round_minor
from fairhand_pay import (
    Facts,
    FactsError,
    Terms,
    TermsError,
    describe,
    effective,
    flags_of,
    lines,
    needs_time,
    resolved,
    score_steps,
    total,
    units_of,
    with_score,
)
from fairhand_pay.currency import parse_share

BASE = frozenset({"RATE", "TIME", "UNIT"})
EXTRAS = frozenset({"MULT", "EVENT", "GOAL", "FLOOR"})
HELD = frozenset({"HOLD"})
_POINTS = 24  # of the drawn line, beside the places where the rate changes
_NICE_S = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400)
_ROWS = 8  # of the table, about


@dataclass(frozen=True, slots=True)
class Segment:
    """A rate per hour, from `from_s` until `upto_s` seconds of work time, or to the end."""

    from_s: int
    upto_s: int | None
    rate_minor: int


@dataclass(frozen=True, slots=True)
class Point:
    """What so many seconds of work pay, and what an hour comes to then; None for no time.

    `best_minor`: with the best score, where the plan looks at one.
    """

    seconds: int
    minor: int
    per_hour_minor: int | None
    best_minor: int | None = None


def segments_of(pay: Terms) -> tuple[Segment, ...]:
    """The rates of time in their order, neighbours of one rate as one; empty where no time is paid."""
    own = resolved(pay, {})
    card_minor = 0
    found: list[Segment] = []
    for each in own.primitives:
        written = each.params.model_dump(mode="json")
        if each.primitive == "RATE":
            card_minor = parse_minor(written["rows"][0]["rate"], pay.currency)
        elif each.primitive == "TIME":
            for one in written["segments"]:
                rate_minor = _per_hour(one["rate"], card_minor, pay.currency)
                if found and found[-1].rate_minor == rate_minor:
                    found[-1] = replace(found[-1], upto_s=one["upto_s"])
                else:
                    found.append(Segment((found[-1].upto_s or 0) if found else 0, one["upto_s"], rate_minor))
    return tuple(found)


def _per_hour(rate: str, card_minor: int, currency: str) -> int:
    """A rate as it is written: an amount, or a share of the rate card's."""
    return round_minor(card_minor * parse_share(rate)) if rate.endswith("%") else parse_minor(rate, currency)


def price_of(pay: Terms) -> tuple[int, str] | None:
    """(minor units, unit) of the first unit that has a price; None where none has."""
    for each in pay.primitives:
        written = each.params.model_dump(mode="json")
        if each.primitive == "UNIT" and written.get("bands"):
            return parse_minor(written["bands"][0]["price"], pay.currency), written["unit"]
    return None


def said_of(pay: Terms, names: frozenset[str]) -> tuple[Any, ...]:
    """The plan's sentences of some primitives, as `fairhand_pay.describe` gives them; a rate card's only with BASE."""
    wanted = tuple(each for each in pay.primitives if each.primitive in names or each.primitive == "RATE")
    found = describe(replace(pay, primitives=wanted))
    return tuple(each for each in found if "RATE" in names or not each.key.startswith("rate_"))


def holds_of(pay: Terms) -> tuple[int, int] | None:
    """(percent of the pay that waits for a review, days it waits at most); None where nothing is held."""
    for each in pay.primitives:
        if each.primitive == "HOLD":
            written = each.params.model_dump(mode="json")
            return round_minor(100 * parse_share(written["share"])), written["release_days"]
    return None


def pay_at(pay: Terms, seconds: int, typical_s: int | None = None) -> Point | None:
    """What so long a task pays with one of each unit, a supplement only where the terms carry it; None for terms that
    ask for more facts."""
    ms, steps = seconds * 1000, score_steps(pay)
    facts = Facts(
        ms, dict.fromkeys(units_of(pay), 1), wall_ms=ms, timesheet_ms=ms, median_ms=(typical_s or seconds) * 1000,
        flags=flags_of(pay),
    )  # fmt: skip
    try:
        own = resolved(pay, {})
        minor = total(lines(facts, own))
        best_minor = total(lines(with_score(facts, steps[-1]), own)) if steps else None
    except FactsError:
        return None
    return Point(seconds, minor, effective(minor, ms).per_hour_minor, best_minor)


@dataclass(frozen=True, slots=True)
class Points:
    """What minutes come to: `line` to draw (empty where time isn't paid), `rows` of the table behind it."""

    line: tuple[Point, ...]
    rows: tuple[Point, ...]


def points_of(pay: Terms, p50_s: int | None = None, p80_s: int | None = None) -> Points | None:
    """From nothing to the paid-time maximum; for terms that pay no time, at the typical and the long time alone."""
    marks = [each for each in (p50_s, p80_s) if each]
    if not needs_time(pay):
        rows = [pay_at(pay, each, p50_s) for each in sorted(set(marks))]
        found = tuple(each for each in rows if each is not None)
        return Points((), found) if found else None
    longest = pay.paid_s_max or max(marks, default=3600)
    bends = [each.upto_s for each in segments_of(pay) if each.upto_s and each.upto_s < longest]
    marks = [each for each in marks if each <= longest]
    drawn = {0, longest, *bends, *marks, *(longest * n // _POINTS for n in range(1, _POINTS))}
    step = next((nice for nice in _NICE_S if longest <= nice * _ROWS), _NICE_S[-1])
    listed = {*range(step, longest, step), longest, *bends, *marks}
    known = {each: pay_at(pay, each, p50_s) for each in drawn | listed}
    line, rows = ([known[each] for each in sorted(places)] for places in (drawn, listed))
    if None in line or None in rows:
        return None
    return Points(tuple(each for each in line if each), tuple(each for each in rows if each))


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between two cards. `direction`: raised, lowered (for the expert), or other.

    `unit` says what the values are: amount, per_hour, seconds, percent, days, version, sentences.
    """

    what: str
    unit: str
    before: Any
    now: Any
    direction: str


# What of a card is compared, in the order in which it is told: its unit, and whether more of it is better for whoever
# works (None: neither).
_COMPARED: tuple[tuple[str, str, bool | None], ...] = (
    ("rate_minor", "per_hour", True),
    ("price_minor", "amount", True),
    ("full_rate_s", "seconds", True),
    ("after_minor", "per_hour", True),
    ("paid_s_max", "seconds", True),
    ("ceiling_minor", "amount", True),
    ("held_percent", "percent", False),
    ("held_days", "days", False),
    ("review_deadline_s", "seconds", False),
    ("p50_s", "seconds", None),
    ("p80_s", "seconds", None),
    ("lease_s", "seconds", True),
    ("claim_s_max", "seconds", True),
    ("idle_s", "seconds", True),
    ("pause_s_max", "seconds", True),
    ("extension_s_max", "seconds", True),
    ("extension_s_auto", "seconds", True),
    ("rework_s", "seconds", True),
    ("guideline_version", "version", None),
    ("template_version", "version", None),
)


def figures_of(terms: Mapping[str, Any]) -> dict[str, int | None]:
    """A card's figures, by the names that `changes` uses; None for what it doesn't have."""
    pay = Terms.parse(terms["pay"])
    segments, price, held = segments_of(pay), price_of(pay), holds_of(pay)
    estimate = terms.get("estimate") or {}
    found: dict[str, int | None] = {
        "rate_minor": segments[0].rate_minor if segments else None,
        "price_minor": price[0] if price else None,
        "full_rate_s": (segments[0].upto_s or pay.paid_s_max) if segments else None,
        "after_minor": segments[1].rate_minor if len(segments) > 1 else None,
        "paid_s_max": pay.paid_s_max,
        "held_percent": held[0] if held else None,
        "held_days": held[1] if held else None,
        "review_deadline_s": terms["review_deadline_h"] * 3600,
        "p50_s": estimate.get("p50_s"),
        "p80_s": estimate.get("p80_s"),
        "template_version": terms.get("template_version", 1) if terms.get("kind", "attempt") == "attempt" else None,
    }
    for name, _unit, _better in _COMPARED:
        if name not in found:
            found[name] = terms.get(name)
    return found


def is_card(terms: Mapping[str, Any]) -> bool:
    """Whether something that came from outside reads like a card's terms, figure by figure."""
    try:
        found = figures_of(terms)
    except (TermsError, KeyError, TypeError, AttributeError):
        return False
    texts = (terms.get("stage"), terms.get("kind"), terms.get("full_rate", ""))
    return all(value is None or type(value) is int for value in found.values()) and all(
        isinstance(text, str) for text in texts
    )


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs between two cards, pay first. One that pays more or less for any length says so as a whole."""
    old_pay, new_pay = Terms.parse(before["pay"]), Terms.parse(now["pay"])
    old, new = figures_of(before), figures_of(now)
    found = []
    if old_pay.to_json() != new_pay.to_json():
        old_said, new_said = describe(old_pay), describe(new_pay)
        found.append(Change("pay", "sentences", old_said, new_said, compared(old_pay, new_pay)))
    for name, unit, more_is_better in _COMPARED:
        if old[name] != new[name]:
            found.append(Change(name, unit, old[name], new[name], _direction(old[name], new[name], more_is_better)))
    for name in ("blind", "pilot"):
        if bool(before.get(name)) != bool(now.get(name)):
            found.append(Change(name, "flag", bool(before.get(name)), bool(now.get(name)), "other"))
    return tuple(found)


def _direction(old: int | None, new: int | None, more_is_better: bool | None) -> str:
    if more_is_better is None or (None in (old, new) and more_is_better):
        return "other"  # a rate that isn't there is no rate of nought
    return "raised" if ((new or 0) > (old or 0)) == more_is_better else "lowered"


def compared(old: Terms, new: Terms) -> str:
    """`raised` if no length of work pays less and some more; `lowered` the other way round; else `other`.

    Looked at are lengths up to the longer maximum, where a rate of either changes among them.
    """
    if old.currency != new.currency:
        return "other"
    longest = max(old.paid_s_max or 0, new.paid_s_max or 0) or 3600
    bends = {each.upto_s for pay in (old, new) for each in segments_of(pay) if each.upto_s}
    lengths = sorted({1, longest, *bends, *(longest * n // _POINTS for n in range(1, _POINTS))})
    pairs = [(pay_at(old, each), pay_at(new, each)) for each in lengths]
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    differences = [Fraction(b.minor - a.minor) for a, b in both]
    differences += [Fraction(_best(b) - _best(a)) for a, b in both]
    if len(both) < len(pairs) or not any(differences):
        return "other"
    if min(differences) >= 0:
        return "raised"
    return "lowered" if max(differences) <= 0 else "other"


def _best(point: Point) -> int:
    return point.minor if point.best_minor is None else point.best_minor


def whole_direction(found: Sequence[Change]) -> str:
    """Whether pay as a whole was raised or lowered; `other` where it is neither, or pay is as it was."""
    return next((each.direction for each in found if each.what == "pay"), "other")
