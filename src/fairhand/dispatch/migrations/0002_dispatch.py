"""Composite keys and the claim functions."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0001_dispatch.sql"


class Migration(migrations.Migration):
    """Runs `dispatch/sql/0001_dispatch.sql`."""

    dependencies = (("dispatch", "0001_initial"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
