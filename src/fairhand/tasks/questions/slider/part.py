"""A number on a line, whose two ends say in words what they stand for. Until it is touched, nothing is answered."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import SLIDER_STEPS_MAX
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.wording import Label, Problem, unfit

_EXACT = r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?"
_NUMBER = re.compile(_EXACT)
_CHARS_MAX = 40
# Arabic digits, its decimal sign and the minus of typography.
_PLAIN = str.maketrans("٠١٢٣٤٥٦٧٨٩٫−", "0123456789.-")  # noqa: RUF001  # the characters that are meant
Exact = Annotated[str, Field(pattern=f"^{_EXACT}$")]


class SliderTerms(QuestionTerms):
    """`least` to `most` in steps of `step`, as text ("0.5"); `low` and `high`: what the two ends stand for.

    `within`: how far from the known answer still counts as wholly right.
    """

    type: Literal["slider"]
    least: Exact = "0"
    most: Exact = "100"
    step: Exact = "1"
    low: Label
    high: Label
    unit: Label | None = None
    within: Exact = "0"

    @model_validator(mode="after")
    def _fits(self) -> Self:
        span, step = Decimal(self.most) - Decimal(self.least), Decimal(self.step)
        if span <= 0:
            raise unfit("least_below_most", "least must be below most")
        if step <= 0 or span % step:
            raise unfit("no_whole_steps", "the way from least to most is a whole number of steps")
        if span / step > SLIDER_STEPS_MAX:
            raise unfit("many_steps", "a slider has at most %(most)s steps", most=SLIDER_STEPS_MAX)
        if Decimal(self.within) < 0:
            raise unfit("within_below_zero", "within can't be below zero")
        return self


class Slider:
    """answer: a number of the line as text, with as many decimals as it needs and no more ("2.5"): one number is
    written in one way. Never where nobody put it."""

    name = "slider"
    version = 1
    terms = SliderTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_number, not_in_range, off_step."""
        question, (least, most, step) = str(terms["name"]), _line(terms)
        if not isinstance(answer, str) or not _NUMBER.fullmatch(answer):
            return [Problem(question, "not_a_number", 'is answered with a number as text, such as "2.5"')]
        if not least <= Decimal(answer) <= most:
            return [Problem(question, "not_in_range", f"is a number from {least} to {most}")]
        if (Decimal(answer) - least) % step:
            return [Problem(question, "off_step", f"lies between two steps of {step} from {least}")]
        if answer != _written(Decimal(answer)):
            return [Problem(question, "not_a_number", f'is written as "{_written(Decimal(answer))}"')]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """What was written or set, in the digits that are stored, without zeros at the end of its decimals."""
        text = one(posted, name).strip().translate(_PLAIN)[:_CHARS_MAX]
        if not _NUMBER.fullmatch(text):
            return text or None
        return _written(Decimal(text))

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """`least`, `most`, `step` as they are written, `middle`: the step nearest to the middle of the line."""
        least, most, step = _line(terms)
        steps = (most - least) / step
        return {
            "least": _written(least), "most": _written(most), "step": _written(step),
            "middle": _written(least + step * (steps // 2)),
        }  # fmt: skip

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        return [("arrows", "slide"), ("space", "slide_here")]

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """The difference as a share of the line."""
        least, most, _ = _line(terms)
        return abs(Fraction(a) - Fraction(b)) / Fraction(most - least)

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 within the stated reach of the known answer; beyond it, 1 minus the distance."""
        near = abs(Fraction(answer) - Fraction(gold)) <= Fraction(terms.get("within", "0"))
        return Fraction(1) if near else 1 - self.distance(answer, gold, terms)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """One column, of numbers."""
        return (str(terms["name"]),)

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The number."""
        return (answer or "",)


def _line(terms: Mapping[str, Any]) -> tuple[Decimal, Decimal, Decimal]:
    return Decimal(terms.get("least", "0")), Decimal(terms.get("most", "100")), Decimal(terms.get("step", "1"))


def _written(number: Decimal) -> str:
    """Plain digits; no zeros at the end of the decimals, and no minus before zero."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


PART = Slider()
