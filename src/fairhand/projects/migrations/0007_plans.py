"""Pay plans remember what they were made from; versions that pay less wait for their notice."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """Additive: columns with constant defaults, and a table."""

    dependencies = (("projects", "0006_promised"),)
    operations = (
        migrations.AddField("project", "notice_days", models.SmallIntegerField(default=7, db_default=7)),
        migrations.AddField("payplan", "preset", models.JSONField(default=dict, db_default={})),
        migrations.AddField("payplan", "note", models.TextField(default="", db_default="")),
        migrations.AddField("payplan", "made_by", models.UUIDField(null=True)),
        migrations.CreateModel(
            name="PlanChange",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("org_id", models.UUIDField()),
                ("lowers", models.BooleanField()),
                ("announced_at", models.DateTimeField()),
                ("holds_from", models.DateTimeField()),
                ("applied_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "project",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="projects.project"),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="projects.stage"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="projects.payplan"),
                ),
                (
                    "before",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="projects.payplan",
                    ),
                ),
            ],
            options={
                "db_table": "plan_change",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["stage"], condition=Q(applied_at=None, withdrawn_at=None), name="plan_change_waits"
                    ),
                    models.CheckConstraint(
                        condition=Q(applied_at=None) | Q(withdrawn_at=None), name="plan_change_one_end"
                    ),
                    models.CheckConstraint(
                        condition=Q(lowers=False) | Q(holds_from__gt=F("announced_at")), name="plan_change_notice"
                    ),
                    models.CheckConstraint(
                        condition=Q(applied_at=None) | Q(applied_at__gte=F("holds_from")),
                        name="plan_change_not_before",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["stage", "-announced_at", "-id"], name="plan_change_of_stage"),
                    models.Index(
                        fields=["holds_from"], name="plan_change_due",
                        condition=Q(applied_at=None, withdrawn_at=None),
                    ),
                ],
            },
        ),
    )  # fmt: skip
