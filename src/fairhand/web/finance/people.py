"""What anybody earned: people with accounts, one person's balances and statements, one statement with every line."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from fairhand.insight import statements as reads
from fairhand.insight.accounts import accounts_of_person
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX, SEARCH_CHARS_MAX, STATEMENTS_SHOWN_MAX
from fairhand.ledger.queries import closed_over
from fairhand.people.access import MOVE_MONEY, SEE_BOOKS, may_enter
from fairhand.people.queries import person_by_id
from fairhand.web import own_files
from fairhand.web.cursors import before_of
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.finance.frame import moment_word, more, page, tabs
from fairhand.web.line_sheet import LINE_HEAD, line_cells


@opens(SEE_BOOKS)
def people(request: Signed) -> HttpResponse:
    """People with accounts, the latest to join first; found by name, e-mail or id."""
    text = request.GET.get("q", "").strip().replace("\x00", "")[:SEARCH_CHARS_MAX]
    by_person: dict[UUID, list[reads.Paid]] = {}
    for row in reads.paid_people(text, _person_before(request), ROWS_PER_PAGE_MAX + 1):
        by_person.setdefault(row.person_id, []).append(row)
    rows, older = page(list(by_person.values()), lambda each: each[0].person_id)
    return render(request, "finance/people.html", {"tabs": tabs(), "rows": rows, "q": text, **more(request, older)})


@opens(SEE_BOOKS)
def person(request: Signed, person_id: UUID) -> HttpResponse:
    """One person's accounts, statements, and the lines that stand on none yet."""
    found = found_or_404(person_by_id(person_id))
    read = reads.open_lines(person_id, before_of(request), ROWS_PER_PAGE_MAX + 1)
    lines, older = page(read, _line_word)
    context = {
        "tabs": tabs(), "person": found, "accounts": accounts_of_person(person_id), "lines": lines,
        "may_convert": may_enter(request.viewer, MOVE_MONEY),
        "open": reads.open_sums(person_id), "statements": reads.statements_of(person_id, STATEMENTS_SHOWN_MAX),
        **more(request, older),
    }  # fmt: skip
    return render(request, "finance/person.html", context)


@opens(SEE_BOOKS)
def statement(request: Signed, statement_id: UUID) -> HttpResponse:
    """One statement of anybody, every line with its sentence."""
    found = found_or_404(reads.statement(statement_id))
    lines, older = page(reads.lines_on(statement_id, before_of(request), ROWS_PER_PAGE_MAX + 1), _line_word)
    context = {"tabs": tabs(), "statement": found, "lines": lines, **more(request, older)}
    context["closed"] = closed_over(found.made_at)
    return render(request, "finance/statement.html", context)


@opens(SEE_BOOKS)
def statement_file(request: Signed, statement_id: UUID) -> HttpResponseBase:
    """A statement as a table for a spreadsheet, streamed."""
    found = found_or_404(reads.statement(statement_id))
    rows = line_cells(reads.lines_on_streamed(statement_id), translation.get_language() or "en")
    name = f"fairhand-statement-{found.number}-{found.currency}-{str(found.statement_id)[-5:]}.csv"
    return own_files.table(name, [_(each) for each in LINE_HEAD], rows)


def _line_word(line: Any) -> str:
    return f"{moment_word(line.made_at)}_{line.line_id}"


def _person_before(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        return None
