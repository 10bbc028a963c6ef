"""Reads for a claim: which queues may hold something for a person, what policies ask of them, what was claimed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.dispatch.models import Claim
from fairhand.dispatch.policies._facts import ExpertFacts, QueueFacts
from fairhand.dispatch.policies.queue.variety import LAST_FIELDS_MAX
from fairhand.kernel.limits import SEATS_PER_LOOK_MAX, SLOTS_BESIDE_GOLD_MAX

# Of the queues `q`: where anything may be open (the hint says so, or somebody woke it since), nothing is held back, and
# which is not a cohort's that the person isn't in. A queue that an opener has not committed to yet is found by the next
# claim.
_OPEN = """q.lane <> 'held' AND (q.hint <> 0 OR EXISTS (SELECT 1 FROM queue_wake k WHERE k.queue_id = q.id))
   AND (q.cohort_id IS NULL OR q.until <= %(now)s OR EXISTS (
     SELECT 1 FROM cohort_member m WHERE m.cohort_id = q.cohort_id AND m.person_id = %(person)s))"""
# The queues of a stage `g` as JSON, for a statement that reads the stage: [id, lane, tier, field, own].
QUEUES_OF_STAGE = f"""
(SELECT coalesce(json_agg(json_build_array(q.id, q.lane, q.tier, q.field, q.cohort_id IS NOT NULL)), '[]')
   FROM queue q WHERE q.stage_id = g.id AND {_OPEN})
"""  # noqa: S608  # put together from constants of this file
# The plan in force of a project `p`.
PLAN_OF_PROJECT = """
(SELECT d.id FROM dispatch_plan d WHERE d.project_id = p.id ORDER BY d.version DESC LIMIT 1)
"""
_EXPERT = f"""
SELECT (SELECT f.domains FROM profile f WHERE f.person_id = %(person)s),
       (SELECT w.fields FROM work_preference w WHERE w.person_id = %(person)s),
       ARRAY(SELECT q.field
               FROM (SELECT slot_id, claimed_at FROM claim WHERE person_id = %(person)s
                      ORDER BY claimed_at DESC LIMIT {LAST_FIELDS_MAX}) c
               JOIN slot x ON x.id = c.slot_id JOIN queue q ON q.id = x.queue_id ORDER BY c.claimed_at DESC)
"""  # noqa: S608  # put together from constants of this file
_DONE = ", (SELECT e.attempts_n FROM seat e WHERE e.project_id = %(project)s AND e.person_id = %(person)s)"
# The queues of some of the projects in which a person has a seat, in one row, with what policies ask of the person;
# those of gates that they are known not to pass come marked. Beside them the stages of what is kept for the person.
# Which projects, and which ones a next look takes, is drawn: the cost of a look doesn't grow with their number.
_EVERYWHERE = f"""
WITH mine AS MATERIALIZED (
  SELECT project_id, person_id, attempts_n FROM seat WHERE person_id = %(person)s AND state = 'active'
   ORDER BY md5(project_id::text || %(seed)s), project_id LIMIT {SEATS_PER_LOOK_MAX} OFFSET %(passed)s)
{_EXPERT},
       (SELECT json_agg(DISTINCT jsonb_build_array(x.stage_id, x.org_id, x.project_id, g.kind, x.offer_id IS NOT NULL))
          FROM slot x JOIN stage g ON g.id = x.stage_id
         WHERE x.for_person_id = %(person)s AND x.state = 'open' AND x.for_until > %(now)s),
       (SELECT json_agg(json_build_array(r.project_id, r.org_id, r.state, r.priority, r.plan_id, r.attempts_n,
                                         r.queues))
          FROM (SELECT e.project_id, p.org_id, p.state, p.priority, {PLAN_OF_PROJECT} AS plan_id, e.attempts_n,
                       json_agg(json_build_array(q.id, q.lane, q.tier, q.field, q.cohort_id IS NOT NULL, g.id, g.kind,
                                                 k.passes IS false)) AS queues
                  FROM mine e JOIN project p ON p.id = e.project_id
                  JOIN queue q ON q.project_id = e.project_id AND {_OPEN}
                  JOIN stage g ON g.id = q.stage_id
                  LEFT JOIN person_load l ON l.person_id = e.person_id
                  LEFT JOIN gate_pass k ON k.person_id = e.person_id AND k.gate_id = q.gate_id
                        AND k.facts_version = l.facts_version AND k.until > %(now)s
                 WHERE p.state <> 'draft'
                 GROUP BY e.project_id, p.id, e.attempts_n) r),
       (SELECT count(*) FROM mine)
"""  # noqa: S608  # put together from constants of this file


@dataclass(frozen=True, slots=True)
class ProjectQueues:
    """The queues of one of a person's projects. `barred`: of gates that the person is known not to pass."""

    project_id: UUID
    org_id: UUID
    state: str
    priority: int
    plan_id: UUID | None
    done_n: int
    queues: list[QueueFacts]
    barred: frozenset[int]


