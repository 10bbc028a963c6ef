"""What a person has waiting and owed, every line with its sentence and inputs, and the frozen statements."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fairhand.insight.missions import latest_mission_lines
from fairhand.insight.own_money import (
    OwnLine,
    ProjectMoney,
    earned_by_project,
    earned_since,
    held_pay,
    own_lines,
    own_statement,
    statement_page,
)
from fairhand.insight.own_work import handed_in
from fairhand.insight.paid_time import latest_paid_lines
from fairhand.insight.wages import Wage, own_by_project
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX, ROWS_PER_PAGE_MAX
from fairhand.kernel.money import exponent
from fairhand.ledger.queries import balances_of_person, closed_over, shown_in
from fairhand.pay.queries import lines_of_submissions, statements_of
from fairhand.people.access import OWN_ROWS
from fairhand.web import own_files, words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.expert.contest import with_cases
from fairhand.web.expert.money import wages_until, week_start, weeks_until
from fairhand_pay import sentence_of

_HEAD = (
    gettext_noop("Made at (UTC)"), gettext_noop("Project"), gettext_noop("Submission"), gettext_noop("State"),
    gettext_noop("Statement"), gettext_noop("How it was computed"), gettext_noop("Amount"), gettext_noop("Currency"),
    gettext_noop("Exact amount"), gettext_noop("Rule"), gettext_noop("Inputs"), gettext_noop("Line"),
)  # fmt: skip


_WAGE_OF = timedelta(days=365)


@opens(OWN_ROWS)
def earnings(request: Signed) -> HttpResponse:
    """Balances, weeks, projects, lines by submission a page at a time, statements."""
    person_id, now = request.viewer.person_id, utc_now()
    rows, older = page_of(handed_in(person_id, before_of(request), ROWS_PER_PAGE_MAX + 1))
    lines = lines_of_submissions([row.submission_id for row in rows])
    mission_lines = latest_mission_lines(person_id, CARDS_PER_PAGE_MAX)
    paid_lines = latest_paid_lines(person_id, CARDS_PER_PAGE_MAX)
    with_cases([*(line for found in lines.values() for line in found), *mission_lines, *paid_lines])
    balances = balances_of_person(person_id)
    context = {
        "mission_lines": mission_lines, "paid_lines": paid_lines,
        "week": earned_since(person_id, week_start(now)),
        "weeks": weeks_until(person_id, now), "wages": wages_until(person_id, now),
        "projects": _with_wages(person_id, earned_by_project(person_id, CARDS_PER_PAGE_MAX), now),
        "balances": balances, "shown_in": shown_in(person_id, balances),
        "held": held_pay(person_id, ROWS_PER_PAGE_MAX),
        "rows": [(row, lines.get(row.submission_id, [])) for row in rows],
        "older": older, "first": bool(request.GET.get("before")), "statements": statements_of(person_id),
    }  # fmt: skip
    return render(request, "expert/earnings.html", context)


def _with_wages(person_id: UUID, rows: list[ProjectMoney], now: datetime) -> list[tuple[ProjectMoney, Wage | None]]:
    """Each project with what an hour of all work time came to there in the last year."""
    found = {(row.slug, row.wage.currency): row.wage for row in own_by_project(person_id, now - _WAGE_OF)}
    return [(row, found.get((row.slug, row.currency))) for row in rows]


@opens(OWN_ROWS)
def statement(request: Signed, statement_id: UUID) -> HttpResponse:
    """One of one's own statements; anybody else's is not found."""
    person_id = request.viewer.person_id
    found = found_or_404(own_statement(person_id, statement_id))
    read = statement_page(person_id, found.id, before_of(request), ROWS_PER_PAGE_MAX + 1)
    lines, older = page_of(read, place=lambda line: (line.made_at, line.id))
    with_cases(lines)
    context = {"statement": found, "lines": lines, "older": older, "first": bool(request.GET.get("before"))}
    context["closed"] = closed_over(found.made_at)
    return render(request, "expert/statement.html", context)


@opens(OWN_ROWS)
def lines_file(request: Signed) -> HttpResponse:
    """Every own pay line as a table for a spreadsheet, streamed."""
    language = translation.get_language() or "en"
    head = [_(each) for each in _HEAD]
    rows = _file_rows(own_lines(request.viewer.person_id), language)
    return own_files.table(f"fairhand-earnings-{utc_now():%Y-%m-%d}.csv", head, rows)


def _file_rows(lines: Iterator[OwnLine], language: str) -> Iterator[tuple[object, ...]]:
    # Written after the request's language was put away, so it is taken up again line by line.
    for line in lines:
        with translation.override(language):
            state = words.word("money", line.state) if line.state else ""
            said = sentence_of(line.sentence_key, line.sentence_args, language)
        yield (
            f"{line.made_at:%Y-%m-%d %H:%M:%S}", line.project, line.submission_id, state, line.statement, said,
            Decimal(line.amount_minor).scaleb(-exponent(line.currency)), line.currency, line.exact,
            f"{line.primitive} {line.version}", json.dumps(line.inputs, ensure_ascii=False, sort_keys=True),
            line.line_id,
        )  # fmt: skip
