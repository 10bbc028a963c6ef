"""The form of a pay plan, drawn from a preset's parameters; and terms from what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from fairhand.kernel.refusals import Refused
from fairhand.projects.rules import Wrong
from fairhand.web import words
from fairhand.web.manager.frame import whole
from fairhand_pay import Terms, TermsError, terms_from_preset
from fairhand_pay.presets import PRESETS

# Presets whose facts a task has (pay.rules.unpayable), the plain ones first. outlier-classic: two versions of outlier.
_OF_ATTEMPTS = ("hourly", "outlier", "outlier-estimate", "per_unit", "mindrift-set", "mindrift", "mercor-deliverable",
                "turns")  # fmt: skip
_OF_JUDGES = ("hourly", "outlier", "outlier-estimate", "per_unit", "mindrift-set", "mindrift")
# Parameters with one value only, or that only number a card.
_LEFT_OUT = frozenset({"basis", "card"})
_ONE_EACH = ("judgement", "review", "task")
_PREFIX = "p."
_CHARS_MAX = 200
_FACTORS_MAX = 8


@dataclass(frozen=True, slots=True)
class ParamField:
    """A parameter as a field. `type`: of the component `c-field`."""

    name: str
    label: str
    type: str
    value: str
    help: str
    options: list[tuple[str, str]]
    problem: str
    optional: bool


def presets_for(kind: str) -> list[tuple[str, str]]:
    """(name, words) of the presets that a stage of this kind can pay by."""
    return [(name, words.word("preset", name)) for name in (_OF_ATTEMPTS if kind == "attempt" else _OF_JUDGES)]


def names_of(preset: str) -> list[str]:
    """Its parameters, in their order."""
    return [name for name in _model(preset).model_fields if name not in _LEFT_OUT]


def typed_of(preset: str, params: Mapping[str, Any]) -> dict[str, str]:
    """What the form holds: parameters as they were given, else as they are without."""
    found = {}
    for name in names_of(preset):
        info = _model(preset).model_fields[name]
        value = params.get(name, None if info.is_required() else info.get_default())
        found[_PREFIX + name] = _text(value)
    return found


def fields_of(preset: str, kind: str, typed: Mapping[str, str], wrong: Mapping[str, str]) -> list[ParamField]:
    """The fields of a preset's form."""
    found = []
    for name in names_of(preset):
        info = _model(preset).model_fields[name]
        options = []
        if get_origin(info.annotation) is Literal:
            units = [str(each) for each in get_args(info.annotation) if kind == "attempt" or each in _ONE_EACH]
            options = [(each, words.word("plan_unit", each)) for each in units]
        said = words.word("plan_help", name)
        found.append(ParamField(
            _PREFIX + name, words.word("plan_param", name), "select" if options else "text",
            typed.get(_PREFIX + name, ""), said if said != name else "", options, wrong.get(_PREFIX + name, ""),
            not info.is_required() and not info.get_default(),
        ))  # fmt: skip
    return found


def labels_of(preset: str) -> dict[str, str]:
    """Field -> its label."""
    return {_PREFIX + name: words.word("plan_param", name) for name in names_of(preset)}


def fields_posted(preset: str) -> list[str]:
    """Names of the form's fields."""
    return [_PREFIX + name for name in names_of(preset)]


def plan_of(preset: str, typed: Mapping[str, str], currency: str) -> tuple[Terms, dict[str, Any]] | Refused:
    """(terms, {"preset": ..., parameters}) from what was typed. Refusal: bad_input (facts["problems"]: Wrong)."""
    params: dict[str, Any] = {}
    problems: list[Wrong] = []
    for name in names_of(preset):
        text = _plain(typed.get(_PREFIX + name, ""))[:_CHARS_MAX]
        info = _model(preset).model_fields[name]
        if not text:
            if info.is_required():
                problems.append(Wrong(_PREFIX + name, "plan_missing", "is missing"))
            continue
        value = _value(info.annotation, text)
        if value is None:
            factors = _is(info.annotation, dict)
            problems.append(Wrong(_PREFIX + name, "plan_factors" if factors else "plan_number", f"{text!r} can't be"))
        else:
            params[name] = value
    if not problems:
        try:
            return terms_from_preset(preset, params, currency), {"preset": preset, **params}
        except TermsError as error:
            problems.append(wrong_of(error, preset))
    return Refused("bad_input", "This is no plan.", {"problems": problems})


def wrong_of(error: TermsError, preset: str) -> Wrong:
    """What is wrong with a plan, at its field, or at the choice of the plan."""
    name = error.path.partition(".")[0]
    if name not in names_of(preset):
        return Wrong("preset", "", error.why)
    amount = "decimal" in error.why or "amount" in error.why
    return Wrong(_PREFIX + name, "plan_amount" if amount else "", error.why)


def _model(preset: str) -> Any:
    """The parameters' model, of the newest version. Raises KeyError for a preset that there isn't."""
    versions = [version for name, version in PRESETS if name == preset]
    return PRESETS[preset, max(versions, default=0)].params


def _is(annotation: Any, kind: type) -> bool:
    """Whether a parameter is of a kind, optional or not."""
    parts = [annotation, *get_args(annotation)]
    return any(part is kind or get_origin(part) is kind or kind in get_args(part) for part in parts)


def _value(annotation: Any, text: str) -> Any:
    """The value, None for what can't be read."""
    if _is(annotation, dict):
        return _factors(text)
    return whole(text) if _is(annotation, int) else text


def _factors(text: str) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for part in text.replace("\u060c", ",").split(","):
        at, equals, factor = part.partition("=")
        if not equals or not at.strip().isdecimal() or len(found) >= _FACTORS_MAX:
            return None
        found[at.strip()] = factor.strip()
    return found


def _plain(text: str) -> str:
    """Digits, decimal points and percent signs of any script as ours."""
    found = "".join(str(int(char)) if char.isdecimal() else char for char in text.strip())
    return found.replace("\u066b", ".").replace("\u066a", "%")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{at}={factor}" for at, factor in value.items())
    return str(value)
