"""Corrections of the record of time, and work away from the page."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


def _claim() -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="dispatch.claim")


class Migration(migrations.Migration):
    """Two new tables."""

    dependencies = (("work", "0006_intervals"),)
    operations = (
        migrations.CreateModel(
            name="TimeCorrection",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("org_id", models.UUIDField()),
                ("project_id", models.UUIDField()),
                ("claim", _claim()),
                ("asked_ms", models.BigIntegerField()),
                ("reason", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("granted_ms", models.BigIntegerField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.UUIDField(null=True)),
                ("why", models.TextField(default="")),
                ("paid_minor", models.BigIntegerField(default=0)),
            ],
            options={
                "db_table": "time_correction",
                "indexes": [
                    models.Index(
                        fields=["project_id", "asked_at"], name="time_correction_open", condition=Q(decided_at=None)
                    ),
                    models.Index(
                        fields=["project_id", "-decided_at", "-id"],
                        name="time_correction_shut",
                        condition=Q(decided_at__isnull=False),
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=Q(asked_ms__gt=0) & ~Q(reason=""), name="time_correction_asked"),
                    models.CheckConstraint(
                        condition=Q(granted_ms=None, decided_at=None, decided_by=None, paid_minor=0)
                        | Q(
                            granted_ms__gte=0, granted_ms__lte=F("asked_ms"), decided_at__isnull=False,
                            paid_minor__gte=0,
                        ),
                        name="time_correction_decided",
                    ),
                    models.CheckConstraint(condition=Q(decided_by=None) | ~Q(why=""), name="time_correction_why"),
                    models.UniqueConstraint(
                        fields=["claim"], condition=Q(decided_at=None), name="time_correction_one_open"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeclaredTime",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("org_id", models.UUIDField()),
                ("project_id", models.UUIDField()),
                ("claim", _claim()),
                ("declared_ms", models.BigIntegerField()),
                ("counted_ms", models.BigIntegerField()),
                ("note", models.TextField()),
                ("declared_at", models.DateTimeField()),
            ],
            options={
                "db_table": "declared_time",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(declared_ms__gt=0, counted_ms__gte=0, counted_ms__lte=F("declared_ms"))
                        & ~Q(note=""),
                        name="declared_time_counted",
                    ),
                ],
            },
        ),
    )
