"""Submissions and raw reports of work time. Both are append-only but for a submission's decision."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fairhand.dispatch.models import Claim, Slot
from fairhand.people.models import Person
from fairhand.work.states import DECIDERS, SUBMISSION_STATES


class Submission(models.Model):
    """The answer an expert handed in. A review is a submission too: to a slot whose subject is another submission."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    task_id = models.UUIDField()
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, db_index=False, db_constraint=False)  # 0001_work.sql
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    round = models.SmallIntegerField()
    surplus = models.BooleanField(default=False)
    answer = models.JSONField()
    content_hash = models.CharField(max_length=64)
    # Milliseconds of work; NULL when nothing was measured.
    work_ms = models.BigIntegerField(null=True)
    submitted_at = models.DateTimeField()
    decide_by = models.DateTimeField()
    state = models.TextField(default="pending")
    decided_by = models.TextField(null=True)
    decided_at = models.DateTimeField(null=True)
    # The ledger entries that accrued its pay, for the decision to resolve.
    entry_ids = ArrayField(models.BigIntegerField(), default=list)
    excluded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "submission"
        constraints = [
            models.UniqueConstraint(fields=["org_id", "id"], name="submission_org"),
            models.UniqueConstraint(fields=["slot", "round"], condition=Q(surplus=False), name="submission_one"),
            models.CheckConstraint(condition=Q(state__in=SUBMISSION_STATES), name="submission_state"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(decided_by__in=DECIDERS), name="submission_decided_by"
            ),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at=None, decided_by=None)
                | (~Q(state="pending") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="submission_decided_at",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-submitted_at", "-id"], name="submission_mine"),
            models.Index(fields=["project_id", "-submitted_at", "-id"], name="submission_project"),
            models.Index(fields=["task_id"], name="submission_task"),
            models.Index(fields=["decide_by"], name="submission_due", condition=Q(state="pending")),
            models.Index(
                fields=["project_id", "submitted_at"], name="submission_waiting", condition=Q(state="pending")
            ),
        ]


class Beat(models.Model):
    """One report of work time, as it came. The claim's row keeps the running sum of what was counted."""

    id = models.BigAutoField(primary_key=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, db_index=False)
    device = models.TextField()
    seq = models.IntegerField()
    active_ms = models.BigIntegerField()
    counted_ms = models.BigIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "beat"
        constraints = [
            models.UniqueConstraint(fields=["claim", "device", "seq"], name="beat_once"),
            models.CheckConstraint(condition=Q(active_ms__gte=0, counted_ms__gte=0), name="beat_positive"),
        ]
