"""What holds for every plan and every fact, and a second engine that has to agree to the cent."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fairhand_pay import (
    Facts,
    Line,
    Terms,
    TermsError,
    ceiling,
    lines,
    needs_time,
    sentence,
    total,
    units_of,
)
from fairhand_pay.currency import exponent
from tests.counts import count
from tests.rules.pay_cases import Case, second_opinion, some_case

_seeds = st.integers(0, 2**63)


def paid(case: Case) -> tuple[Terms, tuple[Line, ...]]:
    terms = Terms.parse(case.terms)
    return terms, lines(Facts(case.active_ms, case.units), terms)


def test_a_second_engine_gets_the_same_cents(seed: int, claim: Callable[[str, int], None]) -> None:
    random = Random(seed)
    cases, several = count(1_000, 100_000), 0
    for number in range(cases):
        case = some_case(random)
        terms, found = paid(case)
        scale = exponent(terms.currency)
        amounts = [Decimal(line.amount_minor).scaleb(-scale) for line in found]
        assert amounts == second_opinion(case), f"seed {seed}, case {number}: {case}"
        several += len(found) > 1
    assert several > cases // 4
    claim("the pay engine and a second one, written apart from it, agree on every line to the cent", cases)


@settings(max_examples=count(300, 30_000))
@given(_seeds)
def test_no_fact_pays_more_than_the_ceiling_and_lines_add_up(seed: int) -> None:
    terms, found = paid(some_case(Random(seed)))
    assert 0 <= total(found) <= ceiling(terms)
    assert total(found) == sum(line.amount_minor for line in found)
    assert all(line.amount_minor >= 0 for line in found)
    assert len(found) >= len(terms.primitives)


@settings(max_examples=count(300, 30_000))
@given(_seeds, st.integers(0, 10**12))
def test_the_ceiling_holds_for_absurd_facts_and_is_reached(seed: int, huge: int) -> None:
    terms = Terms.parse(some_case(Random(seed)).terms)
    facts = Facts(huge if needs_time(terms) else None, dict.fromkeys(units_of(terms), huge))
    assert total(lines(facts, terms)) <= ceiling(terms)
    most = Facts(10**12, dict.fromkeys(units_of(terms), 10**12))
    assert total(lines(most, terms)) == ceiling(terms)


@settings(max_examples=count(300, 30_000))
@given(_seeds, st.integers(0, 10**9), st.integers(0, 10))
def test_more_work_never_pays_less(seed: int, more_ms: int, more_units: int) -> None:
    case = some_case(Random(seed))
    terms, found = paid(case)
    units = {unit: number + more_units for unit, number in case.units.items()}
    longer = lines(Facts(None if case.active_ms is None else case.active_ms + more_ms, units), terms)
    assert total(longer) >= total(found)


@settings(max_examples=count(300, 30_000))
@given(_seeds, st.integers(1, 604_799))
def test_cutting_a_segment_in_two_at_the_same_rate_moves_a_cent_at_most(seed: int, cut_s: int) -> None:
    case = some_case(Random(seed))
    terms, found = paid(case)
    assume(ceiling(terms) > 1)  # a plan worth one cent may be worth none when it is cut, and is refused
    cut = _cut(case.terms, cut_s)
    again = lines(Facts(case.active_ms, case.units), Terms.parse(cut))
    assert abs(total(again) - total(found)) <= 1
    assert _exact(again) == _exact(found)


def _cut(written: dict[str, Any], cut_s: int) -> dict[str, Any]:
    """The same plan with one more boundary that changes no rate."""
    primitives = []
    for each in written["primitives"]:
        if each["primitive"] == "TIME" and cut_s < written["paid_s_max"]:
            segments = list(each["segments"])
            ends = [segment["upto_s"] for segment in segments]
            if cut_s not in ends:
                place = next(n for n, end in enumerate(ends) if end is None or end > cut_s)
                segments.insert(place, {**segments[place], "upto_s": cut_s})
            each = {**each, "segments": segments}
        primitives.append(each)
    return {**written, "primitives": primitives}


def _exact(found: tuple[Line, ...]) -> Fraction:
    return sum((Fraction(line.exact) for line in found), Fraction(0))


@settings(max_examples=count(300, 30_000))
@given(_seeds)
def test_a_later_change_of_what_follows_leaves_earlier_lines_alone(seed: int) -> None:
    case = some_case(Random(seed))
    terms, found = paid(case)
    if terms.paid_s_max is None or terms.paid_s_max >= 600_000:
        return
    longer = Terms.parse({**case.terms, "paid_s_max": terms.paid_s_max + 1000})
    again = lines(Facts(case.active_ms, case.units), longer)
    assert total(again) >= total(found)
    assert ceiling(longer) >= ceiling(terms)


@settings(max_examples=count(300, 30_000))
@given(_seeds)
def test_terms_written_and_read_pay_the_same(seed: int) -> None:
    case = some_case(Random(seed))
    terms, found = paid(case)
    again = Terms.parse(terms.to_json())
    assert again == terms
    assert again.to_json() == terms.to_json()
    assert lines(Facts(case.active_ms, case.units), again) == found


@settings(max_examples=count(300, 30_000))
@given(_seeds)
def test_every_line_can_be_said_and_recomputed_from_its_inputs(seed: int) -> None:
    _, found = paid(some_case(Random(seed)))
    for line in found:
        assert "%(" not in sentence(line)
        assert line.sentence_args["amount"] in sentence(line)
        price = Decimal(str(line.inputs.get("rate", line.inputs.get("price")))).scaleb(exponent(line.currency))
        amount = Decimal(line.inputs.get("ms", line.inputs.get("count", 0))) * price
        top, _, bottom = line.exact.partition("/")
        assert amount * int(bottom or 1) == int(top) * (3_600_000 if line.primitive == "TIME" else 1)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=count(300, 10_000))
@given(_seeds, st.data())
def test_damaged_terms_are_refused_or_read_but_never_break(seed: int, data: st.DataObject) -> None:
    written = some_case(Random(seed)).terms
    damaged = _damage(written, data)
    try:
        terms = Terms.parse(damaged)
    except TermsError as error:
        refused = error
    else:
        facts = Facts(1000, dict.fromkeys(units_of(terms), 1))
        assert total(lines(facts, terms)) <= ceiling(terms)
        return
    assert refused.why
    assert len(str(refused)) < 600


def _damage(value: Any, data: st.DataObject) -> Any:
    """Replace one value, somewhere inside."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: _damage(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        place = data.draw(st.integers(0, len(value) - 1))
        return [*value[:place], _damage(value[place], data), *value[place + 1 :]]
    return data.draw(_json)


def test_the_same_seed_is_the_same_case(seed: int) -> None:
    assert [some_case(Random(seed)) for _ in range(2)] == [some_case(Random(seed))] * 2
