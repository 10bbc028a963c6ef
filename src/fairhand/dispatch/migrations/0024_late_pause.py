"""Nothing counts of a claim after the pause in which it expired."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0024_late_pause.sql"


class Migration(migrations.Migration):
    """One function anew: `dispatch/sql/0024_late_pause.sql`."""

    dependencies = (("dispatch", "0023_late_time"), ("audit", "0001_initial"))
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
