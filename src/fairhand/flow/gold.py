"""Gold: tasks with a known answer, served unseen.

A slot opens for one person, is graded when it is handed in, is never delivered, and is cancelled when it isn't taken. A
grade is a measurement; nothing about a person follows from it here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import JOB, Actor
from fairhand.audit.commands import Fact, record
from fairhand.cases.raised_queries import HOLDS, is_held
from fairhand.dispatch.commands import ensure_queue
from fairhand.dispatch.next_queues import anything_open
from fairhand.dispatch.queries import ClaimFacts
from fairhand.flow.review_slots import AuthorSlot, reserve_from_pool
from fairhand.flow.stage_cards import own_cards, stage_cards
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import GOLD_FOR_S, GOLD_STALE_PER_JOB_MAX
from fairhand.ledger.accounts import move, pool, reserved
from fairhand.ledger.commands import hold, post
from fairhand.people.access import MANAGE, SEE_TASKS
from fairhand.projects.queries import stages_of
from fairhand.review.commands import add_gold_result
from fairhand.review.rules import grade
from fairhand.tasks.models import Batch
from fairhand.tasks.queries import bound_to, gold_of
from fairhand.tasks.template import check_answer

_LOCK_LOAD = "SELECT 1 FROM person_load WHERE person_id = %s FOR UPDATE"
# Whether a claim of the stage would give the person anything: nothing is opened and paid for whom it couldn't go to.
_MAY = """
SELECT 1 FROM person_load l JOIN person h ON h.id = l.person_id JOIN stage g ON g.id = %(stage)s
  JOIN project p ON p.id = g.project_id AND p.state = 'open'
  JOIN seat e ON e.project_id = g.project_id AND e.person_id = l.person_id
  JOIN LATERAL (SELECT (%(now)s AT TIME ZONE h.tz)::date AS day,
                       date_trunc('week', %(now)s AT TIME ZONE h.tz)::date AS week) d ON true
 WHERE l.person_id = %(person)s AND l.open_n < l.open_max
   AND NOT coalesce(l.week >= d.week AND l.week_ms >= l.week_ms_max, false)
   AND dispatch_seat_bar(e, %(now)s, d.day, d.week) IS NULL
   AND NOT (g.cool_s > 0 AND EXISTS (SELECT 1 FROM claim c WHERE c.project_id = g.project_id AND c.state = 'live'
                                        AND c.person_id = l.person_id))
   AND NOT dispatch_excluded(l.person_id, g.org_id, g.project_id, %(now)s)
   AND dispatch_would_pass(l.person_id, g.gate_id, %(now)s)
   AND NOT EXISTS (SELECT 1 FROM member m JOIN org o ON o.id = m.org_id
                    WHERE m.person_id = l.person_id AND m.role = ANY (%(staff)s)
                      AND (o.kind = 'operator' OR m.org_id = g.org_id)
                      AND (m.project_id IS NULL OR m.project_id = g.project_id)
                      AND (m.until IS NULL OR m.until > %(now)s))
"""
# Whoever may read a project's tasks may know the answers.
_KNOWING = sorted(MANAGE.roles | SEE_TASKS.roles)
# One that the person never met, none of theirs being open already. Which one: by lot, the same for the same person.
_DRAW = f"""
SELECT t.id, t.org_id, t.batch_id FROM batch b JOIN task t ON t.batch_id = b.id JOIN gold d ON d.task_id = t.id
 WHERE b.project_id = %(project)s AND b.kind = 'gold' AND b.state = 'launched'
   AND d.use = 'evaluation' AND d.retired_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = t.id AND y.person_id = %(person)s)
   AND NOT EXISTS (SELECT 1 FROM raised r WHERE r.task_id = t.id AND {HOLDS})
   AND NOT EXISTS (SELECT 1 FROM slot x JOIN queue q ON q.id = x.queue_id AND q.lane = 'gold'
                    WHERE x.for_person_id = %(person)s AND x.state = 'open' AND x.project_id = %(project)s)
 ORDER BY md5(t.id::text || %(person)s::text) LIMIT 1
"""  # noqa: S608  # put together from constants
_INSERT = """
INSERT INTO slot (id, org_id, project_id, batch_id, task_id, stage_id, root_slot_id, seq, round, state, queue_id, shard,
                  reserve_minor, for_person_id, for_until)
SELECT %(id)s, %(org)s, %(project)s, %(batch)s, %(task)s, %(stage)s, %(id)s,
       1 + (SELECT coalesce(max(x.seq), 0) FROM slot x WHERE x.task_id = %(task)s AND x.stage_id = %(stage)s), 1,
       'open', %(queue)s, 0, %(reserve)s, %(person)s, %(until)s
