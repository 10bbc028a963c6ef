"""Reads about slots, claims and seats. Hot ones are plain SQL with a caption."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from fairhand.dispatch.models import Claim, Extension, PersonLoad, Queue, Seat, Slot, WorkPreference
from fairhand.dispatch.states import HELD
from fairhand.projects.models import Project

# A claim with everything its end needs, after its locks were taken.
_LOCK = "SELECT dispatch_lock_claim(%s)"
# What `facts_of` reads; a caller may ask for more of the same rows in the same statement.
FACT_COLUMNS = """
       c.id, c.org_id, c.project_id, c.task_id, c.slot_id, c.round, c.person_id, c.state, c.subject_ids, c.claimed_at,
       c.work_ms, c.expires_at, c.hard_until, o.terms, o.currency, o.ceiling_minor,
       s.state, s.round, s.reserve_minor, s.shard, s.batch_id, s.seq, s.subject_slot_id, s.for_person_id,
       s.stage_id, g.kind, t.key, t.want, m.body, e.attempts_n,
       l.clock_at, c.ended_at, c.end_reason, c.paused_at, c.pause_ms, c.pauses, c.extended_s, s.queue_id, q.lane,
       coalesce((o.terms ->> 'blind')::boolean, false)
"""
FACT_JOINS = """
  FROM claim c JOIN offer o ON o.id = c.offer_id JOIN slot s ON s.id = c.slot_id JOIN stage g ON g.id = s.stage_id
  JOIN queue q ON q.id = s.queue_id JOIN task t ON t.id = c.task_id
  JOIN template m ON m.project_id = c.project_id AND m.version = claim_template(o.terms, c.subject_ids)
  JOIN seat e ON e.project_id = c.project_id AND e.person_id = c.person_id
  JOIN person_load l ON l.person_id = c.person_id
"""
_FACTS = f"SELECT {FACT_COLUMNS} {FACT_JOINS} WHERE c.id = %s"  # put together from constants


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """A claim, its offer, its slot and its stage, as of the locks."""

    claim_id: UUID
    org_id: UUID
    project_id: UUID
    task_id: UUID
    slot_id: UUID
    round: int
    person_id: UUID
    state: str
    subject_ids: list[UUID]
    claimed_at: datetime
    work_ms: int | None
    expires_at: datetime
    hard_until: datetime
    terms: dict[str, Any]
    currency: str
    ceiling_minor: int
    slot_state: str
    slot_round: int
    slot_reserve_minor: int
    shard: int
    batch_id: UUID
    seq: int
    subject_slot_id: UUID | None
    for_person_id: UUID | None
    stage_id: UUID
    stage_kind: str
    task_key: str
    task_want: int
    template: dict[str, Any]
    handed_in_before: int
    # Up to this moment the person's time is counted, on any claim.
    counted_until: datetime | None
    ended_at: datetime | None
    end_reason: str | None
    paused_at: datetime | None
    # Ended pauses; one that is going on is counted when it ends.
    pause_ms: int
    # Of those that were ended by going on: from, until, from, until, ...
    pauses: list[datetime]
    extended_s: int
    queue_id: int
    # `gold`: a task with a known answer, measured with and never delivered.
    lane: str
    # The judge is not told whose work it is, nor the author who judged it.
    blind: bool

    @property
    def ends_at(self) -> datetime:
        """When it ends by itself, or when it ended before that."""
        return min(self.expires_at, self.ended_at or self.expires_at)

    def paused_by(self, now: datetime) -> timedelta:
        """How long it was paused in all."""
        running = now - self.paused_at if self.paused_at else timedelta()
        return timedelta(milliseconds=self.pause_ms) + max(timedelta(), running)


# The same person's other claim on the same slot and round. A slot kept for somebody who let its lease run out is theirs
# to take again, and so it may have several.
_TWIN = """
SELECT o.id, o.state FROM claim c JOIN claim o ON o.slot_id = c.slot_id AND o.round = c.round
   AND o.person_id = c.person_id AND o.id <> c.id AND o.state IN ('live', 'submitted')
 WHERE c.id = %s ORDER BY o.state DESC LIMIT 1
