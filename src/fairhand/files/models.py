"""Files that people sent: the row, the bytes on their way, and which tasks show a file.

Once a file is clean its bytes lie in the store (fairhand.files.store) under its organisation and SHA-256, never changed
and never moved; several rows may share them.
"""

from django.db import models
from django.db.models import F, Q

from fairhand.files.states import FILE_STATES
from fairhand.projects.models import Project


class Attachment(models.Model):
    """One file as somebody sent it. Without a claim it is a project's own, for tasks; with one, part of an answer."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, db_index=False)
    person_id = models.UUIDField()
    name = models.TextField()
    # What was announced, and how much of it is here.
    sent_bytes = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    # Kinds that are taken here, of files/sniff.py; and the question that it answers.
    takes = models.JSONField(default=list)
    question = models.TextField(default="")
    claim_id = models.UUIDField(null=True)
    slot_id = models.UUIDField(null=True)
    task_id = models.UUIDField(null=True)
    state = models.TextField(default="uploading")
    # Why it was refused: a code.
    why = models.TextField(default="")
    # Of what is kept, which for an image is not what was sent.
    media_type = models.TextField(default="")
    size = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, default="")
    sent_sha256 = models.CharField(max_length=64, default="")
    # {"width", "height"} of an image, {"ms"} where the length is known.
    facts = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "attachment"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=FILE_STATES), name="attachment_state"),
            models.CheckConstraint(
                condition=Q(received__gte=0, received__lte=F("sent_bytes")), name="attachment_received"
            ),
            models.CheckConstraint(
                condition=~Q(state="clean") | Q(size__isnull=False, done_at__isnull=False) & ~Q(sha256=""),
                name="attachment_clean",
            ),
            models.CheckConstraint(
                condition=Q(claim_id=None, slot_id=None, task_id=None)
                | Q(claim_id__isnull=False, slot_id__isnull=False, task_id__isnull=False),
                name="attachment_claim",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-id"], name="attachment_of_project", condition=Q(claim_id=None)),
            models.Index(
                fields=["slot_id", "person_id"], name="attachment_of_slot", condition=Q(claim_id__isnull=False)
            ),
            models.Index(
                fields=["made_at"], name="attachment_unfinished", condition=Q(state__in=["uploading", "checking"])
            ),
        ]


class AttachmentPart(models.Model):
    """A stretch of a file's bytes on their way; gone once the file was looked at."""

    pk = models.CompositePrimaryKey("attachment_id", "place")
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, db_index=False)
    # Its first byte, from 0.
    place = models.BigIntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "attachment_part"


class AttachmentUse(models.Model):
    """A task that shows a file: whoever works on the task may see the file."""

    pk = models.CompositePrimaryKey("attachment_id", "task_id")
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, db_index=False)
    task_id = models.UUIDField()

    class Meta:
        db_table = "attachment_use"
