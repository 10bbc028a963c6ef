"""What a program is told of a prompt that is tried names no models either."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0006_models_told.sql"


class Migration(migrations.Migration):
    """Runs `flow/sql/0006_models_told.sql`."""

    dependencies = (("flow", "0005_kept_out"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
