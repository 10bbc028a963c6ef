"""Tasks are found by key and by the words of their payload, and listed by project."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0002_search.sql"

_INDEXES = {
    "task_key_like": "task USING gin (lower(key) gin_trgm_ops)",
    "task_words_in": "task USING gin (task_words(project_id, payload))",
    "task_project": "task (project_id, id DESC)",
}


def _build(name: str, on: str) -> list[migrations.RunSQL]:
    # A build that was broken off leaves an index that is not valid: it is dropped, and built anew.
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
    return [migrations.RunSQL(drop), migrations.RunSQL(f"CREATE INDEX CONCURRENTLY {name} ON {on}", drop)]


class Migration(migrations.Migration):
    """Builds without stopping anybody: outside a transaction, one statement at a time, however long a table takes."""

    atomic = False
    dependencies = (("tasks", "0001_initial"),)
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm"),
        migrations.RunSQL("DROP FUNCTION IF EXISTS task_words(uuid, jsonb), search_fold(text)"),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
        *[step for name, on in _INDEXES.items() for step in _build(name, on)],
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
