"""The order of work: plans, where slots rank, moving what waits, the next slot of one project or of all."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.audit.models import Event
from fairhand.dispatch.commands import ensure_queue, ensure_seats
from fairhand.dispatch.models import Claim, PersonLoad, Queue, Seat, Slot, WorkPreference
from fairhand.flow.launch_batch import launch_batch
from fairhand.flow.order_plan import plan_of
from fairhand.flow.reprioritise import rank_by_deadline, reprioritise
from fairhand.flow.set_order import OrderSet, preview_order, set_order
from fairhand.flow.stage_cards import stage_cards
from fairhand.flow.take_next import take_next
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import SEATS_PER_LOOK_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import DispatchPlan, Project, Stage
from fairhand.tasks.commands import NewTask, make_batch, rank_batch
from fairhand.tasks.models import Batch
from tests.building import NOW, PER_JUDGEMENT, PER_REVIEW, Small, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")


def body(slot: dict[str, Any] | None = None, queue: dict[str, Any] | None = None) -> dict[str, Any]:
    def chosen(kind: dict[str, Any] | None) -> list[dict[str, Any]]:
        return [{"name": name, "version": 1, "terms": terms} for name, terms in (kind or {}).items()]

    return {"version": 1, "slot": chosen(slot), "queue": chosen(queue), "redundancy": None}


def ordered(
    small: Small, base: int = 0, anew: bool = False, note: str = "As the client asked.", **more: Any
) -> OrderSet:
    done = set_order(
        project_id=small.project.id, base=base, body=body(**more), note=note, anew=anew, actor=COMMAND, now=small.now
    )
    assert isinstance(done, OrderSet), done
    return done


def batch(small: Small, rows: Sequence[NewTask], launched: bool = True, **more: Any) -> UUID:
    """A batch of these tasks, launched if not said otherwise."""
    made, _ = make_batch(project=small.project, kind="real", tasks=rows, actor=COMMAND, now=small.now, **more)
    if launched:
        done = launch_batch(batch_id=made, actor=COMMAND, now=small.now)
        assert not isinstance(done, Refused), done
    return made


def task(key: str, **more: Any) -> NewTask:
    return NewTask(key=key, payload={"prompt": key}, **({"want": 1} | more))


def project(**more: Any) -> Small:
    return small_project(**({"tasks": 0, "pay": PER_JUDGEMENT, "reviewed": False} | more))


def keys(batch_id: UUID) -> list[tuple[str, int]]:
    """(key, attempt) of what is open, in the order in which it is given out."""
    found = Slot.objects.filter(batch_id=batch_id, state="open").order_by("queue__tier", "place")
    return list(found.values_list("task__key", "seq"))


def made_facts(claim: Claim) -> dict[str, Any]:
    facts: dict[str, Any] = Event.objects.get(subject_id=claim.id, verb="claim:made").facts
    return facts


def test_a_launch_is_breadth_first_and_only_what_is_wanted_opens() -> None:
    small = project()
    launched = batch(small, [task("a", want=2, cap=3), task("b", want=2)])
    assert keys(launched) == [("a", 1), ("b", 1), ("a", 2), ("b", 2)]
    planned = Slot.objects.get(batch_id=launched, state="planned")
    assert (planned.task.key, planned.seq, planned.reserve_minor) == ("a", 3, 0)
    check_books()


def test_fields_and_tiers_have_queues_of_their_own() -> None:
    small = project()
    ordered(small, slot={"uncertainty": {"steps": 2}})
    launched = batch(small, [
        task("sure", field_name="law", uncertainty_pm=0), task("unsure", field_name="law", uncertainty_pm=1000),
        task("unknown", field_name="tax"), task("less", field_name="law", uncertainty_pm=900),
    ])  # fmt: skip
    found = Slot.objects.filter(batch_id=launched).values_list("task__key", "queue__tier", "queue__field")
    assert set(found) == {("sure", 2, "law"), ("unsure", 0, "law"), ("less", 0, "law"), ("unknown", 2, "tax")}
    assert [key for key, _ in keys(launched)][:2] == ["unsure", "less"]


def test_a_version_is_written_against_the_newest_and_told() -> None:
    small = project()
    assert ordered(small, slot={"deadline": {}}).version == 1
    stale = set_order(
        project_id=small.project.id, base=0, body=body(), note="Mine.", anew=False, actor=COMMAND, now=small.now
    )
    wrong = set_order(
        project_id=small.project.id, base=1, body=body(slot={"deadline": {"hours": [3, 2]}}), note=" ", anew=False,
        actor=COMMAND, now=small.now,
    )  # fmt: skip
    assert isinstance(stale, Refused)
    assert stale.code == "order_stale"
    assert isinstance(wrong, Refused)
    assert {each.field for each in wrong.facts["problems"]} == {"slot.deadline.hours", "note"}
    assert ordered(small, base=1).version == 2
    assert [plan.body["slot"] for plan in DispatchPlan.objects.order_by("version")][1] == []
    assert small.verbs().count("order:changed") == 2


def test_a_batch_of_higher_priority_is_given_out_before_an_earlier_one() -> None:
    small = project()
    ordered(small, slot={"client_priority": {"by": "batch", "steps": 9}})
    batch(small, [task("later")])
    batch(small, [task("urgent")], priority=0)
    claim = small.claim(small.experts[0])
    assert claim.slot.task.key == "urgent"
    facts = made_facts(claim)
    assert (facts["tier"], facts["lane"], facts["first"], facts["of"]) == (0, "real", "tier", 2)
    assert facts["plan"] == str(DispatchPlan.objects.get().id)


def test_reprioritising_moves_what_waits_and_nothing_else() -> None:
    small = project()
    launched = batch(small, [task(f"k{n}") for n in range(5)])
    held = small.claim(small.experts[0])
    done = reprioritise(
        project_id=small.project.id, batch_id=launched, tier=7, reason="Asked for.", actor=COMMAND, now=small.now
    )
    assert done == 4
    tiers = dict(Slot.objects.filter(batch_id=launched).values_list("task__key", "queue__tier"))
    assert held.slot.task.key == "k0"
    assert tiers == {"k0": 0, "k1": 7, "k2": 7, "k3": 7, "k4": 7}
    assert [key for key, _ in keys(launched)] == ["k1", "k2", "k3", "k4"], "in their order"
    event = Event.objects.get(verb="batch:reprioritised")
    assert (event.facts["moved"], event.facts["tier"], event.facts["reason"]) == (4, 7, "Asked for.")
    one = Slot.objects.get(task__key="k3", batch_id=launched)
    moved = reprioritise(
        project_id=small.project.id, batch_id=launched, tier=0, task_id=one.task_id, reason="This one.",
        actor=COMMAND, now=small.now,
    )  # fmt: skip
    assert moved == 1
    small.submit(held)
    assert small.claim(small.experts[0]).slot.task.key == "k3"
    check_books()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"tier": 16}, "tier"), ({}, "tier"), ({"tier": 1, "priority": 1}, "tier"), ({"priority": 10}, "priority"),
        ({"tier": 1, "reason": " "}, "reason"),
    ],
)  # fmt: skip
def test_a_rank_that_makes_no_sense_is_refused_where_it_is(more: dict[str, Any], field: str) -> None:
    small = project()
    launched = batch(small, [task("a")])
    values = {"reason": "So.", "actor": COMMAND, "now": small.now} | more
    done = reprioritise(project_id=small.project.id, batch_id=launched, **values)
    assert isinstance(done, Refused)
    assert [each.field for each in done.facts["problems"]] == [field]
    elsewhere = project(slug="elsewhere")
    other = reprioritise(project_id=elsewhere.project.id, batch_id=launched, tier=1, **({"reason": "So."} | {
        "actor": COMMAND, "now": small.now,
    }))  # fmt: skip
    assert isinstance(other, Refused)
    assert other.code == "no_batch", "no batch of another project"


def test_a_deadline_that_comes_nearer_moves_what_waits_by_itself() -> None:
    small = project()
    ordered(small, slot={"deadline": {"hours": [24, 72]}})
    launched = batch(small, [task("a"), task("b")], deadline=small.now + timedelta(hours=100))

    def tiers_at(hours: float) -> set[int]:
        rank_by_deadline(actor=JOB, now=NOW + timedelta(hours=hours))
        return set(Slot.objects.filter(batch_id=launched, state="open").values_list("queue__tier", flat=True))

    assert [tiers_at(hours) for hours in (1, 27, 29, 75, 77, 200, 300)] == [{2}, {2}, {1}, {1}, {0}, {0}, {0}]
    assert small.verbs().count("batch:reprioritised") == 2
    assert rank_by_deadline(actor=JOB, now=NOW + timedelta(hours=400)) == 0


def test_a_new_deadline_ranks_a_batch_anew_and_a_plan_can_too() -> None:
    small = project()
    launched = batch(small, [task("a")])
    assert ordered(small, slot={"deadline": {"hours": [24]}}).moved == 0
    done = reprioritise(
        project_id=small.project.id, batch_id=launched, deadline=small.now + timedelta(hours=5), priority=2,
        reason="Wanted today.", actor=COMMAND, now=small.now,
    )  # fmt: skip
    assert done == 0, "tier 0 already"
    assert Batch.objects.get(id=launched).priority == 2
    rank_batch(batch_id=launched, priority=5, deadline=None, now=small.now)
    shown = preview_order(small.project.id, plan_of(small.project.id), small.now)
    assert [(each.tier_now, each.tier_then, each.n) for each in shown] == [(0, 1, 1)]
    assert ordered(small, base=1, anew=True, slot={"deadline": {"hours": [24]}}).moved == 1
    assert Slot.objects.get(batch_id=launched).queue.tier == 1


def test_ones_own_field_comes_first_and_wishes_leave_no_trace() -> None:
    small = project()
    ordered(small, queue={"wishes": {}})
    batch(small, [task(f"{field}{n}", field_name=field) for n in range(4) for field in ("law", "tax")])
    WorkPreference.objects.create(person_id=small.experts[0], fields=["Tax"], changed_at=small.now)
    claims = [small.claim(small.experts[0]) for _ in range(2)]
    assert {claim.slot.queue.field for claim in claims} == {"tax"}
    assert {made_facts(claim)["first"] for claim in claims} == {"draw"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM event WHERE facts::text ILIKE '%%wish%%' AND verb <> 'order:changed'")
        assert cursor.fetchone()[0] == 0


def test_no_more_than_so_many_of_one_field_in_a_row() -> None:
    small = project()
    ordered(small, queue={"variety": {"alike": 1}})
    batch(small, [task(f"{field}{n}", field_name=field) for n in range(3) for field in ("law", "tax")])
    fields = []
    for _ in range(6):
        claim = small.claim(small.experts[0])
        fields.append(claim.slot.queue.field)
        small.wait(1)
        small.submit(claim)
    assert all(one != following for one, following in pairwise(fields)), fields


def test_more_queues_than_one_call_takes_are_all_looked_at() -> None:
    small = project()
    batch(small, [task("last", field_name="field 70")])
    stage = Stage.objects.get(project=small.project)
    for n in range(70):
        ensure_queue(stage=stage, field=f"field {n}")
    assert Queue.objects.filter(stage=stage).count() > 64
    assert small.claim(small.experts[0]).slot.task.key == "last"


def test_a_review_stands_in_the_queue_that_its_subject_calls_for() -> None:
    small = small_project(tasks=0, pay=PER_JUDGEMENT, review_pay=PER_REVIEW)
    ordered(small, slot={"client_priority": {"steps": 9}})
    launched = batch(small, [task("a", field_name="law")], priority=3)
    review = Stage.objects.get(project=small.project, kind="review")
    author = Slot.objects.get(batch_id=launched)
    with connection.cursor() as cursor:
        cursor.execute("SELECT dispatch_queue_like(%s, %s), dispatch_queue_like(%s, %s)",
                       [review.id, author.queue_id] * 2)  # fmt: skip
        one, again = cursor.fetchone()
    assert one == again
    queue = Queue.objects.get(id=one)
    assert (queue.stage_id, queue.tier, queue.field, queue.gate_id) == (review.id, 3, "law", review.gate_id)


def anywhere(small: Small, seen: Sequence[str], judges: bool = False, key: str = "") -> Claim | Refused:
    """The next task of the first expert over all projects."""
    return take_next(
        person_id=small.experts[0], judges=lambda org_id, project_id: judges, terms_seen=seen,
        request_key=key or f"any {Claim.objects.count()} {small.now.timestamp()}",
        actor=Actor("person", small.experts[0]), now=small.now,
    )  # fmt: skip


def several(n: int, tasks: int = 1) -> list[Small]:
    return [project(slug=f"p{number}", tasks=tasks, experts=1) for number in range(n)]


def test_the_next_task_may_come_from_any_project_whose_terms_were_seen() -> None:
    smalls = several(3)
    hashes = [each for small in smalls for each in small.hashes]
    claims = [anywhere(smalls[0], hashes) for _ in range(3)]
    assert {claim.project_id for claim in claims if isinstance(claim, Claim)} == {small.project.id for small in smalls}
    assert all(made_facts(claim)["of"] >= 1 for claim in claims if isinstance(claim, Claim))
    repeat = anywhere(smalls[0], hashes, key="once")
    assert isinstance(repeat, Refused)
    assert repeat.code in {"no_work", "cap_open"}


def test_work_behind_terms_that_were_not_seen_is_not_given_but_said() -> None:
    first, second = several(2)
    Stage.objects.filter(project=second.project).update(lease_s=300)
    (claim,) = [anywhere(first, first.hashes)]
    assert isinstance(claim, Claim)
    assert claim.project_id == first.project.id
    first.submit(claim)
    refused = anywhere(first, first.hashes)
    assert isinstance(refused, Refused)
    assert refused.code == "terms_changed"


def test_a_project_that_rests_gives_no_new_attempt_anywhere() -> None:
    first, second = several(2)
    Project.objects.filter(id=second.project.id).update(state="paused")
    hashes = [*first.hashes, *second.hashes]
    claim = anywhere(first, hashes)
    assert isinstance(claim, Claim)
    assert claim.project_id == first.project.id
    assert isinstance(anywhere(first, hashes), Refused)


def test_reviews_come_too_where_somebody_may_judge() -> None:
    small = small_project(tasks=1, pay=PER_JUDGEMENT)
    small.work(small.experts[1], 5)
    ensure_seats(project=small.project, person_ids=[small.experts[0]], actor=COMMAND, now=small.now)
    hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    refused = anywhere(small, hashes)
    assert isinstance(refused, Refused)
    claim = anywhere(small, hashes, judges=True)
    assert isinstance(claim, Claim)
    assert claim.slot.stage.kind == "review"


def test_however_many_projects_somebody_has_the_one_with_work_is_found() -> None:
    (small,) = several(1, tasks=1)
    org_id = small.project.org_id
    idle = Project.objects.bulk_create(
        Project(id=new_id(NOW), org_id=org_id, slug=f"idle-{n}", name={}, summary={}, currency="USD", languages=["en"],
                experts_wanted=1, reviewers_wanted=0, state="open", created_at=NOW)
        for n in range(3 * SEATS_PER_LOOK_MAX)
    )  # fmt: skip
    Seat.objects.bulk_create(
        Seat(id=new_id(NOW), org_id=org_id, project=each, person_id=small.experts[0], alias=f"E-{n}", joined_at=NOW)
        for n, each in enumerate(idle)
    )
    claim = anywhere(small, small.hashes)
    assert isinstance(claim, Claim)
    assert claim.project_id == small.project.id
    assert refused(anywhere(small, small.hashes)) == "no_work"


def refused(found: Claim | Refused) -> str:
    assert isinstance(found, Refused), found
    return found.code


def test_gold_is_given_where_the_plan_draws_it_and_only_beside_other_work() -> None:
    small = project(experts=1)
    ordered(small, queue={"gold_share": {"percent": 50}})
    with CaptureQueriesContext(connection) as found:
        assert refused(small.take(small.experts[0])) == "no_work"
    assert not [each for each in found if "b.kind = 'gold'" in each["sql"]], "nothing else waits: it would show"
    batch(small, [task(f"k{n}") for n in range(12)])
    asked = 0
    for _ in range(12):
        with CaptureQueriesContext(connection) as found:
            claim = small.claim(small.experts[0])
        asked += bool([each for each in found if "b.kind = 'gold'" in each["sql"]])
        assert made_facts(claim)["lane"] == "real", "no gold is left: other work is given"
        small.submit(claim)
    assert 0 < asked < 12


def test_asking_over_many_projects_takes_no_more_statements_than_over_a_few() -> None:
    smalls = several(9)
    counted = []
    for some in (2, 9):
        Project.objects.exclude(id__in=[small.project.id for small in smalls[:some]]).update(state="paused")
        Project.objects.filter(id__in=[small.project.id for small in smalls[:some]]).update(state="open")
        hashes = [each for small in smalls[:some] for each in small.hashes]
        anywhere(smalls[0], hashes)  # stores the offers
        smalls[0].wait(1)
        with CaptureQueriesContext(connection) as found:
            assert isinstance(anywhere(smalls[0], hashes, key=f"of {some}"), Claim)
        counted.append(len(found))
        PersonLoad.objects.update(open_max=10)
    # Its savepoint's two, queues, cards, offers, reports that wait, the claim, what it is, the event.
    assert counted[0] == counted[1] <= 10, counted
