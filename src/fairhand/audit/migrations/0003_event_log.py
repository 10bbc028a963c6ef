"""What the event log is read by. Made without stopping whoever writes events."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes of the event log, and of a reader with a cursor who sees some projects alone."""

    atomic = False
    dependencies = (("audit", "0002_event"),)
    operations = (
        AddIndexConcurrently("event", models.Index(fields=["-at", "-id"], name="event_newest")),
        AddIndexConcurrently("event", models.Index(fields=["verb", "-at"], name="event_verb")),
        AddIndexConcurrently(
            "event",
            models.Index(fields=["org_id", "-at"], name="event_org", condition=models.Q(org_id__isnull=False)),
        ),
        AddIndexConcurrently(
            "event",
            models.Index(fields=["actor_id", "-at"], name="event_actor", condition=models.Q(actor_id__isnull=False)),
        ),
        # `xid` and `seq` are the database's own columns, so no model names this one.
        migrations.RunSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS event_project_cursor ON event (project_id, xid, seq)",
            "DROP INDEX CONCURRENTLY IF EXISTS event_project_cursor",
        ),
    )
