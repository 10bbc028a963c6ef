"""What a person has waiting and owed, every line with its sentence, and the frozen statements."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from fairhand.insight.own_work import earned_since, handed_in
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX
from fairhand.ledger.queries import balances_of_person
from fairhand.pay.queries import lines_of_submissions, statement_of, statements_of
from fairhand.people.access import OWN_ROWS
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.expert.home import week_start


@opens(OWN_ROWS)
def earnings(request: Signed) -> HttpResponse:
    """Balances, lines by submission a page at a time, statements."""
    person_id = request.viewer.person_id
    rows, older = page_of(handed_in(person_id, before_of(request), ROWS_PER_PAGE_MAX + 1))
    lines = lines_of_submissions([row.submission_id for row in rows])
    context = {
        "week": earned_since(person_id, week_start(utc_now())),
        "balances": balances_of_person(person_id),
        "rows": [(row, lines.get(row.submission_id, [])) for row in rows],
        "older": older, "first": bool(request.GET.get("before")), "statements": statements_of(person_id),
    }  # fmt: skip
    return render(request, "expert/earnings.html", context)


@opens(OWN_ROWS)
def statement(request: Signed, statement_id: UUID) -> HttpResponse:
    """One of one's own statements; anybody else's is not found."""
    found, lines = found_or_404(statement_of(request.viewer.person_id, statement_id))
    return render(request, "expert/statement.html", {"statement": found, "lines": lines})
