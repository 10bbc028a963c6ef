"""The event table. Append-only: the application role may insert and read, a trigger refuses the rest to everyone."""

from django.db import models


class Event(models.Model):
    """One thing that happened. `seq` and `xid` (see the migration) order it for readers with a cursor."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    org_id = models.UUIDField(null=True)
    project_id = models.UUIDField(null=True)
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    verb = models.TextField()
    subject_kind = models.TextField()
    subject_id = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "event"
        indexes = [
            models.Index(fields=["subject_id", "at"], name="event_subject"),
            models.Index(fields=["project_id", "at"], name="event_project"),
            # The event log: newest first, of everything, of one verb, one organisation, one doer.
            models.Index(fields=["-at", "-id"], name="event_newest"),
            models.Index(fields=["verb", "-at"], name="event_verb"),
            models.Index(fields=["org_id", "-at"], name="event_org", condition=models.Q(org_id__isnull=False)),
            models.Index(fields=["actor_id", "-at"], name="event_actor", condition=models.Q(actor_id__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verb__regex=r"^[a-z_]+:[a-z_]+$"), name="event_verb_is_noun_colon_verb"
            ),
        ]
