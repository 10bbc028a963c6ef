"""A solution in steps, each in Markdown. A question of type `steps` asks which of them are right."""

from collections.abc import Mapping
from typing import Any, Literal

from fairhand.kernel.limits import SOLUTION_STEPS_MAX
from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._text import kind_of, text_problems
from fairhand.tasks.wording import Problem


class StepsFieldTerms(FieldTerms):
    """Nothing beside what every field has."""

    type: Literal["steps"]


class StepsField:
    """value: a list of texts, one a step, none of them blank."""

    name = "steps"
    version = 1
    terms = StepsFieldTerms

    def check(self, value: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_list, too_many, not_text, blank, bad_character, too_long."""
        field = str(terms["name"])
        if not isinstance(value, list) or not value:
            return [Problem(field, "not_a_list", "must be a list of steps, at least one")]
        if len(value) > SOLUTION_STEPS_MAX:
            return [Problem(field, "too_many", f"has {len(value)} steps; {SOLUTION_STEPS_MAX} are allowed")]
        for number, text in enumerate(value, start=1):
            if not isinstance(text, str):
                return [Problem(field, "not_text", f"has a step {number} that is {kind_of(text)}")]
            if not text.strip():
                return [Problem(field, "blank", f"has a step {number} that is blank")]
        return text_problems(field, self.search_text(value), blank=True)

    def search_text(self, value: Any) -> str:
        """All steps."""
        return "\n".join(value)


PART = StepsField()
