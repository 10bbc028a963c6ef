"""A submission may be decided by an adjudication. The check of what is there waits for nobody."""

from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """May be repeated from where it broke off."""

    atomic = False
    dependencies = (("work", "0003_waiting"),)
    operations = (
        migrations.RemoveConstraint("submission", "submission_decided_by"),
        AddConstraintNotValid(
            "submission",
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | Q(decided_by__in=("review", "plan", "clock", "staff", "adjudication")),
                name="submission_decided_by",
            ),
        ),
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        ValidateConstraint("submission", "submission_decided_by"),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
