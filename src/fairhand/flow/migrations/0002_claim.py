"""The function that claims, tells and shows in one round trip."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0002_claim.sql"


class Migration(migrations.Migration):
    """Runs `flow/sql/0002_claim.sql`."""

    dependencies = (("flow", "0001_hand_in"), ("dispatch", "0010_order"), ("review", "0001_initial"))
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
