"""Reads of pay lines and statements; an expert sees their own."""

from uuid import UUID

from django.db.models import QuerySet, Sum

from fairhand.pay.models import PayLine, Statement
from fairhand_pay import Line

# What the keys of lines begin with that an answer in a case added.
CASE_KEY = "case:"


def made_by_case(line_key: str) -> bool:
    """Whether a line of this key corrects another one, by an answer in a case."""
    return line_key.startswith(CASE_KEY)


def lines_of_person(person_id: UUID) -> QuerySet[PayLine]:
    """A person's lines, newest first."""
    return PayLine.objects.filter(person_id=person_id).order_by("-made_at", "-id")


def lines_of_submissions(submission_ids: list[UUID]) -> dict[UUID, list[PayLine]]:
    """Lines by submission, in the order they were computed."""
    found: dict[UUID, list[PayLine]] = {}
    for line in PayLine.objects.filter(submission_id__in=submission_ids).order_by("made_at", "line_key"):
        if line.submission_id is not None:
            found.setdefault(line.submission_id, []).append(line)
    return found


def computed_line(line_id: UUID) -> Line:
    """A stored line as the engine made it. Raises PayLine.DoesNotExist."""
    row = PayLine.objects.get(id=line_id)
    return Line(
        row.primitive, row.version, 0, row.inputs, row.exact, row.amount_minor, row.currency, row.sentence_key,
        row.sentence_args,
    )  # fmt: skip


def added_by_cases(submission_id: UUID) -> int:
    """What answers in cases added so far to a piece of work, in minor units."""
    made = PayLine.objects.filter(line_key__startswith=CASE_KEY, submission_id=submission_id)
    return int(made.aggregate(total=Sum("amount_minor"))["total"] or 0)


def statements_of(person_id: UUID) -> list[Statement]:
    """A person's statements, newest first."""
    return list(Statement.objects.filter(person_id=person_id).order_by("-made_at", "-number"))


def statement_of(person_id: UUID, statement_id: UUID) -> tuple[Statement, list[PayLine]] | None:
    """One of a person's statements with its lines, or None."""
    statement = Statement.objects.filter(id=statement_id, person_id=person_id).first()
    if statement is None:
        return None
    return statement, list(PayLine.objects.filter(statementline__statement=statement).order_by("made_at", "id"))
