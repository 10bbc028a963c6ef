"""A number on a scale, for one thing or for each of several. Some numbers of the scale may say what they stand for."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fairhand.kernel.limits import RATING_ROWS_MAX, RATING_STEPS_MAX
from fairhand.tasks.questions._option import Item, no_two_alike
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.wording import Label, Problem, shown, unfit


class Anchor(BaseModel):
    """What a number of the scale stands for."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    at: int
    label: Label


class RatingTerms(QuestionTerms):
    """From `least` to `most`. `rows`: each is rated by itself; without any, one number is the answer."""

    type: Literal["rating"]
    least: Annotated[int, Field(ge=-100, le=100)] = 1
    most: Annotated[int, Field(ge=-100, le=100)] = 5
    anchors: list[Anchor] = []
    rows: Annotated[list[Item], Field(max_length=RATING_ROWS_MAX)] = []

    @model_validator(mode="after")
    def _fits(self) -> Self:
        no_two_alike(self.rows)
        if not 1 <= self.most - self.least < RATING_STEPS_MAX:
            raise unfit("scale", "a scale has 2 to %(most)s numbers", most=RATING_STEPS_MAX)
        named = [anchor.at for anchor in self.anchors]
        if len(set(named)) < len(named) or any(not self.least <= at <= self.most for at in named):
            raise unfit("anchors", "each anchor stands at a number of the scale of its own")
        return self

    def possible(self) -> frozenset[str | int]:
        """The numbers of the scale; none where every row has its own."""
        return frozenset() if self.rows else frozenset(range(self.least, self.most + 1))


class Rating:
    """answer: a whole number of the scale; where there are rows, a table of each row's value and its number."""

    name = "rating"
    version = 1
    terms = RatingTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_an_object, unknown_row, not_all_rated, not_in_range."""
        question, rows = str(terms["name"]), [row["value"] for row in terms.get("rows", [])]
        if not rows:
            return self._number(answer, question, terms)
        if not isinstance(answer, Mapping):
            return [Problem(question, "not_an_object", "is answered with a number for each row")]
        if strange := [key for key in answer if key not in rows]:
            return [Problem(question, "unknown_row", f"{shown(strange[0])} is none of its rows")]
        if missing := [row for row in rows if row not in answer]:
            return [Problem(question, "not_all_rated", f"has no number for {missing[0]}")]
        found = [problem for value in answer.values() for problem in self._number(value, question, terms)]
        return found[:1]

    def _number(self, value: object, question: str, terms: Mapping[str, Any]) -> list[Problem]:
        least, most = _scale(terms)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return []
        return [Problem(question, "not_in_range", f"is a whole number from {least} to {most}")]

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """The number that is marked, row by row; no number at all is no answer."""
        rows = [row["value"] for row in terms.get("rows", [])]
        if not rows:
            return _whole(one(posted, name))
        marked = {row: _whole(one(posted, f"{name}.{row}")) for row in rows}
        return {row: value for row, value in marked.items() if value is not None} or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """`rows`: (row or None, its number, the suffix of its name in the form); `steps`: (number, anchor or None)."""
        least, most = _scale(terms)
        named = {anchor["at"]: anchor["label"] for anchor in terms.get("anchors", [])}
        rows = terms.get("rows", [])
        given = value if isinstance(value, Mapping) else {}
        return {
            "rows": [(row, given.get(row["value"]), f".{row['value']}") for row in rows] or [(None, value, "")],
            "steps": [(at, named.get(at)) for at in range(least, most + 1)],
        }

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        least, most = _scale(terms)
        return [(str(at), "") for at in range(max(least, 0), min(most, 9) + 1)]

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """The difference as a share of the scale, in the mean of the rows."""
        least, most = _scale(terms)
        pairs = [(a[row], b[row]) for row in a] if isinstance(a, Mapping) else [(a, b)]
        return Fraction(sum(abs(left - right) for left, right in pairs), len(pairs) * (most - least))

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 minus the distance."""
        return 1 - self.distance(answer, gold, terms)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """One of numbers, or one for each row."""
        rows = terms.get("rows", [])
        return tuple(f"{terms['name']}_{row['value']}" for row in rows) or (str(terms["name"]),)

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The numbers."""
        rows = [row["value"] for row in terms.get("rows", [])]
        if not rows:
            return ("" if answer is None else str(answer),)
        return tuple("" if answer is None else str(answer[row]) for row in rows)


def _scale(terms: Mapping[str, Any]) -> tuple[int, int]:
    return terms.get("least", 1), terms.get("most", 5)


def _whole(text: str) -> int | None:
    try:
        return int(text[:20])
    except ValueError:
        return None


PART = Rating()
