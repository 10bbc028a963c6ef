"""Verbs that write reviews, adjudications and grades."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from fairhand.review.models import Adjudication, GoldResult, Review


def add_review(
    *, submission_id: UUID, org_id: UUID, subject_id: UUID, answer: Mapping[str, Any], kind: str = "review"
) -> None:
    """Store a verdict that `rules.problems_of_verdict` found whole."""
    Review.objects.create(
        submission_id=submission_id, org_id=org_id, subject_id=subject_id, verdict=answer["verdict"],
        scores=dict(answer.get("scores", {})), fixed_answer=answer.get("fixed_answer"),
        clause=answer.get("clause") or None, note=answer.get("note", ""), kind=kind,
    )  # fmt: skip


def add_adjudication(
    *, submission_id: UUID, org_id: UUID, task_id: UUID, answer: Mapping[str, Any], surplus: bool
) -> None:
    """Store a final answer that `rules.problems_of_adjudication` found whole."""
    Adjudication.objects.create(
        submission_id=submission_id, org_id=org_id, task_id=task_id, answer=dict(answer["answer"]),
        note=answer.get("note", ""), surplus=surplus,
    )  # fmt: skip


def add_gold_result(
    *, submission_id: UUID, org_id: UUID, project_id: UUID, task_id: UUID, person_id: UUID, right_pm: int,
    parts: Mapping[str, int], now: datetime,
) -> None:  # fmt: skip
    """Store how right a submission on gold was, per mille."""
    GoldResult.objects.create(
        submission_id=submission_id, org_id=org_id, project_id=project_id, task_id=task_id, person_id=person_id,
        right_pm=right_pm, parts=dict(parts), graded_at=now,
    )  # fmt: skip
