"""A review is a submission with a verdict on another submission."""

from django.db import models
from django.db.models import Q

from fairhand.people.models import Person
from fairhand.review.rules import REVIEW_KINDS, VERDICTS
from fairhand.tasks.models import Task
from fairhand.work.models import Submission


class Review(models.Model):
    """One verdict. `fixed_answer` stands beside the author's answer, never in its place."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, primary_key=True)
    org_id = models.UUIDField()
    subject = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reviews")
    verdict = models.TextField()
    scores = models.JSONField(default=dict)
    fixed_answer = models.JSONField(null=True)
    clause = models.TextField(null=True)
    note = models.TextField(default="")
    # `audit`: a second look at accepted work. It decides nothing, and no pay.
    kind = models.TextField(default="review", db_default="review")

    class Meta:
        db_table = "review"
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=REVIEW_KINDS), name="review_kind"),
            models.UniqueConstraint(fields=["subject", "submission"], name="review_subject"),
            models.CheckConstraint(condition=Q(verdict__in=VERDICTS), name="review_verdict"),
            models.CheckConstraint(condition=~Q(submission=models.F("subject")), name="review_not_of_itself"),
            models.CheckConstraint(
                condition=~Q(verdict="return") | (Q(clause__isnull=False) & ~Q(note="")), name="review_return_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(verdict="accept_with_fixes") | Q(fixed_answer__isnull=False), name="review_fixes_are_there"
            ),
        ]


class Adjudication(models.Model):
    """The final answer of a task whose attempts differ. The attempts and their answers stay as they are."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, primary_key=True)
    org_id = models.UUIDField()
    task = models.ForeignKey(Task, on_delete=models.PROTECT)
    answer = models.JSONField()
    note = models.TextField(default="")
    # Late: its slot had gone to somebody else, whose answer is the final one.
    surplus = models.BooleanField(default=False)

    class Meta:
        db_table = "adjudication"


class GoldResult(models.Model):
    """How right a submission on gold was. A measurement: nothing about a person follows from it by machine."""

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, primary_key=True)
    org_id = models.UUIDField()
    project_id = models.UUIDField()
    task = models.ForeignKey(Task, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False)
    # Per mille, over all questions and question by question.
    right_pm = models.SmallIntegerField()
    parts = models.JSONField(default=dict)
    graded_at = models.DateTimeField()

    class Meta:
        db_table = "gold_result"
        constraints = [
            models.CheckConstraint(condition=Q(right_pm__gte=0, right_pm__lte=1000), name="gold_result_share")
        ]
        indexes = [models.Index(fields=["project_id", "person"], name="gold_result_person")]
