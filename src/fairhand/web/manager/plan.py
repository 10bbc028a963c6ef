"""How a stage pays: its versions, and a form for the next one with its line drawn while it is typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.queries import seats_n
from fairhand.flow.change_plan import change_notice, change_plan, withdraw_plan
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX
from fairhand.kernel.money import parse_minor
from fairhand.kernel.refusals import Refused
from fairhand.pay.curves import Less, UnitRow, pays_less, unit_rows
from fairhand.pay.own_rate import cards_in, is_personal
from fairhand.pay.rules import COUNTED, dims_of
from fairhand.people.access import LAUNCH, MANAGE
from fairhand.projects.models import PayPlan, Project, Stage
from fairhand.projects.queries import announced_of, live_surges, plan_changes_of, stage_in, stages_of
from fairhand.projects.rules import NOTICE_DAYS_MAX, NOTICE_DAYS_MIN
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, found_or_404, of_project
from fairhand.web.figures import spell
from fairhand.web.manager import plan_form
from fairhand.web.manager.frame import listed, may, page, posted, problems_of, whole
from fairhand.web.manager.plan_missions import MissionBeside, missions_beside
from fairhand.web.pay_curve import Curve, pay_curve
from fairhand_pay import Terms, TermsError, ceiling, describe, sentence_of

_VERSIONS_SHOWN = min(10, ROWS_PER_PAGE_MAX)


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan in words and drawn. `units`: what numbers of units pay, where it pays for those.

    `rates`: of a card with several, (whose, per hour in minor units); drawn is that of everybody else.
    """

    said: list[str]
    curve: Curve | None
    units: tuple[UnitRow, ...]
    rates: tuple[tuple[str, int], ...]
    ceiling_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of the stage's plan. `state`: word of `plan_change`. `since`: from when it holds, or did."""

    plan: PayPlan
    state: str
    since: datetime
    lowers: bool
    preset: str
    said: list[str]


@of_project(MANAGE, "GET")
def plans(request: Signed, project: Project) -> HttpResponse:
    """Each stage with its plan in words, what is announced, and how long notice is."""
    return _plans(request, project)


@of_project(MANAGE, "POST")
def notice(request: Signed, project: Project) -> HttpResponse:
    """How many days before it holds lower pay is announced."""
    done = change_notice(
        project_id=project.id, days=whole(posted(request, "notice_days")), actor=_actor(request), now=utc_now()
    )
    if isinstance(done, Refused):
        return _plans(request, project, posted(request, "notice_days"), problems_of(done), 422)
    messages.success(request, _("Saved: what is announced from now on keeps to it.") if done
                     else _("Nothing was changed."))  # fmt: skip
    return redirect("manage-plans", slug=project.slug)


