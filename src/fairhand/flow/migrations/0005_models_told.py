"""What a program is told of a prompt that is tried names no models either."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0005_models_told.sql"


class Migration(migrations.Migration):
    """Runs `flow/sql/0005_models_told.sql`."""

    dependencies = (("flow", "0004_template_told"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
