"""Queues that rank like others; and an empty queue closes in three steps, since two could miss an opener."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql" / "0010_order.sql"


class Migration(migrations.Migration):
    """Functions, nothing else."""

    dependencies = (("dispatch", "0007_life"),)
    operations = (migrations.RunSQL(SQL.read_text(encoding="utf-8")),)
