"""What comes next, purely: every queue once and none invented, the same draw for the same seed, tiers within bounds."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.dispatch.plan import DEFAULT, Plan, Turn, arrange, merge, parse, windows
from fairhand.dispatch.policies._facts import ExpertFacts, QueueFacts, SlotFacts
from fairhand.dispatch.policies.queue import QUEUE_POLICIES
from fairhand.dispatch.policies.slot import SLOT_POLICIES
from fairhand.kernel.limits import QUEUES_PER_CLAIM_MAX, TIER_LAST
from tests.counts import count

FIELDS = ("", "law", "Law", "tax", "medicine")
_slot_facts = st.builds(
    SlotFacts, place=st.integers(0, 10**6), seq=st.integers(1, 1000), extra=st.booleans(),
    hours_left=st.none() | st.integers(-10_000, 10_000), batch_priority=st.integers(0, 9),
    project_priority=st.integers(0, 9), uncertainty_pm=st.none() | st.integers(0, 1000),
    passing_n=st.none() | st.integers(0, 5000),
)  # fmt: skip
_queue = st.builds(
    QueueFacts, id=st.integers(1, 10**9), project=st.just("p"), stage=st.just("s"),
    lane=st.sampled_from(["real", "calibration", "rework", "gold"]), tier=st.integers(0, TIER_LAST),
    field=st.sampled_from(FIELDS), own=st.booleans(),
)  # fmt: skip
_queues = st.lists(_queue, max_size=80, unique_by=lambda queue: queue.id)
_expert = st.builds(
    ExpertFacts, seed=st.text(max_size=8), done_n=st.integers(0, 20),
    last_fields=st.lists(st.sampled_from(FIELDS), max_size=10).map(tuple),
    domains=st.frozensets(st.sampled_from(FIELDS)), wishes=st.frozensets(st.sampled_from(FIELDS)),
)  # fmt: skip
_policies = st.permutations(QUEUE_POLICIES.names()).flatmap(
    lambda names: st.integers(0, len(names)).map(lambda n: plan(queue={name: {} for name in names[:n]}))
)


def plan(slot: dict[str, Any] | None = None, queue: dict[str, Any] | None = None) -> Plan:
    """A plan of these policies with these terms; what isn't said is the default of the terms."""

    def chosen(kind: dict[str, Any] | None) -> list[dict[str, Any]]:
        return [{"name": name, "version": 1, "terms": terms} for name, terms in (kind or {}).items()]

    found = parse({"version": 1, "slot": chosen(slot), "queue": chosen(queue), "redundancy": None})
    assert isinstance(found, Plan), found
    return found


def first(found: Plan, queues: list[QueueFacts], expert: ExpertFacts) -> QueueFacts:
    """The queue that is tried first."""
    by_id = {queue.id: queue for queue in queues}
    return by_id[arrange(found, queues, expert).ids[0]]


def two(**more: Any) -> list[QueueFacts]:
    """A queue of law in tier 0 and one of tax in tier 3, changed."""
    return [QueueFacts(1, "p", "s", **({"field": "law"} | more)), QueueFacts(2, "p", "s", field="tax", tier=3)]


@settings(max_examples=count(300, 20_000))
@given(_policies, _queues, _expert)
def test_whatever_the_plan_every_queue_is_tried_once_and_none_is_invented(
    chosen: Plan, queues: list[QueueFacts], expert: ExpertFacts
) -> None:
    found = arrange(chosen, queues, expert)
    assert sorted(found.ids) == sorted(queue.id for queue in queues)
    assert found == arrange(chosen, list(reversed(queues)), expert), "the seed decides, not the order of rows"
    assert set(found.why) == set(found.ids)
    assert "wishes" not in found.why.values(), "what somebody wishes stands in no event"


@settings(max_examples=count(200, 20_000))
@given(st.integers(0, 200), st.text(max_size=8))
def test_calls_hold_every_queue_once_and_never_too_many(n: int, seed: str) -> None:
    ids = list(range(n))
    calls = windows(ids, seed)
    assert sorted(queue_id for call in calls for queue_id in call) == ids
    assert all(len(call) <= QUEUES_PER_CLAIM_MAX for call in calls)
    assert not calls or calls[0][: min(n, 24)] == ids[: min(n, 24)], "the order's head is asked first"


