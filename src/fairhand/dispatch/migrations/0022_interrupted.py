"""Work that was interrupted, not by its expert: distressing and illegal tasks too. Outside a transaction."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

_OWED = ("guideline_changed", "distressing", "illegal")


class Migration(migrations.Migration):
    """The new index before the old one goes; and one for the reasons with which tasks were given back."""

    atomic = False
    dependencies = (("dispatch", "0021_held"),)
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "claim",
            models.Index(
                fields=["project_id", "-ended_at", "-id"],
                name="claim_interrupted",
                condition=Q(state="released") | Q(end_reason__in=_OWED),
            ),
        ),
        RemoveIndexConcurrently("claim", "claim_taken_back"),
        AddIndexConcurrently(
            "claim",
            models.Index(fields=["project_id", "-ended_at"], name="claim_skipped", condition=Q(state="skipped")),
        ),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
