"""What a question type is: something a task asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from fairhand.kernel.limits import CONDITION_VALUES_MAX
from fairhand.tasks.wording import Identifier, Label, OptionValue, Paragraph, Problem


class ShowIf(BaseModel):
    """A question is asked only if an earlier one was answered with one of these."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    question: Identifier
    any_of: Annotated[list[OptionValue | int], Field(min_length=1, max_length=CONDITION_VALUES_MAX)]


class QuestionTerms(BaseModel):
    """What every question has; a question type adds its own settings and narrows `type`.

    `show_if`: when it is asked; always, if there is none.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    # Types of the fields that a question may be about; it then has a setting `of`, the name of the field.
    of_types: ClassVar[tuple[str, ...]] = ()

    name: Identifier
    type: str
    version: Literal[1] = 1
    label: Label
    help: Paragraph | None = None
    required: bool = True
    show_if: ShowIf | None = None

    def shows_field(self) -> bool:
        """Whether its form shows the field that it is about whole, so that this need not stand beside it too."""
        return False

    def possible(self) -> frozenset[str | int]:
        """What an answer may be, or hold, where that is one of a few values: a condition can look for these alone."""
        return frozenset()


# What a form sends: under each name, its values in order.
Posted = Mapping[str, Sequence[str]]


def one(posted: Posted, name: str) -> str:
    """The text under a name, with plain line ends; empty where nothing was sent."""
    return (posted.get(name) or [""])[-1].replace("\r\n", "\n")


@dataclass(frozen=True, slots=True)
class Sends:
    """Files that are sent for an answer: the kinds or media types that are taken, and the most bytes of one."""

    takes: tuple[str, ...]
    bytes_max: int


class QuestionType(Protocol):
    """A question type, version by version. Terms reach it as the JSON that a template stores.

    Where they name a field (`of`), that field's value stands beside them as `given` (`tasks.template.bound`); it is
    None where a template is looked at without a task.

    A question that not every value of its field can be asked of has `check_given(value, terms)` besides: what is wrong
    with a task's value, so that the task is refused where it comes in; `Problem.field` is the field's name.

    One whose answers, as they are read, draw the whole field that they are about has besides
    `draws_given(value, terms) -> bool`, so that the field need not stand beside such an answer too.

    One whose answers hold files has `sends(terms) -> Sends`: wherever files of answers are sent, proven or opened, it
    is found by that.

    One that listens to keys has `keys(terms) -> [(keys, code of what they do)]` besides (`tasks.keys`): no template may
    give such a key to something else, and the sheet of keys lists them. Letters and digits are read through `pressed()`
    of the page's script, so that people can put others in their place.

    `distance`, `grade`, `export_columns` and `export_values` take values that `check` found nothing wrong with. Sealed
    tables are written from the last two, the same bytes for ever: other columns are another version of a question type.
    """

    name: str
    version: int
    terms: type[QuestionTerms]

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """What is wrong with one answer to this question; `Problem.field` is the question's name."""
        ...

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """The answer that a form sends: its fields begin with `name`. None: nothing was answered."""
        ...

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """What its page draws beside the terms; `value` may be what `read` gave, wrong or None."""
        ...

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """How far two answers differ: 0 (the same) to 1; a metric."""
        ...

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """How right an answer is: 0 to 1."""
        ...

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The columns this question fills in an exported table."""
        ...

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """What stands in these columns; for no answer, that None, texts that are empty."""
        ...
