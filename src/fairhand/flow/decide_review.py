"""decide_review: what a judge handed in. A verdict moves the author's submission: accepted, or returned as a new round;
an audit moves nothing; an adjudication gives a task its final answer."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch import commands as dispatch
from fairhand.dispatch.queries import ClaimFacts
from fairhand.flow.accept_submission import accept_submission
from fairhand.flow.review_slots import AuthorSlot, reserve_from_pool
from fairhand.flow.rework import Agreed, offer_of_next
from fairhand.flow.stage_cards import own_cards, stage_cards
from fairhand.kernel.refusals import Refused, RefusedError
from fairhand.review.commands import add_adjudication, add_review
from fairhand.review.rules import score_of
from fairhand.tasks.commands import lock, settle
from fairhand.work import commands as work

# The author's side, under the locks that the claim's end took (subject slot before review slot).
_SUBJECT = """
SELECT s.id, s.person_id, s.round, s.state, x.id, x.reserve_minor, x.state, x.stage_id, (o.terms ->> 'rework_s')::int,
       x.queue_id, o.id, o.terms -> 'pay', o.ceiling_minor, offer_template(o.terms)
  FROM submission s JOIN slot x ON x.id = s.slot_id JOIN claim c ON c.id = s.claim_id JOIN offer o ON o.id = c.offer_id
 WHERE s.id = ANY (%s)
"""


def apply_judgement(
    *, facts: ClaimFacts, submission_id: UUID, answer: Mapping[str, Any], surplus: bool, actor: Actor, now: datetime
) -> None:
    """What was handed in at a stage that judges. Runs inside submit_work's transaction; the judge was paid there."""
    if facts.stage_kind == "adjudicate":
        _adjudicate(facts, submission_id, answer, surplus, actor, now)
    elif facts.stage_kind == "audit":
        _audit(facts, submission_id, answer, surplus, actor, now)
    else:
        apply_verdict(
            facts=facts, submission_id=submission_id, answer=answer, surplus=surplus, actor=actor, now=now
        )  # fmt: skip


# What the reviewer had said of the same submission, or how else it was decided.
_REVIEWED = """
SELECT s.decided_by, (SELECT r.verdict FROM review r JOIN submission b ON b.id = r.submission_id
                       WHERE r.subject_id = s.id AND r.kind = 'review' ORDER BY b.submitted_at DESC LIMIT 1)
  FROM submission s WHERE s.id = %s
"""


