"""Files of tasks that wait for a decision, and where a batch came from."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q, Value


class Migration(migrations.Migration):
    """New tables, and a column whose default costs no rewrite."""

    dependencies = (("tasks", "0002_search"), ("projects", "0002_manage"))
    operations = (
        migrations.AddField(
            "batch", "source", models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
        ),
        migrations.CreateModel(
            "Upload",
            [
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("org_id", models.UUIDField()),
                ("person_id", models.UUIDField(db_index=True)),
                ("file", models.TextField()),
                ("form", models.TextField()),
                ("version", models.SmallIntegerField()),
                ("want", models.IntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("report", models.JSONField()),
                ("state", models.TextField(default="waiting")),
                ("batch_id", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "project",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="projects.project"),
                ),
            ],
            options={
                "db_table": "upload",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(state="waiting", batch_id=None) | Q(state="imported", batch_id__isnull=False),
                        name="upload_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "UploadPart",
            [
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "upload_id", "ordinal", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("ordinal", models.IntegerField()),
                ("content", models.BinaryField()),
                (
                    "upload",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="tasks.upload"
                    ),
                ),
            ],
            options={"db_table": "upload_part"},
        ),
    )
