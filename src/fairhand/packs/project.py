"""Reading project.toml: its shape by the models of `spec.py`, then what its parts ask of each other."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fairhand.kernel.money import parse_minor
from fairhand.missions.of_presets import not_kept, task_part
from fairhand.packs import checks
from fairhand.packs.errors import Errors
from fairhand.packs.files import read_text
from fairhand.packs.spec import PackSpec, Stage
from fairhand.packs.toml_lines import line_of, lines_of
from fairhand.pay.rules import unpayable
from fairhand.tasks.wording import shown
from fairhand_pay import Terms, TermsError, needs_time, terms_from_preset

FILE = "project.toml"
Step = str | int
_DOTS_PER_LINE_MAX = 100

# pydantic's words for the commonest faults, in ours. `{}` takes the context of the fault.
_WHY = {
    "missing": "is missing",
    "string_type": "must be text, in quotes",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list, in square brackets",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "must have at least {min_length} character(s)",
    "string_too_long": "is longer than {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "has more than {max_length} entries",
    "literal_error": "must be {expected}",
    "string_pattern_mismatch": "does not have the form {pattern}",
    "union_tag_not_found": "needs a type",
    "union_tag_invalid": "must be of a type that is known: {expected_tags}",
    "value_error": "{error}",
    "extra_forbidden": "is not a key that is known here",
}
_SHOWS_INPUT = frozenset(
    {"literal_error", "string_pattern_mismatch", "greater_than_equal", "less_than_equal", "value_error"}
)


@dataclass(frozen=True, slots=True)
class PackStage:
    """A stage with everything computed that its table leaves open. `want` is 0 for a stage that judges."""

    name: str
    kind: str
    subject: str
    want: int
    # The plan as it was asked for ({"preset": ..., parameters}), and what it came to.
    preset: Mapping[str, Any]
    terms: Terms
    lease_s: int
    claim_s_max: int
    idle_s: int
    rework_s: int
    rounds_max: int
    review_deadline_h: int
    review_policy: Mapping[str, Any]
    estimate: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Project:
    """What project.toml says. `lines` place later faults that are about it."""

    spec: PackSpec
    template: Mapping[str, Any]
    stages: tuple[PackStage, ...]
    budget_minor: int
    lines: Mapping[tuple[Step, ...], int]

    @property
    def attempt(self) -> PackStage:
        """The stage whose slots the tasks want."""
        return self.stages[0]

    @property
    def review(self) -> PackStage | None:
        """The stage that judges attempts, if there is one."""
        return next((stage for stage in self.stages if stage.kind == "review"), None)

    def add(self, errors: Errors, path: Sequence[Step], why: str) -> None:
        """Note a fault at a key."""
        _add(errors, self.lines, path, why)


def read_project(root: Path, errors: Errors) -> tuple[Project | None, str, int]:
    """(project, sha256, size); no project where project.toml has faults, which are noted."""
    before = errors.count
    text, sha256, size = read_text(root, FILE, errors)
    if errors.count > before or _too_deep(text, errors):
        return None, sha256, size
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        why = f"is not TOML: {_short(str(error))}"
        errors.add(FILE, _line_in(str(error)), None, why)
        return None, sha256, size
    except RecursionError:
        errors.add(FILE, None, None, "is nested too deeply")
        return None, sha256, size
    except ValueError as error:  # tomllib lets Python's own refusal of huge numbers and impossible dates through
        errors.add(FILE, None, None, f"is not TOML: {_short(str(error))}")
        return None, sha256, size
    lines = lines_of(text)
    try:
        spec = PackSpec.model_validate(raw)
    except ValidationError as found:
        for path, why in _said(found, raw):
            _add(errors, lines, path, why)
        return None, sha256, size
    project = _composed(spec, lines, errors)
    return (project if errors.count == before else None), sha256, size


def _too_deep(text: str, errors: Errors) -> bool:
    """tomllib takes quadratic time and memory over a key of very many parts, so such a line does not reach it."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > _DOTS_PER_LINE_MAX:
            errors.add(FILE, number, None, f"has more than {_DOTS_PER_LINE_MAX} dots on one line")
            return True
    return False


