"""Pay lines and the statements that gather them. Append-only."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fairhand.people.models import Person

# Nothing that was earned is held longer, whatever a plan says.
HOLD_DAYS_MAX = 14


class PayLine(models.Model):
    """One computed amount with its inputs, rule, version and sentence. Money without its ledger entry can't exist."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    # Opaque: submissions live on a lower floor, but a line may also stand for none (a mission).
    submission_id = models.UUIDField(null=True)
    line_key = models.TextField(unique=True)
    primitive = models.TextField()
    version = models.SmallIntegerField()
    inputs = models.JSONField()
    exact = models.TextField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    sentence_key = models.TextField()
    sentence_args = models.JSONField()
    # Keys of the lines it was computed from, and SHA-256 over all of it and their hashes (fairhand_pay.line).
    parents = ArrayField(models.TextField(), default=list, db_default=[])
    hash = models.TextField(default="", db_default="")
    entry_id = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "pay_line"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor=0, entry_id=None) | (~Q(amount_minor=0) & Q(entry_id__isnull=False)),
                name="pay_line_has_entry",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-made_at", "-id"], name="pay_line_mine"),
            models.Index(fields=["submission_id"], name="pay_line_submission"),
            models.Index(fields=["project_id"], name="pay_line_project"),
        ]


class PayHold(models.Model):
    """Part of a submission's pay that its plan holds: `free_minor` was payable at once, `held_minor` waits.

    It is released by the decision on the work, at the latest at `release_at` by the job that accepts by the clock.
    """

    submission_id = models.UUIDField(primary_key=True)
    project_id = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    currency = models.CharField(max_length=3)
    held_minor = models.BigIntegerField()
    free_minor = models.BigIntegerField()
    made_at = models.DateTimeField()
    release_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "pay_hold"
        constraints = [
            models.CheckConstraint(condition=Q(held_minor__gt=0, free_minor__gte=0), name="pay_hold_some"),
            models.CheckConstraint(
                condition=Q(release_at__gt=F("made_at"), release_at__lte=F("made_at") + timedelta(days=HOLD_DAYS_MAX)),
                name="pay_hold_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "release_at"], name="pay_hold_mine", condition=Q(released_at=None)),
            models.Index(fields=["release_at"], name="pay_hold_due", condition=Q(released_at=None)),
        ]


class Statement(models.Model):
    """A person's pay lines of one period in one currency, frozen, with their total."""

    id = models.UUIDField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    number = models.IntegerField()
    currency = models.CharField(max_length=3)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    total_minor = models.BigIntegerField()
    lines_n = models.IntegerField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "statement"
        constraints = [
            models.UniqueConstraint(fields=["person", "currency", "number"], name="statement_number"),
            models.CheckConstraint(condition=Q(lines_n__gt=0), name="statement_not_empty"),
        ]


class StatementLine(models.Model):
    """A pay line stands on one statement at most."""

    line = models.OneToOneField(PayLine, on_delete=models.PROTECT, primary_key=True)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT)

    class Meta:
        db_table = "statement_line"
