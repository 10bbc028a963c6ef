"""Kinds of races about what experts raise, and about tasks that are held back; see tests/races/kinds.py."""

from collections.abc import Sequence

from fairhand.audit.actor import Actor
from fairhand.cases.models import Raised
from fairhand.dispatch.models import Claim, Slot
from fairhand.flow.answer_raised import answer_raised
from fairhand.flow.raise_matter import raise_matter
from fairhand.flow.return_task import return_task
from fairhand.kernel.refusals import Refused
from fairhand.tasks.models import Task
from tests.races.kinds import race
from tests.races.ring import Job, Ring


@race("two of staff who answer one question")
def answered_twice(ring: Ring) -> None:
    """One answer stands; the other hears that there was one."""
    ring.begin()
    claim = ring.hold("A", "a")
    row = _raised(ring, "a", "question")
    said = ring.at_once([_answer(ring, row, "said", who) for who in "BC"])
    assert sorted(said) == ["1", "raised_answered"]
    row.refresh_from_db()
    assert row.answered_by_id in (ring.names["B"], ring.names["C"])
    claim.refresh_from_db()
    assert claim.state == "live"
    ring.check()


@race("two who report the same task as perhaps illegal", want=2)
def reported_twice(ring: Ring) -> None:
    """Both reports stand, both keep their claims, and all of the task is held."""
    task = _next_task(ring)
    ring.hold_any("A", "a"), ring.hold_any("B", "b")
    assert ring.at_once([_raise(ring, name, "illegal") for name in "ab"]) == ("made", "made")
    assert _lanes(task) == {"held"}
    assert Claim.objects.filter(task_id=task.id, state="live").count() == 2
    assert ring.at_once([ring.skip("a"), ring.skip("b")]) == ("ended", "ended")
    assert _answered(ring, task, ("2",), "put_back")
    assert _lanes(task) == {"real"}
    ring.check()


@race("a report of a task as perhaps illegal, and another claim on it", want=2)
def reported_and_claimed(ring: Ring) -> None:
    """Who claims first keeps the claim; after the report nobody is given the task."""
    task = _next_task(ring)
    ring.hold_any("A", "a")
    said = ring.at_once([_raise(ring, "a", "illegal"), ring.claim("B", "b")])
    assert said in {("made", "claimed"), ("made", "no_work"), ("made", "busy")}
    assert _lanes(task) == {"held"}
    assert isinstance(found := ring.small.take(ring.names["C"], key=ring.key("c")), Refused)
    assert found.code == "no_work"
    assert _answered(ring, task, ("1",), "taken_out")
    assert not Slot.objects.filter(task_id=task.id, state="open").exists()
    ring.check()


@race("a report of a task as perhaps illegal, and handing in what another wrote on it", want=2)
def reported_and_handed_in(ring: Ring) -> None:
    """The work is taken and paid, the rest of the task is held."""
    task = _next_task(ring)
    ring.hold_any("A", "a"), ring.hold_any("B", "b")
    assert ring.at_once([_raise(ring, "a", "illegal"), ring.submit("b")]) == ("made", "taken")
    assert set(Slot.objects.filter(task_id=task.id, state="claimed").values_list("queue__lane", flat=True)) == {"held"}
    assert _answered(ring, task, ("1",), "put_back")
    ring.check()


@race("a task that is taken out of work, and giving it back", want=2)
def taken_out_and_skipped(ring: Ring) -> None:
    """Whichever comes first, nothing of the task is open afterwards, and its reserves are back."""
    task = _next_task(ring)
    ring.hold_any("A", "a"), ring.hold_any("B", "b")
    row = _raised(ring, "a", "mistake")
    said = ring.at_once([_answer(ring, row, "taken_out", "C"), ring.skip("a"), ring.skip("b")])
    assert said == ("1", "ended", "ended")
    assert set(Slot.objects.filter(task_id=task.id).values_list("state", flat=True)) == {"cancelled"}
    task.refresh_from_db()
    assert task.state == "withdrawn"
    ring.check()


@race("two who put a task back that was taken out", want=2)
def put_back_twice(ring: Ring) -> None:
    """One of them does; as much opens again as was cancelled, once."""
    task = _next_task(ring)
    ring.hold_any("A", "a"), ring.hold_any("B", "b")
    row = _raised(ring, "a", "mistake")
    assert ring.at_once([_answer(ring, row, "taken_out", "C"), ring.skip("a"), ring.skip("b")])[0] == "1"
    said = ring.at_once([_return(ring, task, who) for who in "CD"])
    assert sorted(said) == ["2", "not_taken_out"]
    assert Slot.objects.filter(task_id=task.id, state__in=("planned", "open"), stage__kind="attempt").count() == 2
    assert _lanes(task) == {"real"}
    task.refresh_from_db()
    assert task.state == "open"
    ring.check()


def _return(ring: Ring, task: Task, who: str) -> Job:
    def job() -> str:
        found = return_task(
            project_id=ring.small.project.id, task_id=task.id, reason="It is sound.",
            actor=Actor("person", ring.names[who]), now=ring.small.now,
        )  # fmt: skip
        return found.code if isinstance(found, Refused) else str(found)

    return job


def _raise(ring: Ring, name: str, kind: str) -> Job:
    def job() -> str:
        claim = ring.claims[name]
        made = raise_matter(
            claim_id=claim.id, person_id=claim.person_id, kind=kind, words="For a race.", place="",
            actor=Actor("person", claim.person_id), now=ring.small.now,
        )  # fmt: skip
        return made.code if isinstance(made, Refused) else "made"

    return job


def _raised(ring: Ring, name: str, kind: str) -> Raised:
    assert _raise(ring, name, kind)() == "made"
    return Raised.objects.get(claim=ring.claims[name])


def _answer(ring: Ring, row: Raised, done: str, who: str, seen: int = 1) -> Job:
    def job() -> str:
        found = answer_raised(
            project_id=ring.small.project.id, raised_id=row.id, everybody=False, seen=seen, answer="So be it.",
            done=done, version=None, actor=Actor("person", ring.names[who]), now=ring.small.now,
        )  # fmt: skip
        return found.code if isinstance(found, Refused) else str(found)

    return job


def _answered(ring: Ring, task: Task, wanted: Sequence[str], done: str) -> bool:
    """Somebody of staff decides about what was reported of a task."""
    rows = list(Raised.objects.filter(task_id=task.id, state="open"))
    return _answer(ring, rows[0], done, "D", len(rows))() in wanted


def _lanes(task: Task) -> set[str]:
    going = Slot.objects.filter(task_id=task.id).exclude(state__in=("settled", "cancelled"))
    return set(going.values_list("queue__lane", flat=True))


def _next_task(ring: Ring) -> Task:
    ring.begin(0)
    ring.turn += 1
    task = Task.objects.filter(batch_id=ring.small.batch_id).order_by("id")[ring.turn]
    ring.open_task(task.id)
    return task
