"""The form of a pay plan, drawn from a preset's parameters; and terms from what was typed."""

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from fairhand.kernel.refusals import Refused
from fairhand.missions.of_presets import task_part
from fairhand.projects.rules import Wrong
from fairhand.web import words
from fairhand.web.manager.form_field import FormField
from fairhand.web.manager.frame import whole
from fairhand_pay import Terms, TermsError, terms_from_preset
from fairhand_pay.presets import PRESETS

# Presets whose facts a task has (pay.rules.unpayable), the plain ones first. outlier-classic: two versions of outlier.
_OF_JUDGES = ("hourly", "fairhand", "mercor", "outlier", "outlier-estimate", "per_unit", "mindrift-set", "mindrift")
_OF_ATTEMPTS = (*_OF_JUDGES, "mercor-deliverable", "turns", "prolific", "remotasks")
# Parameters with one value only, or that only number a card.
_LEFT_OUT = frozenset({"basis", "card"})
# What nothing pays: a wage over a week.
_LEFT_OUT_OF = {"remotasks": frozenset({"floor_rate", "floor_hours"})}
# What a new form holds where the preset's own example would promise something beside the plain plan.
_BEGUN: dict[str, dict[str, str]] = {"fairhand": {"quality_from": "5", "quality_factor": "1"}}
_ONE_EACH = ("judgement", "review", "task")
_PREFIX = "p."
_CHARS_MAX = 200
_FACTORS_MAX = 8
# The parameter that is a table: who = rate, one a line.
_RATES = "rates"
_UNREADABLE = {_RATES: "plan_rates", "factors": "plan_factors"}
_RATES_CHARS_MAX = 4_000


# Part of what the engine says of a plan -> code of the same in words.
_ENGINE_SAYS = (
    ("minor units; it must be", "plan_pays_nothing"),
    ("decimal", "plan_amount"),
    ("digits after the point", "plan_amount"),
    ("largest amount", "plan_amount"),
    ("0% and up to", "plan_share"),
    ("not a share", "plan_share"),
    ("not beyond the full-rate limit", "plan_not_beyond"),
    ("name the limit", "plan_names_limit"),
    ("say what is paid after", "plan_says_after"),
    ("say the longest", "plan_says_longest"),
    ("is not below", "plan_not_below"),
    ("leave no turn", "plan_no_turn"),
    ("name of a time zone", "plan_zone"),
    ("should be greater than", "plan_range"),
    ("should be less than", "plan_range"),
    ("accepted work never loses", "plan_factor"),
)


def presets_for(kind: str) -> list[tuple[str, str]]:
    """(name, words) of the presets that a stage of this kind can pay by."""
    return [(name, words.word("preset", name)) for name in (_OF_ATTEMPTS if kind == "attempt" else _OF_JUDGES)]


def names_of(preset: str) -> list[str]:
    """Its parameters, in their order."""
    left_out = _LEFT_OUT | _LEFT_OUT_OF.get(preset, frozenset())
    return [name for name in _model(preset).model_fields if name not in left_out]


def typed_of(preset: str, params: Mapping[str, Any]) -> dict[str, str]:
    """What the form holds: parameters as they were given, else as they are without."""
    found = {}
    for name in names_of(preset):
        info = _model(preset).model_fields[name]
        usual = None if info.is_required() else _BEGUN.get(preset, {}).get(name, info.get_default())
        value = params.get(name, usual)
        found[_PREFIX + name] = _rates_text(value) if name == _RATES else _text(value)
    return found


def fields_of(preset: str, kind: str, typed: Mapping[str, str], wrong: Mapping[str, str]) -> list[FormField]:
    """The fields of a preset's form."""
    found = []
    for name in names_of(preset):
        info = _model(preset).model_fields[name]
        options = []
        if get_origin(info.annotation) is Literal:
            units = [str(each) for each in get_args(info.annotation) if kind == "attempt" or each in _ONE_EACH]
            options = [(each, words.word("plan_unit", each)) for each in units]
        said = words.word("plan_help", name)
        written = "select" if options else "textarea" if name == _RATES else "text"
        found.append(FormField(
            _PREFIX + name, words.word("plan_param", name), written,
            typed.get(_PREFIX + name, ""), said if said != name else "", options, wrong.get(_PREFIX + name, ""),
            needed=info.is_required() or bool(info.get_default()),
        ))  # fmt: skip
    return found


def labels_of(preset: str) -> dict[str, str]:
    """Field -> its label."""
    return {_PREFIX + name: words.word("plan_param", name) for name in names_of(preset)}


def said_of(problems: Mapping[str, str]) -> list[str]:
    """What is wrong, each with the name of its field."""
    return [
        f"{words.word('plan_param', field.removeprefix(_PREFIX))}: {why}" if field.startswith(_PREFIX) else why
        for field, why in problems.items()
        if why
    ]


def fields_posted(preset: str) -> list[str]:
    """Names of the form's fields."""
    return [_PREFIX + name for name in names_of(preset)]


def plan_of(preset: str, typed: Mapping[str, str], currency: str) -> tuple[Terms, dict[str, Any]] | Refused:
    """(what is paid for a task, {"preset": ..., parameters}), as it was typed.

    Refusal: bad_input (facts["problems"]: Wrong).
    """
    params: dict[str, Any] = {**_BEGUN.get(preset, {})}
    problems: list[Wrong] = []
    for name in names_of(preset):
        most = _RATES_CHARS_MAX if name == _RATES else _CHARS_MAX
        text = _plain(typed.get(_PREFIX + name, ""))[:most]
        info = _model(preset).model_fields[name]
        if not text:
            if info.is_required():
                problems.append(Wrong(_PREFIX + name, "plan_missing", "is missing"))
            continue
        value = _rates(text) if name == _RATES else _value(info.annotation, text)
        if value is None:
            problems.append(Wrong(_PREFIX + name, _UNREADABLE.get(name, "plan_number"), f"{text!r} can't be"))
        else:
            params[name] = value
    if not problems:
        try:
            return task_part(terms_from_preset(preset, params, currency)), {"preset": preset, **params}
        except TermsError as error:
            problems.append(wrong_of(error, preset))
    return Refused("bad_input", "This is no plan.", {"problems": problems})


def wrong_of(error: TermsError, preset: str) -> Wrong:
    """What is wrong with a plan, at its field, or at the choice of the plan."""
    name = error.path.partition(".")[0]
    if name not in names_of(preset):
        return Wrong("preset", code_of(error.why), error.why)
    return Wrong(_PREFIX + name, code_of(error.why) or _UNREADABLE.get(name, ""), error.why)


def code_of(why: str) -> str:
    """The engine's sentence in a code whose words the reader's language has; "" for one that no form leads to."""
    return next((code for said, code in _ENGINE_SAYS if said in why), "")


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


def _rates(text: str) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        who, _equals, rate = line.rpartition("=")
        who = ", ".join(part.strip() for part in who.replace("\u060c", ",").split(","))
        if "=" not in who or not rate.strip() or who in found:
            return None
        found[who] = rate.strip()
    return found


def _rates_text(value: Mapping[str, str] | None) -> str:
    return "\n".join(f"{who} = {rate}" for who, rate in (value or {}).items())


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
