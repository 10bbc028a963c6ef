"""What questions that models answer have in common: which models, how they are asked, and what they said. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import (
    MODEL_ANSWER_BYTES_MAX,
    MODEL_ASKED_PER_CLAIM_MAX,
    MODEL_TOKENS_PER_ANSWER_MAX,
    MODEL_TOKENS_PER_CLAIM_MAX,
)
from fairhand.tasks.fields._file import ID
from fairhand.tasks.questions._question import QuestionTerms
from fairhand.tasks.wording import Identifier, storable_problem, unfit

# Where each of two models stands, as whoever works sees them; what a model said is kept under these keys.
SLOTS = ("a", "b")
ANSWER = frozenset({"slot", "id", "text"})
_TEMPERATURE = re.compile(r"[01](?:\.[0-9]{1,2})?|2(?:\.0{1,2})?")
_SEED_MAX = 2**31 - 1


class ModelTerms(QuestionTerms):
    """`models`: one, or two that are compared, as the operator called their endpoints.

    `temperature`: from 0 to 2 as decimal text; `seed`: a number, or drawn for every answer and kept. `answer_tokens`:
    the most of one answer; `asked_max`, `tokens_max`: of all that one claim asks for.
    """

    models: Annotated[list[Identifier], Field(max_length=len(SLOTS))] = []
    temperature: Annotated[str, Field(pattern=f"^(?:{_TEMPERATURE.pattern})$")] = "0.7"
    seed: Annotated[int, Field(ge=0, le=_SEED_MAX)] | Literal["drawn"] = "drawn"
    answer_tokens: Annotated[int, Field(ge=1, le=MODEL_TOKENS_PER_ANSWER_MAX)] = 800
    asked_max: Annotated[int, Field(ge=1, le=MODEL_ASKED_PER_CLAIM_MAX)] = 40
    tokens_max: Annotated[int, Field(ge=1, le=MODEL_TOKENS_PER_CLAIM_MAX)] = 50_000

    def asked_least(self) -> int:
        """How many answers somebody asks for at the least who does what the question wants."""
        return len(self.models)

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if len(set(self.models)) < len(self.models):
            raise unfit("model_twice", "models names one twice: a model is compared with another one")
        if self.asked_max < self.asked_least():
            raise unfit("asked_few", "asked_max (%(n)s) is too few for what is asked for", n=self.asked_max)
        if self.tokens_max < self.answer_tokens * self.asked_least():
            raise unfit("tokens_few", "tokens_max (%(n)s) is too few for what is asked for", n=self.tokens_max)
        return self


def slots_of(terms: Mapping[str, Any]) -> Sequence[str]:
    """The places of a question's models."""
    return SLOTS[: len(terms.get("models") or ())]


def is_answer(given: object, slots: Sequence[str]) -> bool:
    """Whether something is shaped as what a model in one of these places said."""
    return (
        isinstance(given, Mapping) and set(given) == ANSWER and given["slot"] in slots
        and isinstance(given["id"], str) and bool(ID.fullmatch(given["id"]))
        and isinstance(given["text"], str) and len(given["text"]) <= MODEL_ANSWER_BYTES_MAX
        and storable_problem(given["text"]) is None
    )  # fmt: skip