def _composed(spec: PackSpec, lines: Mapping[tuple[Step, ...], int], errors: Errors) -> Project | None:
    for path, why in checks.all_of(spec):
        _add(errors, lines, path, why)
    budget_minor = 0
    try:
        budget_minor = parse_minor(spec.budget, spec.currency)
    except ValueError as error:
        _add(errors, lines, ["budget"], str(error))
    stages = [_stage(number, stage, spec, lines, errors) for number, stage in enumerate(spec.stages)]
    known = tuple(stage for stage in stages if stage is not None)
    if len(known) < len(stages):
        return None
    history = spec.history
    if history and history.columns.seconds is None and needs_time(known[0].terms):
        why = "is missing: the attempts are paid by time, and a time that nobody measured is not invented"
        _add(errors, lines, ["history", "columns", "seconds"], why)
    template = spec.template.model_dump(mode="json", exclude_none=True)
    return Project(spec, template, known, budget_minor, lines)


def _stage(
    number: int, stage: Stage, spec: PackSpec, lines: Mapping[tuple[Step, ...], int], errors: Errors
) -> PackStage | None:
    params = dict(stage.pay)
    preset = params.pop("preset", "")
    if longer := list(checks.too_long(stage.pay)):
        for path, why in longer:
            _add(errors, lines, ["stages", number, "pay", *path], why)
        return None
    try:
        terms = terms_from_preset(preset if isinstance(preset, str) else "", params, spec.currency)
    except TermsError as error:
        inner = error.path.split(".") if error.path else []
        _add(errors, lines, ["stages", number, "pay", *inner], error.why)
        return None
    if terms.paid_s_max is not None and terms.paid_s_max >= stage.claim_s_max:
        why = f"paid_s_max ({terms.paid_s_max}) must be below claim_s_max ({stage.claim_s_max})"
        _add(errors, lines, ["stages", number, "pay", "paid_s_max"], why)
    if why := not_kept(terms, stage.kind):
        _add(errors, lines, ["stages", number, "pay", "preset"], why)
    terms = task_part(terms)
    reviewed = any(each.kind == "review" for each in spec.stages)
    for key, why in unpayable(terms, stage.kind, reviewed=reviewed):
        _add(errors, lines, ["stages", number, "pay", key], why)
    policy = checks.policy_of(stage)
    estimate = stage.estimate.model_dump(mode="json") if stage.estimate else {}
    return PackStage(
        name=stage.name, kind=stage.kind, subject=stage.subject, want=stage.want or 0,
        preset={"preset": preset, **params}, terms=terms, lease_s=stage.lease_s, claim_s_max=stage.claim_s_max,
        idle_s=stage.idle_s, rework_s=stage.rework_s, rounds_max=stage.rounds_max,
        review_deadline_h=stage.review_deadline_h, review_policy=policy, estimate=estimate,
    )  # fmt: skip


def _add(errors: Errors, lines: Mapping[tuple[Step, ...], int], path: Sequence[Step], why: str) -> None:
    errors.add(FILE, line_of(lines, path), _dotted(path) or None, why)


def _dotted(path: Sequence[Step]) -> str:
    said = ""
    for step in path:
        if isinstance(step, int):
            said += f"[{step + 1}]"
        else:
            plain = step.isascii() and step.replace("_", "").replace("-", "").isalnum() and len(step) <= 64
            said += ("." if said else "") + (step if plain else shown(step))
    return said


def _said(found: ValidationError, raw: Any) -> list[tuple[list[Step], str]]:
    """Each fault as (path in the document, sentence)."""
    said = []
    for fault in found.errors(include_url=False):
        path = _in_document(fault["loc"], raw, fault["type"] == "missing")
        if fault["type"] in ("union_tag_invalid", "union_tag_not_found"):
            path.append("type")
        pattern = _WHY.get(fault["type"], "")
        why = pattern.format(**fault.get("ctx", {})) if pattern else fault["msg"]
        if fault["type"] in _SHOWS_INPUT and isinstance(fault["input"], str | int | float):
            why += f"; it is {shown(fault['input'])}"
        said.append((path, why))
    return said


def _in_document(loc: Sequence[Step], raw: Any, missing: bool) -> list[Step]:
    """A fault's place without the steps that only the models have (the tag of a union, `[key]`)."""
    path: list[Step] = []
    here = raw
    for place, step in enumerate(loc):
        if isinstance(here, Mapping) and step in here:
            here = here[str(step)]
            path.append(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
            path.append(step)
        elif missing and place == len(loc) - 1:
            path.append(step)
    return path


def _short(message: str) -> str:
    """tomllib's message may quote the document."""
    return shown(message)[1:-1] if len(message) <= 60 else message[:80].encode("unicode_escape").decode()


def _line_in(message: str) -> int | None:
    """tomllib says where in words: "(at line 3, column 7)"."""
    _, _, rest = message.partition("(at line ")
    digits = rest.partition(",")[0]
    return int(digits) if digits.isdigit() else None
