"""A claim shows what it asks where a newer version of the template is in force."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0003_claim_template.sql"


class Migration(migrations.Migration):
    """Runs `flow/sql/0003_claim_template.sql`."""

    dependencies = (("flow", "0002_claim"), ("work", "0012_claim_template"))
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
