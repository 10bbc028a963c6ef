"""The submission's seal and tenancy key."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0001_work.sql"


class Migration(migrations.Migration):
    """Runs `work/sql/0001_work.sql`."""

    dependencies = (("work", "0001_initial"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
