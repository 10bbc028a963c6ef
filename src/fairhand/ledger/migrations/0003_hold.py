"""The function that locks several accounts' balances in their one order."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0002_hold.sql"


class Migration(migrations.Migration):
    """Runs `ledger/sql/0002_hold.sql`."""

    dependencies = (("ledger", "0002_ledger"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
