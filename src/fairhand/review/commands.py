"""Verbs that write reviews."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fairhand.review.models import Review


def add_review(*, submission_id: UUID, org_id: UUID, subject_id: UUID, answer: Mapping[str, Any]) -> None:
    """Store a verdict that `rules.problems_of_verdict` found whole."""
    Review.objects.create(
        submission_id=submission_id, org_id=org_id, subject_id=subject_id, verdict=answer["verdict"],
        scores=dict(answer.get("scores", {})), fixed_answer=answer.get("fixed_answer"),
        clause=answer.get("clause") or None, note=answer.get("note", ""),
    )  # fmt: skip
