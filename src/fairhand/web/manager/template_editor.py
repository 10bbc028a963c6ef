"""The form of a template, wherever one is written: read, changed part by part, shown again beside what it makes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fairhand.tasks.own_template import Fault, Own, own_template, whole_template
from fairhand.tasks.template import bound, check_answer
from fairhand.tasks.template_form import PartForm, form_of, new_part, read_form, types_of
from fairhand.web.entry import Signed
from fairhand.web.manager.frame import posted
from fairhand.web.shown import asked, blocks_beside, read_answer, told
from fairhand.web.template_words import fault_said, lost_shown, part_shown, type_name

_FORM, _TEXT = "form", "text"
_STEPS = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class Edited:
    """What is being written. `template`: None where something of it is wrong; `written`: as the form has it, None
    where it is written as text alone. `opened`: the path of the part that was just added or moved."""

    template: dict[str, Any] | None
    text: str
    written: dict[str, Any] | None = None
    faults: tuple[Fault, ...] = ()
    lost: tuple[Any, ...] = ()
    opened: str = ""


def of_template(template: dict[str, Any]) -> Edited:
    """A template before anything was typed."""
    return Edited(template, _text(template), template)


def _text(template: Mapping[str, Any]) -> str:
    return json.dumps(template, ensure_ascii=False, indent=1)


def edited(request: Signed) -> Edited:
    """What the form says after what was pressed: `do` names a verb and, behind dots, what it is done to."""
    verb, _dot, where = posted(request, "do").partition(".")
    if posted(request, "mode") != _FORM or verb == "take":
        text = posted(request, "template").replace("\x00", "")
        found = own_template(text)
        # A configuration of Label Studio stays as it is until somebody goes on with what it became.
        stays = text.lstrip().startswith("<") and verb != "form"
        if found.template is not None and not stays:
            return Edited(found.template, text if verb != "form" else _text(found.template), found.template)
        return Edited(found.template, text, None, found.faults, found.lost)
    written = read_form(dict(request.POST.lists()))
    opened = _done(written, verb, where, posted(request, f"add.{where}"))
    found = whole_template(written)
    template = found if isinstance(found, dict) else None
    faults = found.faults if isinstance(found, Own) else ()
    return Edited(template, _text(template or written), written, faults, opened=opened)


def _done(written: dict[str, Any], verb: str, where: str, wanted: str) -> str:
    """Do one thing to what was written; the path of the part to show."""
    kind, _dot, rest = where.partition(".")
    if kind not in ("fields", "questions"):
        return ""
    parts = written[kind]
    if verb == "add" and wanted in types_of(kind):
        parts.append(new_part(kind, wanted, written))
        return f"{kind}.{len(parts) - 1}"
    number, _dot, inner = rest.partition(".")
    at = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else len(parts)
    if at >= len(parts):
        return ""
    if verb == "drop":
        parts.pop(at)
        return f"{kind}.{max(0, at - 1)}" if parts else ""
    if verb in _STEPS and 0 <= (to := at + _STEPS[verb]) < len(parts):
        parts[at], parts[to] = parts[to], parts[at]
        return f"{kind}.{to}"
    if verb in ("row", "cut"):
        _row(parts[at], verb, inner.split("."))
    return f"{kind}.{at}"


def _row(thing: Any, verb: str, steps: list[str]) -> None:
    """`row`: one more thing in the list at the end of the steps; `cut`: without the one that they end at."""
    *way, last = steps
    for step in way:
        if isinstance(thing, list) and step.isascii() and step.isdigit() and int(step) < len(thing):
            thing = thing[int(step)]
        elif isinstance(thing, dict) and step in thing:
            thing = thing[step]
        else:
            return
    if verb == "cut" and isinstance(thing, list) and last.isascii() and last.isdigit() and int(last) < len(thing):
        thing.pop(int(last))
    elif verb == "row" and isinstance(thing, dict) and isinstance(thing.get(last, []), list):
        rows = thing.setdefault(last, [])
        rows.append({"label": {"en": ""}} | ({"value": f"option_{len(rows) + 1}"} if last != "steps" else {}))
        if last == "steps":
            rows[-1] = {"en": ""}


def form_context(made: Edited) -> dict[str, Any]:
    """What manager/template_form.html draws."""
    form = form_of(made.written) if made.written is not None else None
    faults = [(*fault_said(each), _place(each.where, form)) for each in made.faults]
    layout = (made.written or {}).get("layout") or {}
    names = layout.get("fields") or [layout[side] for side in ("left", "right") if side in layout]
    return {
        "template_text": made.text, "faults": faults, "lost": lost_shown(made.lost), "whole": made.template is not None,
        "mode": _FORM if form is not None else _TEXT, "too_large": made.written is not None and form is None,
        "kinds": [
            (kind, [part_shown(each, made.opened, made.faults) for each in form or [] if each.kind == kind],
             [(type_, type_name(kind, type_)) for type_ in types_of(kind)])
            for kind in ("fields", "questions")
        ],
        "layout": ", ".join(names), "layout_kind": layout.get("kind", ""), "opened": made.opened,
    }  # fmt: skip


def _place(where: str, form: list[PartForm] | None) -> str:
    """Where a fault leads: to its part in the form, else to the text."""
    names = {each.name for each in form or []}
    start = ".".join(where.split(".")[:2])
    return f"part-{start.replace('.', '-')}" if start in names else "f-template"


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


def tried_on(request: Signed, found: Own, payload: Mapping[str, Any] | None) -> dict[str, Any]:
    """A template with a task, as an expert would see both; and the answer that was given, judged as a hand-in would."""
    if found.template is None:
        return {}
    if payload is None:
        return {"asked_alone": asked(bound(found.template, {}), {}), "tried": Tried()}
    template = bound(found.template, payload)
    tried = Tried()
    if posted(request, "do") == "try":
        answer = read_answer(template, request.POST)
        problems = told([(each.field, each.code, each.why) for each in check_answer(template, answer)])
        tried = Tried(answer, problems, not problems)
    return {
        "blocks": blocks_beside(found.template, payload), "tried": tried,
        "questions": asked(template, tried.answer, problems=tried.problems),
    }  # fmt: skip
