"""What the parts of a project ask of each other: names that must exist, orders that must hold. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fairhand.kernel.limits import PREPARATION_UNPAID_MIN_MAX
from fairhand.packs.spec import PackSpec, Preference, Stage
from fairhand.review.policies import POLICIES
from fairhand.tasks.template_spec import template_faults
from fairhand.tasks.wording import shown

Step = str | int
Found = Iterator[tuple[list[Step], str]]
_SETTING_CHARS_MAX = 60


def all_of(spec: PackSpec) -> Found:
    """(path, sentence) of everything that does not fit together."""
    yield from _languages(spec)
    yield from _template(spec)
    yield from _stages(spec)
    yield from _history(spec)
    yield from _preparation(spec)
    if spec.delivery and spec.delivery.preference:
        yield from _preference(spec, spec.delivery.preference)


def too_long(table: Mapping[str, Any]) -> Found:
    """(path, sentence) of keys and texts that are too long to be settings, and so to be quoted by who judges them."""
    for key, value in table.items():
        longest = max(len(key), len(value) if isinstance(value, str) else 0)
        if longest > _SETTING_CHARS_MAX:
            yield [key], f"has {longest} characters; a setting has at most {_SETTING_CHARS_MAX}"


def policy_of(stage: Stage) -> dict[str, Any]:
    """A stage's review policy as the platform stores it; {} for none."""
    if stage.policy is None:
        return {}
    terms = {key: value for key, value in stage.policy.items() if key not in ("name", "version")}
    return {"name": stage.policy.get("name"), "version": stage.policy.get("version", 1), "terms": terms}


def _languages(spec: PackSpec) -> Found:
    if len(set(spec.languages)) != len(spec.languages):
        yield ["languages"], "names one language twice"


def _preparation(spec: PackSpec) -> Found:
    asked = spec.preparation
    if asked is None:
        return
    free = PREPARATION_UNPAID_MIN_MAX
    if asked.minutes > free and asked.waived is None:
        why = f"is {asked.minutes} minutes; beyond {free} preparation is paid, which no project can do yet"
        yield ["preparation", "minutes"], f"{why}: shorten it, or let the operator say why not, on the card (waived)"
    if asked.minutes <= free and asked.waived is not None:
        yield ["preparation", "waived"], f"there is nothing to waive up to {free} minutes"


def _template(spec: PackSpec) -> Found:
    for path, why in template_faults(spec.template):
        yield ["template", *path], why


def _stages(spec: PackSpec) -> Found:
    for number, stage in enumerate(spec.stages):
        here: list[Step] = ["stages", number]
        if (stage.kind == "attempt") != (number == 0):
            yield [*here, "kind"], "the first stage, and no other, is of kind attempt"
            continue
        if stage.kind in [other.kind for other in spec.stages[:number]]:
            yield [*here, "kind"], f"there is one stage of kind {stage.kind} at most"
            continue
        if stage.name in [other.name for other in spec.stages[:number]]:
            yield [*here, "name"], f"{shown(stage.name)} is the name of an earlier stage"
        if "preset" not in stage.pay:
            yield [*here, "pay", "preset"], "is missing"
        yield from _CHECKS[stage.kind](here, stage)
    review = len(spec.stages) > 1
    if review and spec.reviewers_wanted == 0:
        yield ["reviewers_wanted"], "must be at least 1, since there is a stage that judges"


def _attempt(here: list[Step], stage: Stage) -> Found:
    if stage.subject != "none":
        yield [*here, "subject"], 'an attempt is about nobody\'s submission; write "none"'
    if stage.want is None:
        yield [*here, "want"], "is missing: how many attempts a task wants, unless its line says otherwise"
    if stage.policy is not None:
        yield [*here, "policy"], "belongs to a stage of reviews or audits"


def _review(here: list[Step], stage: Stage) -> Found:
    if stage.subject != "one":
        yield [*here, "subject"], 'a review or an audit is about one submission; write "one"'
    if stage.want is not None:
        yield [*here, "want"], "belongs to the attempt stage; the policy says how many reviews there are"
    if stage.policy is None:
        yield [*here, "policy"], "is missing: which submissions are reviewed"
        return
    if longer := list(too_long(stage.policy)):
        yield from (([*here, "policy", *path], why) for path, why in longer)
        return
    chosen = policy_of(stage)
    name, version = chosen["name"], chosen["version"]
    policy = POLICIES.get(name, version) if isinstance(name, str) and type(version) is int else None
    if policy is None:
        known = ", ".join(POLICIES.names())
        yield [*here, "policy", "name"], f"{shown(name)} is not a review policy that is known; there are: {known}"
        return
    for key, why in policy.problems(chosen["terms"]):
        yield [*here, "policy", key], why


def _adjudicate(here: list[Step], stage: Stage) -> Found:
    if stage.subject != "all":
        yield [*here, "subject"], 'an adjudication is about all attempts at a task; write "all"'
    if stage.want is not None:
        yield [*here, "want"], "belongs to the attempt stage; tasks whose answers differ are adjudicated"
    if stage.policy is not None:
        yield [*here, "policy"], "belongs to a stage of reviews or audits"


_CHECKS = {"attempt": _attempt, "review": _review, "audit": _review, "adjudicate": _adjudicate}


def _history(spec: PackSpec) -> Found:
    if (history := spec.history) is None:
        return
    here: list[Step] = ["history"]
    if any(stage.kind == "review" for stage in spec.stages) and not history.reviewers:
        yield [*here, "reviewers"], "must name at least one reviewer, since there is a review stage"
    if len(history.reviewers) > spec.reviewers_wanted:
        yield ["reviewers_wanted"], f"is {spec.reviewers_wanted}, but history.reviewers names {len(history.reviewers)}"
    if len(set(history.reviewers)) != len(history.reviewers):
        yield [*here, "reviewers"], "names one reviewer twice"
    answers = history.columns.answers
    questions = {question.name: question for question in spec.template.questions}
    for name in answers:
        if name not in questions:
            yield [*here, "columns", "answers", name], "is not a question of the template"
    for question in questions.values():
        if question.required and question.name not in answers:
            yield [*here, "columns", "answers", question.name], "is missing: the question is required"
    for name, table in history.values.items():
        if name not in answers:
            yield [*here, "values", name], "is not a question that has a column in history.columns.answers"
            continue
        options = _options(spec, name)
        for raw, value in table.items():
            if value not in options:
                yield [*here, "values", name, raw], f"{shown(value)} is not an option of the question {name}"


def _preference(spec: PackSpec, told: Preference) -> Found:
    here: list[Step] = ["delivery", "preference"]
    fields = {field.name for field in spec.template.fields}
    for key, name in (("prompt", told.prompt), ("left", told.left), ("right", told.right)):
        if name not in fields:
            yield [*here, key], f"{shown(name)} is not a field of the template"
    options = _options(spec, told.question)
    if not options:
        yield [*here, "question"], f"{shown(told.question)} is not a choice question of the template"
        return
    for key, value in (("left_value", told.left_value), ("right_value", told.right_value)):
        if value not in options:
            yield [*here, key], f"{shown(value)} is not an option of the question {told.question}"
    if told.left_value == told.right_value:
        yield [*here, "right_value"], "is the same as left_value"


def _options(spec: PackSpec, question: str) -> Sequence[str]:
    """The values of a choice question; none if there is no such question."""
    for terms in spec.template.questions:
        if terms.name == question:
            return [option.value for option in getattr(terms, "options", [])]
    return []
