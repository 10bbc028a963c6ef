"""Two plans side by side: whether one pays less than the other for any work. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from fairhand.kernel.money import parse_minor
from fairhand.pay.own_rate import cards_in, is_personal, kinds_of_people, own_terms
from fairhand.pay.rules import ONE_EACH
from fairhand_pay import Facts, Terms, flags_of, held, lines, needs_time, score_steps, total, units_of
from fairhand_pay.terms import most_facts

_MINUTE = 60_000
# Looked at: each minute of two hours, then each ten up to the longest paid time, and what the plans themselves name.
_EACH_MINUTE, _THEN_EVERY = 120, 10
_TIMES_MAX, _POINTS_MAX = 400, 6000
_FEW = (0, 1, 2, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Less:
    """A piece of work for which the later plan pays less, or (`at_once`) less of it at once, or holds it longer."""

    ms: int | None
    units: Mapping[str, int]
    before_minor: int
    after_minor: int
    at_once: bool = False
    # Of whom it is true, where people have rates of their own: what the row asks.
    who: Mapping[str, str] = field(default_factory=dict)
    # At this typical time of everybody, where a plan guarantees a wage by it.
    typical_ms: int | None = None
    # And with this score, where a plan pays more for one.
    score: str | None = None


def pays_less(before: Terms, after: Terms, dims: Mapping[str, str]) -> Less | None:
    """The work that loses most by the change, among all times and numbers of units looked at; None if none does.

    Where it pays the same and only what is payable at once falls, or the release is later, the two amounts are those
    payable at once. Plans of two currencies can't be compared: ValueError.
    """
    if before.currency != after.currency:
        raise ValueError(f"plans of {before.currency} and {after.currency} can't be compared")
    worst: Less | None = None
    for own_before, own_after, who in _own_pairs(before, after, dims):
        less = _less(own_before, own_after, dims)
        if less is not None and (worst is None or _weight(less) > _weight(worst)):
            worst = replace(less, who=who)
    return worst


def _own_pairs(before: Terms, after: Terms, dims: Mapping[str, str]) -> list[tuple[Terms, Terms, dict[str, str]]]:
    """Both plans at the rates of those who may lose most: pay rises with the rate, so of two kinds of people one is
    left out who had no more before and gets no less after."""
    if not is_personal(before) and not is_personal(after):
        return [(before, after, {})]
    found: dict[tuple[int, int], tuple[Terms, Terms, dict[str, str]]] = {}
    for holder in kinds_of_people(before, after):
        (was, was_for), (now, now_for) = own_terms(before, holder, dims), own_terms(after, holder, dims)
        found.setdefault((_rate(was), _rate(now)), (was, now, {**now_for, **was_for}))
    return [
        each for (old, new), each in found.items()
        if not any(other != (old, new) and other[0] >= old and other[1] <= new for other in found)
    ]  # fmt: skip


def _rate(terms: Terms) -> int:
    return next((parse_minor(card.rows[0].rate, terms.currency) for card in cards_in(terms)), 0)


def _less(before: Terms, after: Terms, dims: Mapping[str, str]) -> Less | None:
    worst: Less | None = None
    typical = _typical((before, after))
    scores = [None, *sorted({step for each in (before, after) for step in score_steps(each)})]
    for (ms, units), median_ms, score in product(_points(before, after), typical, scores):
        facts = Facts(ms, units, timesheet_ms=ms, median_ms=median_ms, score=score, dims=dims)
        was, now = _paid(before, facts), _paid(after, facts)
        for at_once, (old, new) in enumerate(zip(was, now, strict=True)):
            less = Less(ms, units, old, new, bool(at_once), typical_ms=median_ms, score=score)
            if new < old and (worst is None or _weight(less) > _weight(worst)):
                worst = less
    days = _held_days(before), _held_days(after)
    if worst is None and days[0] is not None and days[1] is not None and days[1] > days[0]:
        at_once = _paid(after, most_facts(after).joined(Facts(None, dims=dims)))[1]
        return Less(None, {}, at_once, at_once, at_once=True)
    return worst


def pays_more(before: Terms, now: Terms, dims: Mapping[str, str]) -> bool:
    """Whether a plan pays nowhere less than another, nor later, and somewhere more or sooner."""
    return pays_less(before, now, dims) is None and pays_less(now, before, dims) is not None


def _weight(less: Less) -> tuple[bool, int, bool]:
    """What is lost, before what only comes later; of equals, whole minutes are said more easily."""
    return not less.at_once, less.before_minor - less.after_minor, (less.ms or 0) % _MINUTE == 0


def _paid(terms: Terms, told: Facts) -> tuple[int, int]:
    """(all of it, what is payable before the decision): nothing, where no part is held and so all of it waits."""
    facts = replace(told, flags=told.flags | flags_of(terms))
    found = lines(facts, terms)
    whole = total(found)
    part = any(line.primitive == "HOLD" for line in found)
    return whole, whole - held(found) if part else 0


def _points(before: Terms, after: Terms) -> Iterator[tuple[int | None, dict[str, int]]]:
    plans = (before, after)
    times = _times(plans) if any(needs_time(each) for each in plans) else [None]
    names = sorted({unit for each in plans for unit in units_of(each)})
    numbers = [_numbers(plans, name) for name in names]
    count = len(times)
    for each in numbers:
        count *= len(each)
    if count <= _POINTS_MAX:
        combined = [dict(zip(names, each, strict=True)) for each in product(*numbers)]
    else:  # one unit after the other, the others at one and at their most
        combined = [
            {**dict(zip(names, base, strict=True)), name: number}
            for base in ([1] * len(names), [max(each) for each in numbers])
            for name, found in zip(names, numbers, strict=True)
            for number in found
        ]
    for units in combined:
        for ms in times:
            yield ms, units


def _typical(plans: tuple[Terms, ...]) -> list[int | None]:
    """Typical times at which what a plan guarantees by them may differ; unknown, where none does."""
    most = {params["upto_s"] for params in _params(plans) if params.get("basis") == "median"}
    return [None, *sorted({upto_s * 125 * eighth for upto_s in most for eighth in range(1, 9)})]


def _times(plans: tuple[Terms, ...]) -> list[int | None]:
    most = max(each.paid_s_max or 0 for each in plans) * 1000
    named = {0, most, most + _MINUTE}
    for params in _params(plans):
        seconds = [row.get("upto_s") for row in params.get("segments", ())]
        seconds += [params.get(name) for name in ("min_s", "upto_s", "tick_s")]
        named |= {s * 1000 + step for s in seconds if s for step in (-1000, 0, 1000)}
    minutes = [*range(_EACH_MINUTE), *range(_EACH_MINUTE, most // _MINUTE + 1, _THEN_EVERY)]
    every = max(1, -(-len(minutes) // _TIMES_MAX))
    found = {n * _MINUTE for n in minutes[::every] if n * _MINUTE <= most} | named
    return sorted(found)


def _numbers(plans: tuple[Terms, ...], unit: str) -> list[int]:
    if unit in ONE_EACH:
        return [1]
    found = set(_FEW)
    for params in _params(plans):
        if params.get("unit") == unit:
            named = [params["units_max"], *(band["upto"] for band in params.get("bands", ()) if band["upto"])]
            found |= {n + step for n in named for step in (0, 1)}
        if params.get("by") == unit:
            found |= {int(step["at"]) + more for step in params["steps"] for more in (-1, 0)}
    return sorted(n for n in found if n >= 0)


def _params(plans: tuple[Terms, ...]) -> Iterator[dict[str, Any]]:
    for terms in plans:
        for each in terms.primitives:
            yield each.params.model_dump(mode="json")


def _held_days(terms: Terms) -> int | None:
    holds = (each.params.model_dump() for each in terms.primitives if each.primitive == "HOLD")
    return next((int(params["release_days"]) for params in holds), None)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What a number of one unit pays, the others at one."""

    unit: str
    n: int
    minor: int


def unit_rows(terms: Terms, dims: Mapping[str, str]) -> tuple[UnitRow, ...]:
    """What numbers of units pay, where a plan pays for those: at each place where the price changes, and its most."""
    names = units_of(terms)
    found = []
    for name in [each for each in names if each not in ONE_EACH]:
        for n in [each for each in _numbers((terms,), name) if each <= most_facts(terms).units[name]]:
            ms = 0 if needs_time(terms) else None
            facts = Facts(ms, {**dict.fromkeys(names, 1), name: n}, timesheet_ms=ms, dims=dims, flags=flags_of(terms))
            found.append(UnitRow(name, n, total(lines(facts, terms))))
    return tuple(found)
