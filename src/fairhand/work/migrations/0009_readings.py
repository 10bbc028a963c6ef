"""A version of a guideline that is read with the clock."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

SQL = Path(__file__).parent.parent / "sql" / "0009_readings.sql"
_ON = django.db.models.deletion.PROTECT


class Migration(migrations.Migration):
    """Two new tables, and `work/sql/0009_readings.sql`."""

    dependencies = (
        ("work", "0008_paid_kinds"),
        ("dispatch", "0019_rework_offer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("org_id", models.UUIDField()),
                ("project_id", models.UUIDField()),
                ("paid_kind", models.ForeignKey(db_index=False, on_delete=_ON, to="work.paidkind")),
                ("person", models.ForeignKey(db_index=False, on_delete=_ON, to=settings.AUTH_USER_MODEL)),
                ("version", models.IntegerField()),
                ("started_at", models.DateTimeField()),
                ("work_ms", models.BigIntegerField(default=0, db_default=0)),
                ("last_beat_at", models.DateTimeField(null=True)),
                ("paid_time", models.OneToOneField(null=True, on_delete=_ON, to="work.paidtime")),
            ],
            options={
                "db_table": "work_reading",
                "indexes": [
                    models.Index(fields=["person", "-started_at"], name="work_reading_mine"),
                    models.Index(
                        fields=["last_beat_at"],
                        name="work_reading_left",
                        condition=Q(paid_time=None, work_ms__gt=0),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=Q(work_ms__gte=0), name="work_reading_positive"),
                    models.UniqueConstraint(
                        fields=["person", "project_id", "version"],
                        condition=Q(paid_time=None),
                        name="work_reading_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadingBeat",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reading", models.ForeignKey(db_index=False, on_delete=_ON, to="work.reading")),
                ("device", models.TextField()),
                ("seq", models.IntegerField()),
                ("active_ms", models.BigIntegerField()),
                ("counted_ms", models.BigIntegerField()),
                ("received_at", models.DateTimeField()),
            ],
            options={
                "db_table": "reading_beat",
                "constraints": [
                    models.UniqueConstraint(fields=["reading", "device", "seq"], name="reading_beat_once"),
                    models.CheckConstraint(
                        condition=Q(active_ms__gte=0, counted_ms__gte=0), name="reading_beat_positive"
                    ),
                ],
            },
        ),
        migrations.RunSQL(SQL.read_text(encoding="utf-8")),
    )
