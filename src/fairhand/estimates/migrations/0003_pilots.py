"""Pilots of a stage, what came in after a decision, and how many pilots stand behind an estimate."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("estimates", "0002_ended_claims"),
        ("projects", "0006_promised"),
    ]

    operations = [
        migrations.AddField("estimatereview", "late_until", models.DateTimeField(null=True)),
        migrations.AddField("stageestimate", "pilots", models.IntegerField(default=0, db_default=0)),
        migrations.RemoveConstraint("stageestimate", "stage_estimate_source"),
        migrations.AddConstraint(
            "stageestimate",
            models.CheckConstraint(
                condition=models.Q(("source__in", ("prior", "pilot", "learned", "stated", "before"))), name="stage_estimate_source"
            ),
        ),
        migrations.CreateModel(
            name="Pilot",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("org_id", models.UUIDField()),
                ("work_s", models.IntegerField()),
                ("who", models.TextField()),
                ("done_on", models.DateField()),
                ("noted_by", models.UUIDField()),
                ("noted_at", models.DateTimeField()),
                ("struck_by", models.UUIDField(null=True)),
                ("struck_at", models.DateTimeField(null=True)),
                ("project", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="projects.project")),
                ("stage", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="projects.stage")),
            ],
            options={"db_table": "stage_pilot"},
        ),
        migrations.AddIndex("pilot", models.Index(fields=["stage", "noted_at", "id"], name="stage_pilot_stage")),
        migrations.AddConstraint(
            "pilot",
            models.CheckConstraint(condition=models.Q(("work_s__gt", 0), models.Q(("who", ""), _negated=True)), name="stage_pilot_said"),
        ),
        migrations.AddConstraint(
            "pilot",
            models.CheckConstraint(
                condition=models.Q(("struck_at", None), ("struck_by", None))
                | models.Q(("struck_at__isnull", False), ("struck_by__isnull", False)),
                name="stage_pilot_struck",
            ),
        ),
    ]