def _audit(
    facts: ClaimFacts, submission_id: UUID, answer: Mapping[str, Any], surplus: bool, actor: Actor, now: datetime
) -> None:
    """Store a second verdict beside the first. No decision and no pay changes, whatever it says."""
    for subject_id in facts.subject_ids:
        add_review(
            submission_id=submission_id, org_id=facts.org_id, subject_id=subject_id, answer=answer, kind="audit"
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(_REVIEWED, [subject_id])
            decided_by, reviewed = cursor.fetchone()
        # Told of the audit and not of its subject: the author's history stays as it is.
        said = {"subject": str(subject_id), "verdict": answer["verdict"], "decided_by": decided_by, "review": reviewed}
        fact = Fact("submission:audited", "submission", submission_id, facts.org_id, facts.project_id, said)
        record(actor=actor, now=now, happened=[fact])
    if not surplus:
        dispatch.move_slot(slot_id=facts.slot_id, move=("submitted", "settled"), reserve_minor=0)


# Attempts that nobody decided yet: late ones. Their order is that of their ids.
_UNDECIDED = """
SELECT s.id FROM submission s JOIN slot x ON x.id = s.slot_id JOIN stage g ON g.id = x.stage_id
 WHERE s.task_id = %s AND s.state = 'pending' AND g.kind = 'attempt' AND (s.surplus OR x.state = 'submitted')
 ORDER BY x.id, s.id
"""


def _adjudicate(
    facts: ClaimFacts, submission_id: UUID, answer: Mapping[str, Any], surplus: bool, actor: Actor, now: datetime
) -> None:
    """The task's final answer, beside its attempts. What of them is undecided is accepted: each was honest work.

    A surplus adjudication is kept and changes nothing: its slot went to a colleague.
    """
    add_adjudication(
        submission_id=submission_id, org_id=facts.org_id, task_id=facts.task_id, answer=answer, surplus=surplus
    )  # fmt: skip
    if surplus:
        return
    with connection.cursor() as cursor:
        cursor.execute(_UNDECIDED, [facts.task_id])
        undecided = [row[0] for row in cursor.fetchall()]
    dispatch.move_slot(slot_id=facts.slot_id, move=("submitted", "settled"), reserve_minor=0)
    for each in undecided:
        accept_submission(submission_id=each, decided_by="adjudication", actor=actor, now=now)
    lock(task_id=facts.task_id)
    settle(task_id=facts.task_id)
    said = {"adjudication": str(submission_id), "attempts": len(facts.subject_ids)}
    fact = Fact("task:adjudicated", "task", facts.task_id, facts.org_id, facts.project_id, said)
    record(actor=actor, now=now, happened=[fact])


def apply_verdict(
    *, facts: ClaimFacts, submission_id: UUID, answer: Mapping[str, Any], surplus: bool, actor: Actor, now: datetime
) -> None:
    """Store a verdict and let it act. Runs inside submit_work's transaction; the reviewer was paid there already.

    A submission that the clock decided meanwhile keeps its decision: the review is stored and changes nothing. So does
    a surplus review: its slot went to a colleague, and whose slot it is decides.
    Raises RefusedError: rounds_over, pool_short (a return that no money could pay for).
    """
    with connection.cursor() as cursor:
        cursor.execute(_SUBJECT, [facts.subject_ids])
        rows = cursor.fetchall()
    verdict: str = answer["verdict"]
    next_round = False

    for (
        subject_id,
        author_id,
        round_,
        state,
        author_slot_id,
        reserve_minor,
        slot_state,
        stage_id,
        rework_s,
        queue,
        *offer,
    ) in rows:
        add_review(submission_id=submission_id, org_id=facts.org_id, subject_id=subject_id, answer=answer)
        open_to_decision = state == "pending" and slot_state == "submitted" and not surplus
        if open_to_decision and verdict == "return":
            author = AuthorSlot(
                author_slot_id, facts.org_id, facts.project_id, facts.batch_id, facts.task_id, facts.shard, round_,
                facts.currency, author_id, queue,
            )  # fmt: skip
            offer_id, pay, *agreed = offer
            before = Agreed(offer_id, json.loads(pay), *agreed)
            _return(author, subject_id, before, reserve_minor, stage_id, rework_s, now)
            next_round = True
        elif open_to_decision:
            accept_submission(
                submission_id=subject_id, decided_by="review", actor=actor, now=now, score=score_of(answer)
            )
        happened = {"verdict": verdict, "review": str(submission_id), "acted": open_to_decision}
        fact = Fact("submission:reviewed", "submission", subject_id, facts.org_id, facts.project_id, happened)
        record(actor=actor, now=now, happened=[fact])
    if not surplus and not next_round:  # else the slot waits for the next round
        dispatch.move_slot(slot_id=facts.slot_id, move=("submitted", "settled"), reserve_minor=0)


def _return(
    author: AuthorSlot,
    subject_id: UUID,
    before: Agreed,
    reserve_minor: int,
    stage_id: UUID,
    rework_s: int,
    now: datetime,
) -> None:
    """Open the author's slot for the next round, on a reserve that carries its offer (flow/rework.py says which).

    `rework_s` is what the author's offer froze, not what the stage says by now.
    """
    stage = next(card for card in stage_cards(author.project_id) if card.stage_id == stage_id)
    if author.round >= stage.rounds_max:
        rounds = f"it is in round {author.round}, and this project allows {stage.rounds_max}"
        why = f"This work can't be returned: {rounds}; decide it as it is."
        raise RefusedError(Refused("rounds_over", why))
    offer_id, ceiling_minor = offer_of_next(before, own_cards([stage], author.person_id, now)[0], now)
    # What is left of the reserve may be more than the offer asks for; it is kept till the end.
    reserve = max(ceiling_minor, reserve_minor)
    missing = reserve - reserve_minor
    key = f"reserve:{author.slot_id}:{author.round + 1}"
    if not reserve_from_pool(author=author, amount_minor=missing, key=key, now=now):
        why = "The batch's pool can't pay for another round; accept the work, or ask the manager to fund the pool."
        raise RefusedError(Refused("pool_short", why))
    returned = work.decide(submission_id=subject_id, to="returned", sources=("pending",), decided_by="review", now=now)
    moved = dispatch.move_slot(
        slot_id=author.slot_id, move=("submitted", "open"), reserve_minor=reserve, next_round=True,
        for_person_id=author.person_id, for_until=now + timedelta(seconds=rework_s), offer_id=offer_id,
    )  # fmt: skip
    if not (returned and moved):
        raise RuntimeError(f"submission {subject_id} moved under the lock of its slot")
