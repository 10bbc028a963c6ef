"""Windows of high demand: a stage pays more to whoever takes a task in them."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """Additive: a table."""

    dependencies = (("projects", "0008_rubric"),)
    operations = (
        migrations.CreateModel(
            name="Surge",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("org_id", models.UUIDField()),
                ("factor", models.TextField()),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField()),
                ("reserve_max_minor", models.BigIntegerField()),
                ("reserved_minor", models.BigIntegerField(default=0, db_default=0)),
                ("reason", models.TextField()),
                ("state", models.TextField()),
                ("made_by", models.UUIDField()),
                ("made_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.TextField(default="", db_default="")),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="projects.project"
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="projects.stage"
                    ),
                ),
            ],
            options={
                "db_table": "surge",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("state__in", ("planned", "open", "over"))), name="surge_state"
                    ),
                    models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="surge_lasts"),
                    models.CheckConstraint(
                        condition=Q(reserve_max_minor__gt=0, reserved_minor__gte=0)
                        & Q(reserved_minor__lte=F("reserve_max_minor")),
                        name="surge_reserve",
                    ),
                    models.CheckConstraint(
                        condition=Q(state="planned", opened_at=None, ended_at=None)
                        | Q(state="open", opened_at__isnull=False, ended_at=None)
                        | Q(state="over", ended_at__isnull=False),
                        name="surge_times",
                    ),
                    models.UniqueConstraint(
                        fields=["stage"], condition=~Q(state="over"), name="surge_one"
                    ),
                ],
                "indexes": [
                    models.Index(fields=["stage", "-made_at", "-id"], name="surge_of_stage"),
                    models.Index(fields=["from_at"], name="surge_planned", condition=Q(state="planned")),
                    models.Index(fields=["until_at"], name="surge_open", condition=Q(state="open")),
                ],
            },
        ),
    )
