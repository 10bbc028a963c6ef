"""Slots kept for some: cohorts of a project's people, one person, and the first tasks promised to whoever joins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.models import Cohort, CohortMember, Seat
from fairhand.kernel.ids import new_id
from fairhand.projects.models import Project


@transaction.atomic
def make_cohort(*, project: Project, name: str, person_ids: Sequence[UUID], actor: Actor, now: datetime) -> UUID:
    """A new cohort; the caller has checked that the name is free and who has a seat."""
    cohort = Cohort.objects.create(id=new_id(now), org_id=project.org_id, project=project, name=name, made_at=now)
    CohortMember.objects.bulk_create(CohortMember(cohort=cohort, person_id=each) for each in person_ids)
    facts = {"name": name, "members": len(person_ids)}
    record(actor=actor, now=now, happened=[Fact("cohort:made", "cohort", cohort.id, project.org_id, project.id, facts)])
    return cohort.id


@transaction.atomic
def change_members(
    *, cohort: Cohort, add: Sequence[UUID], remove: Sequence[UUID], actor: Actor, now: datetime
) -> tuple[int, int]:
    """Who is in a cohort from the next claim on; how many came and went."""
    fresh = [CohortMember(cohort=cohort, person_id=each) for each in add]
    there = set(CohortMember.objects.filter(cohort=cohort, person_id__in=add).values_list("person_id", flat=True))
    CohortMember.objects.bulk_create(fresh, ignore_conflicts=True)
    gone, _ = CohortMember.objects.filter(cohort=cohort, person_id__in=remove).delete()
    came = len(set(add) - there)
    if came or gone:
        facts = {"name": cohort.name, "came": came, "went": gone}
        fact = Fact("cohort:changed", "cohort", cohort.id, cohort.org_id, cohort.project_id, facts)
        record(actor=actor, now=now, happened=[fact])
    return came, gone


# Open attempts of a project that are kept for nobody, in the order in which they would be given out.
_FREE = """
SELECT x.id FROM queue q JOIN stage g ON g.id = q.stage_id AND g.kind = 'attempt' CROSS JOIN LATERAL (
  SELECT s.id, s.place FROM slot s
   WHERE s.queue_id = q.id AND s.state = 'open' AND s.for_person_id IS NULL
     AND (%(batch)s::uuid IS NULL OR s.batch_id = %(batch)s)
   ORDER BY s.place LIMIT %(n)s) x
 WHERE q.project_id = %(project)s AND q.cohort_id IS NULL AND q.lane IN ('real', 'calibration')
 ORDER BY q.tier, x.place LIMIT %(n)s
"""
_MAKE = """
INSERT INTO queue (org_id, project_id, stage_id, gate_id, lane, tier, field, cohort_id, until)
SELECT DISTINCT q.org_id, q.project_id, q.stage_id, q.gate_id, q.lane, q.tier, q.field, %(cohort)s::uuid,
       %(until)s::timestamptz
  FROM slot x JOIN queue q ON q.id = x.queue_id WHERE x.id = ANY (%(slots)s)
ON CONFLICT DO NOTHING
"""
# All of a cohort's queues end at one moment: the latest that was promised.
_UNTIL = """
UPDATE queue q SET until = m.until
  FROM (SELECT greatest(max(until), %(until)s) AS until FROM queue WHERE cohort_id = %(cohort)s) m
 WHERE q.cohort_id = %(cohort)s RETURNING q.until
"""
_MOVE = """
UPDATE slot y SET queue_id = n.id
  FROM (SELECT x.id, x.queue_id FROM slot x
         WHERE x.id = ANY (%(slots)s) AND x.state = 'open' AND x.for_person_id IS NULL
         ORDER BY x.place FOR UPDATE SKIP LOCKED) o
  JOIN queue q ON q.id = o.queue_id AND q.cohort_id IS NULL
  JOIN queue n ON n.stage_id = q.stage_id AND n.gate_id IS NOT DISTINCT FROM q.gate_id AND n.lane = q.lane
              AND n.tier = q.tier AND n.field = q.field AND n.cohort_id = %(cohort)s
 WHERE y.id = o.id