def _plans(
    request: Signed, project: Project, typed: str | None = None, wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    stages = stages_of([project.id])
    later = announced_of([each.id for each in stages])
    surges = live_surges([each.id for each in stages])
    rows = [(each, shown_plan(each.pay_plan.terms, each), _later(later.get(each.id)), surges.get(each.id))
            for each in stages]  # fmt: skip
    problem = (wrong or {}).get("notice_days", "")
    context = {
        "rows": rows, "days": typed if typed is not None else str(project.notice_days), "days_problem": problem,
        "days_low": NOTICE_DAYS_MIN, "days_high": NOTICE_DAYS_MAX,
        "listed": listed({"notice_days": problem}, {"notice_days": _("Days of notice")}),
    }  # fmt: skip
    return page(request, project, "plans", "plans", context, status)


def _later(found: Any) -> tuple[datetime, list[str]] | None:
    return (found.holds_from, _said(Terms.parse(found.terms))) if found else None


@of_project(MANAGE, "GET", "POST", fresh=True)
def plan(request: Signed, project: Project, number: int) -> HttpResponse:
    """One stage: the plan in force, the form of the next version, all versions."""
    stage = found_or_404(stage_in(project.id, number))
    if request.method == "GET":
        preset, typed = _begun(stage, str(request.GET.get("preset", "")))
        return _page(request, project, stage, preset, typed)
    preset, typed = _posted(request, stage)
    asked = plan_form.plan_of(preset, typed, project.currency)
    if isinstance(asked, Refused):
        return _page(request, project, stage, preset, typed, problems_of(asked), 422)
    terms, written = asked
    done = change_plan(
        stage_id=stage.id, terms=terms, preset=written, note=typed["note"], actor=_actor(request), now=utc_now()
    )
    if isinstance(done, Refused):
        if done.code == "bad_input":
            return _page(request, project, stage, preset, typed, problems_of(done), 422)
        messages.warning(request, words.refusal(done), extra_tags="no")
        return redirect("manage-plan", slug=project.slug, number=number)
    messages.success(request, _saved(done.version, done.holds_from if done.less else None))
    return redirect("manage-plan", slug=project.slug, number=number)


@of_project(MANAGE, "POST")
def tried(request: Signed, project: Project, number: int) -> HttpResponse:
    """What the form says just now, in words and drawn; a part of the page, asked for while somebody types."""
    stage = found_or_404(stage_in(project.id, number))
    preset, typed = _posted(request, stage)
    may_launch = may(request, project, LAUNCH)
    asked = plan_form.plan_of(preset, typed, project.currency)
    context = {"project": project, "may_launch": may_launch, **_tried(stage, asked)}
    return render(request, "manager/plan_tried.html", context)


@of_project(MANAGE, "POST")
def withdraw(request: Signed, project: Project, number: int) -> HttpResponse:
    """Take an announced version back."""
    stage = found_or_404(stage_in(project.id, number))
    done = withdraw_plan(stage_id=stage.id, note=posted(request, "why"), actor=_actor(request), now=utc_now())
    if isinstance(done, Refused):
        preset, typed = _begun(stage, "")
        problems = {"why": problems_of(done)["reason"]}
        return _page(request, project, stage, preset, {**typed, "why": posted(request, "why")}, problems, 422)
    messages.success(request, _("Withdrawn: the plan in force goes on.") if done else _("Nothing was changed."))
    return redirect("manage-plan", slug=project.slug, number=number)


def _actor(request: Signed) -> Actor:
    return Actor("person", request.viewer.person_id)


def _saved(version: int, holds_from: datetime | None) -> str:
    if holds_from is None:
        return _("Version %(n)s holds from now on; tasks in work keep their terms.") % {"n": version}
    said = _("Version %(n)s pays less for some work: it is announced, and holds for tasks taken from %(day)s (UTC) on.")
    return said % {"n": version, "day": f"{holds_from:%Y-%m-%d %H:%M}"}


def _begun(stage: Stage, preset: str) -> tuple[str, dict[str, str]]:
    """The form as it stands at first: the plan in force, or another preset as it is without."""
    known = [name for name, _words in plan_form.presets_for(stage.kind)]
    current = dict(stage.pay_plan.preset)
    mine = str(current.pop("preset", ""))
    name = preset if preset in known else mine if mine in known else known[0]
    return name, {**plan_form.typed_of(name, current if name == mine else {}), "note": ""}


def _posted(request: Signed, stage: Stage) -> tuple[str, dict[str, str]]:
    known = [name for name, _words in plan_form.presets_for(stage.kind)]
    preset = posted(request, "preset") if posted(request, "preset") in known else known[0]
    return preset, {name: posted(request, name) for name in [*plan_form.fields_posted(preset), "note"]}


def _page(
    request: Signed, project: Project, stage: Stage, preset: str, typed: dict[str, str],
    problems: Mapping[str, str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    wrong = problems or {}
    labels = {**plan_form.labels_of(preset), "note": _("What changed, and why"), "preset": _("Plan"),
              "why": _("Reason")}  # fmt: skip
    later = announced_of([stage.id]).get(stage.id)
    versions, older = _versions(request, stage)
    context = {
        "stage": stage, "now": shown_plan(stage.pay_plan.terms, stage),
        "now_beside": _beside(stage, stage.pay_plan.preset), "later": _later(later),
        "presets": plan_form.presets_for(stage.kind), "preset": preset, "typed": typed, "wrong": wrong,
        "fields": plan_form.fields_of(preset, stage.kind, typed, wrong), "listed": listed(wrong, labels),
        "versions": versions, "older": older, "first": "before" in request.GET,
        **_tried(stage, plan_form.plan_of(preset, typed, project.currency)),
    }  # fmt: skip
    response = page(request, project, "plans", "plan", context, status)
    response.loads_htmx = True  # type: ignore[attr-defined]  # read by the security headers
    return response


def _tried(stage: Stage, asked: tuple[Terms, dict[str, Any]] | Refused) -> dict[str, Any]:
    """The plan that is typed beside the one in force."""
    if isinstance(asked, Refused):
        return {"tried": None, "why_not": plan_form.said_of(problems_of(asked))}
    terms, before = asked[0], Terms.parse(stage.pay_plan.terms)
    beside = _beside(stage, asked[1])
    if terms.currency != before.currency:
        return {"tried": None, "why_not": []}
    less = pays_less(before, terms, dims_of(stage.name, stage.kind, utc_now()))
    return {"tried": shown_plan(terms.to_json(), stage), "less": less, "less_work": _work(less),
            "same": terms.to_json() == before.to_json(), "why_not": [], "beside": beside}  # fmt: skip


def _beside(stage: Stage, preset: Mapping[str, Any]) -> list[MissionBeside]:
    """What a preset promises over days and weeks."""
    seats = seats_n(stage.project_id)
    return missions_beside(preset, stage.project, stage.kind, seats, utc_now().date())


def _work(less: Less | None) -> str:
    """The work that loses most, in words: `60 min, 7 Turns`."""
    if less is None:
        return ""
    parts = [_whose(less.who)] if less.who else []
    parts += [spell(less.ms // 1000)] if less.ms is not None else []
    if less.typical_ms is not None:
        parts.append(_("a typical time of %(time)s") % {"time": spell(less.typical_ms // 1000)})
    if less.score is not None:
        parts.append(_("a score of %(score)s") % {"score": less.score})
    parts += [f"{n} × {words.word('plan_unit', unit)}" for unit, n in less.units.items() if unit in COUNTED]
    return ", ".join(parts)


def shown_plan(written: Mapping[str, Any], stage: Stage) -> Shown:
    """A plan in the reader's language, and its line."""
    terms = Terms.parse(dict(written))
    try:
        curve = pay_curve(terms, rtl=get_language_bidi(), p50_s=stage.estimate.get("p50_s"))
    except TermsError:
        curve = None
    dims = dims_of(stage.name, stage.kind, utc_now())
    units = unit_rows(terms, dims) if curve is None else ()
    return Shown(_said(terms), curve, units, _rates(terms), ceiling(terms), terms.currency)


def _rates(terms: Terms) -> tuple[tuple[str, int], ...]:
    if not is_personal(terms):
        return ()
    rows = [row for card in cards_in(terms) for row in card.rows]
    return tuple((_whose(row.when) or _("everybody else"), parse_minor(row.rate, terms.currency)) for row in rows)


def _whose(when: Mapping[str, str]) -> str:
    return ", ".join(f"{words.word('rate_dim', name)} {value}" for name, value in when.items())


def _said(terms: Terms) -> list[str]:
    return [sentence_of(each.key, each.args, get_language() or "en") for each in describe(terms)]


def _versions(request: Signed, stage: Stage) -> tuple[list[VersionRow], str]:
    """A page of them, newest first, and where the next begins; the plan that the stage began with last."""
    found = []
    read = plan_changes_of(stage.id, before_of(request), _VERSIONS_SHOWN + 1)
    changes, older = page_of(read, _VERSIONS_SHOWN, place=lambda each: (each.announced_at, each.id))
    for each in changes:
        if each.withdrawn_at:
            state = "withdrawn"
        elif each.applied_at is None:
            state = "waits"
        else:
            state = "now" if each.plan_id == stage.pay_plan_id else "before"
        found.append(_version(each.plan, state, each.applied_at or each.holds_from, each.lowers))
    if not older:
        first = changes[-1].before if changes else stage.pay_plan
        state = "now" if first.id == stage.pay_plan_id else "before"
        found.append(_version(first, state, first.created_at, False))
    return found, older


def _version(plan: PayPlan, state: str, since: datetime, lowers: bool) -> VersionRow:
    name = str(plan.preset.get("preset", ""))
    return VersionRow(plan, state, since, lowers, words.word("preset", name) if name else "",
                      _said(Terms.parse(plan.terms)))  # fmt: skip
