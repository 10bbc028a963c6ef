"""A template as a form: each part's settings, drawn from its type's own schema; and the template that a form sends.

Pure.

Names in the form are paths in the template: `questions.0.options.1.label.en`. A value that a person is still typing may
be anything: what it should be is said by the template's own check, at its path.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from fairhand.kernel.limits import TEMPLATE_FORM_DEPTH_MAX, TEMPLATE_FORM_INPUTS_MAX, TEMPLATE_FORM_STEPS_MAX
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions._question import Posted, QuestionTerms

Json = dict[str, Any]
Tree = dict[str, Any]  # what a form sent: the steps of its names; at the end the values, as a list
PARTS = ("fields", "questions")
LANGUAGES = ("en", "ar")
_HEAD = ("type", "version")  # said by the part itself


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a part. `name`: its path; `kind`: how it is typed.

    Kinds: text, number, flag, choice, checks, texts (by language), lines (one text a line), rows (things with settings
    of their own), about (a field of the template), when (a condition), json.
    """

    name: str
    key: str
    kind: str
    value: Any = None
    needed: bool = False
    options: tuple[str, ...] = ()
    rows: tuple[tuple["Setting", ...], ...] = ()
    long: bool = False


@dataclass(frozen=True, slots=True)
class PartForm:
    """A field or a question. `name`: its path (`questions.0`)."""

    name: str
    kind: str
    type: str
    title: str
    label: Mapping[str, str]
    settings: tuple[Setting, ...]


def types_of(kind: str) -> list[str]:
    """Which types of fields, or of questions, there are."""
    return [part.name for part in (FIELDS if kind == "fields" else QUESTIONS).all()]


def new_part(kind: str, type_: str, template: Mapping[str, Any]) -> Json:
    """A part to begin with: a name of its own, and as many rows as it needs."""
    taken = {each.get("name") for part in PARTS for each in template.get(part, []) if isinstance(each, Mapping)}
    name = next(each for n in range(1, len(taken) + 2) if (each := f"{type_}{n if n > 1 else ''}") not in taken)
    made: Json = {"type": type_, "name": name, "label": {"en": ""}}
    schema, defs = _schema(kind, type_)
    for key, setting in schema.items():
        if _kind(key, setting, defs) == "rows" and setting.get("minItems"):
            made[key] = [_new_row(setting, defs, n) for n in range(1, setting["minItems"] + 1)]
    return made


def _new_row(setting: Mapping[str, Any], defs: Mapping[str, Any], number: int) -> Json:
    inner = _row_schema(setting, defs)
    row: Json = {"value": f"option_{number}"} if "value" in inner else {}
    return row | ({"label": {"en": ""}} if "label" in inner else {})


def form_of(template: Mapping[str, Any]) -> list[PartForm] | None:
    """The form of a template that `read_form` gave, or that is right; None where it would be too large for one."""
    found = []
    fields = [each for each in template.get("fields", []) if isinstance(each, Mapping)]
    for kind in PARTS:
        for at, terms in enumerate(template.get(kind, [])):
            schema, defs = _schema(kind, terms["type"])
            name = f"{kind}.{at}"
            settings = tuple(
                _setting(f"{name}.{key}", key, each, defs, terms.get(key), fields, terms["type"])
                for key, each in schema.items()
            )
            label = terms.get("label")
            title = label if isinstance(label, Mapping) else {"en": label if isinstance(label, str) else ""}
            found.append(PartForm(name, kind, terms["type"], str(terms.get("name", "")), title, settings))
    small = all(_depth(each.settings) <= TEMPLATE_FORM_DEPTH_MAX for each in found)
    return found if small and sum(_inputs(each.settings) for each in found) <= TEMPLATE_FORM_INPUTS_MAX else None


def _depth(settings: Sequence[Setting]) -> int:
    return 1 + max((_depth(row) for each in settings for row in each.rows), default=0)


def _inputs(settings: Sequence[Setting]) -> int:
    return sum(
        sum(_inputs(row) for row in each.rows) if each.kind == "rows" else len(LANGUAGES) if each.kind == "texts" else 1
        for each in settings
    )


