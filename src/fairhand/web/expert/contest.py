"""Somebody contests a pay line of theirs, reads the answer, and may appeal once."""

from collections.abc import Iterable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.cases.commands import appeal
from fairhand.cases.queries import case_of_entry, case_of_line, cases_of_entries, cases_of_lines
from fairhand.cases.states import ANSWER_WITHIN
from fairhand.flow.contest_line import contest_entry, contest_line
from fairhand.insight.cases import own_case_row, own_cases
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import REASON_CHARS_MAX, ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.pay.models import PayLine
from fairhand.pay.queries import lines_of_person, made_by_case
from fairhand.people.access import OWN_ROWS
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.manager.frame import Mistake
from fairhand.web.typed import typed_in
from fairhand.work.models import PaidTime
from fairhand.work.paid_queries import entry_of, entry_of_line


def with_cases(lines: Iterable[PayLine]) -> None:
    """Note on each line its case, and whether it can be contested: what `expert/line.html` shows."""
    shown = list(lines)
    cases = cases_of_lines([line.id for line in shown])
    entries = {line.line_key: entry for line in shown if (entry := entry_of_line(line.line_key)) is not None}
    of_entries = cases_of_entries(list(entries.values())) if entries else {}
    for line in shown:
        by_case = made_by_case(line.line_key) or entries.get(line.line_key) in of_entries
        line.case = cases.get(line.id)  # type: ignore[attr-defined]  # read by the template
        line.contestable = line.case is None and not by_case  # type: ignore[attr-defined]


@opens(OWN_ROWS, "GET", "POST")
def contest(request: Signed, line_id: UUID) -> HttpResponse:
    """The line with a form, once; afterwards its case."""
    person_id = request.viewer.person_id
    line: PayLine = found_or_404(lines_of_person(person_id).filter(id=line_id).first())
    case, entry_id = case_of_line(line_id, person_id), entry_of_line(line.line_key)
    if case is None and entry_id is not None:
        case = case_of_entry(entry_id, person_id)
    if case is not None:
        return redirect("case", case_id=case.id)
    if made_by_case(line.line_key):
        messages.warning(request, words.refusal(Refused("line_of_case", "")), extra_tags="no")
        return redirect("cases")
    if request.method == "GET":
        return _contest_page(request, line)
    typed = typed_in(request, "words")["words"]
    made = contest_line(
        line_id=line_id, person_id=person_id, words=typed, actor=Actor("person", person_id), now=utc_now()
    )
    if isinstance(made, Refused):
        return _contest_page(request, line, typed, words.refusal(made))
    messages.success(request, _("Your case is open. The project's staff answer it with a reason."))
    return redirect("case", case_id=made.id)


@opens(OWN_ROWS, "GET", "POST")
def contest_refused(request: Signed, paid_time_id: UUID) -> HttpResponse:
    """An entry of work outside tasks that was not granted, with a form, once; afterwards its case."""
    person_id = request.viewer.person_id
    entry: PaidTime = found_or_404(entry_of(person_id, paid_time_id))
    if (case := case_of_entry(paid_time_id, person_id)) is not None:
        return redirect("case", case_id=case.id)
    if entry.granted_ms != 0:
        messages.warning(request, words.refusal(Refused("entry_not_refused", "")), extra_tags="no")
        return redirect("cases")
    typed = wrong = ""
    if request.method == "POST":
        typed = typed_in(request, "words")["words"]
        made = contest_entry(
            entry_id=entry.id, person_id=person_id, words=typed, actor=Actor("person", person_id), now=utc_now()
        )
        if not isinstance(made, Refused):
            messages.success(request, _("Your case is open. Somebody who did not decide it answers, with a reason."))
            return redirect("case", case_id=made.id)
        wrong = words.refusal(made)
    context = {
        "entry": entry, "typed": typed, "wrong": wrong, "chars_max": REASON_CHARS_MAX,
        "problems": _problems(wrong), "within_s": int(ANSWER_WITHIN.total_seconds()),
    }  # fmt: skip
    return render(request, "expert/contest_refused.html", context, status=422 if wrong else 200)


def _contest_page(request: Signed, line: PayLine, typed: str = "", wrong: str = "") -> HttpResponse:
    context = {
        "line": line, "typed": typed, "wrong": wrong, "chars_max": REASON_CHARS_MAX,
        "problems": _problems(wrong), "within_s": int(ANSWER_WITHIN.total_seconds()),
    }  # fmt: skip
    return render(request, "expert/contest.html", context, status=422 if wrong else 200)


def _problems(wrong: str) -> list[Mistake]:
    return [Mistake("f-words", _("What is wrong with it"), wrong)] if wrong else []


@opens(OWN_ROWS)
def cases(request: Signed) -> HttpResponse:
    """One's own cases, newest first."""
    read = own_cases(request.viewer.person_id, before_of(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page_of(read, place=lambda row: (row.opened_at, row.case_id))
    context = {"rows": rows, "older": older, "first": bool(request.GET.get("before")), "now": utc_now()}
    return render(request, "expert/cases.html", context)


@opens(OWN_ROWS)
def case(request: Signed, case_id: UUID) -> HttpResponse:
    """One's own case; anybody else's is not found."""
    return _case_page(request, case_id)


@opens(OWN_ROWS, "POST")
def appeal_answer(request: Signed, case_id: UUID) -> HttpResponse:
    """Ask another human to decide it again."""
    person_id, typed = request.viewer.person_id, typed_in(request, "words")["words"]
    refused = appeal(case_id=case_id, person_id=person_id, words=typed, actor=Actor("person", person_id), now=utc_now())
    if refused is not None and refused.code.startswith("reason_"):
        return _case_page(request, case_id, typed, words.refusal(refused))
    if refused is not None:
        found_or_404(None if refused.code == "no_case" else refused)
        messages.warning(request, words.refusal(refused), extra_tags="no")
    else:
        messages.success(request, _("Your appeal is on its way to somebody who did not answer before."))
    return redirect("case", case_id=case_id)


def _case_page(request: Signed, case_id: UUID, typed: str = "", wrong: str = "") -> HttpResponse:
    row = found_or_404(own_case_row(request.viewer.person_id, case_id))
    context = {
        "case": row, "typed": typed, "wrong": wrong, "problems": _problems(wrong), "chars_max": REASON_CHARS_MAX,
        "overdue": row.due_at is not None and row.due_at <= utc_now(),
    }  # fmt: skip
    return render(request, "expert/case.html", context, status=422 if wrong else 200)
