"""Estimates of a project: what the cards say, what the work says, reviews with their evidence, and what was agreed."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.estimates.commands import set_rule
from fairhand.estimates.models import EstimateRule
from fairhand.estimates.queries import reviews_of, rule_of
from fairhand.estimates.states import KEEP, SET, TAKE
from fairhand.flow.decide_estimate import Given, decide_estimate, least_typical_s
from fairhand.flow.note_pilots import note_pilot, strike_pilot
from fairhand.insight.estimates import StageNow, evidence_of, stages_now
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX
from fairhand.kernel.money import plain_minor
from fairhand.people.access import MANAGE, SEE_BOARD
from fairhand.projects.models import Project
from fairhand.projects.queries import stage_in
from fairhand.web import words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, of_project
from fairhand.web.estimate_chart import Curve, curve, drawn
from fairhand.web.finance.amounts import typed_minor
from fairhand.web.manager.frame import listed, may, page, seconds_typed
from fairhand.web.typed import typed_in

_PILOT = {"took", "who", "day"}  # fields of that form
_FIELD = {
    "no_decision": "decision", "reason_missing": "reason", "reason_too_long": "reason", "no_typical": "typical",
    "too_low": "typical", "too_high": "typical", "long_below_typical": "long", "long_too_high": "long",
    "nothing_measured": "decision", "estimate_moved": "decision", "no_zone": "zone", "no_floor": "floor",
    "no_pilot_time": "took", "no_pilot_who": "who", "no_pilot_day": "day", "pilots_full": "took",
}  # fmt: skip


@of_project(SEE_BOARD)
def estimates(request: Signed, project: Project) -> HttpResponse:
    """Stage by stage, the reviews there were, and what was agreed."""
    return _page(request, project)


@of_project(MANAGE, "POST", fresh=True)
def decide(request: Signed, project: Project, estimate_review_id: UUID) -> HttpResponse:
    """Decide a review; what follows from it is paid at once."""
    typed = typed_in(request, "decision", "typical", "long", "reason", "seen")
    given = Given(
        typed["decision"], typed["reason"], typed["seen"], seconds_typed(typed["typical"]), seconds_typed(typed["long"])
    )
    refused = decide_estimate(
        project_id=project.id, review_id=estimate_review_id, given=given,
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if refused is not None and refused.code in _FIELD:
        return _page(request, project, estimate_review_id, typed, {_FIELD[refused.code]: words.refusal(refused)})
    if refused is not None:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    else:
        messages.success(request, _("It is decided. Whoever is owed a difference has it now, and is told."))
    return redirect("manage-estimates", slug=project.slug)


@of_project(MANAGE, "POST", fresh=True)
def agree(request: Signed, project: Project) -> HttpResponse:
    """What the client agreed on for overruns."""
    typed = typed_in(request, "covers", "pieces", "floor", "zone")
    floor_minor = typed_minor(typed["floor"], project.currency) if typed["floor"] else None
    refused = set_rule(
        project_id=project.id, covers_overrun=typed["covers"] == "yes", pieces=typed["pieces"] == "yes",
        wage_floor_minor=0 if typed["floor"] and floor_minor is None else floor_minor, zone=typed["zone"],
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if refused is not None and refused.code not in _FIELD:
        messages.warning(request, words.refusal(refused), extra_tags="no")
        return redirect("manage-estimates", slug=project.slug)
    if refused is not None:
        return _page(request, project, None, typed, {_FIELD[refused.code]: words.refusal(refused)})
    messages.success(request, _("It is agreed so from now on."))
    return redirect("manage-estimates", slug=project.slug)


@of_project(MANAGE, "POST")
def pilot(request: Signed, project: Project, number: int) -> HttpResponse:
    """Write down how long a task of stage `number` took somebody who tried it out."""
    stage = stage_in(project.id, number)
    if stage is None:
        raise Http404
    typed = typed_in(request, "took", "who", "day")
    refused = note_pilot(
        project_id=project.id, stage_id=stage.id, work_s=seconds_typed(typed["took"]), who=typed["who"],
        done_on=_day(typed["day"]), actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if refused is not None and refused.code in _FIELD:
        return _page(request, project, stage.id, typed, {_FIELD[refused.code]: words.refusal(refused)})
    if refused is not None:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    else:
        messages.success(request, _("It is written down. Three pilots give the cards their first estimate."))
    return redirect(f"{reverse('manage-estimates', args=[project.slug])}#stage-{number}")


@of_project(MANAGE, "POST")
def pilot_struck(request: Signed, project: Project, pilot_id: UUID) -> HttpResponse:
    """A pilot counts no more."""
    actor = Actor("person", request.viewer.person_id)
    refused = strike_pilot(project_id=project.id, pilot_id=pilot_id, actor=actor, now=utc_now())
    if refused is not None:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    else:
        messages.success(request, _("It is struck, and counts no more."))
    return redirect("manage-estimates", slug=project.slug)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _page(
    request: Signed, project: Project, at: UUID | None = None, typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """The page. The form of the review `at` (of a stage: its pilots'), or that of what was agreed, comes back as it was
    typed."""
    read = reviews_of(project.id, before_of(request), CARDS_PER_PAGE_MAX + 1)
    past, more = page_of(read, CARDS_PER_PAGE_MAX, lambda review: (review.opened_at, review.id))
    rule = rule_of(project.id)
    labels = {"decision": _("What is decided"), "typical": _("Typical time"), "long": _("Long time"),
              "reason": _("Reason"), "floor": _("Wage floor an hour"), "zone": _("Time zone"),
              "took": _("Time it took"), "who": _("Who did it"), "day": _("Day")}  # fmt: skip
    context = {
        "stages": [_stage(each, at, typed, wrong) for each in stages_now(project)],
        "past": [(each, _costs(each.made_good)) for each in past if each.state != "open"],
        "more": more, "first": bool(request.GET.get("before")),
        "listed": listed(wrong or {}, labels, f"-{at}" if at else ""), "rule": rule,
        "refused": _("It was not written down") if wrong and _PILOT & wrong.keys() else _("It was not decided"),
        "agreed": _agreed(rule, project, typed if typed is not None and at is None else None),
        "agreed_wrong": (wrong or {}) if at is None else {}, "may_decide": may(request, project, MANAGE),
        "decisions": [(TAKE, _("The new estimate holds")), (SET, _("Another one holds")), (KEEP, _("It stays"))],
    }  # fmt: skip
    return page(request, project, "estimates", "estimates", context, 422 if wrong else 200)


def _stage(
    now: StageNow, at: UUID | None, typed: Mapping[str, str] | None, wrong: Mapping[str, str] | None
) -> dict[str, Any]:
    """A stage as the page shows it; what the work says is drawn where a review is open or a first look was made. `at`:
    the review or stage whose form comes back."""
    decided = typed is not None and now.review is not None and now.review.id == at
    piloted = typed is not None and now.stage.id == at
    seen = evidence_of(now.stage) if now.review or now.says else None
    card_s = now.on_card.get("p50_s")
    marks = [("typical", card_s), ("limit", now.limit_s), ("new", now.says.p50_s if now.says else None)]
    shown = [(kind, int(seconds)) for kind, seconds in marks if seconds]
    drawing: Curve | None = curve(seen.points, seen.steps, shown, get_language_bidi()) if seen else None
    fields = dict(typed or {}) if decided else {}
    if not fields and now.review is not None:
        fields = {"decision": TAKE if now.measured else KEEP, "typical": "", "long": "", "reason": ""}
    return {
        "now": now, "seen": seen, "chart": drawing, "typed": fields, "wrong": (wrong or {}) if decided else {},
        "pilot": dict(typed or {}) if piloted else {}, "pilot_wrong": (wrong or {}) if piloted else {},
        "least": drawn(least_typical_s(now.stage, now.review)) if now.review else "",
        "measured_at": now.measured.as_of.isoformat() if now.measured else "",
        "costs": _costs(now.cost), "open_percent": round(100 * now.measured.censored_share) if now.measured else 0,
    }  # fmt: skip


def _costs(made_good: Mapping[str, Any]) -> list[tuple[int, str]]:
    return [(int(minor), currency) for currency, minor in sorted((made_good.get("minor") or {}).items())]


def _agreed(rule: EstimateRule, project: Project, typed: Mapping[str, str] | None) -> dict[str, Any]:
    if typed is not None:
        return {"covers": typed["covers"] == "yes", "pieces": typed["pieces"] == "yes", "floor": typed["floor"],
                "zone": typed["zone"]}  # fmt: skip
    floor = plain_minor(rule.wage_floor_minor, project.currency) if rule.wage_floor_minor else ""
    return {"covers": rule.covers_overrun, "pieces": rule.pieces, "floor": floor, "zone": rule.zone}
