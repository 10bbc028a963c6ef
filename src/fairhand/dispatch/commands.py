"""Verbs on slots, claims, seats and offers. What must be atomic is a function in `dispatch/sql`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.models import PersonLoad, Queue, Seat
from fairhand.dispatch.offers import Card
from fairhand.kernel.ids import new_alias, new_id
from fairhand.kernel.limits import OPEN_CLAIMS_MAX
from fairhand.projects.models import Project, Stage

_ALIAS_TRIES_MAX = 8


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the claim function answered. `claim_id` is None unless `outcome` is `claimed` or `repeat`."""

    outcome: str
    claim_id: UUID | None


@transaction.atomic
def ensure_seats(
    *, project: Project, person_ids: Sequence[UUID], actor: Actor, now: datetime, day_max: int | None = None
) -> int:
    """A seat in the project and a load row for each person that lacks one; returns how many seats were made."""
    PersonLoad.objects.bulk_create(
        [PersonLoad(person_id=person_id, open_max=OPEN_CLAIMS_MAX) for person_id in person_ids], ignore_conflicts=True
    )
    made: list[UUID] = []
    for _ in range(_ALIAS_TRIES_MAX):
        seated = set(Seat.objects.filter(project=project, person_id__in=person_ids).values_list("person_id", flat=True))
        missing = [person_id for person_id in person_ids if person_id not in seated]
        if not missing:
            break
        made = made or missing
        # A pseudonym that collides is left out by the unique key and drawn again in the next turn.
        rows = [
            Seat(
                id=new_id(now), org_id=project.org_id, project=project, person_id=person_id, alias=new_alias("E"),
                joined_at=now, day_max=day_max, promised_n=project.promised_n,
                promised_until=now + timedelta(days=project.promised_days) if project.promised_n else None,
            )
            for person_id in missing
        ]  # fmt: skip
        Seat.objects.bulk_create(rows, ignore_conflicts=True)
    facts = [Fact("seat:taken", "person", person_id, project.org_id, project.id) for person_id in made]
    record(actor=actor, now=now, happened=facts)
    return len(made)


@transaction.atomic
def cap_seat(
    *, seat_id: UUID, day_max: int | None, week_max: int | None, total_max: int | None, reason: str, actor: Actor,
    now: datetime,
) -> bool:  # fmt: skip
    """How many tasks a seat may take a day, a week and in all, from the next claim on; True if that is news.

    None: no limit.
    """
    seat = Seat.objects.select_for_update(no_key=True).get(id=seat_id)
    before, after = [seat.day_max, seat.week_max, seat.total_max], [day_max, week_max, total_max]
    if before == after:
        return False
    Seat.objects.filter(id=seat_id).update(day_max=day_max, week_max=week_max, total_max=total_max)
    facts = {"before": before, "after": after, "reason": reason}
    record(
        actor=actor, now=now,
        happened=[Fact("seat:capped", "person", seat.person_id, seat.org_id, seat.project_id, facts)],
    )  # fmt: skip
    return True


@transaction.atomic
def cap_person(
    *, person_id: UUID, open_max: int, week_ms_max: int | None, reason: str, actor: Actor, now: datetime
) -> bool | None:
    """How many tasks somebody may hold at a time, and work a week at most (None: no limit), from the next claim on.

    True if that is news; None for somebody who never had a seat. What is claimed stays.
    """
    load = PersonLoad.objects.select_for_update(no_key=True).filter(person_id=person_id).first()
    if load is None:
        return None
    before, after = [load.open_max, load.week_ms_max], [open_max, week_ms_max]
    if before == after:
        return False
    PersonLoad.objects.filter(person_id=person_id).update(open_max=open_max, week_ms_max=week_ms_max)
    facts = {"before": before, "after": after, "reason": reason}
    record(actor=actor, now=now, happened=[Fact("person:capped", "person", person_id, facts=facts)])
    return True


def ensure_queue(*, stage: Stage, lane: str = "real", tier: int = 0, field: str = "") -> int:
    """The id of a stage's queue for everybody who passes the stage's gate, made if it is not there."""
    queue, _ = Queue.objects.get_or_create(
        stage=stage, lane=lane, tier=tier, field=field, cohort=None,
        defaults={"org_id": stage.org_id, "project_id": stage.project_id, "gate_id": stage.gate_id},
    )  # fmt: skip
    return queue.id


def fold_hints() -> int:
    """Open the queues that were woken, close the empty ones in two steps; how many changed. See `0005_claim.sql`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT dispatch_fold_hints()")
        return int(cursor.fetchone()[0])


def analyze() -> None:
    """Let the planner know of many new slots."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT dispatch_analyze()")


