"""settle_task: an attempt was accepted. Its task is done, or one more attempt opens, or somebody adjudicates."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.planned import cancel_planned
from fairhand.flow.judge_slots import Opening, open_adjudication, open_attempt, open_audit
from fairhand.flow.order_plan import plan_of
from fairhand.flow.review_slots import AuthorSlot
from fairhand.review.redundancy import judge
from fairhand.review.redundancy._facts import AnswersFacts
from fairhand.tasks.commands import lock, note_uncertainty, settle
from fairhand.tasks.template import bound

# The slot of the attempt, its task, and which stages beyond reviews the project has.
_LOAD = """
SELECT x.org_id, x.project_id, x.batch_id, x.task_id, x.shard, x.round, p.currency, s.person_id,
       x.stage_id, x.queue_id, x.seq, t.key, t.want, t.cap, b.kind,
       coalesce(array_agg(g.kind) FILTER (WHERE g.kind IN ('audit', 'adjudicate')), '{}')
  FROM slot x JOIN task t ON t.id = x.task_id JOIN batch b ON b.id = x.batch_id JOIN project p ON p.id = x.project_id
  JOIN submission s ON s.id = x.result_id JOIN stage g ON g.project_id = x.project_id
 WHERE x.id = %s GROUP BY x.id, t.id, b.id, p.id, s.id
"""
# Its attempts, and whether an adjudication of it goes on.
_SLOTS = """
SELECT count(*) FILTER (WHERE g.kind = 'attempt' AND x.state IN ('open', 'claimed', 'submitted')),
       count(*) FILTER (WHERE g.kind = 'attempt' AND x.state = 'planned'),
       count(*) FILTER (WHERE g.kind = 'adjudicate' AND x.state NOT IN ('settled', 'cancelled'))
  FROM slot x JOIN stage g ON g.id = x.stage_id WHERE x.task_id = %s
"""
# Accepted answers as their reviewers left them, each with the version of the template that it was given to, and the
# payload where a question is about a field of it.
_ANSWERS = """
SELECT coalesce((SELECT r.fixed_answer FROM review r
                  WHERE r.subject_id = s.id AND r.kind = 'review' AND r.verdict = 'accept_with_fixes'
                  ORDER BY r.submission_id DESC LIMIT 1), s.answer), m.version, m.body,
       CASE WHEN m.body @? '$.questions[*].of' THEN t.payload END
  FROM slot x JOIN stage g ON g.id = x.stage_id AND g.kind = 'attempt'
  JOIN submission s ON s.id = x.result_id JOIN task t ON t.id = x.task_id
  JOIN claim c ON c.id = s.claim_id JOIN offer o ON o.id = c.offer_id
  JOIN template m ON m.project_id = c.project_id AND m.version = claim_template(o.terms, c.subject_ids)
 WHERE x.task_id = %s AND x.state = 'settled' ORDER BY x.seq
"""
_PER_MILLE = 1000


@dataclass(frozen=True, slots=True)
class _Task:
    """The task of an attempt that was just accepted."""

    task_id: UUID
    key: str
    want: int
    cap: int
    batch_kind: str
    kinds: Sequence[str]
    opening: Opening

    @property
    def plain(self) -> bool:
        """One attempt, and nothing can come after it."""
        return self.want == self.cap == 1 and "adjudicate" not in self.kinds


def settle_task(*, slot_id: UUID, actor: Actor, now: datetime) -> None:
    """Go on after an attempt: the caller has settled its slot, and holds reserve and pool of its batch.

    Everything is decided under the lock of the task's row, which comes after every lock of the ledger's: of two last
    attempts at once the second sees the first, and nothing is opened twice. Gold is never settled: it is measured with.
    """
    task = _load(slot_id)
    if task.batch_kind != "real":
        return
    if "audit" in task.kinds:
        open_audit(task.opening, f"{task.key}/{task.opening.seq}", actor, now)
    if task.plain:
        settle(task_id=task.task_id)
        return
    lock(task_id=task.task_id)
    going, planned, adjudicating = _slots(task.task_id)
    if going or adjudicating:
        return
    decide_task(task, planned, actor, now)


def decide_task(task: _Task, planned: int, actor: Actor, now: datetime) -> None:
    """Whether its answers are enough. Under the task's lock, with no attempt open and no adjudication going on."""
    chosen = plan_of(task.opening.author.project_id).redundancy
    answers, asked = _answers(task.task_id)
    judged = judge(chosen, AnswersFacts(answers, task.want, planned, asked[-1] if asked else [], asked))
    top_n = judged.top_n
    if judged.step == "more":
        if top_n is not None and answers:
            note_uncertainty(task_id=task.task_id, per_mille=_PER_MILLE - _PER_MILLE * top_n // len(answers))
        open_attempt(task.opening, actor, now)
        return

    cancelled = cancel_planned(task_id=task.task_id)
    said: dict[str, Any] = {"answers": len(answers), "alike": top_n, "cancelled": len(cancelled)}
    if judged.step == "adjudicate" and "adjudicate" in task.kinds:
        open_adjudication(task.opening, said, actor, now)
        return
    settle(task_id=task.task_id)
    if top_n is not None:
        verb = "task:agreed" if judged.step == "done" else "task:unresolved"
        author = task.opening.author
        record(
            actor=actor, now=now, happened=[Fact(verb, "task", task.task_id, author.org_id, author.project_id, said)]
        )


def _load(slot_id: UUID) -> _Task:
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, [slot_id])
        org_id, project_id, batch_id, task_id, shard, round_, currency, person_id, *rest = cursor.fetchone()
    stage_id, queue_id, seq, key, want, cap, batch_kind, kinds = rest
    author = AuthorSlot(slot_id, org_id, project_id, batch_id, task_id, shard, round_, currency, person_id, queue_id)
    return _Task(task_id, key, want, cap, batch_kind, kinds, Opening(author, stage_id, seq))


def _slots(task_id: UUID) -> tuple[int, int, int]:
    with connection.cursor() as cursor:
        cursor.execute(_SLOTS, [task_id])
        going, planned, adjudicating = cursor.fetchone()
    return going, planned, adjudicating


def _answers(task_id: UUID) -> tuple[list[Mapping[str, Any]], list[list[Mapping[str, Any]]]]:
    """The answers, and the questions that each of them was given to."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, [task_id])
        rows = cursor.fetchall()
    asked: dict[int, list[Mapping[str, Any]]] = {}
    for _, version, body, payload in rows:
        if version not in asked:
            asked[version] = bound(json.loads(body), json.loads(payload or "{}"))["questions"]
    return [json.loads(row[0]) for row in rows], [asked[row[1]] for row in rows]