def test_what_stands_far_behind_comes_into_the_first_call_in_turn() -> None:
    seen = Counter(queue_id for n in range(400) for queue_id in windows(range(100), str(n))[0])
    assert set(seen) == set(range(100))


@settings(max_examples=count(200, 20_000))
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, TIER_LAST), st.integers(0, 6)), max_size=40),
    st.text(max_size=8),
)
def test_projects_take_turns_and_none_is_left_out(rows: list[tuple[int, int, int]], seed: str) -> None:
    turns = [Turn(f"p{n}", priority, tier, [100 * n + k for k in range(size)])
             for n, (priority, tier, size) in enumerate(rows)]  # fmt: skip
    found = merge(turns, seed)
    assert sorted(found) == sorted(queue_id for turn in turns for queue_id in turn.ids)
    for turn in turns:
        assert [each for each in found if each in turn.ids] == list(turn.ids), "each in its own order"
    firsts = sum(1 for turn in turns if turn.ids)
    assert {each % 100 for each in found[:firsts]} <= {0}, "every project's first before any project's second"


def test_a_project_of_priority_0_comes_first_about_ten_times_as_often_as_one_of_9() -> None:
    turns = [Turn("urgent", 0, 0, [1]), Turn("late", 9, 0, [2])]
    firsts = Counter(merge(turns, str(seed))[0] for seed in range(2000))
    assert 0.88 < firsts[1] / 2000 < 0.94


@settings(max_examples=count(300, 20_000))
@given(st.permutations(SLOT_POLICIES.names()), st.integers(0, 7), _slot_facts)
def test_tiers_lie_within_bounds_and_never_fall_when_a_policy_joins(names: list[str], n: int, facts: SlotFacts) -> None:
    some, more = (plan(slot={name: {} for name in names[:size]}) for size in (n, n + 1))
    assert 0 <= some.tier(facts) <= more.tier(facts) <= TIER_LAST
    assert some.order(facts) == some.order(facts)


@pytest.mark.parametrize(
    ("name", "terms", "facts", "tier"),
    [
        ("first_in", {}, SlotFacts(seq=4), 0),
        ("deadline", {"hours": [24, 72]}, SlotFacts(hours_left=24), 0),
        ("deadline", {"hours": [24, 72]}, SlotFacts(hours_left=25), 1),
        ("deadline", {"hours": [24, 72]}, SlotFacts(hours_left=-3), 0),
        ("deadline", {"hours": [24, 72]}, SlotFacts(hours_left=None), 2),
        ("client_priority", {"steps": 9}, SlotFacts(batch_priority=7), 7),
        ("client_priority", {"steps": 3, "by": "both"}, SlotFacts(batch_priority=9, project_priority=0), 1),
        ("breadth_first", {"tiers": 2}, SlotFacts(seq=2), 1),
        ("breadth_first", {"tiers": 2}, SlotFacts(seq=9), 2),
        ("depth_first", {"tiers": 4}, SlotFacts(), 4),
        ("depth_first", {"tiers": 4}, SlotFacts(seq=3, extra=True), 0),
        ("uncertainty", {"steps": 4}, SlotFacts(uncertainty_pm=1000), 0),
        ("uncertainty", {"steps": 4}, SlotFacts(uncertainty_pm=400), 2),
        ("uncertainty", {"steps": 4}, SlotFacts(uncertainty_pm=None), 4),
        ("scarce_skill", {"people": [3, 10]}, SlotFacts(passing_n=3), 0),
        ("scarce_skill", {"people": [3, 10]}, SlotFacts(passing_n=None), 2),
    ],
)
def test_each_policy_of_slots_says_its_tier(name: str, terms: dict[str, Any], facts: SlotFacts, tier: int) -> None:
    assert plan(slot={name: terms}).tier(facts) == tier


def test_a_launch_is_breadth_first_by_default_and_depth_first_when_asked() -> None:
    slots = [SlotFacts(place=place, seq=seq) for place in range(2) for seq in (1, 2)]
    by_default = sorted(slots, key=DEFAULT.order)
    assert [(each.seq, each.place) for each in by_default] == [(1, 0), (1, 1), (2, 0), (2, 1)]
    deep = sorted(slots, key=plan(slot={"depth_first": {}}).order)
    assert [(each.place, each.seq) for each in deep] == [(0, 1), (0, 2), (1, 1), (1, 2)]