@dataclass(frozen=True, slots=True)
class Aside:
    """A stage of which something is kept for a person. `agreed`: a further round, on terms that they accepted."""

    stage_id: UUID
    org_id: UUID
    project_id: UUID
    kind: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class Everywhere:
    """What a person might be given over some of their projects. `aside`: stages of what is kept for them.

    `more`: whether there are projects that this look and those before it didn't take in.
    """

    expert: ExpertFacts
    aside: list[Aside]
    projects: list[ProjectQueues]
    more: bool


def queues_from(project_id: UUID, stage_id: UUID, kind: str, given: Sequence[Sequence[Any]]) -> list[QueueFacts]:
    """The queues of a stage, from QUEUES_OF_STAGE."""
    project, stage = str(project_id), str(stage_id)
    return [QueueFacts(id_, project, stage, kind, *rest) for id_, *rest in given]


def expert_facts(person_id: UUID, project_id: UUID, seed: str) -> ExpertFacts:
    """What policies of queues may read of a person in a project."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_EXPERT} {_DONE}", {"person": person_id, "project": project_id})
        *row, done_n = cursor.fetchone()
    return _expert(row, seed, done_n or 0)


def everywhere(person_id: UUID, now: datetime, seed: str, look: int = 0) -> Everywhere:
    """One statement. `look`: 0 for the first SEATS_PER_LOOK_MAX projects, 1 for the next ones, and so on."""
    values = {"person": person_id, "now": now, "seed": seed, "passed": look * SEATS_PER_LOOK_MAX}
    with connection.cursor() as cursor:
        cursor.execute(_EVERYWHERE, values)
        *row, aside, projects, n = cursor.fetchone()
    found = [_project(each) for each in projects or []]
    kept = [Aside(*map(UUID, ids), kind, agreed) for *ids, kind, agreed in aside or []]
    return Everywhere(_expert(row, seed, 0), kept, found, n == SEATS_PER_LOOK_MAX)


def _expert(row: Sequence[Any], seed: str, done_n: int) -> ExpertFacts:
    domains, wishes, last = row
    return ExpertFacts(seed, done_n, tuple(last), _folded(domains), _folded(wishes))


def _folded(names: Sequence[str] | None) -> frozenset[str]:
    return frozenset(name.casefold() for name in names or ())


def _project(given: Sequence[Any]) -> ProjectQueues:
    project, org, state, priority, plan, done_n, queues = given
    facts = [
        QueueFacts(id_, project, stage, kind, lane, tier, field, own)
        for id_, lane, tier, field, own, stage, kind, _ in queues
    ]
    barred = frozenset(each[0] for each in queues if each[-1])
    return ProjectQueues(UUID(project), UUID(org), state, priority, plan and UUID(plan), done_n, facts, barred)


_COLUMNS = [field.attname for field in Claim._meta.concrete_fields]
_MADE = f"""
SELECT {", ".join(f"c.{name}" for name in _COLUMNS)}, q.id, q.lane, q.tier, q.field, x.for_person_id IS NOT NULL
  FROM claim c JOIN slot x ON x.id = c.slot_id JOIN queue q ON q.id = x.queue_id WHERE c.id = %s
"""  # noqa: S608  # put together from the model's own columns


@dataclass(frozen=True, slots=True)
class Made:
    """A claim, and the queue its slot stands in. `kept`: it was set aside for the person."""

    claim: Claim
    queue_id: int
    lane: str
    tier: int
    field: str
    kept: bool


def made(claim_id: UUID) -> Made:
    """A claim that is known to be there, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_MADE, [claim_id])
        row = cursor.fetchone()
    width = len(_COLUMNS)
    return Made(Claim.from_db(connection.alias, _COLUMNS, row[:width]), *row[width:])


# From where the person has looked on, as a claim looks; what opened late before it doesn't count, and beyond so many
# slots that the person met nothing is sought: the cost of it stays that of a claim.
_ANYTHING_OPEN = f"""
SELECT EXISTS (
  SELECT 1 FROM queue q LEFT JOIN seat e ON e.project_id = q.project_id AND e.person_id = %(person)s
   CROSS JOIN LATERAL (
     SELECT x.task_id FROM slot x
      WHERE x.queue_id = q.id AND x.state = 'open' AND x.for_person_id IS NULL
        AND x.place >= greatest((e.places ->> q.id::text)::bigint, q.head)
      ORDER BY x.place LIMIT {SLOTS_BESIDE_GOLD_MAX}) o
   WHERE q.id = ANY (%(queues)s) AND dispatch_would_pass(%(person)s, q.gate_id, %(now)s)
     AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = o.task_id AND y.person_id = %(person)s OFFSET 0))
"""  # noqa: S608  # put together from constants


def anything_open(queue_ids: Sequence[int], person_id: UUID, now: datetime) -> bool:
    """Whether a queue really holds a slot that a person hasn't met and may have; its hint may be some minutes old."""
    with connection.cursor() as cursor:
        cursor.execute(_ANYTHING_OPEN, {"queues": list(queue_ids), "person": person_id, "now": now})
        return bool(cursor.fetchone()[0])
