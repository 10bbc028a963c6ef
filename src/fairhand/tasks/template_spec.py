"""A template as pydantic models: what a task shows and asks, in which layout. Pure.

`template_faults` says what its parts ask of each other: names that are told apart, conditions and layouts that lead to
something. docs/reference/template.schema.json is made from these models.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator
from pydantic_core import InitErrorDetails

from fairhand.kernel import limits
from fairhand.tasks.attached import sends
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields.submission.part import SubmissionTerms
from fairhand.tasks.keys import key_faults
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions._question import QuestionTerms, ShowIf
from fairhand.tasks.template import ASKED, misplaced
from fairhand.tasks.template_reasons import beneath
from fairhand.tasks.wording import Identifier, Reason, because, shown, unfit

Faults = Iterator[tuple[list[str | int], Reason]]


def _any_of(models: Sequence[type[BaseModel]]) -> Any:
    """One model, or a union told apart by `type`."""
    if len(models) == 1:
        return models[0]
    union: Any = Union[tuple(models)]  # noqa: UP007  # of as many types as there are folders
    return Annotated[union, Field(discriminator="type")]


if TYPE_CHECKING:
    AnyField = FieldTerms
    AnyQuestion = QuestionTerms
else:
    AnyField = _any_of([part.terms for part in FIELDS.all()])
    AnyQuestion = _any_of([part.terms for part in QUESTIONS.all()])


class Part(BaseModel):
    """Nothing unknown is taken, nothing is converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Pair(Part):
    """Two fields side by side, on a phone one below the other."""

    kind: Literal["pair"]
    left: Identifier
    right: Identifier

    @property
    def names(self) -> list[str]:
        """The fields, from the start side."""
        return [self.left, self.right]


class Columns(Part):
    """Some fields side by side; where there is no room for all, in rows of two, on a phone one below the other."""

    kind: Literal["columns"]
    fields: Annotated[list[Identifier], Field(min_length=2, max_length=limits.LAYOUT_COLUMNS_MAX)]

    @property
    def names(self) -> list[str]:
        """The fields, from the start side."""
        return self.fields


Layout = Annotated[Pair | Columns, Field(discriminator="kind")]


class Template(Part):
    """What a task shows and asks."""

    version: Literal[1] = 1
    fields: Annotated[list[AnyField], Field(min_length=1, max_length=limits.TEMPLATE_PARTS_MAX)]
    questions: Annotated[list[AnyQuestion], Field(min_length=1, max_length=limits.TEMPLATE_PARTS_MAX)]
    layout: Layout | None = None

    @field_validator("fields")
    @classmethod
    def _whole(cls, fields: list[FieldTerms]) -> list[FieldTerms]:
        faults: list[InitErrorDetails] = []
        whole = [
            _filled(field, place, faults) if isinstance(field, SubmissionTerms) else field
            for place, field in enumerate(fields)
        ]
        if faults:
            raise ValidationError.from_exception_data("fields", faults)
        return whole


_QUESTION: TypeAdapter[QuestionTerms] = TypeAdapter(AnyQuestion)


def _filled(field: SubmissionTerms, at: int, faults: list[InitErrorDetails]) -> SubmissionTerms:
    """The same with everything that its questions leave out; what is no question, or one with files, is a fault."""
    asked: list[dict[str, Any]] = []
    for place, given in enumerate(field.asked):
        where = (at, field.type, ASKED, place)
        try:
            terms = _QUESTION.validate_python({name: value for name, value in given.items() if name != "show_if"})
        except ValidationError as error:
            faults += beneath(error, *where)
            continue
        if sends(terms.model_dump(mode="json")) is not None:
            why = unfit("asked_files", "files can't be shown as part of a submission")
            faults.append(InitErrorDetails(type=why, loc=where, input=None))
        if any(terms.name == each["name"] for each in asked):
            why = unfit("asked_twice", "%(name)s is the name of an earlier question", name=shown(terms.name))
            faults.append(InitErrorDetails(type=why, loc=where, input=None))
        asked.append(terms.model_dump(mode="json", exclude_none=True))
    return field.model_copy(update={ASKED: asked})


def template_faults(template: Template) -> Faults:
    """(path below the template, sentence) of everything that does not fit together."""
    fields = [field.name for field in template.fields]
    names = [question.name for question in template.questions]
    for kind, given, before in (("fields", fields, []), ("questions", names, fields)):
        for place, name in enumerate(given):
            if name in given[:place] or name in before:
                yield (
                    [kind, place, "name"],
                    because("name_twice", "%(name)s is the name of an earlier field or question", name=shown(name)),
                )
    yield from _conditions(template)
    stored = template.model_dump(mode="json", exclude_none=True)
    for kind, place, why in misplaced(stored):
        yield [kind, place, "of" if kind == "questions" else ASKED], why
    yield from _shown_elsewhere(template)
    yield from key_faults(stored)
    if template.layout is not None:
        yield from _layout(template.layout, fields)


def _shown_elsewhere(template: Template) -> Faults:
    """A field that stands in a question alone must be seen there by everybody, whatever they answer."""
    seen = {getattr(each, "of", None) for each in template.questions if each.shows_field() and each.show_if is None}
    beside = template.layout.names if template.layout is not None else []
    for place, field in enumerate(template.fields):
        if field.shown is not None and field.name not in seen:
            why = "no question that is always asked shows the field %(name)s"
            yield ["fields", place, "shown"], because("shown_nowhere", why, name=shown(field.name))
        elif field.shown is not None and field.name in beside:
            why = "the layout puts the field %(name)s beside another one"
            yield ["fields", place, "shown"], because("shown_beside", why, name=shown(field.name))


def _conditions(template: Template) -> Faults:
    earlier: dict[str, AnyQuestion] = {}
    for place, question in enumerate(template.questions):
        if question.show_if is not None:
            for path, why in _condition(question.show_if, earlier):
                yield ["questions", place, "show_if", *path], why
        earlier.setdefault(question.name, question)


def _condition(condition: ShowIf, earlier: Mapping[str, AnyQuestion]) -> Faults:
    name = condition.question
    if name not in earlier:
        yield (
            ["question"],
            because("not_earlier", "%(name)s is not an earlier question of the template", name=shown(name)),
        )
    elif not (possible := earlier[name].possible()):
        why = (
            "%(name)s is of type %(type)s, whose answers here are not of a few values; a condition looks at those alone"
        )
        yield ["question"], because("not_few_values", why, name=shown(name), type=earlier[name].type)
    else:
        for place, value in enumerate(condition.any_of):
            if value not in possible:
                yield (
                    ["any_of", place],
                    because(
                        "never_answer", "%(value)s is never an answer to %(name)s", value=shown(value), name=shown(name)
                    ),
                )


def _layout(layout: Pair | Columns, fields: Sequence[str]) -> Faults:
    paths: list[list[str | int]] = [["left"], ["right"]]
    if isinstance(layout, Columns):
        paths = [["fields", place] for place in range(len(layout.fields))]
    for path, (place, name) in zip(paths, enumerate(layout.names), strict=True):
        if name not in fields:
            yield ["layout", *path], because("not_field", "%(name)s is not a field of the template", name=shown(name))
        elif name in layout.names[:place]:
            yield ["layout", *path], because("field_twice", "%(name)s stands twice", name=shown(name))
