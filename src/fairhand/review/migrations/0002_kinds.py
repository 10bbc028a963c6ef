"""Audits beside reviews, adjudications, and how right submissions on gold were."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

_SUBMISSION = models.OneToOneField(
    on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to="work.submission"
)
_TASK = models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="tasks.task")


class Migration(migrations.Migration):
    """Additive."""

    dependencies = (
        ("review", "0001_initial"),
        ("tasks", "0006_gold"),
        ("work", "0004_adjudicated"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )
    operations = (
        migrations.AddField("review", "kind", models.TextField(default="review", db_default="review")),
        AddConstraintNotValid(
            "review", models.CheckConstraint(condition=Q(kind__in=("review", "audit")), name="review_kind")
        ),
        ValidateConstraint("review", "review_kind"),
        migrations.CreateModel(
            "Adjudication",
            [
                ("submission", _SUBMISSION),
                ("org_id", models.UUIDField()),
                ("task", _TASK),
                ("answer", models.JSONField()),
                ("note", models.TextField(default="")),
                ("surplus", models.BooleanField(default=False)),
            ],
            options={"db_table": "adjudication"},
        ),
        migrations.CreateModel(
            "GoldResult",
            [
                ("submission", _SUBMISSION),
                ("org_id", models.UUIDField()),
                ("project_id", models.UUIDField()),
                ("task", _TASK),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("right_pm", models.SmallIntegerField()),
                ("parts", models.JSONField(default=dict)),
                ("graded_at", models.DateTimeField()),
            ],
            options={
                "db_table": "gold_result",
                "indexes": [models.Index(fields=["project_id", "person"], name="gold_result_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(right_pm__gte=0, right_pm__lte=1000), name="gold_result_share"
                    )
                ],
            },
        ),
    )
