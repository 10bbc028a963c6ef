"""Somebody's answers to other questions, drawn as those draw them: work that is looked at as a task of its own.

A project's own reviews need no such field: their page shows the task and the answer to it. This one is for answers that
come from elsewhere, such as an earlier project's delivery or another tool.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from fairhand.kernel.limits import TEMPLATE_PARTS_MAX
from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.wording import Problem


class SubmissionTerms(FieldTerms):
    """`asked`: the questions that were answered, as their template has them; one that is about a field (`of`) finds it
    among the fields of this template. Questions that take files can't be among them."""

    type: Literal["submission"]
    asked: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=TEMPLATE_PARTS_MAX)]


class SubmissionField:
    """value: the answers by the name of their question, as a delivery has them: {"winner": "left", "why": "…"}.

    What was left out was not answered. The answers themselves are checked by their questions (`tasks.template`).
    """

    name = "submission"
    version = 1
    terms = SubmissionTerms

    def check(self, value: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_an_object, nothing_answered; with its task also bad_submission, which names the question."""
        field = str(terms["name"])
        if not isinstance(value, Mapping):
            return [Problem(field, "not_an_object", "must be a table of questions and answers")]
        if not value:
            return [Problem(field, "nothing_answered", "holds no answer")]
        return []

    def search_text(self, value: Any) -> str:
        """Everything that was written."""
        return "\n".join(_texts(value))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _texts(each)]


PART = SubmissionField()
