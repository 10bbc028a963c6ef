"""Which of two is better, and by how much: a number, below zero for the left one, above zero for the right one."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field

from fairhand.kernel.limits import PREFERENCE_STRENGTH_MAX
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.wording import Label, Problem


class PreferenceTerms(QuestionTerms):
    """`left`, `right`: what the two are called. `strength`: how many steps to each side. `tie`: whether zero is one."""

    type: Literal["preference"]
    left: Label
    right: Label
    strength: Annotated[int, Field(ge=1, le=PREFERENCE_STRENGTH_MAX)] = 3
    tie: bool = True

    def possible(self) -> frozenset[str | int]:
        """The steps to both sides, and zero where it is one."""
        return frozenset(range(-self.strength, self.strength + 1)) - (frozenset() if self.tie else {0})


class Preference:
    """answer: a whole number from -strength (the left one by far) to strength (the right one by far); 0: a tie."""

    name = "preference"
    version = 1
    terms = PreferenceTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_in_range, no_tie."""
        question, most = str(terms["name"]), _strength(terms)
        if not isinstance(answer, int) or isinstance(answer, bool) or abs(answer) > most:
            return [Problem(question, "not_in_range", f"is a whole number from {-most} to {most}")]
        if answer == 0 and not terms.get("tie", True):
            return [Problem(question, "no_tie", "is 0, and the template asks to decide for one of the two")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """The step that is marked."""
        text = one(posted, name)
        return int(text) if text in {str(step) for step in range(-_strength(terms), _strength(terms) + 1)} else None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """The steps from left to right: (number, how strong, the key that chooses it)."""
        most = _strength(terms)
        steps = [step for step in range(-most, most + 1) if step or terms.get("tie", True)]
        return [(step, abs(step), key) for key, step in enumerate(steps, start=1)]

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        return [(str(key), "") for _, _, key in self.drawn(None, terms)]

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """The steps between the two as a share of the whole scale."""
        return Fraction(abs(a - b), 2 * _strength(terms))

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """0 for the other side, else 1 minus the distance."""
        return Fraction(0) if answer * gold < 0 else 1 - self.distance(answer, gold, terms)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The better one (left, right, tie), and by how many steps."""
        return (str(terms["name"]), f"{terms['name']}_strength")

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The better one, and by how many steps."""
        if answer is None:
            return ("", "")
        return ("tie" if answer == 0 else "left" if answer < 0 else "right", str(abs(answer)))


def _strength(terms: Mapping[str, Any]) -> int:
    return int(terms.get("strength", 3))


PART = Preference()
