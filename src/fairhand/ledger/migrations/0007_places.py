"""Places for the money behind a mission, and for conversions between currencies."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0007_places.sql"


class Migration(migrations.Migration):
    """Runs `ledger/sql/0007_places.sql`."""

    dependencies = (("ledger", "0006_at_once"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
