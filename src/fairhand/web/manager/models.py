"""Models of a project: what they cost so far, and how much they may cost in all."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.flow.model_money import set_model_limit
from fairhand.inference.queries import costs_of, money_of
from fairhand.inference.rules import PICO, minor_of
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import MODEL_COSTS_SHOWN_MAX
from fairhand.kernel.money import exponent, format_minor, plain_minor
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget
from fairhand.ledger.queries import balance_minor
from fairhand.people.access import MANAGE
from fairhand.projects.models import Project
from fairhand.web import words
from fairhand.web.entry import Signed, of_project
from fairhand.web.finance.amounts import typed_minor
from fairhand.web.manager.frame import listed, page, posted

_SHOWN_DIGITS = 6


@of_project(MANAGE, "GET", "POST", fresh=True)
def models(request: Signed, project: Project) -> HttpResponse:
    """What each model was asked and cost; a POST sets what all of them may cost."""
    if request.method == "GET":
        return _page(request, project, None, "")
    typed = posted(request, "limit").strip()
    minor = typed_minor(typed, project.currency)
    if minor is None:
        example = f"\u2068{format_minor(25 * 10 ** exponent(project.currency), project.currency)}\u2069"
        return _page(request, project, typed, _("An amount is needed, such as %(example)s.") % {"example": example})
    actor = Actor("person", request.viewer.person_id)
    done = set_model_limit(project_id=project.id, limit_minor=minor, actor=actor, now=utc_now())
    if isinstance(done, Refused):
        return _page(request, project, typed, _why(done))
    messages.success(request, _("The limit is set. The budget gave or got the difference."))
    return redirect("manage-models", slug=project.slug)


def _why(refused: Refused) -> str:
    if refused.code == "budget_short":
        have = format_minor(refused.facts["have_minor"], refused.facts["currency"])
        said = _("The budget holds %(have)s. Choose a lower limit, or ask finance to fund the project.")
        return said % {"have": f"\u2068{have}\u2069"}
    return words.refusal(refused)


def _page(request: Signed, project: Project, typed: str | None, problem: str) -> HttpResponse:
    money = money_of(project.id)
    limit = money.limit_minor if money else 0
    context = {
        "rows": [(row, exact(row.cost_pico)) for row in costs_of(project.id, MODEL_COSTS_SHOWN_MAX)],
        "limit_minor": limit, "spent": exact(int(money.spent_pico)) if money else exact(0),
        "spent_minor": minor_of(int(money.spent_pico), project.currency) if money else 0,
        "held": exact(int(money.held_pico)) if money else exact(0), "posted_minor": money.posted_minor if money else 0,
        "typed": typed if typed is not None else plain_minor(limit, project.currency) if limit else "",
        "problem": problem, "listed": listed({"limit": problem}, {"limit": _("What models may cost in all")}),
        "have_minor": balance_minor(budget(project.id), project.currency),
    }  # fmt: skip
    return page(request, project, "models", "models", context, 422 if problem else 200)


def exact(pico: int) -> str:
    """An exact cost with six digits after the point: 0.001234."""
    whole, rest = divmod(pico, PICO)
    return f"{whole}.{rest:012d}"[: len(str(whole)) + 1 + _SHOWN_DIGITS]
