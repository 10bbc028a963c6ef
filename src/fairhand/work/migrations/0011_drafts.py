"""Answers that are not handed in yet."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """One new table."""

    dependencies = (("work", "0010_timesheets"), ("dispatch", "0001_initial"))
    operations = (
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False,
                        to="dispatch.claim",
                    ),
                ),
                ("fields", models.JSONField()),
                ("device", models.TextField()),
                ("number", models.IntegerField()),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "db_table": "draft",
                "indexes": [models.Index(fields=["saved_at"], name="draft_saved")],
            },
        ),
    )
