"""The claim function beside the bare claim statement, both in pgbench: what the guarantees cost the database."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg

# The rows of the bare endpoint and of the bare statement: payloads of the product's own tasks.
BARE_TABLES = """
CREATE TABLE bare_task (id bigint PRIMARY KEY, place bigint NOT NULL, state smallint NOT NULL DEFAULT 0, holder text,
  claimed_at timestamptz, payload jsonb NOT NULL);
CREATE TABLE bare_answer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  task_id bigint NOT NULL UNIQUE REFERENCES bare_task, holder text NOT NULL, answer jsonb NOT NULL,
  at timestamptz NOT NULL DEFAULT now());
INSERT INTO bare_task (id, place, payload)
SELECT row_number() OVER (), row_number() OVER (), payload FROM task CROSS JOIN generate_series(1, {times});
CREATE INDEX bare_open ON bare_task (place) WHERE state = 0;
GRANT ALL ON bare_task, bare_answer TO PUBLIC;
ANALYZE bare_task;
"""
BARE = """\
UPDATE bare_task SET state = 1, holder = 'x', claimed_at = now()
 WHERE id = (SELECT id FROM bare_task WHERE state = 0 ORDER BY place LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING id, payload;
"""
OURS = """\
\\set n random(1, {people})
SELECT f.outcome FROM bench_person b CROSS JOIN bench_ready r CROSS JOIN LATERAL dispatch_claim_next(
  b.person_id, gen_random_uuid()::text, gen_random_uuid(), r.queues, r.stages, r.offers, r.seen, now()) f
 WHERE b.n = :n;
"""
# Who asks, and what the application prepares for the call; and nobody meets the cap of open claims.
_READY = """
CREATE TABLE bench_person AS SELECT row_number() OVER () AS n, person_id FROM person_load;
CREATE UNIQUE INDEX ON bench_person (n);
CREATE TABLE bench_ready AS
  SELECT ARRAY(SELECT id FROM queue WHERE stage_id = g.id ORDER BY lane, tier, id) AS queues, ARRAY[g.id] AS stages,
         ARRAY[o.id] AS offers, ARRAY[true] AS seen
    FROM stage g JOIN project p ON p.id = g.project_id JOIN offer o ON o.stage_id = g.id
   WHERE p.slug = '{slug}' AND g.kind = 'attempt' ORDER BY o.made_at DESC LIMIT 1;
GRANT SELECT ON bench_person, bench_ready TO PUBLIC;
ANALYZE bench_person, bench_ready;
"""


def prepare(owner: psycopg.Connection, slug: str) -> int:
    """Tables for the scripts; how many people."""
    owner.execute(_READY.format(slug=slug))
    owner.execute("UPDATE person_load SET open_max = 1000000")
    (people,) = owner.execute("SELECT count(*) FROM bench_person").fetchone() or (0,)
    return int(people)


def open_left(owner: psycopg.Connection) -> bool:
    """Whether there is still something to claim where the scripts claim."""
    row: Any = owner.execute(
        "SELECT EXISTS (SELECT 1 FROM slot x JOIN bench_ready r ON x.queue_id = ANY (r.queues) WHERE x.state = 'open')"
    ).fetchone()
    return bool(row[0])


def run(pgbench: Path, url: str, script: str, folder: Path, clients: int, seconds: int) -> float:
    """Transactions a second of one script. Raises CalledProcessError."""
    file = folder / "script.sql"
    file.write_text(script)
    parts = urlsplit(url)
    environment = dict(os.environ) | {"PGPASSWORD": unquote(parts.password or "")}
    done = subprocess.run(
        [
            str(pgbench), "-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(seconds), "-f", str(file),
            "-h", parse_qs(parts.query)["host"][0], "-p", "5432", "-U", unquote(parts.username or ""), parts.path[1:],
        ],
        env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])


def claimed(owner: psycopg.Connection) -> int:
    """Live claims there are."""
    row: Any = owner.execute("SELECT count(*) FROM claim WHERE state = 'live'").fetchone()
    return int(row[0])
