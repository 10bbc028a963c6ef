"""A queue has its stage's gate."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0014_queue_gate.sql"
_UNDO = "DROP TRIGGER gate_of_stage ON queue; DROP FUNCTION dispatch_queue_gate()"


class Migration(migrations.Migration):
    """Runs `dispatch/sql/0014_queue_gate.sql`."""

    dependencies = (("dispatch", "0010_order"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8"), _UNDO),)
