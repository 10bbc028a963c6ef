"""What keeps missions as they were promised."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0001_missions.sql"


class Migration(migrations.Migration):
    """Runs `missions/sql/0001_missions.sql`."""

    dependencies = (("missions", "0001_initial"), ("work", "0005_slot_key"), ("ledger", "0007_places"))
    operations = (
        migrations.RunSQL(
            SQL.read_text(encoding="utf-8"),
            "DROP FUNCTION mission_keep CASCADE; DROP FUNCTION mission_period_keep CASCADE",
        ),
    )
