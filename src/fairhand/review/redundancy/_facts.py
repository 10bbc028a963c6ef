"""What redundancy policies see, and what they are. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict

from fairhand.tasks.questions import QUESTIONS

Step = Literal["done", "more", "adjudicate"]


@dataclass(frozen=True, slots=True)
class AnswersFacts:
    """The accepted answers of a task, first attempt first, each as its reviewer left it.

    `want`: attempts wanted from the start; `left`: planned ones that may still open. `questions`: terms of the
    template's questions, in order.
    """

    answers: Sequence[Mapping[str, Any]]
    want: int
    left: int
    questions: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Judged:
    """What comes next. `top_n`: how many answers are alike in the largest group; None where nobody compared."""

    step: Step
    top_n: int | None = None


class RedundancyTerms(BaseModel):
    """Terms of a policy. Unknown ones are refused."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class RedundancyPolicy(Protocol):
    """A redundancy policy. It asks for more only where something is left to open."""

    name: str
    version: int
    terms: type[RedundancyTerms]

    def judge(self, facts: AnswersFacts, terms: Any) -> Judged:
        """What a task whose open attempts are all decided calls for."""
        ...


def alike(facts: AnswersFacts, question: str) -> int:
    """The size of the largest group of answers that are the same at a question ("": at all of them)."""
    asked = [each for each in facts.questions if not question or each["name"] == question]
    sizes = [sum(_same(a, b, asked) for b in facts.answers) for a in facts.answers]
    return max(sizes, default=0)


def _same(a: Mapping[str, Any], b: Mapping[str, Any], asked: Sequence[Mapping[str, Any]]) -> bool:
    for terms in asked:
        mine, theirs = a.get(terms["name"]), b.get(terms["name"])
        if (mine is None) != (theirs is None):
            return False
        kind = QUESTIONS.get(terms["type"], terms.get("version", 1))
        if mine is not None and (kind.distance(mine, theirs, terms) != 0 if kind else mine != theirs):
            return False
    return True