"""


@transaction.atomic
def set_aside_for_cohort(
    *, cohort: Cohort, batch_id: UUID | None, slots: int, until: datetime, reason: str, actor: Actor, now: datetime
) -> int:
    """Move up to so many open slots (of a batch, if given) into the cohort's queues until a moment; how many went.

    What the cohort has already stays with it until the same moment, and all of it until a later one that it was
    promised before. Where no slot is found, nothing changes.
    """
    # A gate that changes holds the project, then the queues into which this moves slots.
    Project.objects.select_for_update(no_key=True).get(id=cohort.project_id)
    values = {
        "project": cohort.project_id, "batch": batch_id, "n": slots, "cohort": cohort.id, "until": until
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_FREE, values)
        found = {**values, "slots": [row[0] for row in cursor.fetchall()]}
        if not found["slots"]:
            return 0
        cursor.execute(_MAKE, found)
        cursor.execute(_UNTIL, found)
        until = cursor.fetchone()[0]
        cursor.execute(_MOVE, found)
        moved = int(cursor.rowcount)
    facts = {"name": cohort.name, "slots": moved, "until": until.isoformat(), "reason": reason}
    fact = Fact("cohort:set_aside", "cohort", cohort.id, cohort.org_id, cohort.project_id, facts)
    record(actor=actor, now=now, happened=[fact])
    return moved


_OVER = """
SELECT q.id, q.project_id FROM queue q WHERE q.cohort_id IS NOT NULL AND q.until <= %s
   AND EXISTS (SELECT 1 FROM slot x WHERE x.queue_id = q.id AND x.state = 'open' AND x.for_person_id IS NULL)
"""
_BACK = """
UPDATE slot y SET queue_id = dispatch_queue_like(o.stage_id, o.queue_id)
  FROM (SELECT x.id, x.stage_id, x.queue_id FROM slot x JOIN queue q ON q.id = x.queue_id AND q.until <= %(now)s
         WHERE x.queue_id = %(queue)s AND x.state = 'open' AND x.for_person_id IS NULL
         ORDER BY x.place LIMIT %(n)s FOR UPDATE OF x SKIP LOCKED) o
 WHERE y.id = o.id RETURNING y.org_id
"""


def return_from_cohorts(*, actor: Actor, now: datetime, limit: int) -> int:
    """Give back to everybody what cohorts did not take in time; how many slots went, at most `limit` a queue. Every
    queue in a transaction of its own."""
    moved = 0
    with connection.cursor() as cursor:
        cursor.execute(_OVER, [now])
        over = cursor.fetchall()
    for queue_id, project_id in over:
        with transaction.atomic(), connection.cursor() as cursor:
            # As where slots go to a cohort: before the queues, which a gate that changes holds.
            Project.objects.select_for_update(no_key=True).get(id=project_id)
            cursor.execute(_BACK, {"queue": queue_id, "now": now, "n": limit})
            rows = cursor.fetchall()
            if rows:
                facts = {"slots": len(rows), "queue": queue_id}
                fact = Fact("cohort:given_back", "project", project_id, rows[0][0], project_id, facts)
                record(actor=actor, now=now, happened=[fact])
                moved += len(rows)
    return moved


# A task is kept for somebody once: they meet it through one slot only, and any other would stay shut to all.
_ONCE = """
           AND NOT EXISTS (SELECT 1 FROM hand h WHERE h.task_id = o.task_id AND h.person_id = {person})
           AND NOT EXISTS (SELECT 1 FROM slot k WHERE k.for_person_id = {person} AND k.state = 'open'
                              AND k.task_id = o.task_id)"""
# Nor is more kept for a seat than it may take in all; what a day or a week is full of passes.
_KEEP = f"""
UPDATE slot y SET for_person_id = %(person)s, for_until = %(until)s
 WHERE y.id IN (
   SELECT s.id FROM slot s
    WHERE s.id IN (
      SELECT t.id FROM (
        SELECT DISTINCT ON (x.task_id) x.id, q.tier, x.place
          FROM queue q JOIN stage g ON g.id = q.stage_id AND g.kind = 'attempt' CROSS JOIN LATERAL (
          SELECT o.id, o.place, o.task_id FROM slot o
           WHERE o.queue_id = q.id AND o.state = 'open' AND o.for_person_id IS NULL{_ONCE.format(person="%(person)s")}
             AND NOT EXISTS (SELECT 1 FROM slot b
                              WHERE b.task_id = o.task_id AND b.stage_id = o.stage_id AND b.queue_id = o.queue_id
                                AND b.state = 'open' AND b.for_person_id IS NULL AND b.place < o.place)
           ORDER BY o.place LIMIT %(n)s) x
         WHERE q.project_id = %(project)s AND q.cohort_id IS NULL AND q.lane IN ('real', 'calibration')
           AND dispatch_would_pass(%(person)s, q.gate_id, %(now)s)
           AND NOT dispatch_excluded(%(person)s, q.org_id, q.project_id, %(now)s)
         ORDER BY x.task_id, q.tier, x.place) t
       ORDER BY t.tier, t.place LIMIT least(%(n)s, coalesce((
         SELECT CASE WHEN e.total_max IS NULL THEN %(n)s ELSE greatest(0, e.total_max - e.total_n - (
                  SELECT count(*) FROM slot k WHERE k.for_person_id = %(person)s AND k.state = 'open' AND k.round = 1
                     AND k.project_id = %(project)s)) END
           FROM seat e WHERE e.project_id = %(project)s AND e.person_id = %(person)s AND e.state = 'active'), 0)))
      AND s.state = 'open' AND s.for_person_id IS NULL FOR UPDATE SKIP LOCKED)
