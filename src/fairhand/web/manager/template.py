"""A project's template: its versions, what differs between two, and writing, trying and publishing the next one."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.flow.publish_template import publish_template
from fairhand.insight.template_fit import First, Misfit, first_tasks, known_misfits, look, waiting_n
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.access import MANAGE, SEE_BOARD
from fairhand.projects.models import Project, Template
from fairhand.projects.queries import template_of, templates_of
from fairhand.tasks.own_template import Own, as_written_now
from fairhand.tasks.template import bound
from fairhand.tasks.template_changes import template_changes
from fairhand.web import words
from fairhand.web.entry import Signed, found_or_404, of_project
from fairhand.web.manager.frame import listed, models_short, page, posted, problems_of, whole
from fairhand.web.manager.template_editor import Edited, edited, form_context, of_template, tried_on
from fairhand.web.shown import asked, blocks_beside
from fairhand.web.template_words import differences_shown


@of_project(SEE_BOARD)
def template(request: Signed, project: Project) -> HttpResponse:
    """The version in force, as an expert sees it."""
    return _read(request, project, None)


@of_project(SEE_BOARD)
def version(request: Signed, project: Project, version: int) -> HttpResponse:
    """One version, as it was and stays."""
    return _read(request, project, version)


def _read(request: Signed, project: Project, number: int | None) -> HttpResponse:
    versions = templates_of(project.id)
    shown = found_or_404(template_of(project.id, number))
    payload = _first_payload(first_tasks(project.id, shown.body))
    before = template_of(project.id, shown.version - 1) if shown.version > 1 else None
    context = {
        "versions": versions, "shown": shown, "newest": versions[0].version,
        "blocks": blocks_beside(shown.body, payload) if payload is not None else [],
        "fields": shown.body["fields"], "questions": asked(bound(shown.body, payload or {}), {}),
        "text": json.dumps(shown.body, ensure_ascii=False, indent=1),
        "differences": _between(before, shown) if before else [],
    }  # fmt: skip
    return page(request, project, "template", "template", context)


def _first_payload(first: First) -> Mapping[str, Any] | None:
    return first.fit[0][1] if first.fit else None


def _between(old: Template, new: Template) -> list[dict[str, Any]]:
    return differences_shown(template_changes(as_written_now(old.body), as_written_now(new.body)))


@of_project(SEE_BOARD)
def compare(request: Signed, project: Project) -> HttpResponse:
    """Any two versions; without a choice the newest and the one before it."""
    versions = templates_of(project.id)
    newest = versions[0].version if versions else 0
    after = whole(request.GET.get("to", "")) or newest
    before = whole(request.GET.get("from", "")) or max(1, after - 1)
    old, new = (found_or_404(template_of(project.id, number)) for number in (before, after))
    context = {
        "old": old, "new": new, "differences": _between(old, new),
        "options": [(each.version, _("Version %(n)s") % {"n": each.version}) for each in versions],
    }  # fmt: skip
    return page(request, project, "template", "template_compare", context)


@of_project(MANAGE, "GET", "POST")
def edit(request: Signed, project: Project) -> HttpResponse:
    """The next version. What was typed comes back with whatever is wrong; nothing is written before it is published."""
    current = found_or_404(template_of(project.id))
    if request.method == "GET":
        return _form(request, project, current, of_template(as_written_now(current.body)), {"base": current.version})
    made, do = edited(request), posted(request, "do")
    said: dict[str, Any] = {
        "base": whole(posted(request, "base")) or 0, "note": posted(request, "note"),
        "changes_work": "changes_work" in request.POST,
    }  # fmt: skip
    if do == "publish" and made.template is not None:
        done = publish_template(
            project_id=project.id, base=said["base"], body=made.template, note=said["note"],
            changes_work=said["changes_work"], actor=Actor("person", request.viewer.person_id), now=utc_now(),
        )  # fmt: skip
        if not isinstance(done, Refused):
            messages.success(
                request, _("Version %(n)s is in force for every task taken from now on.") % {"n": done.version}
            )
            return redirect("manage-template", slug=project.slug)
        return _form(request, project, current, made, said | _refused(request, done, current), 422)
    if do == "check" and made.template is not None:
        said |= _looked_through(request, project, made.template)
    return _form(request, project, current, made, said, 422 if made.template is None else 200)


def _refused(request: Signed, done: Refused, current: Template) -> dict[str, Any]:
    """What the form says of a refusal; the version to write against is then the newest."""
    problems = problems_of(done)
    labels = {"note": _("What changed"), "template": _("Template")}
    short = models_short(done)
    if not problems and not short:
        messages.warning(request, words.refusal(done), extra_tags="no")
    found: dict[str, Any] = {"problems": problems, "listed": listed(problems, labels), **short}
    if done.code == "template_moved":
        found["base"] = current.version
    if done.code == "tasks_unfit":
        found["unfit"] = (done.facts["n"], _said(done.facts["first"]))
    return found


def _looked_through(request: Signed, project: Project, template: Mapping[str, Any]) -> dict[str, Any]:
    """A stretch of all tasks: what was looked at so far, and from where to go on."""
    before = _id(posted(request, "check_before"))
    so_far = [whole(posted(request, name)) or 0 for name in ("check_looked", "check_wrong")] if before else [0, 0]
    found = look(project.id, template, before)
    return {
        "check": {
            "looked": so_far[0] + found.looked, "wrong_n": so_far[1] + found.wrong_n, "wrong": _said(found.wrong),
            "all": max(waiting_n(project.id), so_far[0] + found.looked), "following": found.following,
        }
    }  # fmt: skip


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _said(found: Any, say: Callable[[str, str], str] = words.problem_of_task) -> list[tuple[Misfit, str]]:
    """Each with what is wrong, in the reader's language."""
    return [(each, say(each.code, each.why)) for each in found]


def _form(
    request: Signed, project: Project, current: Template, made: Edited, said: dict[str, Any], status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"current": current, **form_context(made), **said, "all_n": waiting_n(project.id)}
    if made.template is not None:
        first = first_tasks(project.id, made.template)
        known = known_misfits(project.id, made.template)
        changes = template_changes(as_written_now(current.body), made.template)
        context |= {
            "first": first, "first_wrong": _said(first.wrong), "differences": differences_shown(changes),
            "gold": _said((misfit for _task, misfit in known.gold), words.problem),
            "examples": _said(known.examples, words.problem),
            **tried_on(request, Own(made.template), _first_payload(first)),
        }  # fmt: skip
    return page(request, project, "template", "template_edit", context, status)
