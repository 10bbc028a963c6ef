"""The verdict of a gate."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0001_verdict.sql"


class Migration(migrations.Migration):
    """Runs `gates/sql/0001_verdict.sql`."""

    dependencies = (("gates", "0001_initial"), ("people", "0004_codes"))
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8"), "DROP FUNCTION gate_verdict"),)
