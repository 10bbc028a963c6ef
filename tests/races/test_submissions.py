"""Handing in at the same moment as something else: one thing happens, and the money agrees with it."""

from datetime import timedelta
from functools import partial
from threading import Thread

from django.db import transaction

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.commands import set_aside
from fairhand.dispatch.models import Claim
from fairhand.flow.submit_work import Submitted
from fairhand.kernel.limits import SHARDS_FROM_SLOTS
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import payable, pending
from fairhand.pay.models import PayLine
from fairhand.tasks.models import Task
from fairhand.work.models import Submission
from tests.building import NONE, PER_JUDGEMENT, Small, check_books, small_project
from tests.counts import count
from tests.races.together import together


def held(small: Small) -> int:
    return sum(small.money(account(small.experts[0])) for account in (pending, payable))


def test_a_claim_handed_in_many_times_at_once_is_one_submission_one_entry_one_set_of_lines(db, claim) -> None:
    rounds = count(4, 100)
    small = small_project(tasks=rounds, pay=PER_JUDGEMENT)
    for number in range(1, rounds + 1):
        mine = small.claim(small.experts[0])
        found = together([partial(small.submit, mine)] * 6)
        assert len({one.submission_id for one in found}) == 1
        assert sum(not one.repeat for one in found) == 1
        assert Submission.objects.count() == PayLine.objects.count() == number
        assert held(small) == 12 * number
        assert len(small.slots("review")) == number, "and one review"
    check_books()
    claim("a claim handed in six times at once is paid once", rounds)


def test_handing_in_and_expiry_at_once(db, claim) -> None:
    rounds = count(6, 150)
    small = small_project(tasks=rounds, pay=PER_JUDGEMENT, policy=NONE)
    for number in range(1, rounds + 1):
        mine = small.claim(small.experts[0])
        small.wait(601)
        done, ended = together([partial(small.submit, mine), small.expire])
        assert isinstance(done, Submitted)
        assert not done.surplus, "late or not, the slot was still free"
        assert ended in (0, 1)
        assert held(small) == 12 * number
        mine.refresh_from_db()
        assert mine.state == "submitted"
    check_books()
    claim("work handed in as its claim expires is taken and paid once", rounds)


def test_handing_in_and_skipping_at_once_is_one_of_the_two(db, claim) -> None:
    rounds = count(6, 150)
    small = small_project(tasks=rounds, pay=PER_JUDGEMENT, policy=NONE)
    paid = 0
    for _ in range(rounds):
        mine = small.claim(small.experts[0])
        done, skipped = together([partial(small.hand_in, mine), partial(small.skip, mine)])
        mine.refresh_from_db()
        assert isinstance(done, Submitted) == (mine.state == "submitted") == isinstance(skipped, Refused)
        assert isinstance(done, Refused) == (mine.state == "skipped") == (skipped is None)
        paid += 12 * isinstance(done, Submitted)
        assert held(small) == paid
    check_books()
    claim("work handed in as it is skipped is either paid or given back", rounds)


def test_late_work_and_a_colleague_who_claims_at_once(db, claim) -> None:
    rounds = count(6, 100)
    surplus = 0
    for number in range(rounds):
        small = small_project(tasks=1, slug=f"late-{number}", pay=PER_JUDGEMENT, policy=NONE)
        mine = small.claim(small.experts[0])
        small.wait(8 * 86_400)
        small.expire()
        done, theirs = together([partial(small.submit, mine), partial(small.take, small.experts[1])])
        assert done.surplus == isinstance(theirs, Claim), "the slot is with one of the two"
        surplus += done.surplus
        if isinstance(theirs, Claim):
            small.submit(theirs)
        assert small.slot().state == "settled"
    check_books()
    claim("late work and a colleague's claim at once never share a slot", rounds)


def test_the_last_two_attempts_of_a_task_at_once_settle_it(db, claim) -> None:
    """On two shards, since attempts that share an account wait for each other at the ledger."""
    rounds = count(2, 60)
    small = small_project(tasks=SHARDS_FROM_SLOTS // 2, want=2, pay=PER_JUDGEMENT, policy=NONE)
    stage_id = small.slots()[0].stage_id
    for task in Task.objects.all()[:rounds]:
        for person in small.experts:
            set_aside(
                task_id=task.id, stage_id=stage_id, person_id=person, until=small.now + timedelta(hours=1),
                actor=COMMAND, now=small.now,
            )  # fmt: skip
        first, second = [small.claim(person) for person in small.experts]
        assert first.task_id == second.task_id == task.id
        with transaction.atomic():
            small.submit(first)
            other = Thread(target=together, args=[[partial(small.submit, second)]])
            other.start()
            other.join(0.5)  # time enough to count the attempts, if it does not wait for this transaction
        other.join()
        task.refresh_from_db()
        assert task.state == "settled"
    check_books()
    claim("a task whose last attempts come at once is settled", rounds)
