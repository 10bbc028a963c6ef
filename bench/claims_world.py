"""What bench/claims.py claims from: projects with as many open slots and experts as asked, made in bulk.

Rows go into the real tables as their owner, by the database itself. Foreign keys and indexes are taken off while rows
go in and put back before anything is measured, which checks every row; checks and triggers stay. The money behind the
slots is posted in the ledger, so that `fairhand check` finds nothing wrong.
"""

import contextlib
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.commands import ensure_seats
from fairhand.dispatch.models import Slot
from fairhand.ledger.accounts import budget, move, reserved
from fairhand.ledger.commands import post
from tests.building import NOW, PER_JUDGEMENT, Small, small_project

ROWS_AT_ONCE, RESERVE = 500_000, 12
_TASKS = """
WITH fresh AS MATERIALIZED (SELECT uuidv7() AS id, n FROM generate_series(%(from)s::bigint, %(to)s) n)
INSERT INTO task (id, org_id, project_id, batch_id, key, content_hash, payload, want, cap, state)
SELECT f.id, b.org_id, b.project_id, b.id, 'item-' || f.n, md5(f.n::text) || md5(f.id::text),
       jsonb_build_object('prompt', 'Question ' || f.n), 1, 1, 'open'
  FROM fresh f, batch b WHERE b.id = %(batch)s
"""
_SLOTS = """
WITH fresh AS MATERIALIZED (
  SELECT uuidv7() AS id, t.id AS task_id FROM task t
   WHERE t.batch_id = %(batch)s AND t.id > %(after)s ORDER BY t.id),
model AS MATERIALIZED (SELECT * FROM slot WHERE id = %(like)s)
INSERT INTO slot (id, org_id, project_id, batch_id, task_id, stage_id, root_slot_id, seq, round, state, queue_id, shard,
                  reserve_minor)
SELECT f.id, s.org_id, s.project_id, s.batch_id, f.task_id, s.stage_id, f.id, 1, 1, 'open', s.queue_id, 0, %(reserve)s
  FROM fresh f, model s
"""
_PEOPLE = """
WITH fresh AS MATERIALIZED (SELECT uuidv7() AS id, n FROM generate_series(1, %(n)s) n),
named AS (
  INSERT INTO person (id, email, name, kind, locale, tz, state, demo, joined_at, password)
  SELECT id, 'crowd.' || n || '.' || id || '@people.example', 'Person ' || n, 'person', '', 'Africa/Cairo', 'active',
         false, now(), '!' FROM fresh),
loads AS (INSERT INTO person_load (person_id, open_n, open_max) SELECT id, 0, 1000000 FROM fresh)
INSERT INTO seat (id, org_id, project_id, person_id, alias, state, joined_at, day_n, total_n, handed_in_n)
SELECT uuidv7(), p.org_id, p.id, f.id, 'E-' || upper(substr(md5(f.id::text), 1, 12)), 'active', now(), 0, 0, 0
  FROM fresh f, project p WHERE p.id = %(project)s RETURNING person_id
"""
# What is taken off while rows go in: the two tables' foreign keys, and indexes and unique keys that no key points at.
_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE conrelid = ANY (ARRAY['slot', 'task']::regclass[]) AND (contype = 'f' OR contype = 'u' AND conindid NOT IN (
   SELECT conindid FROM pg_constraint WHERE contype = 'f'))
 ORDER BY contype DESC, 1, 2
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
 WHERE i.indrelid = ANY (ARRAY['slot', 'task']::regclass[])
   AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1
