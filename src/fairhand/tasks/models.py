"""Batches and tasks. A task's payload is the client's data; its id is never shown to experts."""

from django.db import models
from django.db.models import F, Q, Value

from fairhand.projects.models import Project

BATCH_KINDS = ("real", "practice", "gold")
BATCH_STATES = ("draft", "launched", "closed")
TASK_STATES = ("open", "settled", "withdrawn")


class Batch(models.Model):
    """Tasks that are imported, launched and A practice batch holds training gold, never launched;
    a gold batch evaluation gold, of which slots open one by one, each for one person."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT)
    ordinal = models.IntegerField()
    kind = models.TextField(default="real")
    state = models.TextField(default="draft")
    shards = models.SmallIntegerField(default=1)
    created_at = models.DateTimeField()
    launched_at = models.DateTimeField(null=True)
    # By when the client wants it, and which batch comes first: 0 first, 9 last.
    deadline = models.DateTimeField(null=True)
    priority = models.SmallIntegerField(default=5, db_default=5)
    # Launched to find out how long its tasks take: the full rate runs as long as anything is paid.
    pilot = models.BooleanField(default=False, db_default=False)
    # The moment for which its open slots were ranked last: a deadline that comes nearer moves them.
    ranked_at = models.DateTimeField(null=True)
    # The file it was read from: {"file", "sha256", "rows", "left_out", "tasks"}; {} for a pack's.
    source = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))

    class Meta:
        db_table = "batch"
        constraints = [
            models.UniqueConstraint(fields=["project", "ordinal"], name="batch_ordinal"),
            models.UniqueConstraint(fields=["org_id", "id"], name="batch_org"),
            models.CheckConstraint(condition=Q(kind__in=BATCH_KINDS), name="batch_kind"),
            models.CheckConstraint(condition=Q(state__in=BATCH_STATES), name="batch_state"),
            models.CheckConstraint(
                condition=Q(state="draft", launched_at=None) | (~Q(state="draft") & Q(launched_at__isnull=False)),
                name="batch_launched_at",
            ),
        ]
        indexes = [
            models.Index(
                fields=["deadline"], name="batch_deadline", condition=Q(state="launched", deadline__isnull=False)
            ),
            models.Index(fields=["project"], name="batch_pilot", condition=Q(pilot=True)),
        ]


class Task(models.Model):
    """One item of work. `want` attempts are opened at launch, at most `cap` are ever made."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, db_index=False)
    key = models.TextField()
    content_hash = models.CharField(max_length=64)
    payload = models.JSONField()
    # The field of knowledge it belongs to ("tax law"); "" where nobody said. Queues are kept apart by it.
    field = models.TextField(default="", db_default="")
    # How unsure its answer is, per mille; None where nobody knows.
    uncertainty = models.SmallIntegerField(null=True)
    want = models.IntegerField()
    cap = models.IntegerField()
    state = models.TextField(default="open")

    class Meta:
        db_table = "task"
        constraints = [
            models.UniqueConstraint(fields=["batch", "key"], name="task_key"),
            models.UniqueConstraint(fields=["org_id", "id"], name="task_org"),
            models.CheckConstraint(condition=Q(cap__gte=F("want"), want__gte=0), name="task_cap"),
            models.CheckConstraint(condition=Q(state__in=TASK_STATES), name="task_state"),
        ]
        indexes = [
            models.Index(fields=["project_id", "state", "-id"], name="task_project_state"),
            models.Index(fields=["batch", "-id"], name="task_batch"),
        ]


class Gold(models.Model):
    """The known answer of a task. A table of its own: no query of an expert's work pages joins it."""

    task = models.OneToOneField(Task, on_delete=models.PROTECT, primary_key=True)
    use = models.TextField(default="training")
    answer = models.JSONField()
    reason = models.JSONField(default=dict)
    # Served to nobody any more: since when, by whom, and why.
    retired_at = models.DateTimeField(null=True)
    retired_by = models.UUIDField(null=True)
    retired_why = models.TextField(default="", db_default="")

    class Meta:
        db_table = "gold"
        constraints = [models.CheckConstraint(condition=Q(use__in=["training", "evaluation"]), name="gold_use")]


class Upload(models.Model):
    """A file of tasks that waits for its reader's decision: what was found in it, until it is imported or expires."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT)
    person_id = models.UUIDField(db_index=True)
    file = models.TextField()
    # An importer's name and version.
    form = models.TextField()
    version = models.SmallIntegerField()
    want = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    # As `tasks.importing.Report.to_json` writes it.
    report = models.JSONField()
    state = models.TextField(default="waiting")
    batch_id = models.UUIDField(null=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "upload"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", batch_id=None) | Q(state="imported", batch_id__isnull=False),
                name="upload_state",
            ),
        ]


class UploadPart(models.Model):
    """A stretch of an upload's bytes, in order; gone once the tasks are in."""

    pk = models.CompositePrimaryKey("upload_id", "ordinal")
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, db_index=False)
    ordinal = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "upload_part"
