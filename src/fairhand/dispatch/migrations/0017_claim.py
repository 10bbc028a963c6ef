"""Kept slots one after the other, late openers, caps given back; keys that longer keys contain are gone."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "0017_claim.sql"


def _held_elsewhere(to: str, **more: bool) -> models.ForeignKey:
    """A reference that a key over several columns holds (0001_dispatch.sql)."""
    return models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, to=to, **more)


class Migration(migrations.Migration):
    """Runs `dispatch/sql/0017_claim.sql`; takes keys away, so nothing is looked through."""

    dependencies = (("dispatch", "0016_waits_of"),)
    operations = (
        migrations.AlterField("slot", "task", _held_elsewhere("tasks.task", db_index=False)),
        migrations.AlterField("slot", "stage", _held_elsewhere("projects.stage", db_index=False)),
        migrations.AlterField("claim", "slot", _held_elsewhere("dispatch.slot")),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    )
