"""Finds out the facts about the installation's health: from its database, its data folder and its mail server."""

import os
import smtplib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from fairhand.cases.queries import overdue_n
from fairhand.insight.budgets import open_budgets
from fairhand.insight.health import KEY_ENDS_WITHIN, Finding, Health, findings
from fairhand.insight.installation import nature, real_people, start_now
from fairhand.insight.recount import last_recount
from fairhand.insight.safe_start import DEMO, dangers
from fairhand.kernel.limits import BUDGET_ALERT_SHARE
from fairhand.people.access import SECOND_FACTOR_ROLES

# The database's own clock is asked on purpose: its distance from ours is the finding.
_NOW = "SELECT clock_timestamp()"
_SERVER = """
SELECT current_setting('server_version_num')::int / 10000,
       (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
       current_setting('max_connections')::int, pg_database_size(current_database())
"""
_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit", "TimeZone")
_JOBS = """
SELECT (SELECT max(last_heartbeat) FROM procrastinate_workers),
       (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'),
       (SELECT min(e.at) FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id
         WHERE j.status = 'todo' AND coalesce(j.scheduled_at, e.at) <= %s),
       (SELECT count(*) FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
         WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < %s - interval '5 minutes'))
"""
_PEOPLE = """
SELECT (SELECT count(DISTINCT m.person_id) FROM member m JOIN person p ON p.id = m.person_id
         WHERE m.role = ANY (%s) AND (m.until IS NULL OR m.until > %s) AND p.state = 'active' AND p.kind = 'person'
           AND NOT p.demo AND NOT EXISTS (SELECT 1 FROM mfa_authenticator a WHERE a.user_id = p.id
                                             AND a.type IN ('totp', 'webauthn'))),
       (SELECT count(*) FROM api_key WHERE revoked_at IS NULL AND rotated_to_id IS NULL
           AND expires_at > %s AND expires_at < %s),
       (SELECT max(at) FROM event WHERE verb = 'backup:made'),
       (SELECT count(*) FROM mail WHERE state = 'failed'),
       (SELECT min(made_at) FROM mail WHERE state = 'queued'),
       (SELECT EXISTS (SELECT 1 FROM person WHERE demo))
"""


def look_over(now: datetime, *, connect_mail: bool = False) -> list[Finding]:
    """Every finding as of now. `connect_mail`: also knock at the mail server, which may take seconds."""
    return findings(gather(now, connect_mail=connect_mail))


def gather(now: datetime, *, connect_mail: bool) -> Health:
    """The facts. Where tables are missing because migrations are, only what doesn't need them is found out."""
    left = tuple(migrations_left())
    version, used, most, size = _row(_SERVER)
    jobs = _row(_JOBS, now, now) if not left else (None, 0, None, 0)
    roles = sorted(SECOND_FACTOR_ROLES)
    people = _row(_PEOPLE, roles, now, now, now + KEY_ENDS_WITHIN) if not left else (0, 0, None, 0, None, False)
    home = Path(settings.HOME) if settings.HOME else None
    way = mail_way()
    books = last_recount() if not left else None
    return Health(
        now=now,
        dangers=tuple(dangers(start_now())),
        # A command line doesn't run as a demo; a database that is one, with nobody real in it, is looked at as one.
        demo=settings.DEMO or (not left and nature() == DEMO and not real_people()),
        demo_people=bool(people[5]),
        postgres=version,
        database_settings={name: str(_row(f"SHOW {name}")[0]) for name in _SETTINGS},
        connections=used,
        connections_max=most,
        database_bytes=size,
        skew_s=_skew(),
        migrations_left=left,
        worker_heard_at=jobs[0],
        jobs_failed=jobs[1],
        oldest_job_at=jobs[2],
        jobs_stuck=jobs[3],
        without_second_factor=people[0],
        keys_ending=people[1],
        backup_at=people[2],
        mails_failed=people[3],
        mails_waiting_since=people[4],
        mail_way=way,
        mail_error=_knock() if connect_mail and way == "smtp" else None,
        home_writable=os.access(home, os.W_OK | os.X_OK) if home else None,
        disk_free=_free(home) if home else None,
        secret_chars=len(settings.SECRET_KEY),
        secret_made_at=_made(home / "secret.key") if home else None,
        books_at=books.at if books else None,
        books_wrong=books.wrong if books else (),
        cases_overdue=overdue_n(now) if not left else 0,
        budgets_low=sum(each.used_percent >= BUDGET_ALERT_SHARE for each in open_budgets(now)) if not left else 0,
    )


def migrations_left() -> list[str]:
    """The steps of the tables that are not applied yet, as app.name."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def mail_way() -> str:
    """The name of the way by which e-mail leaves: console, file, smtp, or a service."""
    module = str(settings.EMAIL_BACKEND).split(".")[-2]
    return {"filebased": "file"}.get(module, module)


def _knock() -> str | None:
    """What hinders us from reaching the mail server: the kind of error alone, since servers repeat passwords."""
    try:
        with closing(get_connection(fail_silently=False)) as way:
            way.open()
    except (OSError, smtplib.SMTPException) as error:
        return type(error).__name__
    return None


def _skew() -> float:
    """Seconds by which our clock is ahead of the database's, within the time of one question."""
    theirs = _row(_NOW)[0]
    return float((datetime.now(UTC) - theirs).total_seconds())


def _row(sql: str, *values: object) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchone()


def _free(path: Path) -> int | None:
    try:
        room = os.statvfs(path)
    except OSError:
        return None
    return room.f_bavail * room.f_frsize


def _made(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None
