"""The order of work of a project: which policies rank its slots and order its queues, tried before they hold."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.dispatch.plan import DEFAULT, Plan
from fairhand.flow.order_plan import plan_by_id
from fairhand.flow.set_order import Previewed, checked, preview_order, set_order
from fairhand.insight.order import queues_waiting
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE
from fairhand.projects.models import DispatchPlan, Project
from fairhand.projects.queries import dispatch_plan_now, dispatch_plans_of
from fairhand.web import words
from fairhand.web.entry import Signed, of_project
from fairhand.web.manager.frame import listed, page, posted, problems_of, whole
from fairhand.web.manager.order_form import MANY, QUEUE, SLOT, body_of, forms, labels, names_of_form, newest, typed_of
from fairhand.web.manager.ranking import moved_said

_VERSIONS_SHOWN = min(10, ROWS_PER_PAGE_MAX)


@of_project(MANAGE, "GET", "POST")
def order(request: Signed, project: Project) -> HttpResponse:
    """The plan in force, as a form; a preview of what another one would do; its versions."""
    now_in_force = dispatch_plan_now(project.id)
    if request.method == "GET":
        plan = plan_by_id(now_in_force.id if now_in_force else None)
        return _page(request, project, now_in_force, typed_of(plan), shown=preview_order(project.id, plan, utc_now()))
    typed = {name: posted(request, name) for name in [*names_of_form(), "note", "anew"]}
    body = body_of(typed)
    if "preview" in request.POST:
        plan_or_wrong = checked(project.id, body)
        if isinstance(plan_or_wrong, Plan):
            shown = preview_order(project.id, plan_or_wrong, utc_now())
            typed |= typed_of(plan_or_wrong)  # two in one place stand one after the other now
            return _page(request, project, now_in_force, typed, shown=shown, tried=True)
        done: Any = Refused("bad_input", "", {"problems": plan_or_wrong})
    else:
        done = set_order(
            project_id=project.id, base=whole(posted(request, "base")) or 0, body=body, note=typed["note"],
            anew=typed["anew"] == "yes", actor=Actor("person", request.viewer.person_id), now=utc_now(),
        )  # fmt: skip
    if isinstance(done, Refused):
        if done.code == "bad_input":
            return _page(request, project, now_in_force, typed, problems_of(done), status=422)
        messages.warning(request, words.refusal(done), extra_tags="no")
        return redirect("manage-order", slug=project.slug)
    messages.success(request, _saved(done.version, done.moved))
    return redirect("manage-order", slug=project.slug)


def _saved(version: int, moved: int) -> str:
    said = _("Version %(n)s of the order of work holds from now on.") % {"n": version}
    return f"{said} {moved_said(moved)}" if moved else said


def _page(
    request: Signed,
    project: Project,
    in_force: DispatchPlan | None,
    typed: dict[str, str],
    problems: dict[str, str] | None = None,
    shown: list[Previewed] | None = None,
    tried: bool = False,
    status: int = 200,
) -> HttpResponse:
    wrong = problems or {}
    read = dispatch_plans_of(project.id, whole(request.GET.get("before", "")), _VERSIONS_SHOWN + 1)
    versions = read[:_VERSIONS_SHOWN]
    context = {
        "base": posted(request, "base") or str(in_force.version if in_force else 0), "in_force": in_force,
        "typed": typed, "problems": wrong, "listed": listed(wrong, labels(wrong)),
        "slot": forms(SLOT, typed, wrong), "queue": forms(QUEUE, typed, wrong), "many": forms(MANY, typed, wrong),
        "chosen": typed.get(f"{MANY}.chosen", "fixed"),
        "many_options": [(each.name, words.word("policy", each.name)) for each in newest(MANY)],
        "places": {SLOT: _places(SLOT), QUEUE: _places(QUEUE)},
        "shown": shown, "tried": tried, "waiting": queues_waiting(project.id),
        "versions": [(each, _policies(each)) for each in versions],
        "older": str(versions[-1].version) if len(read) > _VERSIONS_SHOWN else "", "first": "before" in request.GET,
        "default": [words.word("policy", each.name) for each in (*DEFAULT.slot, *DEFAULT.queue)],
    }  # fmt: skip
    return page(request, project, "order", "order", context, status)


def _places(kind: str) -> list[tuple[str, str]]:
    return [("", _("not used")), *((str(n), _("place %(n)s") % {"n": n}) for n in range(1, len(newest(kind)) + 1))]


def _policies(version: DispatchPlan) -> list[str]:
    body: dict[str, Any] = version.body
    named = [each["name"] for kind in (SLOT, QUEUE) for each in body[kind]]
    return [words.word("policy", name) for name in [*named, *([body[MANY]["name"]] if body[MANY] else [])]]
