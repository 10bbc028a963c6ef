"""The operations board of projects: where slots stand, who holds them, what is stuck, which gates few pass.

Who may see it is decided before these are called (`people.access`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.gates.rules import is_personal
from fairhand.insight.board import running_total
from fairhand.insight.forecast import Forecast, forecast
from fairhand.insight.gates import tells_of_few
from fairhand.insight.tally import slots_of
from fairhand.kernel.limits import (
    GATE_PEOPLE_COUNTED_MAX,
    GATES_LOOKED_AT_MAX,
    LIVE_CLAIMS_COUNTED_MAX,
    OPEN_COUNTED_MAX,
)

STUCK_TIMES = 3  # so many times the typical work time
PASS_FEW = 3  # people who pass a gate, and fewer, are few


@dataclass(frozen=True, slots=True)
class StageNow:
    """A stage's slots by state. `waiting`: judgements that have no money yet; `done_at` is None with too little to go
    by, or with nothing left."""

    stage_id: UUID
    ordinal: int
    kind: str
    lease_s: int
    states: Mapping[str, int]
    forecast: Forecast | None

    @property
    def wanted(self) -> int:
        """All that were not cancelled."""
        return sum(n for state, n in self.states.items() if state != "cancelled")

    @property
    def waiting(self) -> int:
        """Slots that can't open before the batch's pool has money again."""
        return 0 if self.kind == "attempt" else self.states.get("planned", 0)


_STAGES = "SELECT id, ordinal, kind, lease_s FROM stage WHERE project_id = %s ORDER BY ordinal"
_ACCEPTED = """
SELECT y.stage_id, y.at, sum(y.n)::bigint FROM tally y
 WHERE y.project_id = %s AND y.what = 'accepted' GROUP BY 1, 2 HAVING sum(y.n) <> 0 ORDER BY 2
"""


def stages_now(project_id: UUID, now: datetime) -> list[StageNow]:
    """Each stage of a project: its slots, and when it will be done at its present pace."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGES, [project_id])
        stages = cursor.fetchall()
        cursor.execute(_ACCEPTED, [project_id])
        points: dict[UUID, list[tuple[datetime, int]]] = {}
        for stage_id, at, n in cursor.fetchall():
            points.setdefault(stage_id, []).append((at, n))
    counts: dict[UUID, dict[str, int]] = {}
    for each in slots_of([project_id]):
        if each.batch_kind == "real":
            states = counts.setdefault(each.stage_id, {})
            states[each.state] = states.get(each.state, 0) + each.n
    found = []
    for stage_id, ordinal, kind, lease_s in stages:
        states = counts.get(stage_id, {})
        wanted = sum(n for state, n in states.items() if state != "cancelled")
        foreseen = forecast(running_total(points.get(stage_id, [])), wanted, now)
        found.append(StageNow(stage_id, ordinal, kind, lease_s, states, foreseen))
    return found


@dataclass(frozen=True, slots=True)
class Held:
    """A live claim, its holder under their pseudonym. `silent`: no sign of life for half a lease; `long`: worked on
    for STUCK_TIMES the typical time."""

    claim_id: UUID
    alias: str
    kind: str
    task_id: UUID
    task_key: str
    claimed_at: datetime
    expires_at: datetime
    hard_until: datetime
    paused_at: datetime | None
    last_beat_at: datetime | None
    work_ms: int | None
    silent: bool
    long: bool

    @property
    def key(self) -> str:
        """What its form is called."""
        return str(self.claim_id)

    @property
    def stuck(self) -> bool:
        """Whether somebody should look at it."""
        return self.silent or self.long