_OFFER = """
INSERT INTO offer (id, org_id, stage_id, terms_hash, terms, currency, ceiling_minor, made_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (org_id, stage_id, terms_hash) DO NOTHING
"""
_OFFER_ID = "SELECT id FROM offer WHERE org_id = %s AND stage_id = %s AND terms_hash = %s"


def ensure_offer(*, org_id: UUID, stage_id: UUID, card: Card, now: datetime) -> UUID:
    """The id of the stored terms of a card, stored if they are new."""
    key = [org_id, stage_id, card.terms_hash]
    with connection.cursor() as cursor:
        cursor.execute(_OFFER_ID, key)
        if (row := cursor.fetchone()) is None:
            terms = Jsonb(dict(card.terms))
            made = [new_id(now), org_id, stage_id, card.terms_hash, terms, card.currency, card.ceiling_minor, now]
            cursor.execute(_OFFER, made)
            cursor.execute(_OFFER_ID, key)
            row = cursor.fetchone()
    offer_id: UUID = row[0]
    return offer_id


_OFFERS_KNOWN = """
SELECT o.stage_id, o.id FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS w (org_id, stage_id, terms_hash)
  JOIN offer o USING (org_id, stage_id, terms_hash)
"""


def ensure_offers(*, cards: Sequence[tuple[UUID, UUID, Card]], now: datetime) -> dict[UUID, UUID]:
    """Stage -> the id of its stored terms, of (organisation, stage, card); those that are new are stored."""
    keys = [[org_id for org_id, _, _ in cards], [stage_id for _, stage_id, _ in cards]]
    with connection.cursor() as cursor:
        cursor.execute(_OFFERS_KNOWN, [*keys, [card.terms_hash for _, _, card in cards]])
        known: dict[UUID, UUID] = dict(cursor.fetchall())
    missing = [each for each in cards if each[1] not in known]
    return known | {
        stage_id: ensure_offer(org_id=org_id, stage_id=stage_id, card=card, now=now)
        for org_id, stage_id, card in missing
    }


_CLAIM = "SELECT outcome, claim_id FROM dispatch_claim_next(%s, %s, %s, %s, %s, %s, %s, %s)"


def claim_next(
    *,
    person_id: UUID,
    request_key: str,
    claim_id: UUID,
    queue_ids: Sequence[int],
    stage_ids: Sequence[UUID],
    offer_ids: Sequence[UUID],
    seen: Sequence[bool],
    now: datetime,
) -> Claimed:
    """Ask the database for the next slot; see `dispatch/sql/0005_claim.sql` for outcomes and order."""
    arguments = [
        person_id, request_key, claim_id, list(queue_ids), list(stage_ids), list(offer_ids), list(seen), now
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, arguments)
        outcome, found = cursor.fetchone()
    return Claimed(outcome, found)


_ASIDE_ALREADY = """
SELECT id, org_id, project_id FROM slot
 WHERE task_id = %(task)s AND stage_id = %(stage)s AND state = 'open' AND for_person_id = %(person)s
   AND subject_slot_id IS NOT DISTINCT FROM %(subject)s LIMIT 1
"""
_SET_ASIDE = """
UPDATE slot SET for_person_id = %(person)s, for_until = %(until)s
 WHERE id = (SELECT id FROM slot
              WHERE task_id = %(task)s AND stage_id = %(stage)s AND state = 'open' AND for_person_id IS NULL
                AND subject_slot_id IS NOT DISTINCT FROM %(subject)s
                AND NOT EXISTS (SELECT 1 FROM hand WHERE hand.task_id = slot.task_id AND person_id = %(person)s)
              ORDER BY seq LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, org_id, project_id
"""


@transaction.atomic
def set_aside(
    *,
    task_id: UUID,
    stage_id: UUID,
    person_id: UUID,
    until: datetime,
    actor: Actor,
    now: datetime,
    subject_slot_id: UUID | None = None,
) -> UUID | None:
    """Keep one open slot of a task for one person; one kept already is returned, None if none is open to them."""
    values = {"task": task_id, "stage": stage_id, "person": person_id, "until": until, "subject": subject_slot_id}
    with connection.cursor() as cursor:
        cursor.execute(_ASIDE_ALREADY, values)
        if (row := cursor.fetchone()) is not None:
            return row[0]  # type: ignore[no-any-return]  # a cursor's row is untyped
        cursor.execute(_SET_ASIDE, values)
        row = cursor.fetchone()
    if row is None:
        return None
    slot_id, org_id, project_id = row
    record(actor=actor, now=now, happened=[Fact("slot:set_aside", "slot", slot_id, org_id, project_id)])
    return slot_id  # type: ignore[no-any-return]  # a cursor's row is untyped


_END = "SELECT dispatch_end_claim(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


