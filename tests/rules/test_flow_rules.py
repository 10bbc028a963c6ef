"""Properties of the pure rules: how work is taken, which time is paid, what is reviewed, what a card promises."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.dispatch.offers import Card, StageFacts, card_of
from fairhand.dispatch.states import CLAIM_MOVES, CLAIM_STATES, CLAIM_TAKES_WORK, SLOT_MOVES, SLOT_STATES
from fairhand.kernel.limits import SURPLUS_PER_WEEK_MAX
from fairhand.kernel.refusals import Refused
from fairhand.review.policies import POLICIES
from fairhand.review.policies._facts import SubmissionFacts
from fairhand.review.rules import VERDICTS, problems_of_verdict
from fairhand.work.rules import Taking, how_taken, paid_ms
from fairhand_pay import Facts, Terms, ceiling, lines, needs_time, terms_from_preset, total, units_of
from tests.counts import count

CASES = settings(max_examples=count(100, 5000))
SAMPLE = POLICIES.get("sample")
SHARES = st.integers(0, 1000).map(lambda n: f"{n // 1000}.{n % 1000:03d}")
TERMS = st.fixed_dictionaries({"share": SHARES, "first": st.integers(0, 20), "seed": st.text(min_size=1, max_size=8)})
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@CASES
@given(
    st.sampled_from(CLAIM_STATES), st.integers(1, 4), st.sampled_from(SLOT_STATES), st.integers(1, 4), st.booleans(),
    st.integers(0, 2 * SURPLUS_PER_WEEK_MAX),
)  # fmt: skip
def test_work_is_taken_under_a_live_claim_and_late_work_within_the_week(
    claim: str, claim_round: int, slot: str, slot_round: int, others: bool, late: int
) -> None:
    found = how_taken(claim, claim_round, slot, slot_round, others, late)
    free = slot == "open" and claim_round == slot_round and not others
    if isinstance(found, Refused):
        assert claim not in CLAIM_TAKES_WORK or (not free and late >= SURPLUS_PER_WEEK_MAX)
        assert found.why.endswith(".")
        return
    assert isinstance(found, Taking)
    assert claim in CLAIM_TAKES_WORK
    assert found.claim_move in CLAIM_MOVES
    assert found.claim_move == (claim, "submitted")
    assert found.slot_move is None or found.slot_move in SLOT_MOVES
    assert found.surplus == (found.slot_move is None) == (claim in ("expired", "released") and not free)


@CASES
@given(
    st.none() | st.integers(0, 10**9), st.integers(0, 10**7), st.booleans(), st.none() | st.integers(1, 10**6)
)  # fmt: skip
def test_paid_time_is_what_was_measured_else_what_our_clock_saw(
    work_ms: int | None, seen_ms: int, timed: bool, most_s: int | None
) -> None:
    paid = paid_ms(work_ms, NOW, NOW + timedelta(milliseconds=seen_ms), timed, most_s)
    if work_ms is not None:
        assert paid == work_ms
    elif not timed:
        assert paid is None
    else:
        assert paid == min(seen_ms, seen_ms if most_s is None else most_s * 1000)


@CASES
@given(TERMS, st.text(max_size=12), st.integers(1, 5), st.integers(0, 40))
def test_the_first_of_everybody_and_every_later_round_are_reviewed(
    terms: dict[str, Any], slot_key: str, round_: int, before: int
) -> None:
    assert SAMPLE is not None
    assert SAMPLE.problems(terms) == []
    facts = SubmissionFacts(slot_key, round_, before)
    wanted = SAMPLE.wanted(facts, terms)
    assert wanted in (0, 1)
    assert wanted == SAMPLE.wanted(facts, terms), "the same question has the same answer"
    if round_ > 1 or before < terms["first"] or Fraction(terms["share"]) == 1:
        assert wanted == 1
    elif Fraction(terms["share"]) == 0:
        assert wanted == 0


@CASES
@given(TERMS, SHARES, st.text(max_size=12))
def test_a_larger_share_reviews_what_a_smaller_one_does_and_more(terms: dict[str, Any], other: str, key: str) -> None:
    assert SAMPLE is not None
    low, high = sorted((terms["share"], other), key=Fraction)
    facts = SubmissionFacts(key, 1, terms["first"])
    assert SAMPLE.wanted(facts, terms | {"share": low}) <= SAMPLE.wanted(facts, terms | {"share": high})


def test_the_share_is_kept_over_many_slots(seed: int) -> None:
    assert SAMPLE is not None
    n = count(4000, 200_000)
    for share in ("0.05", "0.10", "0.5", "0.9"):
        terms = {"share": share, "first": 0, "seed": str(seed)}
        drawn = sum(SAMPLE.wanted(SubmissionFacts(f"task-{number}/1", 1, 99), terms) for number in range(n))
        p = float(share)
        assert abs(drawn - n * p) < 6 * (n * p * (1 - p)) ** 0.5


@CASES
@given(TERMS, st.integers(0, 5000), st.integers(0, 50))
def test_the_pool_expects_between_the_firsts_and_everything(
    terms: dict[str, Any], submissions: int, experts: int
) -> None:
    assert SAMPLE is not None
    expected = SAMPLE.expected(submissions, experts, terms)
    assert min(submissions, experts * terms["first"]) <= expected <= submissions
    assert expected >= submissions * Fraction(terms["share"])


@CASES
@given(
    st.dictionaries(
        st.sampled_from(["share", "first", "seed", "extra"]),
        st.none()
        | st.integers(-5, 2000)
        | st.booleans()
        | st.sampled_from(["", "0.1", "1.1", "-1", "1e3", "NaN", "x"]),
    )
)
def test_bad_terms_of_the_sample_are_named_by_their_field(terms: dict[str, Any]) -> None:
    assert SAMPLE is not None
    problems = SAMPLE.problems(terms)
    assert {field for field, _ in problems} <= {"share", "first", "seed", *terms}
    if not problems:
        assert SAMPLE.wanted(SubmissionFacts("k", 1, 0), terms) in (0, 1)
        assert SAMPLE.expected(10, 2, terms) <= 10


VALUES = (
    st.none()
    | st.integers(-3, 3)
    | st.text(max_size=4)
    | st.dictionaries(st.text(max_size=2), st.integers() | st.booleans())
)
ANSWERS = st.dictionaries(
    st.sampled_from(["verdict", "scores", "note", "clause", "fixed_answer", "more"]),
    st.sampled_from([*VERDICTS, "reject"]) | VALUES,
)


@CASES
@given(ANSWERS | VALUES)
def test_a_verdict_without_problems_has_all_that_its_row_needs(answer: Any) -> None:
    if problems_of_verdict(answer):
        assert all(len(problem) == 3 and problem[2].endswith(".") for problem in problems_of_verdict(answer))
        return
    assert answer["verdict"] in VERDICTS
    if answer["verdict"] == "return":
        assert answer["clause"].strip()
        assert answer["note"].strip()
    if answer["verdict"] == "accept_with_fixes":
        assert isinstance(answer["fixed_answer"], dict)
    assert all(type(score) is int for score in answer.get("scores", {}).values())


PLANS = st.one_of(
    st.integers(1, 10_000).map(lambda n: ("per_unit", {"unit": "judgement", "price": f"{n / 100:.2f}"})),
    st.tuples(st.integers(100, 20_000), st.integers(60, 86_400)).map(
        lambda p: ("hourly", {"rate": f"{p[0] / 100:.2f}", "paid_s_max": p[1]})
    ),
)
STAGE = {
    "name": "compare", "kind": "attempt", "plan_version": 1, "guideline_version": 1, "lease_s": 600,
    "claim_s_max": 7200, "idle_s": 180, "rework_s": 3600, "review_deadline_h": 168, "estimate": {},
}  # fmt: skip


def card(pay: dict[str, Any], **changed: Any) -> Card:
    return card_of(StageFacts(pay=pay, **{**STAGE, **changed}))


@CASES
@given(PLANS, st.integers(0, 10**9))
def test_a_cards_ceiling_covers_whatever_a_claim_earns(plan: tuple[str, dict[str, Any]], active_ms: int) -> None:
    terms = terms_from_preset(*plan, "USD")
    made = card(terms.to_json())
    facts = Facts(active_ms=active_ms if needs_time(terms) else None, units=dict.fromkeys(units_of(terms), 1))
    assert total(lines(facts, terms)) <= made.ceiling_minor == ceiling(terms)
    assert Terms.parse(made.terms["pay"]) == terms, "an offer says all that its pay was computed from"


@CASES
@given(PLANS, st.sampled_from(sorted(STAGE)), st.integers(1, 10**6))
def test_any_change_of_the_terms_changes_the_cards_hash(plan: tuple[str, dict[str, Any]], what: str, to: int) -> None:
    pay = terms_from_preset(*plan, "USD").to_json()
    value: object = {"p50_s": to} if what == "estimate" else str(to) if isinstance(STAGE[what], str) else to
    first, second = card(pay), card(pay, **{what: value})
    assert (first.terms_hash == second.terms_hash) == (STAGE[what] == value)
    assert card(pay).terms_hash == first.terms_hash