"""


def twin_of(claim_id: UUID) -> tuple[UUID, str] | None:
    """(claim, state) of another claim under which its person holds the same work, or handed it in. The caller holds the
    claim's locks."""
    with connection.cursor() as cursor:
        cursor.execute(_TWIN, [claim_id])
        row = cursor.fetchone()
    return None if row is None else (row[0], row[1])


_FACT_NAMES = [field.name for field in fields(ClaimFacts)]
FACT_WIDTH = len(_FACT_NAMES)


def locked_claim(claim_id: UUID) -> ClaimFacts | None:
    """Lock person load, slots and claim in the written order, and read them. None if there is no such claim."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [claim_id])
        if not cursor.fetchone()[0]:
            return None
        return _facts(cursor, claim_id)


def claim_facts(claim_id: UUID) -> ClaimFacts | None:
    """The same without locks, for a page."""
    with connection.cursor() as cursor:
        return _facts(cursor, claim_id)


def _facts(cursor: Any, claim_id: UUID) -> ClaimFacts | None:
    cursor.execute(_FACTS, [claim_id])
    row = cursor.fetchone()
    return None if row is None else facts_of(row)


def facts_of(row: Sequence[Any]) -> ClaimFacts:
    """The facts from a row of FACT_COLUMNS."""
    # A plain cursor leaves jsonb as text: Django takes psycopg's loader off.
    values = dict(zip(_FACT_NAMES, row, strict=True))
    parsed = {name: json.loads(values[name]) for name in ("terms", "template")}
    return ClaimFacts(**values | parsed)


_IN_WORK = "SELECT 1 FROM claim WHERE id = %s AND state = 'live' AND paused_at IS NULL FOR SHARE"


def is_in_work(claim_id: UUID) -> bool:
    """Whether a claim is live and not paused; if so it stays that until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_WORK, [claim_id])
        return cursor.fetchone() is not None


def claim_of(claim_id: UUID, person_id: UUID) -> Claim | None:
    """A person's own claim, or None."""
    return (
        Claim.objects.filter(id=claim_id, person_id=person_id).select_related("offer", "slot__stage__project").first()
    )


def claim_by_id(claim_id: UUID) -> Claim:
    """A claim that is known to be there. Raises Claim.DoesNotExist."""
    return Claim.objects.get(id=claim_id)


def by_request(person_id: UUID, request_key: str) -> Claim | None:
    """The claim a person's request made, if it made one."""
    return Claim.objects.filter(person_id=person_id, request_key=request_key).first()


def live_claims(person_id: UUID) -> list[Claim]:
    """What a person is working on, oldest first."""
    found = Claim.objects.filter(person_id=person_id, state="live").select_related("offer", "slot__stage__project")
    return list(found.order_by("claimed_at"))


def seat_of(project_id: UUID, person_id: UUID) -> Seat | None:
    """A person's seat in a project."""
    return Seat.objects.filter(project_id=project_id, person_id=person_id).first()


def seats_n(project_id: UUID) -> int:
    """How many people may take tasks of a project."""
    return Seat.objects.filter(project_id=project_id, state="active").count()


def seats_of(person_id: UUID, now: datetime, limit: int) -> list[Seat]:
    """A person's active seats in projects that may give them an attempt: those that are open, and those that rest while
    a further round is kept for them. First where something is kept, then where anything is open, the newest first."""
    kept = Slot.objects.filter(
        for_person_id=person_id, state="open", for_until__gt=now, round__gt=1, stage__kind="attempt",
        project_id=OuterRef("project_id"),
    ).exclude(queue__lane__in=("gold", HELD))  # nobody knows of the one  # fmt: skip
    held = Seat.objects.filter(person_id=person_id, state="active").annotate(
        kept=Exists(kept), anything=Exists(_open_slots("project_id", ["attempt"]))
    )
    found = held.filter(Q(project__state="open") | Q(kept=True)).select_related("project")
    return list(found.order_by("-kept", "-anything", "-joined_at", "-id")[:limit])


def seats_among(person_id: UUID, slugs: Collection[str], limit: int) -> list[Seat]:
    """Of the projects of those short names, those in which a person has an active seat."""
    sound = [slug for slug in slugs if "\0" not in slug]
    found = Seat.objects.filter(person_id=person_id, state="active", project__slug__in=sound)
    return list(found.select_related("project").order_by("-joined_at", "-id")[:limit])


