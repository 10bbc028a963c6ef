"""The function that hands in plain work in one round trip."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0001_hand_in.sql"


class Migration(migrations.Migration):
    """Runs `flow/sql/0001_hand_in.sql`."""

    initial = True
    dependencies = (
        ("audit", "0002_event"),
        ("dispatch", "0007_life"),
        ("ledger", "0004_reading"),
        ("pay", "0003_hash"),
        ("work", "0003_waiting"),
    )
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