"""


def draw_gold(
    *, person_id: UUID, project_id: UUID, queue_ids: Sequence[int], terms_seen: Sequence[str], now: datetime
) -> bool:
    """Open a slot on gold that the person never met, for them alone; True if one was opened.

    Runs inside the caller's transaction, before anything of the person is locked but their load. Nothing opens where
    no gold is left for them, its pool can't pay for it, a claim could not give it to them (no seat, a cap, a rest, an
    exclusion, a gate, terms not seen), they may see its answer as staff, or none of `queue_ids` holds other work for
    them: alone it would show itself.
    """
    stage = next(iter(stages_of([project_id], "attempt")), None)
    if stage is None:
        return False
    card = next(card for card in stage_cards(project_id, "attempt") if card.stage_id == stage.id)
    if own_cards([card], person_id, now)[0].card.terms_hash not in terms_seen:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_LOAD, [person_id])
        cursor.execute(_MAY, {"person": person_id, "stage": stage.id, "now": now, "staff": _KNOWING})
        if cursor.fetchone() is None or not anything_open(queue_ids, person_id, now):
            return False
        cursor.execute(_DRAW, {"person": person_id, "project": project_id})
        if (row := cursor.fetchone()) is None:
            return False
    task_id, org_id, batch_id = row
    slot_id, ceiling, queue_id = new_id(now), card.card.ceiling_minor, ensure_queue(stage=stage, lane="gold")
    author = AuthorSlot(
        slot_id, org_id, project_id, batch_id, task_id, 0, 1, stage.project.currency, person_id, queue_id
    )  # fmt: skip
    # The pool's row puts those who draw of one batch in a line, so that no two take one number of a task's slots.
    hold(accounts=[pool(batch_id), reserved(batch_id, 0)], currency=author.currency)
    if is_held(task_id):  # reported since it was looked for: a report holds the same pool
        return False
    if not reserve_from_pool(author=author, amount_minor=ceiling, key=f"reserve:{slot_id}:1", now=now):
        return False
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {
            "id": slot_id, "org": org_id, "project": project_id, "batch": batch_id, "task": task_id, "stage": stage.id,
            "queue": queue_id, "reserve": ceiling, "person": person_id, "until": now + timedelta(seconds=GOLD_FOR_S),
        })  # fmt: skip
    record(actor=JOB, now=now, happened=[Fact("slot:opened", "slot", slot_id, org_id, project_id,
                                                      {"kind": "gold", "round": 1})])  # fmt: skip
    return True


def grade_gold(
    *, facts: ClaimFacts, submission_id: UUID, answer: Mapping[str, Any], actor: Actor, now: datetime
) -> None:
    """Note how right a submission on gold was; late ones too."""
    gold = gold_of(facts.task_id)
    if gold is None:
        return
    template = bound_to(facts.template, facts.task_id)
    if check_answer(template, gold.answer):
        return  # it knows the answer to another version of the template, and says nothing about this one
    right_pm, parts = grade(answer, gold.answer, template["questions"])
    add_gold_result(
        submission_id=submission_id, org_id=facts.org_id, project_id=facts.project_id, task_id=facts.task_id,
        person_id=facts.person_id, right_pm=right_pm, parts=parts, now=now,
    )  # fmt: skip
    said = {"right_pm": right_pm, "claim": str(facts.claim_id)}
    fact = Fact("gold:graded", "submission", submission_id, facts.org_id, facts.project_id, said)
    record(actor=actor, now=now, happened=[fact])


_CANCEL = """
UPDATE slot x SET state = 'cancelled', reserve_minor = 0, for_person_id = NULL, for_until = NULL
  FROM slot y JOIN project p ON p.id = y.project_id
 WHERE x.id = %s AND y.id = x.id AND x.state = 'open'
RETURNING x.org_id, x.project_id, x.batch_id, x.shard, y.reserve_minor, p.currency
"""


def cancel_gold(*, slot_id: UUID, reason: str, actor: Actor, now: datetime) -> bool:
    """Cancel an open slot of gold and give its reserve back: nobody else may have it. True if this call did it."""
    with connection.cursor() as cursor:
        cursor.execute(_CANCEL, [slot_id])
        row = cursor.fetchone()
    if row is None:
        return False
    org_id, project_id, batch_id, shard, reserve_minor, currency = row
    legs = move(reserved(batch_id, shard), pool(batch_id), reserve_minor)
    post(key=f"cancel:{slot_id}", kind="release", currency=currency, legs=legs, now=now)
    fact = Fact("slot:cancelled", "slot", slot_id, org_id, project_id, {"reason": reason})
    record(actor=actor, now=now, happened=[fact])
    return True


_OPENED = """
SELECT x.id FROM slot x JOIN queue q ON q.id = x.queue_id AND q.lane = 'gold'
 WHERE x.task_id = %s AND x.state = 'open' ORDER BY x.id
"""


def cancel_gold_of(*, task_id: UUID, reason: str, actor: Actor, now: datetime) -> int:
    """Cancel what is open of gold whose slots the caller holds: nobody else is given it, and none is drawn beside it.
    How many slots."""
    batch = Batch.objects.select_related("project").filter(task__id=task_id, kind="gold").first()
    if batch is None:
        return 0
    hold(accounts=[pool(batch.id), reserved(batch.id, 0)], currency=batch.project.currency)
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, [task_id])
        opened = [row[0] for row in cursor.fetchall()]
    return sum(cancel_gold(slot_id=slot_id, reason=reason, actor=actor, now=now) for slot_id in opened)


_STALE = """
SELECT x.id FROM slot x JOIN queue q ON q.id = x.queue_id AND q.lane = 'gold'
 WHERE x.state = 'open' AND x.for_person_id IS NOT NULL AND x.for_until <= %s ORDER BY x.for_until LIMIT %s
"""
_STILL = "SELECT 1 FROM slot WHERE id = %s AND state = 'open' AND for_until <= %s FOR UPDATE SKIP LOCKED"


def cancel_stale_gold(*, actor: Actor, now: datetime) -> int:
    """Cancel gold that was not taken in time, each in its own transaction; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_STALE, [now, GOLD_STALE_PER_JOB_MAX])
        stale = [row[0] for row in cursor.fetchall()]
    done = 0
    for slot_id in stale:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_STILL, [slot_id, now])
            if cursor.fetchone() is not None:
                done += cancel_gold(slot_id=slot_id, reason="not_taken", actor=actor, now=now)
    return done