# Signs of a stuck claim. One that is paused is silent on purpose. `typical`: stage -> milliseconds.
_SIGNS = """
  (c.paused_at IS NULL AND %(now)s > coalesce(c.last_beat_at, c.claimed_at) + g.lease_s * interval '1 second' / 2)
    AS silent,
  coalesce(c.work_ms > %(times)s * (%(typical)s::jsonb ->> g.id::text)::bigint, false) AS long
"""
_HELD = f"""
SELECT c.id, e.alias, g.kind, t.id, t.key, c.claimed_at, c.expires_at, c.hard_until, c.paused_at, c.last_beat_at,
       c.work_ms, c.silent, c.long
  FROM (SELECT c.*, x.stage_id, {_SIGNS} FROM claim c
         CROSS JOIN LATERAL (SELECT y.stage_id FROM slot y WHERE y.id = c.slot_id OFFSET 0) x
          JOIN stage g ON g.id = x.stage_id
         WHERE c.project_id = %(project)s AND c.state = 'live'
           AND (%(at)s::timestamptz IS NULL OR (c.claimed_at, c.id) > (%(at)s::timestamptz, %(id)s::uuid))
         ORDER BY c.claimed_at, c.id) c
  JOIN stage g ON g.id = c.stage_id JOIN task t ON t.id = c.task_id
  JOIN seat e ON e.project_id = c.project_id AND e.person_id = c.person_id
 WHERE NOT %(stuck)s OR c.silent OR c.long
 ORDER BY c.claimed_at, c.id LIMIT %(limit)s
"""  # noqa: S608  # a constant of this file


def held(
    project_id: UUID, typical_ms: Mapping[UUID, int], now: datetime, beyond: tuple[datetime, UUID] | None, limit: int,
    stuck: bool = False,
) -> list[Held]:  # fmt: skip
    """Live claims of a project, those held longest first, a page at a time; `stuck`: those with a sign of it."""
    at, last = beyond or (None, None)
    values = _signs(project_id, typical_ms, now) | {"at": at, "id": last, "limit": limit, "stuck": stuck}
    with connection.cursor() as cursor:
        cursor.execute(_HELD, values)
        return [Held(*row) for row in cursor.fetchall()]


_COUNTS = f"""
SELECT count(*), count(*) FILTER (WHERE silent OR long), count(*) FILTER (WHERE paused_at IS NOT NULL),
       count(DISTINCT person_id)
  FROM (SELECT c.person_id, c.paused_at, {_SIGNS} FROM claim c
         CROSS JOIN LATERAL (SELECT y.stage_id FROM slot y WHERE y.id = c.slot_id OFFSET 0) x
          JOIN stage g ON g.id = x.stage_id
         WHERE c.project_id = %(project)s AND c.state = 'live' ORDER BY c.claimed_at, c.id LIMIT %(limit)s) looked
"""  # noqa: S608  # a constant of this file


@dataclass(frozen=True, slots=True)
class HeldCounts:
    """Live claims of a project, those held longest, LIVE_CLAIMS_COUNTED_MAX at the most."""

    live: int
    stuck: int
    paused: int
    people: int


def held_counts(project_id: UUID, typical_ms: Mapping[UUID, int], now: datetime) -> HeldCounts:
    """How many are held, and how many look stuck."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, _signs(project_id, typical_ms, now) | {"limit": LIVE_CLAIMS_COUNTED_MAX})
        return HeldCounts(*cursor.fetchone())


def _signs(project_id: UUID, typical_ms: Mapping[UUID, int], now: datetime) -> dict[str, Any]:
    typical = json.dumps({str(stage_id): ms for stage_id, ms in typical_ms.items()})
    return {"project": project_id, "now": now, "times": STUCK_TIMES, "typical": typical}


@dataclass(frozen=True, slots=True)
class Starved:
    """A gate with open slots behind it that few of those who work pass. `looked_at`: how many people were judged;
    `passes` is counted up to one more than PASS_FEW. `bars`: (condition of the rule, whom it bars), the worst first.
    Both are None where they would tell what single people say about themselves."""

    gate_id: UUID
    kind: str
    open_n: int
    looked_at: int
    passes: int | None
    bars: tuple[tuple[Mapping[str, Any], int | None], ...]


# Gates of a project's queues in which something may be open, with how much (counted up to a limit).
_GATED = """
SELECT q.gate_id, min(g.kind), sum(o.n)::bigint FROM queue q JOIN stage g ON g.id = q.stage_id
 CROSS JOIN LATERAL (SELECT count(*) AS n FROM (
   SELECT 1 FROM slot x WHERE x.queue_id = q.id AND x.state = 'open' AND x.for_person_id IS NULL LIMIT %(counted)s) y) o
 WHERE q.stage_id IN (SELECT id FROM stage WHERE project_id = %(project)s) AND q.gate_id IS NOT NULL AND o.n > 0
   AND q.lane <> 'held'
 GROUP BY q.gate_id ORDER BY 3 DESC, 1 LIMIT %(gates)s
