"""A template of one's own: written or brought along, looked at, tried as an expert would, and a project with it."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render

from fairhand.people.access import START
from fairhand.tasks.library import Ready, ready, ready_names
from fairhand.tasks.own_template import Own, own_template
from fairhand.web.entry import Signed, opens
from fairhand.web.manager.frame import posted
from fairhand.web.manager.starting import begun, started, typed_of
from fairhand.web.manager.starting import form_context as start_context
from fairhand.web.manager.template_editor import Edited, edited, form_context, of_template, tried_on
from fairhand.web.template_words import fault_said
from fairhand.web.typed import typed_in


@opens(START, "GET", "POST")
def own(request: Signed) -> HttpResponse:
    """What is written, what is wrong with it, what an expert would see, and the form that starts a project with it."""
    if request.method == "GET":
        text, tasks = _begun(request.GET.get("from", ""))
        found = own_template(text, tasks)
        made = of_template(found.template) if found.template is not None else Edited(None, text)
        shown = tried_on(request, found, found.payloads[0] if found.payloads and not found.needs_files else None)
        return _page(request, made, tasks, found if text else None, _form({}) | shown, 200)
    made = edited(request)
    said = typed_in(request, "tasks", "do")
    found = own_template(made.text, said["tasks"])
    tasks = said["tasks"]
    if said["do"] == "form" and found.template is not None:
        tasks = _rows(posted(request, "template"), tasks)
        found = own_template(made.text, tasks)
    shown = tried_on(request, found, found.payloads[0] if found.payloads and not found.needs_files else None)
    form, status = _form({}), 200 if found.template is not None else 422
    if said["do"] == "start" and found.template is not None:
        typed, languages = typed_of(request)
        begun_with = started(request, _ready(found.template, typed), typed, languages)
        if not isinstance(begun_with, dict):
            return begun_with
        form, status = start_context(typed, languages, begun_with, typed["key"]), 422
    return _page(request, made, tasks, found, form | shown, 422 if shown and shown["tried"].problems else status)


def _rows(text: str, tasks: str) -> str:
    """Tasks as rows of ours: those of Label Studio as what they became."""
    if not text.lstrip().startswith("<"):
        return tasks
    payloads = own_template(text, tasks).payloads
    rows = ({"key": f"k{n}", "payload": each} for n, each in enumerate(payloads))
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def _begun(name: str) -> tuple[str, str]:
    """The text of a ready-made template and of its examples, to be changed."""
    chosen = ready(name) if name in ready_names() else None
    if chosen is None:
        return "", ""
    rows = (json.dumps({"key": each.key, "payload": each.payload}, ensure_ascii=False) for each in chosen.examples)
    return json.dumps(chosen.template, ensure_ascii=False, indent=1), "\n".join(rows)


def _form(typed: dict[str, str]) -> dict[str, Any]:
    return start_context(begun() | typed, ["en"], {}, uuid4().hex)


def _ready(template: dict[str, Any], typed: dict[str, str]) -> Ready:
    texts = {code: text for code in ("en", "ar") if (text := typed[f"guideline.{code}"])}
    return Ready("own", {}, {}, 1, template, texts, {}, (), "", {})


def _page(
    request: Signed, made: Edited, tasks: str, found: Own | None, more: dict[str, Any], status: int
) -> HttpResponse:  # fmt: skip
    said = form_context(replace(made, faults=found.faults if found else (), lost=found.lost if found else made.lost))
    context: dict[str, Any] = {
        **said, **more, "tasks_text": tasks, "found": found, "own": True, "with_tasks": True,
        "wrong": [fault_said(each) for each in found.wrong] if found else [],
        "names": [(name, chosen.name) for name in ready_names() if (chosen := ready(name))],
    }  # fmt: skip
    return render(request, "manager/own_template.html", context, status=status)
