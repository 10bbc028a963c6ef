"""Indexes by which people, organisations, projects, pseudonyms and short ids are found."""

from django.db import migrations

_INDEXES = {
    "person_name_like": "person USING gin (search_fold(name) gin_trgm_ops)",
    "person_email_like": "person USING gin (lower(email) gin_trgm_ops)",
    "org_name_like": "org USING gin (search_fold(name) gin_trgm_ops)",
    "project_name_like": "project USING gin (search_fold(slug || ' ' || name::text) gin_trgm_ops)",
    "seat_alias_like": "seat USING gin (lower(alias) gin_trgm_ops)",
    # What a person and the support call a submission: its last five digits, among the person's own.
    "submission_short": 'submission (person_id, "right"(id::text, 5))',
}


def _build(name: str, on: str) -> list[migrations.RunSQL]:
    # A build that was broken off leaves an index that is not valid: it is dropped, and built anew.
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
    return [migrations.RunSQL(drop), migrations.RunSQL(f"CREATE INDEX CONCURRENTLY {name} ON {on}", drop)]


class Migration(migrations.Migration):
    """Builds without stopping anybody: outside a transaction, however long a table takes."""

    atomic = False
    dependencies = (
        ("insight", "0002_jobs"),
        ("people", "0001_initial"),
        ("projects", "0001_initial"),
        ("dispatch", "0001_initial"),
        ("work", "0001_initial"),
        ("tasks", "0002_search"),
    )
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        *[step for name, on in _INDEXES.items() for step in _build(name, on)],
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
