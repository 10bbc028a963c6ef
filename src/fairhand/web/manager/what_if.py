"""A stage's recorded work under another plan: per expert and in total, drawn, and as a table. Nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language_bidi, gettext_noop
from django.utils.translation import gettext as _

from fairhand.insight.what_if import OneTried, Tried, what_if, work_under
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CSV_ROWS_MAX, WHAT_IF_PEOPLE_SHOWN_MAX, WHAT_IF_WORK_MAX
from fairhand.kernel.refusals import Refused
from fairhand.pay.rules import unpayable
from fairhand.people.access import MANAGE
from fairhand.projects.models import Project, Stage
from fairhand.projects.queries import has_reviews, stage_in
from fairhand.web import own_files
from fairhand.web.entry import Signed, found_or_404, of_project
from fairhand.web.line_sheet import decimal
from fairhand.web.manager import plan_form
from fairhand.web.manager.frame import listed, page, problems_of
from fairhand_pay import Terms, TermsError

_HEAD = (
    gettext_noop("Pseudonym"), gettext_noop("Submission"), gettext_noop("Work time in minutes"), gettext_noop("Paid"),
    gettext_noop("Under the other plan"), gettext_noop("Difference"), gettext_noop("Currency"),
)  # fmt: skip
_HALF = 50.0  # percent of the drawing's width on either side of nothing


@dataclass(frozen=True, slots=True)
class Shown:
    """A person with their bar: `x` and `width` in percent from the reader's left."""

    tried: Tried
    x: str
    width: str
    paid_hour: int | None
    tried_hour: int | None


@of_project(MANAGE)
def plan_tried_on_work(request: Signed, project: Project, number: int) -> HttpResponse:
    """The form; with a plan in the address, what it would have paid."""
    stage = found_or_404(stage_in(project.id, number))
    preset, typed = _asked(request, stage)
    wrong: dict[str, str] = {}
    context: dict[str, Any] = {}
    if "tried" in request.GET:
        terms = _terms(preset, typed, stage, project.currency)
        if isinstance(terms, Refused):
            wrong = problems_of(terms)
        else:
            found = what_if(terms, project.id, stage.id, WHAT_IF_WORK_MAX, utc_now())
            context = {"found": found, "people": _shown(found.people), "query": request.GET.urlencode(),
                       "work_max": WHAT_IF_WORK_MAX, "hours": _hours(found.whole),
                       "more": max(0, len(found.people) - WHAT_IF_PEOPLE_SHOWN_MAX)}  # fmt: skip
    labels = {**plan_form.labels_of(preset), "preset": _("Plan")}
    context |= {
        "stage": stage, "presets": plan_form.presets_for(stage.kind), "preset": preset, "typed": typed,
        "fields": plan_form.fields_of(preset, stage.kind, typed, wrong), "listed": listed(wrong, labels),
        "wrong": wrong,
    }  # fmt: skip
    return page(request, project, "plans", "what_if", context, 422 if wrong else 200)


@of_project(MANAGE)
def plan_tried_file(request: Signed, project: Project, number: int) -> HttpResponseBase:
    """The same, a row for each submission, streamed; without a plan in the address, back to its form."""
    stage = found_or_404(stage_in(project.id, number))
    preset, typed = _asked(request, stage)
    terms = _terms(preset, typed, stage, project.currency)
    if isinstance(terms, Refused):
        return redirect("manage-what-if", slug=project.slug, number=number)
    rows = _cells(work_under(terms, project.id, stage.id, CSV_ROWS_MAX, utc_now()), project.currency)
    return own_files.table(f"fairhand-what-if-{project.slug}-{number}.csv", [_(each) for each in _HEAD], rows)


def _cells(work: Iterator[OneTried], currency: str) -> Iterator[tuple[object, ...]]:
    for each in work:
        minutes = None if each.work_ms is None else round(each.work_ms / 60_000, 2)
        tried = None if each.tried_minor is None else decimal(each.tried_minor, currency)
        paid = decimal(each.paid_minor, currency)
        yield (each.alias, each.submission_id, minutes, paid, tried, None if tried is None else tried - paid, currency)


def _asked(request: Signed, stage: Stage) -> tuple[str, dict[str, str]]:
    """The preset and its parameters: as the address has them, else the plan in force, else as they are without."""
    known = [name for name, _words in plan_form.presets_for(stage.kind)]
    current = dict(stage.pay_plan.preset)
    mine = str(current.pop("preset", ""))
    asked = request.GET.get("preset", "")
    preset = asked if asked in known else mine if mine in known else known[0]
    typed = plan_form.typed_of(preset, current if preset == mine else {})
    if "tried" in request.GET:
        names = plan_form.fields_posted(preset)
        typed = {name: request.GET.get(name, "").replace("\x00", "").strip() for name in names}
    return preset, typed


def _terms(preset: str, typed: dict[str, str], stage: Stage, currency: str) -> Terms | Refused:
    asked = plan_form.plan_of(preset, typed, currency)
    if isinstance(asked, Refused):
        return asked
    terms = asked[0]
    if problems := unpayable(terms, stage.kind, reviewed=has_reviews(stage.project_id)):
        error = TermsError("preset", problems[0][1])
        return Refused("bad_input", error.why, {"problems": [plan_form.wrong_of(error, preset)]})
    return terms


def _hours(whole: Tried) -> tuple[int | None, int | None]:
    return whole.hour_minor(whole.paid_minor), whole.hour_minor(whole.tried_minor)


def _shown(people: tuple[Tried, ...]) -> list[Shown]:
    """What loses most and what gains most, with bars to either side of nothing."""
    kept = people
    if len(people) > WHAT_IF_PEOPLE_SHOWN_MAX:
        half = WHAT_IF_PEOPLE_SHOWN_MAX // 2
        kept = (*people[:half], *people[-half:])
    most = max((abs(each.difference_minor) for each in people), default=0) or 1
    rtl, found = get_language_bidi(), []
    for each in kept:
        width = abs(each.difference_minor) / most * _HALF
        start = _HALF - width if (each.difference_minor < 0) != rtl else _HALF
        hours = (each.hour_minor(each.paid_minor), each.hour_minor(each.tried_minor))
        found.append(Shown(each, f"{start:.2f}%", f"{width:.2f}%", *hours))
    return found
