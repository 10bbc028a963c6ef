"""Places for a project's money for models, and for what models cost."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0010_models.sql"


class Migration(migrations.Migration):
    """Runs `ledger/sql/0010_models.sql`."""

    dependencies = (("ledger", "0009_shown_currency"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