"""
# Of those who worked last, how many pass. A verdict that is kept is taken; the others are made anew, and not kept.
_PASSES = """
WITH people AS MATERIALIZED (
  SELECT person_id FROM seat WHERE project_id = %(project)s AND state = 'active'
   ORDER BY week DESC NULLS LAST LIMIT %(people)s)
SELECT a.gate_id, (SELECT count(*) FROM people),
       (SELECT count(*) FROM (SELECT 1 FROM people p WHERE dispatch_would_pass(p.person_id, a.gate_id, %(now)s)
                              LIMIT %(few)s) y)
  FROM unnest(%(gates)s::uuid[]) a (gate_id)
"""
_BARS = """
SELECT a.id, a.rule, v.failing, count(*)
  FROM gate a CROSS JOIN (
    SELECT person_id FROM seat WHERE project_id = %(project)s AND state = 'active'
     ORDER BY week DESC NULLS LAST LIMIT %(people)s) p
 CROSS JOIN LATERAL gate_verdict(p.person_id, a.rule, %(now)s) v
 WHERE a.id = ANY (%(gates)s) GROUP BY 1, 2, 3
"""
_BARS_SHOWN = 3


def starved_gates(project_id: UUID, now: datetime) -> list[Starved]:
    """Gates of a project that few pass although something is open behind them, the fullest first."""
    values: dict[str, Any] = {"project": project_id, "counted": OPEN_COUNTED_MAX, "gates": GATES_LOOKED_AT_MAX}
    with connection.cursor() as cursor:
        cursor.execute(_GATED, values)
        gated = {gate_id: (kind, n) for gate_id, kind, n in cursor.fetchall()}
        values |= {"now": now, "people": GATE_PEOPLE_COUNTED_MAX, "few": PASS_FEW + 1, "gates": list(gated)}
        cursor.execute(_PASSES, values)
        few = {gate_id: (looked_at, n) for gate_id, looked_at, n in cursor.fetchall() if n <= PASS_FEW}
        cursor.execute(_BARS, values | {"gates": list(few)})
        judged: dict[UUID, tuple[Mapping[str, Any], list[tuple[list[int], int]]]] = {}
        for gate_id, rule, failing, n in cursor.fetchall():
            judged.setdefault(gate_id, (json.loads(rule), []))[1].append((failing, n))
    return [
        _starved(gate_id, *gated[gate_id], *few[gate_id], *judged.get(gate_id, ({"all": []}, [])))
        for gate_id in gated
        if gate_id in few
    ]


def _starved(
    gate_id: UUID, kind: str, open_n: int, looked_at: int, passes: int, rule: Mapping[str, Any],
    failing: Sequence[tuple[Sequence[int], int]],
) -> Starved:  # fmt: skip
    hide = tells_of_few(rule, failing)
    bars = [
        (asked, None if hide and is_personal(asked) else sum(n for places, n in failing if place in places))
        for place, asked in enumerate(rule["all"])
    ]
    # What isn't counted stands last, whatever it bars.
    worst = sorted(((asked, n) for asked, n in bars if n != 0), key=lambda bar: -(bar[1] or 0))
    return Starved(gate_id, kind, open_n, looked_at, None if hide else passes, tuple(worst[:_BARS_SHOWN]))


@dataclass(frozen=True, slots=True)
class Aged:
    """The slot that has been open longest in one of a project's queues. `since`: when it opened, or opened again.

    `all_met`: everybody with a seat has met its task (a claim that expired counts), so none of them is given it.
    """

    kind: str
    lane: str
    field: str
    task_id: UUID
    task_key: str
    since: datetime
    all_met: bool


# The first place of a queue opened first. What opened again did so when its last claim ended; the id tells the rest.
_AGED = """
SELECT g.kind, q.lane, q.field, t.id, t.key, o.since,
       NOT EXISTS (SELECT 1 FROM seat e WHERE e.project_id = q.project_id AND e.state = 'active'
                      AND NOT EXISTS (SELECT 1 FROM hand y WHERE y.task_id = t.id AND y.person_id = e.person_id))
  FROM queue q JOIN stage g ON g.id = q.stage_id
 CROSS JOIN LATERAL (
   SELECT x.task_id, greatest(uuid_extract_timestamp(x.id),
            (SELECT max(c.ended_at) FROM claim c WHERE c.slot_id = x.id)) AS since
     FROM slot x WHERE x.queue_id = q.id AND x.state = 'open' AND x.for_person_id IS NULL ORDER BY x.place LIMIT 1) o
  JOIN task t ON t.id = o.task_id
 WHERE q.stage_id IN (SELECT id FROM stage WHERE project_id = %s) ORDER BY o.since LIMIT %s
