"""Batches of evaluation gold, and gold that is retired."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Additive."""

    dependencies = (("tasks", "0007_order"),)
    operations = (
        migrations.RemoveConstraint("batch", "batch_kind"),
        AddConstraintNotValid(
            "batch", models.CheckConstraint(condition=Q(kind__in=("real", "practice", "gold")), name="batch_kind")
        ),
        ValidateConstraint("batch", "batch_kind"),
        migrations.AddField("gold", "retired_at", models.DateTimeField(null=True)),
        migrations.AddField("gold", "retired_by", models.UUIDField(null=True)),
        migrations.AddField("gold", "retired_why", models.TextField(default="", db_default="")),
    )