def test_the_tier_decides_last_unless_the_plan_says_where() -> None:
    expert = ExpertFacts("seed", domains=frozenset({"tax"}))
    assert first(plan(), two(), expert).tier == 0
    assert first(plan(queue={"own_field_first": {}}), two(), expert).field == "tax"
    assert first(plan(queue={"tier": {}, "own_field_first": {}}), two(), expert).field == "law"


def test_wishes_order_and_leave_no_trace() -> None:
    expert = ExpertFacts("seed", wishes=frozenset({"tax"}))
    found = arrange(plan(queue={"wishes": {}}), two(), expert)
    assert (found.ids, found.why[2]) == ([2, 1], "draw")


def test_variety_turns_away_from_a_field_after_so_many_in_a_row() -> None:
    alike = plan(queue={"variety": {"alike": 2}})
    assert first(alike, two(), ExpertFacts("s", last_fields=("law",))).field == "law"
    assert first(alike, two(), ExpertFacts("s", last_fields=("law", "law"))).field == "tax"
    assert first(alike, two()[:1], ExpertFacts("s", last_fields=("law", "law"))).field == "law"


def test_calibration_comes_first_for_the_new_and_last_for_the_others() -> None:
    chosen, queues = plan(queue={"calibration_first": {"tasks": 3}}), two(lane="calibration")
    assert first(chosen, queues, ExpertFacts("s", done_n=2)).lane == "calibration"
    assert first(chosen, queues, ExpertFacts("s", done_n=3)).lane == "real"


def test_gold_is_a_share_of_the_claims_and_orders_nothing() -> None:
    chosen = plan(queue={"gold_share": {"percent": 20, "first": 3}})
    shares = [sum(chosen.draws_gold(ExpertFacts(str(n), done_n=done)) for n in range(2000)) for done in (2, 3)]
    assert shares[0] == 0
    assert 0.17 < shares[1] / 2000 < 0.23
    assert arrange(chosen, two(), ExpertFacts("s")).ids == arrange(plan(), two(), ExpertFacts("s")).ids
    assert not DEFAULT.has_gold


def test_weights_and_mixed_tiers_are_shares() -> None:
    weighted = plan(queue={"weights": {"fields": {"Tax": 3}}})
    mixed = plan(queue={"tier": {"mixed": True}})
    queues = [QueueFacts(1, "p", "s", field="law"), QueueFacts(2, "p", "s", field="tax", tier=1)]
    tax = sum(first(weighted, queues, ExpertFacts(str(n))).field == "tax" for n in range(2000))
    low = sum(first(mixed, queues, ExpertFacts(str(n))).tier == 0 for n in range(2000))
    assert 0.71 < tax / 2000 < 0.79
    assert 0.63 < low / 2000 < 0.70


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ([], "", "not_a_table"),
        ({"version": 2}, "version", "unknown_version"),
        ({"version": 1, "colour": 1}, "colour", "unknown"),
        ({"version": 1, "slot": {}}, "slot", "not_a_list"),
        ({"version": 1, "slot": ["deadline"]}, "slot", "not_a_choice"),
        ({"version": 1, "queue": [{"name": "luck"}]}, "queue.luck", "unknown_policy"),
        ({"version": 1, "queue": [{"name": "tier"}, {"name": "tier"}]}, "queue.tier", "twice"),
        ({"version": 1, "slot": [{"name": "deadline", "terms": {"hours": [5, 3]}}]}, "slot.deadline.hours",
         "bad_terms"),
        ({"version": 1, "slot": [{"name": "deadline", "terms": {"hours": ["x"]}}]}, "slot.deadline.hours", "bad_terms"),
        ({"version": 1, "queue": [{"name": "weights", "terms": {"fields": {"a": 0}}}]}, "queue.weights.fields",
         "bad_terms"),
        ({"version": 1, "redundancy": "twice"}, "redundancy", "not_a_choice"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_plan_is_said_where_it_is(body: object, field: str, code: str) -> None:
    found = parse(body)
    assert isinstance(found, list)
    assert (field, code) in [(each.field, each.code) for each in found]


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8,
)  # fmt: skip


@settings(max_examples=count(200, 20_000))
@given(st.fixed_dictionaries({"version": st.just(1)}, optional={"slot": _json, "queue": _json, "redundancy": _json}))
def test_any_body_is_a_plan_or_its_problems_and_a_plan_reads_back_as_itself(body: dict[str, Any]) -> None:
    found = parse(body)
    if isinstance(found, Plan):
        assert parse(found.to_json()) == found
