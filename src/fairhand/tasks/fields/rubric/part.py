"""Criteria that a task brings along, each with its weight. A question of type `rubric` asks for their scores."""

from collections.abc import Mapping
from typing import Any, Literal

from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._rubric import rubric_problems
from fairhand.tasks.wording import Problem


class RubricFieldTerms(FieldTerms):
    """Nothing beside what every field has."""

    type: Literal["rubric"]


class RubricField:
    """value: a list of {"criterion": text, "weight": whole number, "section"?, "help"?, "steps"?: [texts]}.

    Or as HealthBench has them: {"criterion", "points", "tags"?}. `fairhand rubric convert` makes such lists of files.
    """

    name = "rubric"
    version = 1
    terms = RubricFieldTerms

    def check(self, value: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_list, too_many, bad_criterion."""
        return rubric_problems(str(terms["name"]), value)

    def search_text(self, value: Any) -> str:
        """What the criteria say."""
        return "\n".join(one["criterion"] for one in value)


PART = RubricField()
