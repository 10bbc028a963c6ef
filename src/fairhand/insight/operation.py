"""What the database says about itself, for whoever runs it: version, size, tables, connections, the worker's pulse."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

_TABLES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Database:
    """The database as of one moment. Row counts are the planner's estimates: counting would read it all."""

    version: str
    name: str
    size_bytes: int
    connections: int
    connections_max: int
    started_at: datetime
    tables: list[tuple[str, int, int]]


_DATABASE = """
SELECT current_setting('server_version'), current_database(), pg_database_size(current_database()),
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
       current_setting('max_connections')::int, pg_postmaster_start_time()
"""
_TABLES = """
SELECT c.relname, pg_total_relation_size(c.oid), greatest(c.reltuples, 0)::bigint
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY 2 DESC, 1 LIMIT %s
"""


def database() -> Database:
    """Version, size and the largest tables."""
    with connection.cursor() as cursor:
        cursor.execute(_DATABASE)
        values = cursor.fetchone()
        cursor.execute(_TABLES, [_TABLES_SHOWN])
        tables = list(cursor.fetchall())
    return Database(*values, tables)


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that does background jobs, and when it last gave a sign of life."""

    worker_id: int
    seen_at: datetime
    doing: int


_WORKERS = """
SELECT w.id, w.last_heartbeat,
       (SELECT count(*) FROM procrastinate_jobs j WHERE j.worker_id = w.id AND j.status = 'doing')
  FROM procrastinate_workers w ORDER BY w.last_heartbeat DESC LIMIT 50
"""


def workers() -> list[Worker]:
    """Workers that have signed on and not off, the liveliest first."""
    with connection.cursor() as cursor:
        cursor.execute(_WORKERS)
        return [Worker(*row) for row in cursor.fetchall()]
