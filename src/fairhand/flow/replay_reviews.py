"""The reviews of a replay: by the pack's synthetic reviewers, by one fixed rule that the pack states."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import cycle
from uuid import UUID

from django.db import connection

from fairhand.audit.actor import Actor
from fairhand.dispatch.commands import set_aside
from fairhand.dispatch.models import Claim
from fairhand.dispatch.queries import by_request
from fairhand.flow.claim_next import claim_next
from fairhand.flow.stage_cards import StageCard, own_cards
from fairhand.flow.submit_work import submit_work
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Project

# The rule `accept_complete`: the form was checked when the work was handed in, so all of it is complete.
VERDICT = {
    "verdict": "accept",
    "note": "Synthetic reviewer, rule accept_complete: accepted because every required question is answered.",
}
_ASIDE = timedelta(days=30)
_GAP = timedelta(seconds=1)

# Reviews of recorded work: how many were made, and those waiting, in the order in which the work was handed in.
_MADE = """
SELECT count(*) FROM submission s JOIN person p ON p.id = s.person_id JOIN slot x ON x.id = s.slot_id
  JOIN stage g ON g.id = x.stage_id WHERE s.project_id = %s AND p.kind = 'synthetic' AND g.kind = 'review'
"""
_WAITING = """
SELECT x.id, x.task_id, x.subject_slot_id, coalesce(c.person_id, x.for_person_id)
  FROM slot x LEFT JOIN claim c ON c.id = x.current_claim_id
  JOIN slot y ON y.id = x.subject_slot_id JOIN submission a ON a.id = y.result_id
  JOIN person p ON p.id = a.person_id JOIN task t ON t.id = x.task_id
 WHERE x.stage_id = %s AND p.kind = 'recorded'
   AND (x.state = 'open' OR c.request_key LIKE 'replay:%%')
 ORDER BY a.submitted_at, t.key, y.seq
"""
_MET = "SELECT person_id FROM hand WHERE task_id = %s"


def play_reviews(
    *,
    project: Project,
    card: StageCard,
    reviewers: list[UUID],
    first_at: datetime,
    left_open: int,
    progress: Callable[[str, int, int], None],
) -> None:
    """Review recorded work until `left_open` reviews wait; a task whose reviewers all met it is left as well."""
    with connection.cursor() as cursor:
        cursor.execute(_MADE, [project.id])
        made = cursor.fetchone()[0]
        cursor.execute(_WAITING, [card.stage_id])
        waiting = cursor.fetchall()
    turns = cycle(reviewers)
    todo = waiting[: max(0, len(waiting) - left_open)]
    for number, (slot_id, task_id, subject_slot_id, holder) in enumerate(todo, start=1):
        # Before a crash the slot may have been set aside for a reviewer, or claimed by one.
        reviewer = holder or _free(task_id, turns, len(reviewers))
        if reviewer is not None:
            _review(project, card, reviewer, slot_id, task_id, subject_slot_id, first_at + _GAP * (made + number))
        progress("reviews", made + number, made + len(todo))


def _free(task_id: UUID, turns: "cycle[UUID]", n: int) -> UUID | None:
    """The next reviewer who hasn't met the task, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(_MET, [task_id])
        met = {row[0] for row in cursor.fetchall()}
    return next((reviewer for reviewer in (next(turns) for _ in range(n)) if reviewer not in met), None)


def _review(
    project: Project, card: StageCard, reviewer: UUID, slot_id: UUID, task_id: UUID, subject_slot_id: UUID, at: datetime
) -> None:
    actor, key = Actor("replay", reviewer), f"replay:{slot_id}"
    claim = by_request(reviewer, key)
    if claim is None:
        seen = [each.card.terms_hash for each in own_cards([card], reviewer, at)]
        set_aside(
            task_id=task_id, stage_id=card.stage_id, person_id=reviewer, until=at + _ASIDE, actor=actor, now=at,
            subject_slot_id=subject_slot_id,
        )  # fmt: skip
        made = claim_next(
            person_id=reviewer, project_id=project.id, kind="review", terms_seen=seen, request_key=key, actor=actor,
            now=at,
        )  # fmt: skip
        if not isinstance(made, Claim) or made.slot_id != slot_id:
            raise RuntimeError(f"review slot {slot_id} was set aside and not given: {made}")
        claim = made
    done = submit_work(claim_id=claim.id, person_id=reviewer, answer=VERDICT, actor=actor, now=at)
    if isinstance(done, Refused):
        raise RuntimeError(f"review slot {slot_id}: {done.why}")
