"""Indexes for whoever reads the books: entries by time, by kind and by reference, accounts by what they are."""

from django.db import migrations

_INDEXES = {
    "ledger_entry_at": "ledger_entry (effective_at DESC, id DESC)",
    "ledger_entry_kind": "ledger_entry (kind, effective_at DESC, id DESC)",
    "ledger_entry_reference": (
        "ledger_entry USING gin (lower(meta ->> 'reference') gin_trgm_ops) WHERE meta ? 'reference'"
    ),
    "ledger_account_purpose": "ledger_account (owner_kind, purpose, id DESC)",
}


def _build(name: str, on: str) -> list[migrations.RunSQL]:
    # A build that was broken off leaves an index that is not valid: it is dropped, and built anew.
    drop = f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
    return [migrations.RunSQL(drop), migrations.RunSQL(f"CREATE INDEX CONCURRENTLY {name} ON {on}", drop)]


class Migration(migrations.Migration):
    """Builds without stopping anybody: outside a transaction, however long a table takes."""

    atomic = False
    # What `gin_trgm_ops` needs comes with the search of tasks.
    dependencies = (("ledger", "0003_hold"), ("tasks", "0002_search"))
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        *[step for name, on in _INDEXES.items() for step in _build(name, on)],
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
