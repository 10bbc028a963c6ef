"""What pydantic finds wrong with a template, as reasons by their places. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from fairhand.tasks.wording import Reason, shown

Steps = Sequence[int | str]
_STEP_CHARS_MAX = 40
_SENTENCE_CHARS_MAX = 500
_QUOTED = ("tag",)  # of these facts somebody else decides what they say
_LISTS = ("expected", "expected_tags", "discriminator")


def path_of(steps: Steps) -> str:
    """`questions.2.of`."""
    return ".".join(str(step)[:_STEP_CHARS_MAX] for step in steps)


def faults_of(error: ValidationError) -> Iterator[tuple[Steps, Reason]]:
    """(path, reason) of each fault: pydantic's codes, and those of our own checks (`wording.unfit`)."""
    for each in error.errors(include_url=False, include_input=False):
        made = Reason(each["msg"][:_SENTENCE_CHARS_MAX])
        made.code, made.facts = each["type"], _facts(each.get("ctx", {})) | {"said": str(made)}
        yield each["loc"], made


def _facts(given: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for name, value in given.items():
        if name == "error":
            continue
        said = shown(value) if name in _QUOTED else str(value)[:_SENTENCE_CHARS_MAX]
        # "'a', 'b' or 'c'": the same without a word of English.
        facts[name] = said.replace(" or ", ", ").replace("'", "") if name in _LISTS else said
    return facts


def beneath(error: ValidationError, *steps: int | str) -> list[InitErrorDetails]:
    """The same faults, as those of something that stands at `steps` of something else."""
    return [
        InitErrorDetails(
            type=PydanticCustomError(each["type"], "{said}", _carried(each.get("ctx", {})) | {"said": each["msg"]}),
            loc=(*steps, *each["loc"]), input=None,
        )
        for each in error.errors(include_url=False, include_input=False)
    ]  # fmt: skip


def _carried(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name != "error"}
