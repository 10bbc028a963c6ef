"""Submissions and raw reports of work time. Both are append-only but for a submission's decision."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from fairhand.dispatch.models import Claim, Slot
from fairhand.people.models import Person
from fairhand.projects.models import Project
from fairhand.work.states import DECIDERS, INTERVALS, PAID_KINDS, SUBMISSION_STATES


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


class Interval(models.Model):
    """One stretch of a claim's time on one device: grows while its kind stays, never changes else (0006_intervals.sql).

    Beside the running sum that is paid: it says where the time went, and no pay is computed from it.
    """

    id = models.BigAutoField(primary_key=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, db_index=False)
    device = models.TextField()
    kind = models.TextField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        db_table = "work_interval"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=INTERVALS), name="work_interval_kind"),
            models.CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="work_interval_length"),
        ]
        indexes = [models.Index(fields=["claim", "device", "-id"], name="work_interval_claim")]


class TimeCorrection(models.Model):
    """More time that an expert says they worked on a claim, after it ended, and what was said to it. Never deleted.

    What is granted is paid by a line of its own. `decided_by` None beside a moment: within what is granted at once.
    """

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT)
    asked_ms = models.BigIntegerField()
    reason = models.TextField()
    asked_at = models.DateTimeField()
    # None while open. 0: not granted.
    granted_ms = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    why = models.TextField(default="")
    paid_minor = models.BigIntegerField(default=0)

    class Meta:
        db_table = "time_correction"
        constraints = [
            models.CheckConstraint(condition=Q(asked_ms__gt=0) & ~Q(reason=""), name="time_correction_asked"),
            models.CheckConstraint(
                condition=Q(granted_ms=None, decided_at=None, decided_by=None, paid_minor=0)
                | Q(granted_ms__gte=0, granted_ms__lte=F("asked_ms"), decided_at__isnull=False, paid_minor__gte=0),
                name="time_correction_decided",
            ),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(why=""), name="time_correction_why"),
            models.UniqueConstraint(fields=["claim"], condition=Q(decided_at=None), name="time_correction_one_open"),
        ]
        indexes = [
            models.Index(fields=["project_id", "asked_at"], name="time_correction_open", condition=Q(decided_at=None)),
            models.Index(
                fields=["project_id", "-decided_at", "-id"],
                name="time_correction_shut",
                condition=Q(decided_at__isnull=False),
            ),
        ]


class DeclaredTime(models.Model):
    """Work away from the page that an expert tells of while the claim is live. `counted_ms` joined its work time."""

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT)
    declared_ms = models.BigIntegerField()
    counted_ms = models.BigIntegerField()
    note = models.TextField()
    declared_at = models.DateTimeField()

    class Meta:
        db_table = "declared_time"
        constraints = [
            models.CheckConstraint(
                condition=Q(declared_ms__gt=0, counted_ms__gte=0, counted_ms__lte=F("declared_ms")) & ~Q(note=""),
                name="declared_time_counted",
            ),
        ]


class PaidKind(models.Model):
    """What a project pays for outside its tasks, from a moment on. Its terms never change: another row follows it.

    `terms` as `fairhand_pay.Terms` reads them. `times_max`: so often for each person, by this row. `at_once`: an entry
    is paid as it is made; else somebody of the project's staff confirms it first.
    """

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    kind = models.TextField()
    terms = models.JSONField()
    minutes_max = models.IntegerField()
    times_max = models.IntegerField()
    at_once = models.BooleanField()
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "paid_kind"
        constraints = [
            models.UniqueConstraint(fields=["project_id", "kind"], condition=Q(ended_at=None), name="paid_kind_one"),
            models.CheckConstraint(condition=Q(kind__in=PAID_KINDS), name="paid_kind_known"),
            models.CheckConstraint(condition=Q(minutes_max__gt=0, times_max__gt=0), name="paid_kind_bounds"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("set_at")), name="paid_kind_ends_after"
            ),
        ]
        indexes = [models.Index(fields=["project_id", "-set_at", "-id"], name="paid_kind_project")]


class PaidTime(models.Model):
    """Work outside tasks that somebody entered, and what was said to it. Never deleted.

    `version`: of the guideline that was read; `claim`: whose work was interrupted. `decided_by` None beside a moment:
    taken at once, by its kind.
    """

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    paid_kind = models.ForeignKey(PaidKind, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    said_ms = models.BigIntegerField()
    note = models.TextField()
    version = models.IntegerField(null=True)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, db_index=False)
    # Of the form that entered it, so that a form sent twice enters it once.
    request_key = models.TextField(null=True)
    said_at = models.DateTimeField()
    # None while open. 0: not granted.
    granted_ms = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.UUIDField(null=True)
    why = models.TextField(default="", db_default="")
    paid_minor = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "paid_time"
        constraints = [
            models.CheckConstraint(condition=Q(said_ms__gt=0), name="paid_time_said"),
            models.CheckConstraint(
                condition=Q(granted_ms=None, decided_at=None, decided_by=None, paid_minor=0)
                | Q(granted_ms=0, decided_at__isnull=False, paid_minor=0)
                | Q(
                    granted_ms__gt=0,
                    granted_ms__lte=F("said_ms"),
                    decided_at__isnull=False,
                    paid_minor__gte=0,
                ),
                name="paid_time_decided",
            ),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(why=""), name="paid_time_why"),
            # A version is read once, and a claim's time is owed once; what was not granted may be asked for again.
            models.UniqueConstraint(
                fields=["project_id", "person", "version"],
                condition=Q(version__isnull=False) & (Q(granted_ms=None) | Q(granted_ms__gt=0)),
                name="paid_time_version",
            ),
            models.UniqueConstraint(fields=["claim"], condition=Q(claim__isnull=False), name="paid_time_claim"),
            models.UniqueConstraint(
                fields=["person", "request_key"], condition=Q(request_key__isnull=False), name="paid_time_once"
            ),
        ]
        indexes = [
            models.Index(fields=["project_id", "said_at"], name="paid_time_open", condition=Q(decided_at=None)),
            models.Index(
                fields=["project_id", "-decided_at", "-id"],
                name="paid_time_shut",
                condition=Q(decided_at__isnull=False),
            ),
            models.Index(fields=["person", "-said_at", "-id"], name="paid_time_mine"),
        ]


class Reading(models.Model):
    """A version of a guideline that somebody reads with the clock, for pay. `work_ms`: what our clock counted so far.

    `paid_time`: the entry that it came to; None while it is read. Never deleted.
    """

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    paid_kind = models.ForeignKey(PaidKind, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    version = models.IntegerField()
    started_at = models.DateTimeField()
    work_ms = models.BigIntegerField(default=0, db_default=0)
    last_beat_at = models.DateTimeField(null=True)
    paid_time = models.OneToOneField(PaidTime, on_delete=models.PROTECT, null=True)

    class Meta:
        db_table = "work_reading"
        constraints = [
            models.CheckConstraint(condition=Q(work_ms__gte=0), name="work_reading_positive"),
            # However many windows it is read in.
            models.UniqueConstraint(
                fields=["person", "project_id", "version"], condition=Q(paid_time=None), name="work_reading_one"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-started_at"], name="work_reading_mine"),
            models.Index(fields=["last_beat_at"], name="work_reading_left", condition=Q(paid_time=None, work_ms__gt=0)),
        ]


class ReadingBeat(models.Model):
    """One report of time spent reading, as it came."""

    id = models.BigAutoField(primary_key=True)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, db_index=False)
    device = models.TextField()
    seq = models.IntegerField()
    active_ms = models.BigIntegerField()
    counted_ms = models.BigIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        db_table = "reading_beat"
        constraints = [
            models.UniqueConstraint(fields=["reading", "device", "seq"], name="reading_beat_once"),
            models.CheckConstraint(condition=Q(active_ms__gte=0, counted_ms__gte=0), name="reading_beat_positive"),
        ]


class Timesheet(models.Model):
    """What was said of somebody's week in a project; its hours are those of its tasks and entries, and stand nowhere
    else. `week`: its Monday, in the zone of the project's plan, else the person's own. Never deleted.

    `over_ms`: what was paid beyond the plan's weekly cap when staff were told of it, once.
    """

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    week = models.DateField()
    confirmed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.UUIDField(null=True)
    question = models.TextField(default="", db_default="")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(default="", db_default="")
    accepted_at = models.DateTimeField(null=True)
    # None beside no moment: accepted by the clock, which nobody writes down.
    accepted_by = models.UUIDField(null=True)
    over_ms = models.BigIntegerField(null=True)

    class Meta:
        db_table = "timesheet"
        constraints = [
            models.UniqueConstraint(fields=["project", "person", "week"], name="timesheet_once"),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="timesheet_monday"),
            models.CheckConstraint(
                condition=Q(asked_at=None, asked_by=None, question="")
                | (Q(asked_at__isnull=False, asked_by__isnull=False) & ~Q(question="")),
                name="timesheet_asked",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="")
                | (Q(answered_at__isnull=False, asked_at__isnull=False) & ~Q(answer="")),
                name="timesheet_answered",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="timesheet_accepted",
            ),
            models.CheckConstraint(condition=Q(over_ms=None) | Q(over_ms__gt=0), name="timesheet_over"),
        ]
        indexes = [models.Index(fields=["person", "-week"], name="timesheet_mine")]


class Draft(models.Model):
    """An answer that is not handed in yet, as its form's fields: [[name, value], ...]. `number` counts its versions:
    who saves says which one they changed, so that no device writes over another's unseen. Thrown away afterwards."""

    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, primary_key=True)
    fields = models.JSONField()
    device = models.TextField()
    number = models.IntegerField()
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "draft"
        indexes = [models.Index(fields=["saved_at"], name="draft_saved")]
