"""Reads of pay lines and statements; an expert sees their own."""

from uuid import UUID

from django.db.models import QuerySet

from fairhand.pay.models import PayLine, Statement


def lines_of_person(person_id: UUID) -> QuerySet[PayLine]:
    """A person's lines, newest first."""
    return PayLine.objects.filter(person_id=person_id).order_by("-made_at", "-id")


def lines_of_submissions(submission_ids: list[UUID]) -> dict[UUID, list[PayLine]]:
    """Lines by submission, in the order they were computed."""
    found: dict[UUID, list[PayLine]] = {}
    for line in PayLine.objects.filter(submission_id__in=submission_ids).order_by("line_key"):
        if line.submission_id is not None:
            found.setdefault(line.submission_id, []).append(line)
    return found


def statements_of(person_id: UUID) -> list[Statement]:
    """A person's statements, newest first."""
    return list(Statement.objects.filter(person_id=person_id).order_by("-made_at", "-number"))


def statement_of(person_id: UUID, statement_id: UUID) -> tuple[Statement, list[PayLine]] | None:
    """One of a person's statements with its lines, or None."""
    statement = Statement.objects.filter(id=statement_id, person_id=person_id).first()
    if statement is None:
        return None
    return statement, list(PayLine.objects.filter(statementline__statement=statement).order_by("made_at", "id"))
