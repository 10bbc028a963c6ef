"""Reads of pay lines and statements; an expert sees their own."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet, Sum

from fairhand.pay.models import PayLine, Statement
from fairhand_pay import Facts, Line
from fairhand_pay.recompute import recalled

# What the keys of lines begin with that an answer in a case added.
CASE_KEY = "case:"
# Or that an estimate review did: `estimate:REVIEW:SUBMISSION`.
ESTIMATE_KEY = "estimate:"
# Or a correction of the record of time.
TIME_KEY = "time:"
# Or the typical time of everybody, once it was known: `median:MOMENT:SUBMISSION`.
MEDIAN_KEY = "median:"
# Or the score of the work, when it was decided: `score:SUBMISSION`.
SCORE_KEY = "score:"
# And those of a mission's windows.
MISSION_KEY = "mission:"
# Or what was paid for somebody who was brought: `referral:REFERRAL`.
REFERRAL_KEY = "referral:"
# And those of work outside tasks: `paid_time:ENTRY:…`.
PAID_KEY = "paid_time:"
_PLACES = 1_000  # more lines than one computation makes


def made_by_case(line_key: str) -> bool:
    """Whether a line of this key corrects another one, by an answer in a case."""
    return line_key.startswith(CASE_KEY)


def lines_of_person(person_id: UUID) -> QuerySet[PayLine]:
    """A person's lines, newest first."""
    return PayLine.objects.filter(person_id=person_id).order_by("-made_at", "-id")


def lines_of_submissions(submission_ids: list[UUID]) -> dict[UUID, list[PayLine]]:
    """Lines by submission, in the order they were computed."""
    found: dict[UUID, list[PayLine]] = {}
    for line in sorted(PayLine.objects.filter(submission_id__in=submission_ids), key=_place):
        if line.submission_id is not None:
            found.setdefault(line.submission_id, []).append(line)
    return found


def _place(line: PayLine) -> tuple[datetime, int, str]:
    """Lines of one computation by their index, which ends their key; what was added later stands behind them."""
    start, _colon, index = line.line_key.rpartition(":")
    own = start.startswith("submission:") and index.isdecimal()
    return line.made_at, int(index) if own else _PLACES, line.line_key


def lines_of_window(key: str) -> list[PayLine]:
    """Lines of one person's window of a mission, in the order they were made; `key` as in add_mission_lines, without
    the step."""
    return list(PayLine.objects.filter(line_key__startswith=f"{MISSION_KEY}{key}:").order_by("made_at", "line_key"))


def facts_paid_on(submission_ids: list[UUID]) -> dict[UUID, Facts]:
    """The facts each submission was paid on, from the inputs of its own lines; what was added later is left out."""
    return {
        submission_id: recalled([line.inputs for line in found if line.primitive != "ADJUST"])
        for submission_id, found in lines_of_submissions(submission_ids).items()
    }


def window_of_line(line_id: UUID) -> tuple[UUID, UUID, int] | None:
    """(mission, person, number of the window) that a line is about; None for a line of no mission."""
    key = PayLine.objects.values_list("line_key", flat=True).get(id=line_id)
    if not key.startswith(MISSION_KEY):
        return None
    mission_id, person_id, number, *_ = key.removeprefix(MISSION_KEY).split(":")
    return UUID(mission_id), UUID(person_id), int(number)


def computed_line(line_id: UUID) -> Line:
    """A stored line as the engine made it. Raises PayLine.DoesNotExist."""
    return line_of(PayLine.objects.get(id=line_id))


def line_of(row: PayLine) -> Line:
    """The same of a row at hand."""
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
