"""The engine against a second one, over random plans of all primitives; and what holds for each of them."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fairhand_pay import (
    SENTENCES,
    AdjustParams,
    Facts,
    Line,
    Terms,
    adjust,
    at_full_rate,
    ceiling,
    describe,
    held,
    highest,
    line_hash,
    lines,
    resolved,
    sentence,
    sentence_of,
    total,
    window_ceiling,
    window_lines,
    work_ms,
)
from fairhand_pay.recompute import recalled
from tests.counts import count
from tests.pay.plans import PERIODS, facts_of, period_of, some_facts, some_period, some_terms
from tests.pay.second import Second

FACTS_PER_PLAN = 4
ORDER = ("RATE", "TIME", "UNIT", "EVENT", "MULT", "CAP", "FLOOR", "HOLD")


def paid(found: tuple[Line, ...]) -> list[tuple[str, int]]:
    return [(line.primitive, line.amount_minor) for line in found if line.amount_minor]


def test_a_second_engine_gets_the_same_cents_of_every_plan(seed: int, claim: Callable[[str, int], None]) -> None:
    random = Random(seed)
    cases, seen = count(2_000, 1_000_000), set()
    for number in range(cases):
        if number % FACTS_PER_PLAN == 0:
            written = some_terms(random)
            terms, second = Terms.parse(written), Second(written)
        told = some_facts(random, written)
        found = lines(facts_of(told), terms)
        where = f"seed {seed}, case {number}: {written} {told}"
        assert (paid(found), held(found)) == second.claim(told), where
        for scope in PERIODS:
            if terms.of_scope(scope):
                period = some_period(random, written, scope)
                closing = window_lines(period_of(period), terms)
                assert paid(closing) == second.period(period), f"{where} {period}"
                seen |= {(scope, line.primitive) for line in closing if line.amount_minor}
        seen |= {("task", line.primitive, line.version) for line in found if line.amount_minor}
    assert {each[1] for each in seen} == {"TIME", "UNIT", "EVENT", "MULT", "CAP", "FLOOR", "GOAL"}
    assert {("task", "TIME", 1), ("task", "TIME", 2), ("task", "UNIT", 1), ("task", "UNIT", 2)} <= seen
    claim("the pay engine and a second one, written from the specification apart from it, agree to the cent", cases)


def test_what_holds_for_every_plan(seed: int, claim: Callable[[str, int], None]) -> None:
    random = Random(seed + 1)
    cases = count(250, 100_000)
    for number in range(cases):
        written = some_terms(random)
        told = some_facts(random, written)
        terms = Terms.parse(written)
        try:
            _holds(random, terms, written, told)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, case {number}: {written} {told}: {error}") from error
    claim("lines add up, stay under the ceiling, are monotone, sealed, said in two languages and recalled", cases)


def _holds(random: Random, terms: Terms, written: Any, told: Any) -> None:
    facts = facts_of(told)
    found = lines(facts, terms)
    most = ceiling(terms)
    # Lines add up, under the ceiling; none but a cap takes anything.
    assert 0 <= total(found) <= most
    assert all(line.amount_minor >= 0 for line in found if line.primitive != "CAP")
    assert [ORDER.index(line.primitive) > 3 for line in found] == sorted(ORDER.index(n.primitive) > 3 for n in found)
    assert 0 <= held(found) <= max(0, total(found))
    # One person's terms pay them the same, and their ceiling is under everybody's.
    own = resolved(terms, facts.dims)
    assert total(lines(facts, own)) == total(found) <= ceiling(own) <= most
    assert ceiling(highest(terms)) == most
    # Stored and read again, they are the same terms.
    again = Terms.parse(terms.to_json())
    assert (again, again.to_json()) == (terms, terms.to_json())
    assert lines(facts, again) == found
    # More of anything never pays less.
    more = {**told, "units": {name: n + random.randrange(3) for name, n in told["units"].items()}}
    for name in ("active_ms", "wall_ms", "timesheet_ms"):
        more[name] = told[name] + random.randrange(0, 4_000_000)
    assert total(lines(facts_of(more), terms)) >= total(found)
    better = {**told, "score": "12", "flags": ["surge", "difficult"]}
    assert total(lines(facts_of(better), terms)) >= total(found)
    assert total(lines(facts, at_full_rate(own))) >= total(found)
    _sealed(found)
    # The recorded inputs are the facts: they pay the same lines.
    assert lines(recalled([line.inputs for line in found]), terms) == found
    for line in found:
        for language in ("en", "ar"):
            assert "%(" not in sentence(line, language)
    for each in describe(terms):
        assert each.key in SENTENCES
        assert "%(" not in sentence_of(each.key, each.args, "ar")
    _periods(random, terms, written)


def _sealed(found: tuple[Line, ...]) -> None:
    """Each line's hash is over all of it and over its parents'."""
    known: dict[str, str] = {}
    for line in found:
        assert set(line.parents) <= set(known)
        assert line.hash == line_hash(line, [known[key] for key in line.parents])
        known[line.key] = line.hash


def _periods(random: Random, terms: Terms, written: Any) -> None:
    for scope in PERIODS:
        if not terms.of_scope(scope):
            continue
        told = some_period(random, written, scope)
        closing = window_lines(period_of(told), terms)
        done = sum(each["amount"] for each in told["lines"])
        assert total(closing) <= window_ceiling(terms, scope)
        more = {**told, "done": {name: n + random.randrange(0, 4) for name, n in told["done"].items()}}
        later = window_lines(period_of(more), terms)
        assert total(later) >= total(closing)
        assert done + total(closing) >= min(done, 0)
        (added,) = adjust(closing, later, AdjustParams(cause="goal")) or (None,)
        assert (0 if added is None else added.amount_minor) == total(later) - total(closing)
        assert all("%(" not in sentence(line, "ar") for line in closing)


@pytest.mark.parametrize("cuts", [0, 1, 5, 40])
def test_splitting_an_interval_changes_nothing(cuts: int, seed: int) -> None:
    random = Random(seed + cuts)
    for _ in range(count(50, 20_000)):
        start, end = sorted(random.sample(range(10_000_000), 2))
        places = sorted(random.sample(range(start, end), min(cuts, end - start)))
        edges = [start, *places, end]
        pieces = list(pairwise(edges))
        twice = random.choices(pieces, k=3)
        random.shuffle(pieces)
        assert work_ms([*pieces, *twice]) == end - start
    assert work_ms([]) == 0
    assert work_ms([(0, 5), (9, 12), (3, 4)]) == 8
    assert work_ms([(7, 7), (0, 5)]) == 5, "an interval without length is none"


def test_the_second_engine_is_written_apart() -> None:
    source = Path(Second.__init__.__code__.co_filename).read_text()
    imports = [line for line in source.splitlines() if line.startswith(("import ", "from "))]
    assert imports == ["from fractions import Fraction", "from typing import Any"]


def test_facts_that_pay_most_are_found(seed: int) -> None:
    """The ceiling is reached, not only never passed: nothing is reserved that nobody could earn."""
    random = Random(seed + 2)
    for _ in range(count(150, 50_000)):
        terms = Terms.parse(some_terms(random))
        huge = Facts(
            10**12, dict.fromkeys(("judgement", "review", "task", "turn", "item", "word"), 10**7), wall_ms=10**12,
            timesheet_ms=10**12, median_ms=10**12, score="12", flags=frozenset({"surge", "difficult"}),
        )  # fmt: skip
        if any(each.primitive == "EVENT" for each in terms.primitives):
            continue
        assert total(lines(huge, highest(terms))) == ceiling(terms)
