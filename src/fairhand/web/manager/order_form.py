"""The form of the order of work, drawn from the terms of each policy; and a plan's body from what was typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel

from fairhand.dispatch.plan import VERSION, Plan
from fairhand.dispatch.policies.queue import QUEUE_POLICIES
from fairhand.dispatch.policies.slot import SLOT_POLICIES
from fairhand.review.redundancy import REDUNDANCY
from fairhand.web import words
from fairhand.web.manager.form_field import FormField
from fairhand.web.manager.frame import whole

SLOT, QUEUE, MANY = "slot", "queue", "redundancy"
_REGISTRIES: Mapping[str, Any] = {SLOT: SLOT_POLICIES, QUEUE: QUEUE_POLICIES, MANY: REDUNDANCY}
_TEXT_CHARS_MAX = 5_000
_CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class PolicyForm:
    """A policy with its place in the order ("" where it isn't part of it) and its terms."""

    name: str
    title: str
    about: str
    use: str
    place: str
    fields: list[FormField]
    problem: str


def newest(kind: str) -> list[Any]:
    """Every policy of a kind in its newest version."""
    return list({part.name: part for part in _REGISTRIES[kind].all()}.values())


def typed_of(plan: Plan) -> dict[str, str]:
    """What the form of a plan holds: name of the field -> text."""
    typed: dict[str, str] = {}
    for kind, chosen in ((SLOT, plan.slot), (QUEUE, plan.queue)):
        for place, each in enumerate(chosen, start=1):
            typed[f"{kind}.{each.name}.use"] = str(place)
            typed |= _typed_terms(f"{kind}.{each.name}", each.terms.model_dump(mode="json"))
    redundancy = plan.redundancy or {"name": "fixed", "terms": {}}
    typed[f"{MANY}.{_CHOSEN}"] = str(redundancy["name"])
    return typed | _typed_terms(f"{MANY}.{redundancy['name']}", redundancy["terms"])


def _typed_terms(prefix: str, terms: Mapping[str, Any]) -> dict[str, str]:
    return {f"{prefix}.{name}": _text(value) for name, value in terms.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {weight}" for name, weight in value.items())
    return str(value)


def names_of_form() -> list[str]:
    """Every field there may be."""
    found = [f"{MANY}.{_CHOSEN}"]
    for kind in _REGISTRIES:
        for policy in newest(kind):
            found += [] if kind == MANY else [f"{kind}.{policy.name}.use"]
            found += [f"{kind}.{policy.name}.{term}" for term in policy.terms.model_fields]
    return found


def body_of(typed: Mapping[str, str]) -> dict[str, Any]:
    """A plan's body from what was typed. What can't be read stays as it is, for the check to refuse."""
    parts: dict[str, Any] = {}
    for kind in (SLOT, QUEUE):
        used = [(whole(place) or 0, policy) for policy in newest(kind)
                if (place := typed.get(f"{kind}.{policy.name}.use", ""))]  # fmt: skip
        parts[kind] = [_choice(kind, policy, typed) for _, policy in sorted(used, key=lambda pair: pair[0])]
    named = typed.get(f"{MANY}.{_CHOSEN}", "")
    many = next((policy for policy in newest(MANY) if policy.name == named), None)
    return {"version": VERSION, **parts, MANY: _choice(MANY, many, typed) if many else None}


def _choice(kind: str, policy: Any, typed: Mapping[str, str]) -> dict[str, Any]:
    terms = {
        name: _value(said, typed.get(f"{kind}.{policy.name}.{name}", "")[:_TEXT_CHARS_MAX])
        for name, said in _schema(policy.terms).items()
    }
    return {"name": policy.name, "version": policy.version, "terms": terms}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    found: dict[str, Any] = model.model_json_schema().get("properties", {})
    return found


def _value(said: Mapping[str, Any], text: str) -> Any:
    kind = said.get("type")
    if kind == "boolean":
        return text == "yes"
    if kind == "integer":
        return _number(text)
    if kind == "array":
        return [_number(each) for each in text.replace("،", ",").split(",") if each.strip()]
    if kind == "object":
        pairs = [line.rpartition(":") for line in text.splitlines() if line.strip()]
        return {name.strip() or weight.strip(): _number(weight) for name, _colon, weight in pairs}
    return text.strip()


def _number(text: str) -> object:
    found = whole(text)
    return text.strip() if found is None else found


def forms(kind: str, typed: Mapping[str, str], wrong: Mapping[str, str]) -> list[PolicyForm]:
    """Every policy of a kind as fields, those that are used first, in their order."""
    found = [_form(kind, policy, typed, wrong) for policy in newest(kind)]
    return sorted(found, key=lambda each: (each.place == "", whole(each.place) or 0))


def _form(kind: str, policy: Any, typed: Mapping[str, str], wrong: Mapping[str, str]) -> PolicyForm:
    prefix = f"{kind}.{policy.name}"
    fields = [_field(f"{prefix}.{name}", f"{policy.name}.{name}", said, typed, wrong)
              for name, said in _schema(policy.terms).items()]  # fmt: skip
    return PolicyForm(
        policy.name, words.word("policy", policy.name), words.word("policy_about", policy.name), f"{prefix}.use",
        typed.get(f"{prefix}.use", ""), fields, wrong.get(prefix, ""),
    )  # fmt: skip


def _field(
    name: str, term: str, said: Mapping[str, Any], typed: Mapping[str, str], wrong: Mapping[str, str]
) -> FormField:
    kind = {"boolean": "checkbox", "object": "textarea"}.get(said.get("type", ""), "text")
    kind = "select" if "enum" in said else kind
    value = typed.get(name, _text(said.get("default", "")))
    options = [(each, words.word("policy_choice", each)) for each in said.get("enum", ())]
    return FormField(
        name, words.word("policy_term", term), kind, value if kind != "checkbox" else "yes", takes(said), options,
        wrong.get(name, ""), checked=value == "yes",
    )  # fmt: skip


def takes(said: Mapping[str, Any]) -> str:
    """What a term takes, in a sentence."""
    kind = said.get("type")
    if kind == "integer":
        return _("A whole number from %(low)s to %(high)s.") % {
            "low": f"{said.get('minimum', 0):,}", "high": f"{said.get('maximum', 0):,}",
        }  # fmt: skip
    if kind == "array":
        return _("Up to %(n)s rising whole numbers, with commas between them.") % {"n": said["maxItems"]}
    if kind == "object":
        return _("One field of work a line, a colon, and its weight from 1 to 1,000.")
    return ""


def labels(names: Iterable[str]) -> dict[str, str]:
    """Field of the form -> what it is called in the summary of mistakes."""
    found = {}
    for name in names:
        kind, _dot, term = name.partition(".")
        policy = term.partition(".")[0]
        if kind in _REGISTRIES and policy:
            title = words.word("policy", policy)
            found[name] = f"{title}: {words.word('policy_term', term)}" if "." in term else title
    return found | {"note": _("What changed, and why")}
