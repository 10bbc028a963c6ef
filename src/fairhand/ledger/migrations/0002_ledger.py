"""The ledger's triggers and its one function for posting."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0001_ledger.sql"


class Migration(migrations.Migration):
    """Runs `ledger/sql/0001_ledger.sql`."""

    dependencies = (("ledger", "0001_initial"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
