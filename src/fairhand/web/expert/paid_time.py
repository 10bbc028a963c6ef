"""Work outside tasks for experts: what a project pays for, what it offers to read, and their own entries."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.cases.queries import cases_of_entries
from fairhand.dispatch.models import Seat
from fairhand.flow.record_paid_time import record_paid_time
from fairhand.insight.paid_time import lines_of_entries
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, of_seat
from fairhand.web.expert.contest import with_cases
from fairhand.web.expert.reading import was_read
from fairhand.web.figures import amount
from fairhand.web.manager.frame import listed, posted, problems_of, whole
from fairhand.web.mission_view import phrases_of
from fairhand.work.models import PaidKind
from fairhand.work.paid_queries import entries_n, kinds_held, own_entries, readings, readings_under_way
from fairhand.work.states import INTERRUPTED, PAID_KINDS, READING
from fairhand.work.time_rules import MINUTE_MS


@of_seat()
def paid(request: Signed, seat: Seat) -> HttpResponse:
    """The kinds with their forms, and what one entered."""
    return _page(request, seat)


@of_seat("POST")
def enter(request: Signed, seat: Seat) -> HttpResponse:
    """Enter so many minutes of a kind, or of reading a version."""
    typed = {"minutes": posted(request, "minutes"), "note": posted(request, "note")}
    minutes, person_id = whole(typed["minutes"]), request.viewer.person_id
    version = whole(posted(request, "version")) if "version" in request.POST else None
    kind_id = _id(posted(request, "kind"))
    done = record_paid_time(
        project_id=seat.project_id, person_id=person_id, kind_id=kind_id,
        said_ms=None if minutes is None else minutes * MINUTE_MS, note=typed["note"], version=version,
        request_key=posted(request, "key"),
        actor=Actor("person", person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        if done.code == "bad_input":
            at = str(kind_id) if version is None else str(version)
            return _page(request, seat, at, typed, problems_of(done), 422)
        messages.warning(request, words.refusal(done), extra_tags="no")
    elif done.paid_minor is None:
        messages.success(request, _("Entered. The project's staff look at it, and you will be told what they say."))
    else:
        said = _("Paid: %(amount)s, with a pay line of its own.")
        messages.success(request, said % {"amount": amount(done.paid_minor, seat.project.currency)})
    return redirect("project-paid", slug=seat.project.slug)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _page(
    request: Signed, seat: Seat, at: str = "", typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The form `at` (of a kind, or of a version) comes back as it was typed."""
    wrong, person_id = problems or {}, request.viewer.person_id
    held = kinds_held(seat.project_id)
    read = own_entries(seat.project_id, person_id, before_of(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page_of(read, place=lambda row: (row.said_at, row.id))
    lines = lines_of_entries([row.id for row in rows])
    with_cases([line for found in lines.values() for line in found])
    labels = {"minutes": _("Minutes"), "note": _("What it was")}
    entered = entries_n(seat.project_id, person_id)
    forms = [
        _form(held[kind], kind, str(held[kind].id), at, typed, wrong) | {
            "full": entered.get(kind, 0) >= held[kind].times_max} for kind in PAID_KINDS
        if kind in held and kind not in (READING, INTERRUPTED)
    ]  # fmt: skip
    context = {
        "seat": seat, "project": seat.project, "forms": forms,
        "readings": [_form(kind, READING, str(version), at, typed, wrong) | {"version": version}
                     for version, kind in readings(seat.project_id, person_id).items()],
        "others": [(kind, phrases_of(held[kind].terms)) for kind in (READING, INTERRUPTED) if kind in held],
        "listed": listed(wrong, labels, f"-{at}"), "rows": [(row, lines.get(row.id, [])) for row in rows],
        "older": older, "first": bool(request.GET.get("before")), "read": was_read(request),
        "cases": cases_of_entries([row.id for row in rows if row.granted_ms == 0]),
        "clocks": readings_under_way(seat.project_id, person_id),
    }  # fmt: skip
    return render(request, "expert/paid.html", context, status=status)


def _form(
    kind: PaidKind, name: str, at: str, typed_at: str, typed: Mapping[str, str] | None, problems: Mapping[str, str]
) -> dict[str, Any]:
    """What a kind pays, and its form as it was typed, if it was this one."""
    mine = at == typed_at
    return {
        "kind": kind, "name": name, "at": at, "key": uuid4().hex, "terms": phrases_of(kind.terms),
        "typed": (typed or {}) if mine else {}, "wrong": problems if mine else {},
    }  # fmt: skip
