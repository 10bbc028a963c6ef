"""Work time that waited for the net counts on a claim that expired meanwhile."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0023_late_time.sql"


class Migration(migrations.Migration):
    """One new function: `dispatch/sql/0023_late_time.sql`."""

    dependencies = (("dispatch", "0022_interrupted"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
