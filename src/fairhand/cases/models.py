"""Cases about pay lines, and about work outside tasks that was not granted; and what people raise about tasks.

A case is never deleted, and what was written in it never changes.
"""

from django.db import models
from django.db.models import F, Q

from fairhand.cases.states import ANSWERS, CASE_STATES, RAISED_DONE, RAISED_KINDS, RAISED_OPEN, RAISED_STATES
from fairhand.dispatch.models import Claim
from fairhand.people.models import Person
from fairhand.projects.models import Project
from fairhand.work.models import PaidTime


class Case(models.Model):
    """A pay line, or a refused entry of work outside tasks, that its person contests: their words, the answer, and,
    once, an appeal with its answer.

    `due_at` is when the next answer is due, None where none is.
    """

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    # Opaque: the line and the work that it pays for.
    line_id = models.UUIDField(unique=True, null=True)
    # The entry that was not granted, instead of a line.
    paid_time = models.OneToOneField(PaidTime, on_delete=models.PROTECT, null=True)
    # Who decided on it: they answer no case about it.
    not_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    submission_id = models.UUIDField(null=True)
    state = models.TextField(default="open")
    words = models.TextField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answer = models.TextField(default="")
    answer_reason = models.TextField(default="")
    answer_minor = models.BigIntegerField(default=0)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="cases_answered")
    answered_at = models.DateTimeField(null=True)
    appeal = models.TextField(default="")
    appealed_at = models.DateTimeField(null=True)
    decision = models.TextField(default="")
    decision_reason = models.TextField(default="")
    decision_minor = models.BigIntegerField(default=0)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="cases_decided")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "pay_case"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CASE_STATES), name="pay_case_state"),
            models.CheckConstraint(condition=~Q(words=""), name="pay_case_has_words"),
            models.CheckConstraint(
                condition=Q(state__in=("open", "appealed"), due_at__isnull=False)
                | Q(state__in=("answered", "decided"), due_at=None),
                name="pay_case_due",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answer="", answered_at=None, answered_by=None)
                | (
                    ~Q(state="open")
                    & Q(answer__in=ANSWERS, answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answer_reason="")
                ),
                name="pay_case_answer",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "answered"), appeal="", appealed_at=None)
                | (Q(state__in=("appealed", "decided"), appealed_at__isnull=False) & ~Q(appeal="")),
                name="pay_case_appeal",
            ),
            models.CheckConstraint(
                condition=(~Q(state="decided") & Q(decision="", decided_at=None, decided_by=None))
                | (
                    Q(state="decided", decision__in=ANSWERS, decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(decision_reason="")
                ),
                name="pay_case_decision",
            ),
            # Nobody answers their own case, and an appeal goes to another human.
            models.CheckConstraint(
                condition=(Q(answered_by=None) | ~Q(answered_by=F("person")))
                & (Q(decided_by=None) | (~Q(decided_by=F("person")) & ~Q(decided_by=F("answered_by")))),
                name="pay_case_other_humans",
            ),
            models.CheckConstraint(
                condition=Q(line_id=None, paid_time__isnull=False) | Q(line_id__isnull=False, paid_time=None),
                name="pay_case_about",
            ),
            models.CheckConstraint(
                condition=(Q(not_by=None) | Q(answered_by=None) | ~Q(answered_by=F("not_by")))
                & (Q(not_by=None) | Q(decided_by=None) | ~Q(decided_by=F("not_by"))),
                name="pay_case_not_by",
            ),
            models.CheckConstraint(
                condition=(Q(answer="correct", answer_minor__gt=0) | (~Q(answer="correct") & Q(answer_minor=0)))
                & (Q(decision="correct", decision_minor__gt=0) | (~Q(decision="correct") & Q(decision_minor=0))),
                name="pay_case_amounts",
            ),
        ]
        indexes = [
            models.Index(
                fields=["project_id", "due_at", "id"], name="pay_case_waiting", condition=Q(due_at__isnull=False)
            ),
            models.Index(fields=["due_at"], name="pay_case_due_at", condition=Q(due_at__isnull=False)),
            models.Index(fields=["project_id", "-opened_at", "-id"], name="pay_case_project"),
            models.Index(fields=["person", "-opened_at", "-id"], name="pay_case_person"),
        ]


class Raised(models.Model):
    """What somebody asks or reports of a task of theirs, in their words, and the answer to it.

    `place`: the part of the task or of the guideline it is about, in words; "" for the whole. `done`: what was done
    beyond the answer. Never deleted, and what was written never changes.
    """

    id = models.UUIDField(primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, db_index=False)
    task_id = models.UUIDField()
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    kind = models.TextField()
    place = models.TextField(default="")
    words = models.TextField()
    at = models.DateTimeField()
    state = models.TextField(default=RAISED_OPEN)
    answer = models.TextField(default="")
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    answered_at = models.DateTimeField(null=True)
    done = models.TextField(default="")
    # Of the guideline that says it now.
    version = models.IntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "raised"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RAISED_KINDS), name="raised_kind"),
            models.CheckConstraint(condition=Q(state__in=RAISED_STATES), name="raised_state"),
            models.CheckConstraint(condition=~Q(words=""), name="raised_has_words"),
            models.CheckConstraint(
                condition=(
                    ~Q(state="answered") & Q(answer="", done="", answered_at=None, answered_by=None, version=None)
                )
                | (
                    Q(state="answered", answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answer="")
                    & ~Q(done="")
                ),
                name="raised_answer",
            ),
            models.CheckConstraint(condition=Q(done__in=("", *RAISED_DONE)), name="raised_done"),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
                name="raised_closed",
            ),
            models.CheckConstraint(
                condition=Q(done="guideline", version__isnull=False) | (~Q(done="guideline") & Q(version=None)),
                name="raised_version",
            ),
            # Nobody answers themselves.
            models.CheckConstraint(condition=Q(answered_by=None) | ~Q(answered_by=F("person")), name="raised_other"),
        ]
        indexes = [
            models.Index(fields=["project", "at", "id"], name="raised_waiting", condition=Q(state="open")),
            models.Index(fields=["project", "at", "id"], name="raised_project"),
            models.Index(fields=["person", "-at", "-id"], name="raised_person"),
            models.Index(fields=["task_id", "kind"], name="raised_task"),
            # Whose reports hold tasks back.
            models.Index(
                fields=["person", "project", "task_id"], name="raised_holds", condition=Q(kind="illegal", state="open")
            ),
        ]


class TaskReturn(models.Model):
    """A task that was taken out is worked on again: a named person's decision, with a reason. One row for each answer
    that it overturns; what was answered stays as it was written. Never changed."""

    raised = models.OneToOneField(Raised, on_delete=models.PROTECT, primary_key=True)
    org_id = models.UUIDField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, db_index=False)
    task_id = models.UUIDField()
    reason = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    at = models.DateTimeField()

    class Meta:
        db_table = "task_return"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="task_return_reason")]
