"""Where the time of a claim went: stretches of one kind, as its page reported them."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

SQL = Path(__file__).parent.parent / "sql" / "0006_intervals.sql"


class Migration(migrations.Migration):
    """A new table, and `work/sql/0006_intervals.sql`."""

    dependencies = (("work", "0005_slot_key"), ("dispatch", "0017_claim"))
    operations = (
        migrations.CreateModel(
            name="Interval",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "claim",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="dispatch.claim"
                    ),
                ),
                ("device", models.TextField()),
                ("kind", models.TextField()),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
            ],
            options={
                "db_table": "work_interval",
                "indexes": [models.Index(fields=["claim", "device", "-id"], name="work_interval_claim")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(kind__in=("active", "idle", "hidden", "unknown", "kept")),
                        name="work_interval_kind",
                    ),
                    models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="work_interval_length"),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    )
