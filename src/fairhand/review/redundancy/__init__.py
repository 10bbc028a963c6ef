"""How many attempts a task gets: policies, one file each, (answers so far, terms) -> done, more or adjudicate. Pure."""

import sys
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from fairhand.kernel.registry import Registry
from fairhand.review.redundancy._facts import AnswersFacts, Judged, RedundancyPolicy

REDUNDANCY: Registry[RedundancyPolicy] = Registry(sys.modules[__name__])
FIXED = "fixed"


def judge(chosen: Mapping[str, Any] | None, facts: AnswersFacts) -> Judged:
    """What a task's answers call for under a project's choice ({"name", "version", "terms"}; None: fixed).

    A choice that can't be read counts as fixed: work that was wanted is done, and nothing more opens by mistake.
    """
    name, version = (chosen or {}).get("name", FIXED), (chosen or {}).get("version", 1)
    policy = REDUNDANCY.get(name, version) if type(version) is int else None
    fixed = REDUNDANCY.get(FIXED)
    if fixed is None:
        raise LookupError("the policy fixed is gone")
    if policy is None:
        return fixed.judge(facts, fixed.terms())
    try:
        terms = policy.terms.model_validate((chosen or {}).get("terms", {}))
    except ValidationError:
        return fixed.judge(facts, fixed.terms())
    return policy.judge(facts, terms)


def problems(chosen: Mapping[str, Any], questions: list[str]) -> list[tuple[str, str]]:
    """(field, sentence) of everything wrong with a choice, for a template that asks `questions`."""
    policy = REDUNDANCY.get(str(chosen.get("name", "")), chosen.get("version", 1))
    if policy is None:
        return [("name", f"is not a policy that is known; there are: {', '.join(REDUNDANCY.names())}")]
    try:
        terms = policy.terms.model_validate(chosen.get("terms", {}))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        return [(str(each["loc"][0]) if each["loc"] else "name", each["msg"].removeprefix("Value error, "))
                for each in found]  # fmt: skip
    asked = getattr(terms, "question", "")
    return [("question", "is not a question of the template")] if asked and asked not in questions else []
