"""Whether the tables are this version's, told by a mark on them: no process is started to find nothing to do."""

import hashlib
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from fairhand.cli import grants

_PACKAGE = Path(__file__).parents[1]
_THEIRS = ("django", "django-allauth", "procrastinate")  # whose tables stand beside ours
_MARK = "SELECT obj_description('django_migrations'::regclass), (SELECT count(*) FROM django_migrations)"
_PATIENCE_MS = 2_000  # for whoever holds the table; after that the long way finds out


def role_of(app_url: str) -> str:
    """Who the application is to the database."""
    return str(conninfo_to_dict(app_url).get("user") or "")


def is_current(app_url: str) -> bool:
    """Whether these tables, and the rights on them, were last made by exactly this version."""
    try:
        with psycopg.connect(app_url, autocommit=True) as connection:
            connection.execute(sql.SQL("SET lock_timeout = {}").format(sql.Literal(_PATIENCE_MS)))
            row = connection.execute(_MARK).fetchone()
    except psycopg.Error:
        return False  # no table yet, no right to look, no answer: all that has words of its own, elsewhere
    return row is not None and row[0] == _mark(role_of(app_url), row[1])


def mark_statement(role: str, steps: int) -> sql.Composed:
    """SQL that marks the tables; for their owner, after the last of `steps` migrations and the rights."""
    return sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(sql.Literal(_mark(role, steps)))


def _mark(role: str, steps: int) -> str:
    """Names of our migrations, since what they hold never changes; whatever else decides about tables and rights."""
    told = hashlib.sha256()
    for path in sorted(_PACKAGE.glob("*/migrations/*.py")):
        told.update(f"{path.relative_to(_PACKAGE).as_posix()}\n".encode())
    told.update(Path(grants.__file__).read_bytes())
    told.update(" ".join(f"{name} {version(name)}" for name in _THEIRS).encode())
    return f"{steps} steps for {role}, {told.hexdigest()[:16]}"
