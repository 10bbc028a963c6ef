"""Folding of text for search, quicker for plain ASCII; the same words come out, so no index changes."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0008_fold_ascii.sql"


class Migration(migrations.Migration):
    """Runs `tasks/sql/0008_fold_ascii.sql`."""

    dependencies = (("tasks", "0006_gold"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