def where_work_waits(projects: QuerySet[Project], kinds: Collection[str]) -> QuerySet[Project]:
    """Projects in the order to look through for work of some kinds: where anything is open, then open ones, the newest
    first."""
    waits = Exists(_open_slots("id", kinds))
    return projects.annotate(waits=waits, rests=~Q(state="open")).order_by("-waits", "rests", "-created_at", "-id")


def _open_slots(project: str, kinds: Collection[str]) -> QuerySet[Slot]:
    """Open slots of the outer row's project, found queue by queue from where the first can be."""
    return Slot.objects.filter(
        queue__project_id=OuterRef(project), queue__stage__kind__in=kinds, state="open", for_person=None,
        place__gte=F("queue__head"),
    ).exclude(queue__lane=HELD)  # fmt: skip


def load_of(person_id: UUID) -> PersonLoad | None:
    """How many claims a person holds, and may hold."""
    return PersonLoad.objects.filter(person_id=person_id).first()


def queues_of(stage_ids: list[UUID]) -> list[Queue]:
    """Queues of some stages, in the order to try: rework before real work, low tiers first."""
    return list(Queue.objects.filter(stage_id__in=stage_ids).order_by("lane", "tier", "id"))


def preference_of(person_id: UUID) -> WorkPreference | None:
    """How somebody wants to work, for their own page; None where they chose nothing."""
    return WorkPreference.objects.filter(person_id=person_id).first()


# A replay's claims carry moments of the pack's timeline, long past; the replay itself ends them, also after a crash.
_DUE = """
SELECT id FROM claim WHERE state = 'live' AND expires_at <= %s AND request_key NOT LIKE 'replay:%%'
 ORDER BY person_id, id LIMIT %s
"""


def slot_state(slot_id: UUID) -> str:
    """The state of a slot that is known to be there. Raises Slot.DoesNotExist."""
    return Slot.objects.values_list("state", flat=True).get(id=slot_id)


def place_of(claim_id: UUID) -> tuple[UUID, UUID]:
    """(client, project) of a claim that is known to be there. Raises Claim.DoesNotExist."""
    return Claim.objects.values_list("org_id", "project_id").get(id=claim_id)


def extension_in(project_id: UUID, extension_id: UUID) -> Extension | None:
    """A request for more time in a project."""
    return Extension.objects.filter(project_id=project_id, id=extension_id).first()


def open_extension(claim_id: UUID) -> Extension | None:
    """The request of a claim that nobody decided yet."""
    return Extension.objects.filter(claim_id=claim_id, decided_at=None).first()


def extensions_of(claim_id: UUID) -> list[Extension]:
    """Every request of a claim, newest first."""
    return list(Extension.objects.filter(claim_id=claim_id).order_by("-asked_at"))


def claims_due(now: datetime, limit: int) -> list[UUID]:
    """Live claims whose time is over, person by person; found without locks, decided again under them."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [now, limit])
        return [row[0] for row in cursor.fetchall()]


def seat_in(person_id: UUID, slug: str) -> Seat | None:
    """Somebody's active seat in the project of that slug."""
    held = Seat.objects.filter(person_id=person_id, project__slug=slug, state="active")
    return held.select_related("project").first()


def has_seat(person_id: UUID, project_id: UUID) -> bool:
    """Whether somebody has, or had, a seat in a project."""
    return Seat.objects.filter(project_id=project_id, person_id=person_id).exists()


def own_project_ids(person_id: UUID) -> list[UUID]:
    """Projects in which somebody has an active seat."""
    return list(Seat.objects.filter(person_id=person_id, state="active").values_list("project_id", flat=True))


def aliases_in(project_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Person -> their pseudonym in a project."""
    found = Seat.objects.filter(project_id=project_id, person_id__in=person_ids)
    return dict(found.values_list("person_id", "alias"))


def seat_by_alias(project_id: UUID, alias: str) -> Seat | None:
    """A project's seat by its pseudonym."""
    if "\0" in alias:  # no text of the database holds it
        return None
    return Seat.objects.filter(project_id=project_id, alias=alias).select_related("person").first()
