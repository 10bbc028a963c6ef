"""Templates as their editors read them, in their language: names of types and settings, differences, reasons."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from fairhand.tasks.label_studio import Lost
from fairhand.tasks.label_studio.reasons import LostReason
from fairhand.tasks.own_template import Fault
from fairhand.tasks.template_changes import Difference
from fairhand.tasks.template_form import PartForm, Setting
from fairhand.tasks.wording import Reason, because
from fairhand.web import words
from fairhand.web.figures import isolate, text_of
from fairhand.web.words_of_faults import FAULTS, PATTERNS, SAID_WHOLE, UNKNOWN
from fairhand.web.words_of_templates import LOST

_LANGUAGES = {"en": "English", "ar": "العربية"}
_SHORT = 200  # characters of a value that are shown as it stands


def type_name(kind: str, type_: str) -> str:
    """What a type of field or question is called; the type itself where we have no word."""
    return words.word(f"type of {kind}", type_)


def said(reason: str) -> str:
    """A reason in the reader's language; as it stands where it comes without a code: a path, a name."""
    if not isinstance(reason, Reason):
        return str(reason)
    facts = {key: said(value) if isinstance(value, Reason) else isolate(value) for key, value in reason.facts.items()}
    if reason.code == "task_wrong":
        why = words.problem_of_task(reason.facts["problem"], reason.facts["why"])
        return f"{facts['field']}: {why}" if reason.facts["field"] else why
    found: object = (LOST if isinstance(reason, LostReason) else FAULTS).get(reason.code)
    if reason.code == "string_pattern_mismatch":
        found = PATTERNS.get(reason.facts["pattern"], found)
    return str(found or UNKNOWN) % ({"said": isolate(str(reason))} | facts)


def fault_said(fault: Fault) -> tuple[str, str]:
    """(where, what is wrong)."""
    return said(fault.where), said(fault.why)


def fault_of_row(fault: Mapping[str, Any]) -> tuple[str, str]:
    """What is wrong with a row, as an upload keeps it; and in English what the words of its code don't name."""
    if fault.get("facts") or fault["code"].startswith("json_"):
        facts = {**fault.get("facts", {}), "said": fault["why"]}
        return said(because(fault["code"], "%(said)s", **facts)), ""
    return words.problem_of_task(fault["code"], fault["why"]), "" if fault["code"] in SAID_WHOLE else fault["why"]


def lost_shown(lost: Sequence[Lost]) -> list[dict[str, Any]]:
    """What a configuration of Label Studio couldn't carry over, to read."""
    return [
        {"line": each.line, "tag": each.tag, "what": words.word("lost_what", each.what), "why": said(each.why)}
        for each in lost
    ]


def differences_shown(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """Each part that differs, with its settings: (name, before, now); None where it isn't there."""
    return [
        {
            "kind": each.kind, "tone": words.tone("template_change", each.kind),
            "said": words.word("template_change", each.kind), "part": words.word("template_part", each.part),
            "type": "" if each.part == "layout" else type_name(each.part, each.type), "name": each.name,
            "label": text_of(each.label) if each.label else "", "moved": each.moved,
            "settings": [(_setting_path(one.path), _value(one.before), _value(one.now)) for one in each.settings],
        }
        for each in found
    ]  # fmt: skip


def _setting_path(path: str) -> str:
    """`options.left.label.en` as words: the names of settings that we know, and the rest as it stands."""
    return ": ".join(
        _LANGUAGES.get(step) or (words.word("setting", step) if at == 0 or step in ("label", "help", "key") else step)
        for at, step in enumerate(path.split("."))
    )


def _value(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping) and value and set(value) <= {"value", "label", "key"}:
        return text_of(value.get("label") or {}) or str(value.get("value", ""))
    if isinstance(value, Mapping) and "en" in value and all(isinstance(each, str) for each in value.values()):
        return text_of(value)
    if isinstance(value, list) and all(isinstance(each, str | int) for each in value):
        return ", ".join(str(each) for each in value) or "–"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"{text[:_SHORT]}…" if len(text) > _SHORT else text


def part_shown(part: PartForm, opened: str, faults: Sequence[Fault]) -> dict[str, Any]:
    """A part of the form, with its words; `open` where something is wrong with it or it was just touched."""
    mine = {_inner(each.where, part): said(each.why) for each in faults if each.where.startswith(f"{part.name}.")}
    return {
        "name": part.name, "anchor": f"part-{part.name.replace('.', '-')}", "type": part.type,
        "type_name": type_name(part.kind, part.type), "title": part.title, "label": text_of(part.label),
        "open": part.name == opened or bool(mine), "wrong": mine.get("", ""),
        "settings": [_shown(each, mine, part.name) for each in part.settings],
    }  # fmt: skip


def _inner(where: str, part: PartForm) -> str:
    """The path of a fault below its part: the check names the type of the part as a step."""
    return where.removeprefix(f"{part.name}.").removeprefix(f"{part.type}.")


def _shown(setting: Setting, wrong: Mapping[str, str], part: str) -> dict[str, Any]:
    path = setting.name.removeprefix(f"{part}.")
    deeper = "" if setting.kind == "rows" else next((why for at, why in wrong.items() if at.startswith(f"{path}.")), "")
    options = [(each, words.word("setting value", each)) for each in setting.options]
    if setting.kind == "about":
        options = [("", "–"), *((each, each) for each in setting.options)]
        if setting.value and setting.value not in setting.options:
            options.append((setting.value, setting.value))
    elif setting.kind == "choice" and not setting.needed:
        options = [("", _("as it is by itself")), *options]
    return {
        "name": setting.name, "label": words.word("setting", setting.key), "kind": setting.kind,
        "value": "" if setting.value is None else setting.value, "needed": setting.needed, "options": options,
        "long": setting.long, "problem": wrong.get(path, "") or deeper,
        "texts": [(code, _LANGUAGES.get(code, code), text) for code, text in setting.value]
        if setting.kind == "texts" else [],
        "rows": [(at, [_shown(each, wrong, part) for each in row]) for at, row in enumerate(setting.rows)],
    }  # fmt: skip
