"""Entries with fewer statements; a leg's account is held by the key that names its currency too."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).parent.parent / "sql" / "0006_at_once.sql"


class Migration(migrations.Migration):
    """Runs `ledger/sql/0006_at_once.sql`."""

    dependencies = (("ledger", "0005_books"),)
    operations = (
        migrations.AlterField(
            "leg",
            "account",
            models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                to="ledger.account",
            ),
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    )
