"""What a figure of the manager's own would change, before it is decided: pay by minutes, back pay, person by person."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from fairhand.flow.preview_estimate import Preview, preview_estimate
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE
from fairhand.projects.models import Project
from fairhand.web import words
from fairhand.web.entry import Signed, of_project
from fairhand.web.manager.frame import listed, page, seconds_typed
from fairhand.web.pay_curve import pay_curve
from fairhand_pay import Terms, TermsError

_PEOPLE_SHOWN = 200


@of_project(MANAGE)
def preview(request: Signed, project: Project, estimate_review_id: UUID) -> HttpResponse:
    """The page; nothing is written. With no figures typed it is their form alone."""
    typed = {name: request.GET.get(name, "").strip() for name in ("typical", "long")}
    back = f"{reverse('manage-estimates', args=[project.slug])}#review-{estimate_review_id}"
    found = preview_estimate(
        project_id=project.id, review_id=estimate_review_id, p50_s=seconds_typed(typed["typical"]),
        p80_s=seconds_typed(typed["long"]), now=utc_now(),
    )  # fmt: skip
    if isinstance(found, Refused) and found.code in ("no_review", "review_decided"):
        return redirect(back)
    wrong: dict[str, str] = {}
    if isinstance(found, Refused) and any(typed.values()):
        field = "long" if found.code in ("long_below_typical", "long_too_high") else "typical"
        wrong = {field: words.refusal(found)}
    labels = {"typical": _("Typical time"), "long": _("Long time")}
    context = {
        "review_id": estimate_review_id, "typed": typed, "wrong": wrong, "listed": listed(wrong, labels), "back": back,
        "found": None if isinstance(found, Refused) else _drawn(found),
    }  # fmt: skip
    return page(request, project, "estimates", "estimate_preview", context, 422 if wrong else 200)


def _drawn(found: Preview) -> dict[str, Any]:
    now_s = found.stage.estimate.get("p50_s")
    costs = [(int(minor), currency) for currency, minor in sorted(found.cost["minor"].items())]
    return {
        "preview": found, "costs": costs, "people": found.people[:_PEOPLE_SHOWN],
        "more": max(0, len(found.people) - _PEOPLE_SHOWN), "changes": found.after.to_json() != found.before.to_json(),
        "curves": [(_("Now"), _curve(found.before, now_s)), (_("Then"), _curve(found.after, found.new.p50_s))],
    }  # fmt: skip


def _curve(terms: Terms, p50_s: int | None) -> Any:
    try:
        return pay_curve(terms, rtl=get_language_bidi(), p50_s=p50_s)
    except TermsError:
        return None
