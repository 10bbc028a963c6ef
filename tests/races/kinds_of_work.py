"""Kinds of races about reviews, gates, closing, extra attempts and money; see tests/races/kinds.py.

Here the model is a line of the kind itself: the results that an order of the verbs can have, and what the tables show
after each of them.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.dispatch.models import Claim, Slot
from fairhand.flow.change_gate import change_gate
from fairhand.flow.move_project import move_project
from fairhand.flow.open_waiting_reviews import open_waiting_reviews
from fairhand.flow.submit_work import Submitted
from fairhand.gates import commands as gates
from fairhand.gates.models import Exclusion, Qualification, Skill
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, move, pool
from fairhand.ledger.commands import post
from fairhand.projects.models import Stage
from fairhand.tasks.models import Task
from fairhand.work.models import Submission
from tests.building import ACCEPT, LEFT, PER_JUDGEMENT, RETURN, RIGHT, small_project
from tests.races.kinds import race
from tests.races.ring import Job, Ring

REVIEWED: dict[str, Any] = {"reviewed": True, "reviewers": 2}
REASON = "It is needed for a race."
NO_RULE: dict[str, Any] = {"version": 1, "all": []}
REVIEW_MINOR = 8
AGREE = {"name": "agree", "version": 1, "terms": {"question": "winner", "share": "0.6", "budget": 100}}


def says(done: Submitted | Refused | Claim | None) -> str:
    """A result in a word."""
    if isinstance(done, Refused):
        return done.code
    if isinstance(done, Submitted):
        return "repeat" if done.repeat else "surplus" if done.surplus else "taken"
    return "claimed" if isinstance(done, Claim) else "done"


def handed_in(ring: Ring, who: str = "A") -> Submission:
    """Somebody has handed in, and it waits for its review."""
    claim = ring.small.claim(ring.names[who])
    return ring.small.submission(ring.small.submit(claim))


def take_review(ring: Ring, at: int) -> Job:
    person = ring.small.reviewers[at]
    return lambda: says(ring.small.take(person, "review"))


def finish_reviews(ring: Ring) -> None:
    """Reviews that are in work are handed in; what is left is decided by the clock."""
    for claim in Claim.objects.filter(person_id__in=ring.small.reviewers, state="live"):
        ring.small.submit(claim, ACCEPT)
    for claim in Claim.objects.filter(person_id__in=ring.names.values(), state="live"):
        ring.small.submit(claim)
    ring.small.wait(30 * 86_400)
    while ring.small.expire() + ring.small.decide_due():
        pass
    mine = Submission.objects.filter(slot_id__in=ring.slots.values())
    assert not mine.exclude(state="accepted").exists()


@race("two reviewers, one review", **REVIEWED)
def two_reviewers(ring: Ring) -> None:
    """One of the two is given it."""
    ring.begin()
    handed_in(ring)
    said = ring.at_once([take_review(ring, 0), take_review(ring, 1)])
    assert sorted(said) == ["claimed", "no_work"]
    ring.check()
    finish_reviews(ring)


@race("one review handed in twice", **REVIEWED)
def review_twice(ring: Ring) -> None:
    """It decides once, and its reviewer is paid once."""
    ring.begin()
    made = handed_in(ring)
    mine = ring.small.claim(ring.small.reviewers[0], "review")
    said = ring.at_once([lambda: says(ring.small.hand_in(mine, ACCEPT))] * 2)
    assert sorted(said) == ["repeat", "taken"]
    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("accepted", "review")
    ring.check()


@race("a verdict and the clock that decides", **REVIEWED)
def verdict_and_clock(ring: Ring) -> None:
    """One of the two decides; the reviewer is paid either way."""
    ring.begin()
    made = handed_in(ring)
    ring.small.wait(168 * 3600 - 30)
    mine = ring.small.claim(ring.small.reviewers[0], "review")
    ring.small.wait(60)
    said = ring.at_once([lambda: says(ring.small.hand_in(mine, ACCEPT)), ring.small.decide_due])
    assert said in {("taken", "0"), ("taken", "1")}
    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("accepted", "clock" if said[1] == "1" else "review")
    ring.check()


@race("a return and the clock that decides", **REVIEWED)
def return_and_clock(ring: Ring) -> None:
    """Either it is decided by the clock, or its author has another round."""
    ring.begin()
    made = handed_in(ring)
    ring.small.wait(168 * 3600 - 30)
    mine = ring.small.claim(ring.small.reviewers[0], "review")
    ring.small.wait(60)
    said = ring.at_once([lambda: says(ring.small.hand_in(mine, RETURN)), ring.small.decide_due])
    made.refresh_from_db()
    assert (said[0], made.state) == ("taken", "accepted" if said[1] == "1" else "returned")
    ring.check()
    finish_reviews(ring)


@race("rework and the end of the time kept for it", **REVIEWED)
def rework_and_clock(ring: Ring) -> None:
    """The author has the next round, or the earlier one is decided as it stands."""
    ring.begin()
    made = handed_in(ring)
    ring.small.submit(ring.small.claim(ring.small.reviewers[0], "review"), RETURN)
    before = ring.small.now
    ring.small.wait(3600)
    job = _claim_at(ring, before + timedelta(seconds=3599))
    said = ring.at_once([job, ring.small.decide_due])
    made.refresh_from_db()
    assert said in {("claimed", "0"), ("no_work", "1")}
    assert made.state == ("returned" if said[0] == "claimed" else "accepted")
    ring.check()
    finish_reviews(ring)


def _claim_at(ring: Ring, now: Any) -> Job:
    small = type(ring.small)(
        ring.small.project, ring.small.batch_id, ring.small.experts, ring.small.reviewers, now, ring.small.hashes
    )
    return lambda: says(small.take(ring.names["A"], key=ring.key("rework")))


@race("two hand-ins, money for one review", **REVIEWED)
def pool_short(ring: Ring) -> None:
    """Both are paid; one review opens, the other waits for money, and opens when it comes."""
    ring.begin(2)
    left = ring.small.money(pool(ring.small.batch_id)) - REVIEW_MINOR
    _pool(ring, -left)
    mine = [ring.small.claim(ring.names[who]) for who in "AB"]
    said = ring.at_once([lambda one=one: says(ring.small.hand_in(one)) for one in mine])
    assert said == ("taken", "taken")
    reviews = [slot for slot in ring.small.slots("review") if slot.subject_slot_id in ring.slots.values()]
    assert sorted(slot.state for slot in reviews) == ["open", "planned"]
    ring.check()
    _pool(ring, left)
    open_waiting_reviews(actor=JOB, now=ring.small.now)
    reviews = [slot for slot in ring.small.slots("review") if slot.subject_slot_id in ring.slots.values()]
    assert [slot.state for slot in reviews] == ["open", "open"]
    finish_reviews(ring)


def _pool(ring: Ring, amount: int) -> None:
    source, target = budget(ring.small.project.id), pool(ring.small.batch_id)
    legs = move(source, target, amount) if amount > 0 else move(target, source, -amount)
    post(key=f"race:{uuid4()}", kind="top_up", currency="USD", legs=legs, now=ring.small.now)


@race("bulk expiry of two claims and one of them handed in")
def bulk_and_single(ring: Ring) -> None:
    """Both end, and the work is taken and paid."""
    ring.begin(2)
    claims = [ring.hold("A", "a"), ring.hold("B", "b")]
    ring.small.wait(601)
    said = ring.at_once([ring.submit("a"), ring.small.expire])
    assert said in {("taken", "1"), ("taken", "2")}
    assert [Claim.objects.get(id=one.id).state for one in claims] == ["submitted", "expired"]
    ring.check()


@race("a claim and a gate that is put up")
def claim_and_gate(ring: Ring) -> None:
    """The claim comes first and stays, or its expert hears of the gate."""
    ring.begin()
    skill = _skill(ring)
    said = ring.at_once([ring.claim("A", "a"), lambda: _gate(ring, skill)])
    assert said in {("claimed", "True"), ("gate", "True")}
    assert Claim.objects.filter(slot_id=ring.slots["s0"]).count() == (said[0] == "claimed")
    ring.check()
    _gate(ring, None)


@race("a claim and the skill it needs, revoked")
def claim_and_revoke(ring: Ring) -> None:
    """The claim comes first and stays, or its expert hears of the gate: no verdict outlives its facts."""
    ring.begin()
    skill, who = _skill(ring), ring.names["A"]
    _gate(ring, skill)
    held = gates.grant(
        person_id=who, skill_id=skill.id, level=1, valid_from=ring.small.now, valid_until=None, evidence="",
        reason=REASON, actor=COMMAND, now=ring.small.now,
    )  # fmt: skip
    assert isinstance(held, Qualification), held

    def revoke() -> str:
        refused = gates.revoke(
            person_id=who, qualification_id=held.id, reason=REASON, actor=COMMAND, now=ring.small.now
        )
        return refused.code if refused else "revoked"

    said = ring.at_once([ring.claim("A", "a"), revoke])
    assert said in {("claimed", "revoked"), ("gate", "revoked")}
    ring.check()
    assert ring.claim("A", "z")() in {"gate", "no_work"}
    _gate(ring, None)


@race("a claim and an exclusion")
def claim_and_exclusion(ring: Ring) -> None:
    """The claim comes first and stays, or its expert hears that the work is withheld."""
    ring.begin()
    project, who = ring.small.project, ring.names["A"]
    human = ring.names["D"]

    def exclude() -> str:
        made = gates.exclude(
            person_id=who, org_id=project.org_id, project_id=project.id, made_in=project.id, reason_code="quality",
            reason=REASON, until=None, made_as="manager", actor=Actor("person", human), now=ring.small.now,
        )  # fmt: skip
        return made.code if isinstance(made, Refused) else "excluded"

    said = ring.at_once([ring.claim("A", "a"), exclude])
    assert said in {("claimed", "excluded"), ("excluded", "excluded")}
    ring.check()
    Exclusion.objects.filter(person_id=who, lifted_at=None).update(
        lifted_at=ring.small.now, lifted_by=ring.names["C"], lift_reason=REASON
    )


def _skill(ring: Ring) -> Skill:
    slug = f"race-{ring.small.project.slug}"[:60]
    found = Skill.objects.filter(slug=slug).first()
    if found is None:
        made = gates.make_skill(
            kind="skill", slug=slug, name={"en": "Racing"}, about={"en": "For races."}, level_max=1, actor=COMMAND,
            now=ring.small.now,
        )  # fmt: skip
        assert isinstance(made, Skill), made
        found = made
    return found


def _gate(ring: Ring, skill: Skill | None) -> str:
    rule = {"version": 1, "all": [{"kind": "skill", "skill": skill.slug, "level": 1}]} if skill else NO_RULE
    stage = Stage.objects.get(project=ring.small.project, kind="attempt")
    changed = change_gate(
        project_id=ring.small.project.id, number=stage.ordinal, rule=rule, seen=stage.gate_id, reason=REASON,
        actor=COMMAND, now=ring.small.now,
    )  # fmt: skip
    assert changed is True, changed
    return str(changed)


@race("a claim and a project that closes")
def claim_and_close(ring: Ring) -> None:
    """The claim comes first, stays and is paid; or its slot is cancelled, and the client has the money back."""
    ring.begin()
    small = small_project(
        tasks=1, slug=f"close-{uuid4().hex[:12]}", pay=PER_JUDGEMENT, reviewed=False, now=ring.small.now
    )
    who = small.experts[0]

    def close() -> str:
        return str(move_project(project_id=small.project.id, to="closed", reason=REASON, actor=COMMAND, now=small.now))

    said = ring.at_once([lambda: says(small.take(who)), close])
    assert said in {("claimed", "0"), ("project_rests", "1"), ("no_work", "1")}
    assert small.slot().state == ("claimed" if said[0] == "claimed" else "cancelled")
    ring.check()
    for claim in Claim.objects.filter(project_id=small.project.id, state="live"):
        small.submit(claim)


@race("a claim of a review and a project that closes", **REVIEWED)
def review_and_close(ring: Ring) -> None:
    """The review goes on either way: what was handed in is judged and paid after the close as before it."""
    ring.begin(0)
    small = small_project(tasks=1, slug=f"judged-{uuid4().hex[:12]}", pay=PER_JUDGEMENT, now=ring.small.now)
    small.submit(small.claim(small.experts[0]))

    def close() -> str:
        return str(move_project(project_id=small.project.id, to="closed", reason=REASON, actor=COMMAND, now=small.now))

    said = ring.at_once([lambda: says(small.take(small.reviewers[0], "review")), close])
    assert said == ("claimed", "0")
    for claim in Claim.objects.filter(project_id=small.project.id, state="live"):
        small.submit(claim, ACCEPT)
    assert small.slot().state == "settled"
    ring.check()


@race("two attempts that differ, an extra attempt and the task's end", want=2, cap=3, redundancy=AGREE)
def extra_and_settle(ring: Ring) -> None:
    """One extra attempt opens, whoever comes last; the task is settled when it agrees with one of them."""
    task = _next_task(ring)
    ring.hold_any("A", "a"), ring.hold_any("B", "b")
    answers = {"a": LEFT, "b": RIGHT}
    said = ring.at_once([lambda n=n: says(ring.small.hand_in(ring.claims[n], answers[n])) for n in "ab"])
    assert said == ("taken", "taken")
    states = sorted(Slot.objects.filter(task_id=task.id).values_list("state", flat=True))
    assert states == ["open", "settled", "settled"]
    ring.check()
    ring.small.submit(ring.small.claim(ring.names["C"]), LEFT)
    task.refresh_from_db()
    assert task.state == "settled"


@race("the last two attempts of a task", want=2)
def last_attempts(ring: Ring) -> None:
    """Both are paid, and the task is settled once."""
    task = _next_task(ring)
    ring.hold_any("A", "a"), ring.hold_any("B", "b")
    said = ring.at_once([ring.submit("a"), ring.submit("b")])
    assert said == ("taken", "taken")
    task.refresh_from_db()
    assert task.state == "settled"
    ring.check()


def _next_task(ring: Ring) -> Task:
    """A round with all attempts of one more task."""
    ring.begin(0)
    ring.turn += 1
    task = Task.objects.filter(batch_id=ring.small.batch_id).order_by("id")[ring.turn]
    ring.open_task(task.id)
    return task
