"""Anybody's statements of months and of chosen days, for whoever keeps the books."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from fairhand.people.access import SEE_BOOKS
from fairhand.people.queries import person_by_id
from fairhand.web import period_statements
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.period_statements import Whose


@opens(SEE_BOOKS)
def index(request: Signed, person_id: UUID) -> HttpResponse:
    """The months, and a form for other days."""
    return period_statements.index(request, _whose(person_id))


@opens(SEE_BOOKS)
def period(request: Signed, person_id: UUID, period: str) -> HttpResponse:
    """One statement."""
    return period_statements.page(request, _whose(person_id), period)


@opens(SEE_BOOKS)
def file(request: Signed, person_id: UUID, period: str, kind: str) -> HttpResponseBase:
    """The same as PDF, table or JSON."""
    return period_statements.file(_whose(person_id), period, kind)


def _whose(person_id: UUID) -> Whose:
    person = found_or_404(person_by_id(person_id))

    def of(period: str) -> str:
        if not period:
            return reverse("finance-period-statements", args=[person_id])
        return reverse("finance-period-statement", args=[person_id, period])

    back = reverse("finance-person", args=[person_id])
    return Whose(person.id, person.name, of, back, person.name, "money", own=False)
