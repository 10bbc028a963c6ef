"""Any sequence of claims, reports, answers, verdicts, skips and timed jobs leaves the books right, after every step.

The machine also keeps accounts of its own: what each hand-in said it pays is what the person has, nobody's payable
money ever falls, states move only as the tables of moves say, and a delivery never changes.
"""

from datetime import timedelta
from typing import ClassVar
from uuid import UUID

import psycopg
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fairhand.audit.actor import COMMAND, JOB
from fairhand.delivery.commands import _hashed
from fairhand.delivery.models import Delivery
from fairhand.dispatch.commands import give_back, set_aside
from fairhand.dispatch.models import Claim
from fairhand.dispatch.states import CLAIM_MOVES, SLOT_MOVES
from fairhand.flow.release_delivery import release_delivery
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import outside, payable, pending
from fairhand.pay.commands import close_statements
from fairhand.tasks.models import Task
from fairhand.work.commands import record_beat
from fairhand.work.models import Submission
from fairhand.work.states import SUBMISSION_MOVES
from tests.building import (
    ACCEPT,
    EVERY,
    FIXES,
    HOURLY,
    LEFT,
    NONE,
    PER_JUDGEMENT,
    PER_REVIEW,
    RETURN,
    RIGHT,
    Small,
    check_books,
    small_project,
)  # fmt: skip
from tests.counts import count

HALF = {"name": "sample", "version": 1, "terms": {"share": "0.5", "first": 1, "seed": "machine"}}
BUDGET_MINOR = 1_000_000
WAITS_S = (1, 60, 599, 601, 3600, 7200, 86_400, 168 * 3600)
MOVES = {"slot": SLOT_MOVES, "claim": CLAIM_MOVES, "submission": SUBMISSION_MOVES}
# Every move of a state is noted where nobody can forget it: in the table.
NOTE_MOVES = """
CREATE TABLE moved (of text, was text, is_now text);
CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN INSERT INTO moved VALUES (TG_TABLE_NAME, OLD.state, NEW.state); RETURN NULL; END $$;
CREATE TRIGGER note AFTER UPDATE ON slot FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION note_move();
CREATE TRIGGER note AFTER UPDATE ON claim FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION note_move();
CREATE TRIGGER note AFTER UPDATE ON submission FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION note_move();
GRANT SELECT ON moved TO PUBLIC;
"""

PEOPLE = st.integers(0, 4)  # three experts, two reviewers
CLAIMS = st.integers(0, 30)  # from the newest backwards


