"""A template of one's own: written or brought along, looked at, tried as an expert would, and a project with it."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render

from fairhand.people.access import START
from fairhand.tasks.library import Ready, ready, ready_names
from fairhand.tasks.own_template import Own, own_template
from fairhand.tasks.template import bound, check_answer
from fairhand.web.entry import Signed, opens
from fairhand.web.manager.starting import begun, form_context, started, typed_of
from fairhand.web.shown import asked, blocks_of, read_answer, told
from fairhand.web.typed import typed_in


@dataclass(frozen=True, slots=True)
class Tried:
    """An answer that somebody tried: `whole` where nothing is wrong with it."""

    answer: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    whole: bool = False

    @property
    def shown(self) -> str:
        """As it would be delivered."""
        return json.dumps(self.answer, ensure_ascii=False, indent=1)


@opens(START, "GET", "POST")
def own(request: Signed) -> HttpResponse:
    """What is written, what is wrong with it, what an expert would see, and the form that starts a project with it."""
    if request.method == "GET":
        text, tasks = _begun(request.GET.get("from", ""))
        return _page(request, text, tasks, own_template(text, tasks) if text else None, Tried(), _form({}), 200)
    said = typed_in(request, "template", "tasks", "do")
    found = own_template(said["template"], said["tasks"])
    tried = _tried(request, found) if said["do"] == "try" else Tried()
    form, status = _form({}), 200 if found.template is not None else 422
    if said["do"] == "start" and found.template is not None:
        typed, languages = typed_of(request)
        made = started(request, _ready(found.template, typed), typed, languages)
        if not isinstance(made, dict):
            return made
        form, status = form_context(typed, languages, made, typed["key"]), 422
    return _page(request, said["template"], said["tasks"], found, tried, form, 422 if tried.problems else status)


def _begun(name: str) -> tuple[str, str]:
    """The text of a ready-made template and of its examples, to be changed."""
    chosen = ready(name) if name in ready_names() else None
    if chosen is None:
        return "", ""
    rows = (json.dumps({"key": each.key, "payload": each.payload}, ensure_ascii=False) for each in chosen.examples)
    return json.dumps(chosen.template, ensure_ascii=False, indent=1), "\n".join(rows)


def _form(typed: dict[str, str]) -> dict[str, Any]:
    return form_context(begun() | typed, ["en"], {}, uuid4().hex)


def _ready(template: dict[str, Any], typed: dict[str, str]) -> Ready:
    texts = {code: text for code in ("en", "ar") if (text := typed[f"guideline.{code}"])}
    return Ready("own", {}, {}, 1, template, texts, {}, (), "", {})


def _tried(request: Signed, found: Own) -> Tried:
    """The answer that was given to the first task, judged as a hand-in would be."""
    if found.template is None or not found.payloads:
        return Tried()
    template = bound(found.template, found.payloads[0])
    answer = read_answer(template, request.POST)
    problems = told([(each.field, each.code, each.why) for each in check_answer(template, answer)])
    return Tried(answer, problems, not problems)


def _page(
    request: Signed, text: str, tasks: str, found: Own | None, tried: Tried, form: dict[str, Any], status: int
) -> HttpResponse:
    context: dict[str, Any] = {
        **form, "template_text": text, "tasks_text": tasks, "found": found, "tried": tried, "own": True,
        "names": [(name, chosen.name) for name in ready_names() if (chosen := ready(name))],
    }  # fmt: skip
    if found is not None and found.template is not None and found.payloads and not found.needs_files:
        payload = found.payloads[0]
        context["blocks"] = blocks_of(found.template, payload)
        context["questions"] = asked(bound(found.template, payload), tried.answer, problems=tried.problems)
    return render(request, "manager/own_template.html", context, status=status)
