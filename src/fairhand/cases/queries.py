"""Reads of cases: a person's own, and how many wait in projects."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from fairhand.cases.models import Case
from fairhand.pay.models import PayLine


@dataclass(frozen=True, slots=True)
class Waiting:
    """Cases of a project that wait for an answer, and those of them whose answer is overdue."""

    waiting: int = 0
    overdue: int = 0


_ADDED = """
SELECT l.* FROM pay_case k JOIN pay_line l ON l.line_key IN ('case:' || k.id || ':1', 'case:' || k.id || ':2')
 WHERE k.line_id = ANY (%s) ORDER BY l.made_at, l.line_key
"""


def lines_added_to(line_ids: Sequence[UUID]) -> list[PayLine]:
    """What answers in cases about these lines added, in the order in which it was added."""
    return list(PayLine.objects.raw(_ADDED, [list(line_ids)]))


def own_case(case_id: UUID, person_id: UUID) -> Case | None:
    """A person's own case."""
    return Case.objects.filter(id=case_id, person_id=person_id).first()


def case_of_line(line_id: UUID, person_id: UUID) -> Case | None:
    """The case about a person's own line, if they contested it."""
    return Case.objects.filter(line_id=line_id, person_id=person_id).first()


def case_of_entry(paid_time_id: UUID, person_id: UUID) -> Case | None:
    """The case about a person's own entry, if they contested it."""
    return Case.objects.filter(paid_time_id=paid_time_id, person_id=person_id).first()


def said_in_case(project_id: UUID, case_id: UUID) -> int | None:
    """Milliseconds of the entry that a case is about; None for a case about a line."""
    found = Case.objects.filter(project_id=project_id, id=case_id)
    return found.values_list("paid_time__said_ms", flat=True).first()


def cases_of_entries(paid_time_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Entry -> its case, for those that were contested."""
    return dict(Case.objects.filter(paid_time__in=paid_time_ids).values_list("paid_time_id", "id"))


def cases_of_lines(line_ids: Sequence[UUID]) -> dict[UUID, Case]:
    """Line -> its case, for the lines that were contested."""
    return {case.line_id: case for case in Case.objects.filter(line_id__in=line_ids)}


def waiting_of_person(person_id: UUID) -> int:
    """A person's cases without an answer."""
    return Case.objects.filter(person_id=person_id, due_at__isnull=False).count()


def waiting_in(project_ids: Sequence[UUID], now: datetime) -> dict[UUID, Waiting]:
    """Project -> its cases that wait; a project without any is left out."""
    rows = (
        Case.objects.filter(project_id__in=project_ids, due_at__isnull=False)
        .values_list("project_id")
        .annotate(waiting=Count("id"), overdue=Count("id", filter=Q(due_at__lte=now)))
    )
    return {project_id: Waiting(waiting, overdue) for project_id, waiting, overdue in rows}


def overdue_n(now: datetime) -> int:
    """Cases of the installation whose answer is overdue."""
    return Case.objects.filter(due_at__lte=now).count()