"""
_CLAIM = "SELECT outcome, claim_id FROM dispatch_claim_next(%s, %s, %s, %s, %s, %s, %s, %s)"
_HAND_IN = "SELECT dispatch_end_claim(%s, 'live', 'submitted', 'submitted', %s, 'claimed', 'submitted', %s, 0)"
_BLOCKS = """
SELECT coalesce(sum(pg_stat_get_xact_blocks_fetched(c.oid)), 0) FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')
"""


@dataclass(slots=True)
class Line:
    """What the claim function is asked with in one project: its stage, offer and queue."""

    project_id: UUID
    stage_id: UUID
    offer_id: UUID
    queue_id: int


@dataclass(slots=True)
class World:
    """A database that is claimed from. `seats`: (person, project's line) in the order in which they claim."""

    name: str
    small: Small
    url: str
    owner_url: str
    batch_id: UUID
    like: UUID
    seats: list[tuple[UUID, Line]] = field(default_factory=list)
    turn: int = 0
    loaded_s: float = 0.0

    @property
    def line(self) -> Line:
        """The one of its first project."""
        slot = Slot.objects.get(id=self.like)
        return line_of(slot)


def line_of(slot: Slot) -> Line:
    """A slot's project as the claim function is asked for it; its offer is that of the claim that was made on it."""
    (offer_id,) = slot.claim_set.values_list("offer_id", flat=True)
    return Line(slot.project_id, slot.stage_id, offer_id, slot.queue_id)


def make_world(name: str, url: str, owner_url: str, slug: str = "scale") -> World:
    """A launched project of one task, which its first expert has handed in."""
    small = small_project(tasks=1, pay=PER_JUDGEMENT, reviewed=False, slug=slug, budget_minor=10**12)
    claim = small.claim(small.experts[0])
    small.submit(claim)
    return World(name, small, url, owner_url, small.batch_id, claim.slot_id)


def add_slots(worlds: Sequence[World], n: int) -> None:
    """So many more tasks for the project of each, all in one database: each with an open slot and the money for it."""
    began = time.monotonic()
    with psycopg.connect(worlds[0].owner_url, autocommit=True) as owner:
        owner.execute("SET statement_timeout = 0; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        with keys_off(owner):
            for world in worlds:
                for start in range(0, n, ROWS_AT_ONCE):
                    _add_some(owner, world, min(n, start + ROWS_AT_ONCE) - start)
        for world in worlds:
            legs = move(budget(world.small.project.id), reserved(world.batch_id, 0), n * RESERVE)
            post(key=f"more:{uuid4()}", kind="launch", currency="USD", legs=legs, now=NOW)
        owner.execute("SELECT tally_compact(now())")
        owner.execute("VACUUM (ANALYZE) slot, task, hand, seat, person_load, claim")
    worlds[0].loaded_s += time.monotonic() - began


def _add_some(owner: psycopg.Connection[Any], world: World, n: int) -> None:
    newest = "SELECT id FROM task WHERE batch_id = %s ORDER BY id DESC LIMIT 1"
    (after,) = owner.execute(newest, [world.batch_id]).fetchone() or (None,)
    (count,) = owner.execute("SELECT count(*) FROM task WHERE batch_id = %s", [world.batch_id]).fetchone() or (0,)
    values = {
        "from": count + 1, "to": count + n, "batch": world.batch_id, "after": after, "like": world.like,
        "reserve": RESERVE,
    }  # fmt: skip
    with owner.transaction():
        owner.execute(_TASKS, values)
        owner.execute(_SLOTS, values)


@contextlib.contextmanager
def keys_off(owner: psycopg.Connection[Any]) -> Iterator[None]:
    """Without those keys and indexes; the same ones hold again afterwards, for every row."""
    keys, indexes = owner.execute(_KEYS).fetchall(), owner.execute(_INDEXES).fetchall()
    for table, name, _ in reversed(keys):
        owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _ in indexes:
        owner.execute(f"DROP INDEX {name}")
    yield
    owner.execute("ANALYZE slot, task")
    for _, definition in indexes:
        owner.execute(definition)
    for table, name, definition in keys:
        owner.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    stand = owner.execute(_KEYS).fetchall(), owner.execute(_INDEXES).fetchall()
    assert stand == (keys, indexes), "every key and index stands again as it was"


def add_experts(world: World, n: int, line: Line | None = None) -> list[UUID]:
    """So many people with a seat in a project, the first if none is given."""
    where = line or world.line
    with psycopg.connect(world.owner_url) as owner:
        owner.execute("SET LOCAL statement_timeout = 0")
        found = owner.execute(_PEOPLE, {"n": n, "project": where.project_id}).fetchall()
    people = [row[0] for row in found]
    world.seats += [(person_id, where) for person_id in people]
    with psycopg.connect(world.owner_url, autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE) person, seat, person_load, hand")
    return people


def add_projects(world: World, n: int, tasks: int, seats_each: int, draw: random.Random) -> None:
    """So many more projects with so many open tasks each; every expert gets a seat in some of them."""
    others = [make_world(world.name, world.url, world.owner_url, f"other-{number}") for number in range(n)]
    add_slots(others, tasks)
    lines = [each.line for each in (world, *others)]
    people = [person_id for person_id, _ in world.seats]
    by_line: dict[int, list[UUID]] = {}
    for person_id in people:
        for at in draw.sample(range(len(lines)), min(seats_each, len(lines))):
            by_line.setdefault(at, []).append(person_id)
    world.seats = []
    for at, seated in by_line.items():
        project = world.small.project.__class__.objects.get(id=lines[at].project_id)
        ensure_seats(project=project, person_ids=seated, actor=COMMAND, now=NOW)
        world.seats += [(person_id, lines[at]) for person_id in seated]
    draw.shuffle(world.seats)


def put_gate(world: World, rule: dict[str, Any]) -> None:
    """Let the first project's stage and queues ask for this rule."""
    with psycopg.connect(world.owner_url) as owner:
        gate_id = uuid4()
        owner.execute(
            "INSERT INTO gate (id, rule_hash, rule, made_at) VALUES (%s, %s, %s, now())",
            [gate_id, gate_id.hex * 2, Jsonb(rule)],
        )
        owner.execute("UPDATE stage SET gate_id = %s WHERE id = %s", [gate_id, world.line.stage_id])
        owner.execute("UPDATE queue SET gate_id = %s WHERE stage_id = %s", [gate_id, world.line.stage_id])


_SKILLS = """
INSERT INTO skill (id, slug, kind, name, about, level_max, made_at)
SELECT uuidv7(), 'skill-' || n, 'skill', '{"en": "Skill"}', '{}', 5, now() FROM generate_series(1, %s) n
"""
_HELD = """
INSERT INTO qualification (id, person_id, skill_id, level, valid_from, valid_until, evidence, granted_at, reason,
                           revoke_reason)
SELECT uuidv7(), l.person_id, s.id, 3, now() - interval '1 day', now() + interval '1 year', '', now(), 'bench', ''
  FROM person_load l, skill s WHERE l.person_id = ANY (%s)
"""
_CONSENTS = """
INSERT INTO consent (id, person_id, topic, given_at)
SELECT uuidv7(), l.person_id, t, now() FROM person_load l, unnest(%s::text[]) t WHERE l.person_id = ANY (%s)
"""
TOPICS = ["violence", "sexual", "self_harm", "hate", "medical"]


def add_facts(world: World, skills: int) -> None:
    """Every expert holds so many skills and has agreed to every topic."""
    people = [person_id for person_id, _ in world.seats]
    with psycopg.connect(world.owner_url) as owner:
        owner.execute(_SKILLS, [skills])
        owner.execute(_HELD, [people])
        owner.execute(_CONSENTS, [TOPICS, people])


def rule_of(conditions: int) -> dict[str, Any]:
    """A gate of so many conditions, all of which the experts meet: mostly skills, some of each other kind."""
    kinds: list[dict[str, Any]] = [{"kind": "consent", "topic": topic} for topic in TOPICS]
    kinds.append({"kind": "zone", "any": ["Africa/Cairo", "Europe/"]})
    skills = [{"kind": "skill", "skill": f"skill-{n}", "level": 2} for n in range(1, conditions + 1)]
    some = kinds[: conditions // 5]
    return {"version": 1, "all": some + skills[: conditions - len(some)]}


def meet(world: World, people: Sequence[UUID], share: float, draw: random.Random) -> int:
    """Let each of these people have met this share of the open tasks; returns how many each."""
    slots = list(Slot.objects.filter(batch_id=world.batch_id, state="open").values_list("org_id", "task_id", "id"))
    met = round(len(slots) * share)
    into = "COPY hand (org_id, task_id, person_id, root_slot_id) FROM STDIN"
    with psycopg.connect(world.owner_url) as owner, owner.cursor() as cursor, cursor.copy(into) as copy:
        for person_id in people:
            for org_id, task_id, slot_id in draw.sample(slots, met):
                copy.write_row((org_id, task_id, person_id, slot_id))
    with psycopg.connect(world.owner_url, autocommit=True) as owner:
        owner.execute("VACUUM (ANALYZE) hand")
    return met


@dataclass(slots=True)
class Told:
    """Milliseconds of the claim function, and database blocks that one claim looked at in the mean."""

    ms: list[float] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)


def claims(world: World, n: int, told: Told, *, before: str = "", paced_s: float = 0.0) -> None:
    """So many claims by the seats in turn, over one connection; every tenth says which blocks it looked at.

    What is timed is the call of the function; its commit's flush is the same at every size. `before`: SQL with the
    person as its one value, run before each claim. `paced_s`: seconds from one claim's beginning to the next.
    """
    with psycopg.connect(world.url, autocommit=True, prepare_threshold=0) as own:
        own.execute("SET synchronous_commit = off")
        own.execute("SELECT dispatch_fold_hints()")
        for number in range(n):
            began_at = time.monotonic()
            person_id, line = world.seats[world.turn % len(world.seats)]
            world.turn += 1
            if before:
                own.execute(before, [person_id])
            now, claim_id = datetime.now(UTC), uuid4()
            asked = [
                person_id, str(claim_id), claim_id, [line.queue_id], [line.stage_id], [line.offer_id], [True], now
            ]  # fmt: skip
            with own.transaction():
                looked = _blocks(own) if number % 10 == 9 else None
                began = time.perf_counter()
                row = own.execute(_CLAIM, asked).fetchone()
                told.ms.append((time.perf_counter() - began) * 1000)
                assert (row or "?")[0] == "claimed", f"{world.name}: {row}"
                if looked is not None:
                    told.blocks.append(_blocks(own) - looked)
            own.execute(_HAND_IN, [claim_id, now, uuid4()])
            if paced_s:
                time.sleep(max(0.0, began_at + paced_s - time.monotonic()))


def _blocks(own: psycopg.Connection[Any]) -> int:
    (found,) = own.execute(_BLOCKS).fetchone() or (0,)
    return int(found)
