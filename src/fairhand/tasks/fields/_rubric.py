"""Criteria that stand in a task: what one may hold, and all of them in the form that terms have them in."""

from collections.abc import Mapping, Sequence
from typing import Any

from fairhand.kernel.limits import (
    CRITERION_CHARS_MAX,
    LABEL_CHARS_MAX,
    RUBRIC_CRITERIA_MAX,
    RUBRIC_STEPS_MAX,
    RUBRIC_WEIGHT_MAX,
)
from fairhand.tasks.fields._text import kind_of
from fairhand.tasks.wording import Problem, control_problem

_KEYS = frozenset({"criterion", "weight", "section", "help", "steps"})
# As HealthBench has them: points for a weight, and tags, which are not shown.
_KEYS_OF_POINTS = frozenset({"criterion", "points", "tags"})


def rubric_problems(field: str, value: object) -> list[Problem]:
    """Codes: not_a_list, too_many, bad_criterion."""
    if not isinstance(value, list) or not value:
        return [Problem(field, "not_a_list", "must be a list of criteria, at least one")]
    if len(value) > RUBRIC_CRITERIA_MAX:
        return [Problem(field, "too_many", f"has {len(value)} criteria; {RUBRIC_CRITERIA_MAX} are allowed")]
    for number, one in enumerate(value, start=1):
        if (why := _criterion_problem(one)) is not None:
            return [Problem(field, "bad_criterion", f"criterion {number} {why}")]
    return []


def criteria_of(value: object) -> list[dict[str, Any]]:
    """A task's criteria as terms write them: each with the name it is answered under, c1 to cN. None of a bad list."""
    if rubric_problems("", value) or not isinstance(value, Sequence):
        return []
    return [
        {"value": f"c{number}", "label": one["criterion"], "weight": one.get("weight", one.get("points"))}
        | {key: one[key] for key in ("section", "help", "steps") if key in one}
        for number, one in enumerate(value, start=1)
    ]


def _tags_problem(tags: object) -> str | None:
    if not isinstance(tags, list) or not all(isinstance(tag, str) and len(tag) <= LABEL_CHARS_MAX for tag in tags):
        return f"has tags that are no list of texts of at most {LABEL_CHARS_MAX} characters"
    return next((problem for tag in tags if (problem := control_problem(tag)) is not None), None)


def _criterion_problem(one: object) -> str | None:
    if not isinstance(one, Mapping) or not (
        {"criterion", "weight"} <= set(one) <= _KEYS or {"criterion", "points"} <= set(one) <= _KEYS_OF_POINTS
    ):
        return "needs `criterion` and `weight`, and may have `section`, `help` and `steps`; or has `points` and `tags`"
    weight, steps = one.get("weight", one.get("points")), one.get("steps", [])
    if (why := _tags_problem(one.get("tags", []))) is not None:
        return why
    if not isinstance(weight, int) or isinstance(weight, bool) or not 0 < abs(weight) <= RUBRIC_WEIGHT_MAX:
        return f"needs a weight that is a whole number up to {RUBRIC_WEIGHT_MAX}, or below zero, and not 0"
    if not isinstance(steps, list) or len(steps) not in (0, *range(2, RUBRIC_STEPS_MAX + 1)):
        return f"has steps that are no list of 2 to {RUBRIC_STEPS_MAX} texts"
    short = [one["section"]] if "section" in one else []
    long = [one["criterion"], *([one["help"]] if "help" in one else [])]
    for texts, most in ((short + steps, LABEL_CHARS_MAX), (long, CRITERION_CHARS_MAX)):
        for text in texts:
            if not isinstance(text, str):
                return f"has {kind_of(text)} where a text is needed"
            if not text.strip() or len(text) > most:
                return f"has a text that is blank or longer than {most} characters"
            if (problem := control_problem(text)) is not None:
                return problem
    return None
