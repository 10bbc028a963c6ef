"""What a question type is: something a task asks."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from fairhand.tasks.wording import Identifier, Label, Paragraph, Problem


class QuestionTerms(BaseModel):
    """What every question has; a question type adds its own settings and narrows `type`."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: Identifier
    type: str
    version: Literal[1] = 1
    label: Label
    help: Paragraph | None = None
    required: bool = True


class QuestionType(Protocol):
    """A question type, version by version. Terms reach it as the JSON that a template stores.

    `distance`, `grade` and `export_columns` take values that `check` found nothing wrong with.
    """

    name: str
    version: int
    terms: type[QuestionTerms]

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """What is wrong with one answer to this question; `Problem.field` is the question's name."""
        ...

    def distance(self, a: Any, b: Any) -> Fraction:
        """How far two answers differ: 0 (the same) to 1; a metric."""
        ...

    def grade(self, answer: Any, gold: Any) -> Fraction:
        """How right an answer is: 0 to 1."""
        ...

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The columns this question fills in an exported table."""
        ...
