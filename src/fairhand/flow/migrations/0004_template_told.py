"""What a program is told of a template names no models."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0004_template_told.sql"


class Migration(migrations.Migration):
    """Runs `flow/sql/0004_template_told.sql`."""

    dependencies = (("flow", "0003_claim_template"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