def _setting(
    name: str, key: str, schema: Mapping[str, Any], defs: Mapping[str, Any], value: Any,
    fields: Sequence[Mapping[str, Any]], type_: str,
) -> Setting:  # fmt: skip
    kind, plain = _kind(key, schema, defs), _plain(schema)
    needed = plain is schema and "default" not in schema
    given = plain.get("default") if value is None else value
    if kind == "about":
        wanted = _about(type_)
        options = tuple(str(each.get("name", "")) for each in fields if not wanted or each.get("type") in wanted)
        return Setting(name, key, kind, given or "", needed, options)
    if kind == "rows" and isinstance(given, list | None):
        inner = _row_schema(plain, defs)
        rows = tuple(
            tuple(
                _setting(_at(name, at, each), each or key, one, defs, row.get(each) if each else row, fields, type_)
                for each, one in inner.items()
            )
            for at, row in enumerate(given or []) if isinstance(row, Mapping) or "" in inner
        )  # fmt: skip
        return Setting(name, key, kind, None, needed, rows=rows)
    if not _shaped(kind, given):
        return Setting(name, key, "json", json.dumps(given, ensure_ascii=False, indent=1), needed)
    options = tuple(plain.get("enum") or plain.get("items", {}).get("enum") or ())
    if kind == "texts":
        texts = {"en": given} if isinstance(given, str) else given or {}
        long = max(each.get("maxLength", 0) for each in plain["oneOf"]) > 300
        languages = [*LANGUAGES, *(code for code in texts if code not in LANGUAGES)]
        return Setting(name, key, kind, [(code, texts.get(code, "")) for code in languages], needed, long=long)
    if kind == "lines":
        return Setting(name, key, kind, "\n".join(map(str, given or [])), needed)
    if kind == "json":
        return Setting(name, key, kind, json.dumps(given, ensure_ascii=False, indent=1) if given else "", needed)
    if kind == "when":
        condition = given or {}
        wanted_values = ", ".join(map(str, condition.get("any_of", [])))
        return Setting(name, key, kind, (condition.get("question", ""), wanted_values), needed)
    return Setting(name, key, kind, given, needed, options)


def _at(name: str, at: int, key: str) -> str:
    return f"{name}.{at}.{key}" if key else f"{name}.{at}"


def _shaped(kind: str, given: Any) -> bool:
    """Whether a value is of a shape that its kind can show."""
    if given is None or kind in ("json", "about"):
        return True
    if kind == "texts":
        texts = given.values() if isinstance(given, Mapping) else [given]
        return all(isinstance(each, str) for each in texts)
    if kind == "when":
        return isinstance(given, Mapping) and isinstance(given.get("any_of", []), list)
    return isinstance(given, list) if kind in ("lines", "checks", "rows") else not isinstance(given, list | dict)


def read_form(posted: Posted) -> Json:
    """The template that a form sends. What was left empty is left out; what can't be read stays as it was typed."""
    tree = _tree(posted)
    made: Json = {"version": 1}
    for kind in PARTS:
        parts = [(each, _one(each.get("type"))) for each in _rows(tree.get(kind))]
        made[kind] = [_part(kind, type_, each) for each, type_ in parts if type_ in types_of(kind)]
    for question in made["questions"]:
        if "show_if" in question:
            question["show_if"] = _condition(question["show_if"], made["questions"])
    names = [name.strip() for name in _one(tree.get("layout")).split(",") if name.strip()]
    if len(names) == 2 and _one(tree.get("layout_kind")) != "columns":
        made["layout"] = {"kind": "pair", "left": names[0], "right": names[1]}
    elif names:
        made["layout"] = {"kind": "columns", "fields": names}
    return made


def _part(kind: str, type_: str, tree: Tree) -> Json:
    schema, defs = _schema(kind, type_)
    return {"type": type_} | _settings(tree, schema, defs)


