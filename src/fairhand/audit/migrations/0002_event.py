"""The event table's order for readers, and its seal."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0001_event.sql"


class Migration(migrations.Migration):
    """Runs `audit/sql/0001_event.sql`."""

    dependencies = (("audit", "0001_initial"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
