"""Who holds what in a project, and who works there: what the operations board reads."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """May be repeated from where it broke off."""

    atomic = False
    dependencies = (("dispatch", "0014_queue_gate"),)
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "seat",
            models.Index(
                "project", F("week").desc(nulls_last=True), name="seat_at_work", condition=Q(state="active")
            ),
        ),
        AddIndexConcurrently(
            "claim",
            models.Index(fields=["project_id", "claimed_at", "id"], name="claim_held", condition=Q(state="live")),
        ),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
