"""Everybody works at once on one small batch: no deadlock, no doubled work, right books."""

import random
from collections.abc import Callable
from datetime import timedelta

from fairhand.audit.actor import JOB, Actor
from fairhand.dispatch.models import Claim
from fairhand.flow.claim_next import claim_next
from fairhand.flow.decide_due import decide_due
from fairhand.flow.end_claims import expire_claims, skip_claim
from fairhand.flow.submit_work import submit_work
from fairhand.pay.commands import close_statements
from fairhand.tasks.models import Task
from fairhand.work.models import Submission
from tests.building import ACCEPT, LEFT, RETURN, Small, check_books, small_project
from tests.counts import count
from tests.races.together import together

HALF = {"name": "sample", "version": 1, "terms": {"share": "0.5", "first": 1, "seed": "storm"}}


def worker(small: Small, person: object, kind: str, draw: random.Random) -> Callable[[], int]:
    """Takes what it gets until nothing is left; skips some, returns some. Gives the number of hand-ins."""

    def work() -> int:
        done = misses = 0
        actor = Actor("person", person)
        for turn in range(400):
            now = small.now + timedelta(seconds=turn)
            claim = claim_next(
                person_id=person, project_id=small.project.id, kind=kind, terms_seen=small.hashes,
                request_key=f"{kind} {turn}", actor=actor, now=now,
            )  # fmt: skip
            if not isinstance(claim, Claim):
                misses += 1
                if misses > 25:
                    break
                continue
            if draw.random() < 0.1:
                skip_claim(claim_id=claim.id, person_id=person, reason="other", actor=actor, now=now)
                continue
            answer = LEFT if kind == "attempt" else draw.choice([ACCEPT, ACCEPT, RETURN])
            at = now + timedelta(seconds=draw.randrange(1, 50))
            made = submit_work(claim_id=claim.id, person_id=person, answer=answer, actor=actor, now=at)
            if kind == "review" and not hasattr(made, "submission_id"):
                made = submit_work(claim_id=claim.id, person_id=person, answer=ACCEPT, actor=actor, now=at)
            done += 1
        return done

    return work


def jobs_of_the_clock(small: Small, turns: int) -> Callable[[], int]:
    """What the timed jobs do, one after the other, a day further on each time."""

    def work() -> int:
        done = 0
        for turn in range(turns):
            now = small.now + timedelta(days=turn)
            done += expire_claims(actor=JOB, now=now) + decide_due(actor=JOB, now=now)
            close_statements(until=now, actor=JOB, now=now)
        return done

    return work


def test_a_storm_of_work_reviews_and_clock_leaves_the_books_right(db, seed: int, claim) -> None:
    tasks = count(12, 400)
    small = small_project(tasks=tasks, want=2, experts=4, reviewers=3, policy=HALF)
    draw = random.Random(seed)
    jobs = [worker(small, person, "attempt", random.Random(draw.random())) for person in small.experts]
    jobs += [worker(small, person, "review", random.Random(draw.random())) for person in small.reviewers]
    jobs += [jobs_of_the_clock(small, 12)]
    together(jobs)
    check_books()
    per_slot = Submission.objects.filter(surplus=False).values_list("slot_id", "round")
    assert len(per_slot) == len(set(per_slot))
    assert not Claim.objects.filter(state="live").exists()
    small.wait(30 * 86_400)
    while small.expire() + small.decide_due():
        pass
    check_books()
    assert not Submission.objects.exclude(state="accepted").exists()
    for task in Task.objects.all():
        settled = task.slot_set.filter(stage__kind="attempt", state="settled").count()
        assert (task.state == "settled") == (settled == task.want), (task.state, settled)
    claim("experts, reviewers and the clock at work at once leave the books right", len(per_slot))