RETURNING y.id, y.org_id, y.project_id
"""  # noqa: S608  # put together from constants of this file


@transaction.atomic
def keep_for_person(
    *, project_id: UUID, person_id: UUID, slots: int, until: datetime, actor: Actor, now: datetime
) -> int:
    """Keep up to so many open slots for one person who may take them; how many are kept: never more than are open."""
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, {
            "project": project_id, "person": person_id, "n": slots, "until": until, "now": now
        })  # fmt: skip
        rows = cursor.fetchall()
    record(actor=actor, now=now, happened=[Fact("slot:set_aside", "slot", *row) for row in rows])
    return len(rows)


@dataclass(frozen=True, slots=True)
class Promise:
    """First tasks that a seat was promised and that are not set aside yet."""

    seat_id: UUID
    project_id: UUID
    person_id: UUID
    slots: int
    until: datetime


# Only where something is open that the person may take: promises that can't be kept yet hold nobody else's up.
_PROMISES = f"""
WITH filled AS MATERIALIZED (
  SELECT p.id FROM project p
   WHERE p.state = 'open' AND p.id IN (SELECT project_id FROM seat WHERE promised_n > 0)
     AND EXISTS (SELECT 1 FROM queue q JOIN stage g ON g.id = q.stage_id AND g.kind = 'attempt'
                   JOIN slot x ON x.queue_id = q.id AND x.state = 'open' AND x.for_person_id IS NULL
                  WHERE q.project_id = p.id AND q.cohort_id IS NULL AND q.lane IN ('real', 'calibration')))
SELECT e.id, e.project_id, e.person_id, e.promised_n, e.promised_until FROM seat e
 WHERE e.promised_n > 0 AND e.promised_until > %(now)s AND e.state = 'active'
   AND e.total_n < coalesce(e.total_max, e.total_n + 1)
   AND e.project_id IN (SELECT id FROM filled) AND NOT dispatch_excluded(e.person_id, e.org_id, e.project_id, %(now)s)
   AND EXISTS (
     SELECT 1 FROM queue q JOIN stage g ON g.id = q.stage_id AND g.kind = 'attempt' CROSS JOIN LATERAL (
       SELECT 1 FROM slot o
        WHERE o.queue_id = q.id AND o.state = 'open' AND o.for_person_id IS NULL
{_ONCE.format(person="e.person_id")} LIMIT 1) x
      WHERE q.project_id = e.project_id AND q.cohort_id IS NULL AND q.lane IN ('real', 'calibration')
        AND dispatch_would_pass(e.person_id, q.gate_id, %(now)s))
 ORDER BY e.promised_until LIMIT %(limit)s
"""  # noqa: S608  # put together from constants of this file


def open_promises(now: datetime, limit: int) -> list[Promise]:
    """Promises that still hold and can be kept now, the soonest to end first."""
    with connection.cursor() as cursor:
        cursor.execute(_PROMISES, {"now": now, "limit": limit})
        return [Promise(*row) for row in cursor.fetchall()]


def promised_now(*, seat_id: UUID, now: datetime) -> int:
    """How much of a seat's promise is still to be kept, with the seat held: another run may have kept it."""
    held = Seat.objects.select_for_update(no_key=True).filter(id=seat_id, promised_until__gt=now)
    return held.values_list("promised_n", flat=True).first() or 0


def note_kept(*, seat_id: UUID, slots: int) -> None:
    """Of a promise so many are set aside by now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE seat SET promised_n = greatest(0, promised_n - %s) WHERE id = %s AND promised_n > 0",
            [slots, seat_id],
        )


def drop_promises(*, now: datetime) -> int:
    """Promises whose time is over are no promises any more; how many."""
    return Seat.objects.filter(promised_n__gt=0, promised_until__lte=now).update(promised_n=0)