"""


def oldest_open(project_id: UUID, limit: int) -> list[Aged]:
    """The slots that have been open longest, one of each queue."""
    with connection.cursor() as cursor:
        cursor.execute(_AGED, [project_id, limit])
        return [Aged(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Standing:
    """A project in the list of all. `waiting`: judgements without money; `stuck` as `HeldCounts`, without the typical
    time: silent ones alone."""

    project_id: UUID
    slug: str
    name: Mapping[str, str]
    state: str
    ends_at: datetime | None
    open_n: int
    in_work: int
    in_review: int
    waiting: int
    silent: int
    people: int


_ALL = """
SELECT p.id, p.slug, p.name, p.state, p.ends_at, coalesce(t.open, 0), coalesce(t.in_work, 0), coalesce(t.in_review, 0),
       coalesce(t.waiting, 0), h.silent, h.people
  FROM project p LEFT JOIN LATERAL (
    SELECT sum(y.n) FILTER (WHERE y.state IN ('open', 'open+'))::bigint AS open,
           sum(y.n) FILTER (WHERE y.state IN ('claimed', 'claimed+'))::bigint AS in_work,
           sum(y.n) FILTER (WHERE g.kind = 'attempt' AND y.state IN ('submitted', 'submitted+'))::bigint AS in_review,
           sum(y.n) FILTER (WHERE g.kind <> 'attempt' AND y.state = 'planned')::bigint AS waiting
      FROM tally y JOIN stage g ON g.id = y.stage_id WHERE y.project_id = p.id AND y.what = 'slots') t ON true
 CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE c.paused_at IS NULL AND %(now)s > coalesce(c.last_beat_at, c.claimed_at)
                              + g.lease_s * interval '1 second' / 2) AS silent, count(DISTINCT c.person_id) AS people
      FROM (SELECT * FROM claim l WHERE l.project_id = p.id AND l.state = 'live'
             ORDER BY l.claimed_at, l.id LIMIT %(counted)s) c
     CROSS JOIN LATERAL (SELECT y.stage_id FROM slot y WHERE y.id = c.slot_id OFFSET 0) x
      JOIN stage g ON g.id = x.stage_id) h
 WHERE p.id = ANY (%(projects)s)
"""


def standing_of(project_ids: Sequence[UUID], now: datetime) -> dict[UUID, Standing]:
    """Project -> how it stands, for the list of all."""
    values: dict[str, Any] = {"projects": list(project_ids), "now": now, "counted": LIVE_CLAIMS_COUNTED_MAX}
    with connection.cursor() as cursor:
        cursor.execute(_ALL, values)
        found = [(id_, slug, json.loads(name), *rest) for id_, slug, name, *rest in cursor.fetchall()]
    return {row[0]: Standing(*row) for row in found}
