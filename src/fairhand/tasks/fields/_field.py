"""What a field type is: something a task shows."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from fairhand.tasks.wording import Identifier, Label, Paragraph, Problem


class FieldTerms(BaseModel):
    """What every field has; a field type adds its own settings and narrows `type`.

    `shown`: where an answer is written it stands in the question about it alone, not beside the questions once more.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: Identifier
    type: str
    version: Literal[1] = 1
    label: Label
    help: Paragraph | None = None
    shown: Literal["in_question"] | None = None


class FieldType(Protocol):
    """A field type, version by version. Terms reach `check` as the JSON that a template stores.

    A type whose page draws more than the value itself has `drawn(value, terms)` besides; it gets values that `check`
    found nothing wrong with. One that listens to keys has `keys(terms)`, as question types have (`tasks.keys`).
    """

    name: str
    version: int
    terms: type[FieldTerms]

    def check(self, value: object, terms: Mapping[str, Any]) -> list[Problem]:
        """What is wrong with a task's value for this field; `Problem.field` is the field's name."""
        ...

    def search_text(self, value: Any) -> str:
        """The part of the value that a search should find."""
        ...
