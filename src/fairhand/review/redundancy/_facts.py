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
    template's questions, in order. `each`: those that each answer was given to, where they were not the same.
    """

    answers: Sequence[Mapping[str, Any]]
    want: int
    left: int
    questions: Sequence[Mapping[str, Any]]
    each: Sequence[Sequence[Mapping[str, Any]]] = ()


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
    """The size of the largest group of answers that are the same at a question ("": at all of them). What was asked
    differently of two people wasn't answered alike."""
    asked = facts.each or [facts.questions] * len(facts.answers)
    given = [(answer, _named(own, question)) for answer, own in zip(facts.answers, asked, strict=True)]
    sizes = [sum(_same(a, b) for b in given) for a in given]
    return max(sizes, default=0)


def _named(asked: Sequence[Mapping[str, Any]], question: str) -> dict[str, Mapping[str, Any]]:
    return {each["name"]: each for each in asked if not question or each["name"] == question}


_Given = tuple[Mapping[str, Any], Mapping[str, Mapping[str, Any]]]


def _same(a: _Given, b: _Given) -> bool:
    (ours, asked), (others, theirs_asked) = a, b
    if asked.keys() != theirs_asked.keys():
        return False
    for name, terms in asked.items():
        mine, theirs = ours.get(name), others.get(name)
        if (mine is None) != (theirs is None) or terms != theirs_asked[name]:
            return False
        kind = QUESTIONS.get(terms["type"], terms.get("version", 1))
        if mine is not None and (kind.distance(mine, theirs, terms) != 0 if kind else mine != theirs):
            return False
    return True
