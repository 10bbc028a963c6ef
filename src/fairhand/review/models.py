"""A review is a submission with a verdict on another submission."""

from django.db import models
from django.db.models import Q

from fairhand.review.rules import VERDICTS
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

    class Meta:
        db_table = "review"
        constraints = [
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