class Line(RuleBasedStateMachine):
    """One small project and five people. Each run is one transaction, undone at its end."""

    seen_moves: ClassVar[set[tuple[str, str, str]]] = set()

    @initialize(
        want=st.integers(1, 2), pay=st.sampled_from([HOURLY, PER_JUDGEMENT]),
        review_pay=st.sampled_from([PER_REVIEW, HOURLY]), policy=st.sampled_from([EVERY, HALF, NONE]),
        rounds_max=st.integers(1, 3),
    )  # fmt: skip
    def launch(self, want: int, pay, review_pay, policy, rounds_max: int) -> None:
        self.run = transaction.atomic()
        self.run.__enter__()
        self.small: Small = small_project(
            tasks=4, want=want, pay=pay, review_pay=review_pay, policy=policy, experts=3, reviewers=2,
            budget_minor=BUDGET_MINOR, rounds_max=rounds_max,
        )  # fmt: skip
        self.people = self.small.experts + self.small.reviewers
        self.earned = dict.fromkeys(self.people, 0)
        self.payable = dict.fromkeys(self.people, 0)
        self.claims: list[Claim] = []
        self.taken: dict[UUID, UUID] = {}
        # However few steps follow: somebody handed in.
        self.take(0, review=False)
        self.hand_in(0, LEFT, ACCEPT)

    def teardown(self) -> None:
        if not hasattr(self, "small"):
            return
        try:
            self.drain()
        finally:
            transaction.set_rollback(True)
            self.run.__exit__(None, None, None)

    def pick(self, back: int) -> Claim:
        return Claim.objects.get(id=self.claims[-1 - back % len(self.claims)].id)

    @rule(who=PEOPLE, review=st.booleans())
    def take(self, who: int, review: bool) -> None:
        found = self.small.take(self.people[who], "review" if review else "attempt")
        if isinstance(found, Claim):
            others = Claim.objects.filter(task_id=found.task_id, person_id=found.person_id)
            assert set(others.values_list("root_slot_id", flat=True)) == {found.root_slot_id}
            self.claims.append(found)

    @precondition(lambda self: self.claims)
    @rule(back=CLAIMS)
    def take_again(self, back: int) -> None:
        old = self.pick(back)
        kind = "review" if old.subject_ids else "attempt"
        assert self.small.claim(old.person_id, kind, old.request_key).id == old.id

    @precondition(lambda self: self.claims)
    @rule(back=CLAIMS, seconds=st.integers(0, 900), share=st.integers(0, 200))
    def report(self, back: int, seconds: int, share: int) -> None:
        claim = self.pick(back)
        self.small.wait(seconds)
        counted = record_beat(
            claim_id=claim.id, person_id=claim.person_id, device="page", seq=len(self.small.verbs()) + seconds,
            active_ms=seconds * 10 * share, now=self.small.now,
        )  # fmt: skip
        assert counted is None or 0 <= counted <= seconds * 10 * share
        assert (counted is None) <= (claim.state != "live")

    @precondition(lambda self: self.claims)
    @rule(
        back=CLAIMS, answer=st.sampled_from([LEFT, RIGHT]),
        verdict=st.sampled_from([ACCEPT, ACCEPT, FIXES, RETURN, RETURN]),
    )  # fmt: skip
    def hand_in(self, back: int, answer: dict, verdict: dict) -> None:
        claim = self.pick(back)
        done = self.small.hand_in(claim, verdict if claim.subject_ids else answer)
        if isinstance(done, Refused):
            assert done.code in ("claim_ended", "surplus_limit", "rounds_over", "pool_short"), done
            return
        assert done.repeat == (claim.id in self.taken)
        assert self.taken.setdefault(claim.id, done.submission_id) == done.submission_id
        if not done.repeat:
            assert claim.state in ("live", "expired")
            self.earned[claim.person_id] += done.amount_minor

    @precondition(lambda self: self.claims)
    @rule(back=CLAIMS)
    def hand_in_nonsense(self, back: int) -> None:
        assert isinstance(self.small.hand_in(self.pick(back), {}), Refused) or self.pick(back).id in self.taken

    @precondition(lambda self: self.claims)
    @rule(back=CLAIMS)
    def skip(self, back: int) -> None:
        claim = self.pick(back)
        assert (self.small.skip(claim) is None) == (claim.state == "live")

    @rule(who=PEOPLE, task=st.integers(0, 3))
    def keep_for(self, who: int, task: int) -> None:
        slot = self.small.slots()[0]
        set_aside(
            task_id=Task.objects.order_by("key")[task].id, stage_id=slot.stage_id, person_id=self.people[who],
            until=self.small.now + timedelta(hours=1), actor=COMMAND, now=self.small.now,
        )  # fmt: skip

    @rule(seconds=st.sampled_from(WAITS_S))
    def wait(self, seconds: int) -> None:
        self.small.wait(seconds)

    @rule()
    def timed_jobs(self) -> None:
        self.small.expire()
        give_back(actor=JOB, now=self.small.now, limit=100)
        self.small.decide_due()

    @rule()
    def decide(self) -> None:
        self.small.decide_due()

    @rule()
    def close(self) -> None:
        close_statements(until=self.small.now, actor=JOB, now=self.small.now)

    @rule()
    def release(self) -> None:
        release_delivery(project=self.small.project, actor=COMMAND, now=self.small.now)

    @invariant()
    def books_are_right(self) -> None:
        if not hasattr(self, "small"):
            return
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            cursor.execute("SELECT coalesce(sum(net), 0) FROM ledger_balance")
            assert cursor.fetchone() == (0,), "money neither comes from nowhere nor goes there"
        check_books()
        assert self.small.money(outside(self.small.project.org_id)) == -BUDGET_MINOR
        for person in self.people:
            held = self.small.money(payable(person))
            assert held >= self.payable[person], "what is payable is never taken back"
            self.payable[person] = held
            assert held + self.small.money(pending(person)) == self.earned[person]

    def drain(self) -> None:
        """Let everything come to its end: nothing may stay undecided, and no money behind what is finished."""
        self.small.wait(60 * 86_400)
        for _ in range(4):
            self.timed_jobs()
            self.small.wait(60)
        self.close()
        self.books_are_right()
        assert not Claim.objects.filter(state="live").exists()
        assert not Submission.objects.exclude(state="accepted").exists()
        assert {slot.state for slot in self.small.slots()} <= {"open", "settled"}
        assert {slot.state for slot in self.small.slots("review")} <= {"settled", "cancelled"}
        for delivery in Delivery.objects.all():
            assert {name: _hashed(delivery, name) for name in delivery.files} == delivery.files
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT of, was, is_now FROM moved")
            moved = set(cursor.fetchall())
        assert [(of, was, now) for of, was, now in moved if (was, now) not in MOVES[of]] == []
        Line.seen_moves |= moved


def test_any_sequence_of_steps_leaves_the_books_right(db, claim) -> None:
    runs, steps = count(8, 150), count(30, 50)
    with psycopg.connect(db.owner_url, autocommit=True) as owner:
        owner.execute(NOTE_MOVES)
    Line.seen_moves = set()
    run_state_machine_as_test(
        Line,
        settings=settings(
            max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert {("slot", "open", "claimed"), ("claim", "live", "submitted")} <= Line.seen_moves
    claim("random sequences of work, review and time leave the books right after every step", runs * steps)
