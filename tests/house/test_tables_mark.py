"""Tables that were made by this very version are found to be so without a process of their own; all others are not."""

from pathlib import Path

import psycopg
import pytest

from fairhand.cli import tables_mark
from fairhand.cli.tables_mark import is_current
from tests.commands_of import fairhand
from tests.databases import TestDatabase
from tests.house.test_cli_database import holding


def test_tables_made_by_this_version_are_current(db: TestDatabase) -> None:
    assert is_current(db.url)
    assert not is_current(db.owner_url), "the rights are not those of this role"
    assert not is_current(db.url.replace(db.name, "nowhere"))


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM django_migrations WHERE app = 'files'",
        "COMMENT ON TABLE django_migrations IS NULL",
        "REVOKE SELECT ON django_migrations FROM PUBLIC; ALTER TABLE django_migrations RENAME TO elsewhere",
    ],
)
def test_what_was_changed_since_is_not(db: TestDatabase, owner_connection: psycopg.Connection, change: str) -> None:
    owner_connection.execute(change)
    assert not is_current(db.url)


def test_another_version_does_not_take_them_for_its_own(db: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as other:
        other.setattr(tables_mark, "version", lambda name: "another")
        assert not is_current(db.url)
    assert is_current(db.url)


def test_who_holds_the_table_is_not_waited_for(db: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_mark, "_PATIENCE_MS", 1)
    with psycopg.connect(db.owner_url) as holder:
        holder.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        assert not is_current(db.url)


def test_migrate_gives_lost_rights_back_though_the_mark_stands(home: Path) -> None:
    with holding(home) as (_, app, owner):
        with psycopg.connect(owner, autocommit=True) as connection:
            connection.execute("REVOKE SELECT ON task FROM PUBLIC, fairhand_app")
        assert is_current(app)
        assert fairhand(home, "migrate").returncode == 0
        with psycopg.connect(app) as connection:
            connection.execute("SELECT 1 FROM task LIMIT 1")
