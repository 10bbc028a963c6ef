"""What waits for money is looked for batch by batch. Outside a transaction, so that nobody waits for it."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The new index before the old one goes."""

    atomic = False
    dependencies = (("dispatch", "0015_counted_on"),)
    operations = (
        migrations.RunSQL("SET statement_timeout = 0", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "slot",
            models.Index(
                fields=["batch_id", "stage", "waits_since"],
                name="slot_waits_of",
                condition=Q(state="planned", waits_since__isnull=False),
            ),
        ),
        RemoveIndexConcurrently("slot", "slot_waits"),
        migrations.RunSQL("SET statement_timeout = '60s'", migrations.RunSQL.noop),
    )
