"""A claim's lease is the one its offer froze."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0003_offered_lease.sql"


class Migration(migrations.Migration):
    """Runs `dispatch/sql/0003_offered_lease.sql`."""

    dependencies = (("dispatch", "0002_dispatch"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8"), migrations.RunSQL.noop),)
