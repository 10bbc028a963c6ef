"""Telling people that work arrived: which queues were open, and who is still to be told."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="WorkArrival",
            fields=[
                ("queue_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={"db_table": "work_arrival"},
        ),
        migrations.CreateModel(
            name="WorkNews",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "project_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("project_id", models.UUIDField()),
                ("due_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "work_news",
                "indexes": [
                    models.Index(fields=["due_at"], name="work_news_due", condition=Q(due_at__isnull=False)),
                ],
            },
        ),
    ]
