"""A claim that its holder is not at work on shows nothing of a task whose content may be illegal."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0005_kept_out.sql"


class Migration(migrations.Migration):
    """Runs `flow/sql/0005_kept_out.sql`."""

    dependencies = (("flow", "0004_template_told"), ("cases", "0005_task_return"))
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