def _settings(tree: Tree, schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Json:
    made = {}
    for key, setting in schema.items():
        value = _read(tree.get(key), key, setting, defs)
        if value is not None:
            made[key] = value
    return made


def _read(given: Any, key: str, schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Any:
    """The value of a setting; None: it is left out."""
    kind, plain = _kind(key, schema, defs), _plain(schema)
    if isinstance(given, Mapping) and "json" in given and kind != "texts":
        return _parsed(_one(given["json"]))
    if kind == "flag":
        return bool(_one(given))
    if kind == "checks":
        return [each for each in given if each] if isinstance(given, list) else []
    if kind == "rows":
        inner = _row_schema(plain, defs)
        rows = [_read(each, key, inner[""], defs) if "" in inner else _settings(each, inner, defs)
                for each in _rows(given)]  # fmt: skip
        return [{"en": ""} if each is None else each for each in rows] or None
    if kind == "texts":
        texts = {code: _one(text) for code, text in given.items() if _one(text)} if isinstance(given, Mapping) else {}
        return texts or ({"en": ""} if plain is schema and "default" not in schema else None)
    if kind == "when":
        name = _one(given.get("question")) if isinstance(given, Mapping) else ""
        return {"question": name, "any_of": _one(given.get("any_of"))} if name else None
    text = _one(given)
    if kind == "number" and text:
        return _whole(text)
    if kind == "lines":
        return [line.strip() for line in text.splitlines() if line.strip()] or None
    if kind == "json":
        return _parsed(text)
    return text or ("" if plain is schema and "default" not in schema else None)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text.strip() else None
    except (ValueError, RecursionError):
        return text


def _whole(text: str) -> Any:
    plain = "".join(str(int(char)) if char.isdecimal() else char for char in text)
    digits = plain.removeprefix("-")
    return int(plain) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else text


def _condition(written: Any, questions: Sequence[Json]) -> Any:
    """The values that were typed, as the question that they are answers to has them."""
    if not isinstance(written, Mapping) or not isinstance(written.get("any_of"), str):
        return written
    possible: dict[str, str | int] = {}
    for each in questions:
        if each.get("name") == written["question"]:
            try:
                terms = QUESTIONS.get(each["type"]).terms.model_validate(each)  # type: ignore[union-attr]
            except ValidationError:
                continue
            possible = {str(value): value for value in terms.possible()}
    values = [each.strip() for each in written["any_of"].split(",") if each.strip()]
    return {"question": written["question"], "any_of": [possible.get(each, each) for each in values]}


def _tree(posted: Posted) -> Tree:
    """The names of a form, step by step. A name that is the beginning of another is that other's alone."""
    tree: Tree = {}
    for name, values in posted.items():
        *steps, last = name.split(".")
        if len(steps) > TEMPLATE_FORM_STEPS_MAX:
            continue
        at = tree
        for step in steps:
            inner = at.get(step)
            if not isinstance(inner, dict):
                inner = at[step] = {}
            at = inner
        if not isinstance(at.get(last), dict):
            at[last] = [value.replace("\x00", "").replace("\r\n", "\n") for value in values]
    return tree


def _rows(given: Any) -> list[Tree]:
    """The numbered things of a form, in the order of their numbers."""
    if not isinstance(given, dict):
        return []
    numbers = sorted(int(key) for key in given if key.isascii() and key.isdigit() and len(key) < 6)
    return [given[str(number)] for number in numbers if isinstance(given.get(str(number)), dict)]


def _one(given: Any) -> str:
    return str(given[-1]).strip() if isinstance(given, list) and given else ""


@cache
def _schema(kind: str, type_: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """(settings in order, definitions) of a type."""
    found = (FIELDS if kind == "fields" else QUESTIONS).get(type_)
    if found is None:
        raise LookupError(f"there is no type {type_!r} of {kind}")
    terms: type[FieldTerms | QuestionTerms] = found.terms
    schema = terms.model_json_schema()
    own = {key: each for key, each in schema["properties"].items() if key not in _HEAD}
    return dict(sorted(own.items(), key=lambda each: each[0] == "show_if")), schema.get("$defs", {})


def _about(type_: str) -> tuple[str, ...]:
    found = QUESTIONS.get(type_)
    return found.terms.of_types if found else ()


def _row_schema(setting: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    """The settings of a thing in a list; under "" where it is a text by language and nothing else."""
    items = setting["items"]
    found = defs[items["$ref"].rpartition("/")[2]] if "$ref" in items else items
    properties: Mapping[str, Any] = found.get("properties") or {"": found}
    return properties


def _plain(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Without the other branch of what may be left out."""
    branches = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    return branches[0] if len(branches) == 1 else schema


def _kind(key: str, schema: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    plain = _plain(schema)
    if key in ("show_if", "of"):
        return "when" if key == "show_if" else "about"
    if "oneOf" in plain:
        return "texts"
    if plain.get("type") == "array":
        items = plain.get("items", {})
        if "enum" in items:
            return "checks"
        if "$ref" in items or "oneOf" in items:
            return "rows"
        return "lines" if items.get("type") == "string" else "json"
    kinds = {"boolean": "flag", "integer": "number", "string": "choice" if "enum" in plain else "text"}
    return kinds.get(str(plain.get("type")), "json")