def end_claim(
    *,
    claim_id: UUID,
    move: tuple[str, str],
    reason: str,
    now: datetime,
    slot_move: tuple[str, str] | None,
    result_id: UUID | None = None,
    reserve_minor: int | None = None,
    spent_until: datetime | None = None,
    spent_ms: int = 0,
) -> bool:
    """Move a claim and its slot together, each only from the state named; True if it was done.

    `spent_until`: up to then the person's time counts as paid, `spent_ms` of it as work.
    """
    slot_from, slot_to = slot_move or (None, None)
    arguments = [
        claim_id, move[0], move[1], reason, now, slot_from, slot_to, result_id, reserve_minor, spent_until, spent_ms,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_END, arguments)
        return bool(cursor.fetchone()[0])


_ADD_TIME = "SELECT dispatch_add_time(%s, %s, %s, %s)"
_ADD_LATE_TIME = "SELECT dispatch_add_late_time(%s, %s, %s, %s)"


def add_time(*, claim_id: UUID, person_id: UUID, active_ms: int, now: datetime, late: bool = False) -> int | None:
    """Count work time on a live claim; returns what was counted, None if the claim isn't live or not theirs.

    `late`: on one that expired while its reports waited for the net; nothing is moved by it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADD_LATE_TIME if late else _ADD_TIME, [claim_id, person_id, active_ms, now])
        counted: int | None = cursor.fetchone()[0]
    return counted


_MOVE_SLOT = """
UPDATE slot SET state = %(to)s, reserve_minor = %(reserve)s, round = round + %(rounds)s,
       for_person_id = %(person)s, for_until = %(until)s, offer_id = %(offer)s, waits_since = NULL
 WHERE id = %(slot)s AND state = %(from)s
"""


def move_slot(
    *,
    slot_id: UUID,
    move: tuple[str, str],
    reserve_minor: int,
    next_round: bool = False,
    for_person_id: UUID | None = None,
    for_until: datetime | None = None,
    offer_id: UUID | None = None,
) -> bool:
    """Move a slot that no claim holds; True if exactly this call did it.

    `offer_id`: what an author's further round is claimed on.
    """
    values: Mapping[str, Any] = {
        "slot": slot_id, "from": move[0], "to": move[1], "reserve": reserve_minor, "rounds": int(next_round),
        "person": for_person_id, "until": for_until, "offer": offer_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_SLOT, values)
        return bool(cursor.rowcount == 1)


_GIVE_BACK = """
WITH barred AS MATERIALIZED (
  SELECT k.person_id, k.queue_id
    FROM (SELECT DISTINCT for_person_id AS person_id, queue_id FROM slot
           WHERE state = 'open' AND for_person_id IS NOT NULL AND round = 1) k
    JOIN queue q ON q.id = k.queue_id AND q.lane <> 'gold'
    LEFT JOIN seat e ON e.project_id = q.project_id AND e.person_id = k.person_id
   WHERE coalesce(e.state, 'left') = 'left' OR e.total_n >= e.total_max
      OR dispatch_excluded(k.person_id, q.org_id, q.project_id, %(now)s)
      OR NOT dispatch_would_pass(k.person_id, q.gate_id, %(now)s))
UPDATE slot SET for_person_id = NULL, for_until = NULL
 WHERE id IN (SELECT x.id FROM slot x JOIN queue q ON q.id = x.queue_id AND q.lane <> 'gold'
               WHERE x.state = 'open' AND x.for_person_id IS NOT NULL
                 AND (x.for_until <= %(now)s AND (x.round = 1 OR x.subject_slot_id IS NOT NULL)
                      OR x.round = 1 AND (
                        (x.for_person_id, x.queue_id) IN (SELECT b.person_id, b.queue_id FROM barred b)
                        OR EXISTS (SELECT 1 FROM hand y WHERE y.task_id = x.task_id AND y.person_id = x.for_person_id
                                      AND y.root_slot_id <> x.root_slot_id)))
               LIMIT %(n)s FOR UPDATE OF x SKIP LOCKED)
RETURNING id, org_id, project_id
"""


@transaction.atomic
def give_back(*, actor: Actor, now: datetime, limit: int) -> int:
    """Return slots that were set aside and not taken in time to the common queue; returns how many.

    So are those that their person can't take: they were excluded, don't pass the gate any more, left, took all that
    their seat takes in all, or met the task through another slot.
    An author's rework is not given to others: `flow.decide_due` decides its earlier round as it stands. Nor is gold,
    which opened for one person: `flow.gold` cancels it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, {"now": now, "n": limit})
        rows = cursor.fetchall()
    record(actor=actor, now=now, happened=[Fact("slot:given_back", "slot", *row) for row in rows])
    return len(rows)
