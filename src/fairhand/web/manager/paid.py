"""Work outside tasks: which kinds a project pays, entries that wait for its staff, and what was paid."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.flow.record_paid_time import decide_paid_time
from fairhand.flow.set_paid_kind import full_rate, set_paid_kind, stop_paid_kind
from fairhand.insight.paid_time import Waiting, settled_entries, waiting_entries
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import PAID_SHOWN_MAX, ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import LAUNCH, MANAGE, SEE_BOARD
from fairhand.projects.models import Project
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, of_project
from fairhand.web.manager.frame import listed, may, of_operator, page, posted, problems_of, whole
from fairhand.web.mission_view import phrases_of
from fairhand.web.typed import amount_typed
from fairhand.work.models import PaidKind, PaidTime
from fairhand.work.paid_queries import kinds_held, measured_of
from fairhand.work.paid_rules import NewPaidKind, terms_pay
from fairhand.work.states import FLAT, INTERRUPTED, PAID_KINDS, READING, TIMED
from fairhand.work.time_rules import MINUTE_MS
from fairhand_pay import Terms, total

_FIELDS = ("how", "amount", "minutes_max", "times_max")


@of_project(SEE_BOARD)
def paid(request: Signed, project: Project) -> HttpResponse:
    """What waits, what is paid, what was decided."""
    return _page(request, project)


@of_project(LAUNCH, "POST", fresh=True)
def set_kind(request: Signed, project: Project) -> HttpResponse:
    """Pay for a kind from now on, as it was filled in."""
    kind = posted(request, "kind")
    typed = {name: posted(request, name) for name in _FIELDS} | {"at_once": posted(request, "at_once")}
    new = NewPaidKind(
        kind=kind, how=typed["how"], amount=amount_typed(typed["amount"]), minutes_max=whole(typed["minutes_max"]),
        times_max=whole(typed["times_max"]), at_once=bool(typed["at_once"]),
    )  # fmt: skip
    done = set_paid_kind(
        project_id=project.id, new=new, actor=Actor("person", request.viewer.person_id), now=utc_now()
    )  # fmt: skip
    if not isinstance(done, Refused):
        messages.success(request, _("It is paid from now on; experts see it on their page of the project."))
    elif done.code == "bad_input" and kind in PAID_KINDS:
        return _page(request, project, kind, typed, problems_of(done), 422)
    else:
        messages.warning(request, words.refusal(done), extra_tags="no")
    return redirect("manage-paid", slug=project.slug)


@of_project(LAUNCH, "POST")
def stop_kind(request: Signed, project: Project) -> HttpResponse:
    """Pay for it no longer."""
    refused = stop_paid_kind(
        project_id=project.id, kind=posted(request, "kind"), actor=Actor("person", request.viewer.person_id),
        now=utc_now(),
    )  # fmt: skip
    if refused is None:
        messages.success(request, _("It is no longer paid. What was entered goes on as promised."))
    else:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    return redirect("manage-paid", slug=project.slug)


@of_project(MANAGE, "POST")
def decide(request: Signed, project: Project, paid_time_id: UUID) -> HttpResponse:
    """Confirm so many minutes, or none; with a reason in both cases."""
    typed = {"minutes": posted(request, "minutes"), "reason": posted(request, "reason")}
    refuses = posted(request, "do") == "refuse"
    minutes = 0 if refuses else whole(typed["minutes"])
    # Zero minutes are a no, and a no is said with its own button.
    granted_ms = None if minutes is None or (minutes == 0 and not refuses) else minutes * MINUTE_MS
    entry = PaidTime.objects.filter(project_id=project.id, id=paid_time_id).first()
    if entry is not None and granted_ms is not None and minutes == _minutes_of(entry.said_ms):
        granted_ms = entry.said_ms  # measured time is rarely whole minutes; all of them are all of it
    refused = decide_paid_time(
        project_id=project.id, entry_id=paid_time_id, granted_ms=granted_ms, why=typed["reason"],
        operator=of_operator(request.viewer, project),
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if refused is None:
        messages.success(request, _("Paid; the expert is told.") if granted_ms else _(
            "Not granted; the expert is told why."))  # fmt: skip
    elif refused.code == "bad_input":
        return _page(request, project, str(paid_time_id), typed, problems_of(refused), 422)
    else:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    return redirect("manage-paid", slug=project.slug)


def _page(
    request: Signed, project: Project, at: str = "", typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The form of the kind or entry `at` comes back as it was typed."""
    wrong = problems or {}
    held, rate = kinds_held(project.id), full_rate(project)
    read = settled_entries(project.id, before_of(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page_of(read, place=lambda row: (row.decided_at, row.entry_id))
    waiting = waiting_entries(project.id, PAID_SHOWN_MAX)
    terms = PaidKind.objects.in_bulk({each.kind_id for each in waiting})
    measured = measured_of([each.entry_id for each in waiting])
    labels = {
        "how": _("How it is paid"), "amount": _("Amount"), "minutes_max": _("Minutes at most, each time"),
        "times_max": _("Times at most, each person"), "granted_ms": _("Minutes granted"), "reason": _("Reason"),
    }  # fmt: skip
    context = {
        "waiting": [_row(each, terms[each.kind_id], measured.get(each.entry_id), request,
                         *((typed or {}, wrong) if str(each.entry_id) == at else ({}, {}))) for each in waiting],
        "full": len(waiting) == PAID_SHOWN_MAX, "listed": listed(wrong, labels, f"-{at}"),
        "kinds": [_kind(kind, held.get(kind), rate, *((typed or {}, wrong) if kind == at else ({}, {})))
                  for kind in PAID_KINDS],
        "hows": [(code, words.word("paid_how", code)) for code in (FLAT, TIMED)], "full_rate": rate,
        "rows": rows, "older": older, "first": bool(request.GET.get("before")),
        "may_set": may(request, project, LAUNCH) and project.state != "closed",
    }  # fmt: skip
    return page(request, project, "paid", "paid", context, status)


def _row(
    entry: Waiting, kind: PaidKind, measured_ms: int | None, request: Signed, typed: Mapping[str, str],
    problems: Mapping[str, str],
) -> dict[str, Any]:  # fmt: skip
    terms = Terms.parse(kind.terms)
    return {
        "entry": entry, "own": entry.person_id == request.viewer.person_id, "most_min": _minutes_of(entry.said_ms),
        "measured_ms": measured_ms,
        "worth_minor": total(terms_pay(terms, kind.kind, "", entry.said_ms)),
        "minutes": typed.get("minutes", str(_minutes_of(entry.said_ms))), "reason": typed.get("reason", ""),
        "minutes_problem": problems.get("granted_ms", ""), "reason_problem": problems.get("reason", ""),
    }  # fmt: skip


def _minutes_of(ms: int) -> int:
    """Whole minutes, a begun one among them."""
    return -(-ms // MINUTE_MS)


def _kind(
    kind: str, held: PaidKind | None, rate: str | None, typed: Mapping[str, str], problems: Mapping[str, str]
) -> dict[str, Any]:
    """A kind as it stands, and its form: what was typed, else what holds, else something to begin with."""
    terms = Terms.parse(held.terms) if held else None
    shown = {"how": TIMED, "amount": "", "minutes_max": "60", "times_max": "1", "at_once": ""}
    if held is not None and terms is not None:
        shown = _shown(held, terms)
    return {
        "kind": kind, "held": held, "terms": phrases_of(held.terms) if held else (), "typed": shown | dict(typed),
        "wrong": {name: problems.get(name, "") for name in _FIELDS}, "bad": bool(problems),
        "bounded": kind not in (READING, INTERRUPTED), "automatic": kind == INTERRUPTED, "rate": rate,
    }  # fmt: skip


def _shown(held: PaidKind, terms: Terms) -> dict[str, str]:
    (each,) = terms.primitives
    params = each.params.model_dump(mode="json")
    flat = each.primitive == "EVENT"
    return {
        "how": FLAT if flat else TIMED, "amount": params["amount"] if flat else params["segments"][0]["rate"],
        "minutes_max": str(held.minutes_max), "times_max": str(held.times_max), "at_once": "yes" * held.at_once,
    }  # fmt: skip
