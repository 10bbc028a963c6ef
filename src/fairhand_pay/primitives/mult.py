"""MULT: a supplement on earlier lines by score, by number of units, or for what held then; never below 1."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from fairhand_pay.currency import format_minor, parse_decimal, round_minor
from fairhand_pay.errors import FactsError, TermsError
from fairhand_pay.facts import Facts
from fairhand_pay.primitives._part import MULT, Draft, Frame, Made, Params, Usual
from fairhand_pay.primitives._text import decimal_written, percent, plain

FACTOR_MIN, FACTOR_MAX = 1, 3
# Among the facts where work was accepted and nobody scored it: it counts as the best score.
UNSCORED = "unscored"
_SENTENCES = {
    "mult_score": "+%(percent)s for a score of %(score)s (from %(from)s on) on %(base)s = %(amount)s",
    "mult_score_low": "No supplement for a score of %(score)s; it begins at %(from)s: %(amount)s",
    "mult_unscored": "+%(percent)s on %(base)s: nobody scores this work, so that it counts as the best score = "
    "%(amount)s",
    "mult_score_waits": "A supplement for the score is added once there is one: %(amount)s",
    "mult_turn": "+%(percent)s for %(units)s turns (from %(from)s on) on %(base)s = %(amount)s",
    "mult_item": "+%(percent)s for %(units)s items (from %(from)s on) on %(base)s = %(amount)s",
    "mult_word": "+%(percent)s for %(units)s words (from %(from)s on) on %(base)s = %(amount)s",
    "mult_units_low": "No supplement for %(units)s; it begins at %(from)s: %(amount)s",
    "mult_surge": "+%(percent)s for times of high demand on %(base)s = %(amount)s",
    "mult_difficult": "+%(percent)s for a difficult task on %(base)s = %(amount)s",
    "mult_rare_language": "+%(percent)s for a rare language on %(base)s = %(amount)s",
    "mult_flag_absent": "A supplement that didn't apply: %(amount)s",
    "mult_said_score": "+%(percent)s from a score of %(from)s",
    "mult_said_turn": "+%(percent)s from %(from)s turns on",
    "mult_said_item": "+%(percent)s from %(from)s items on",
    "mult_said_word": "+%(percent)s from %(from)s words on",
    "mult_said_surge": "+%(percent)s at times of high demand",
    "mult_said_difficult": "+%(percent)s for difficult tasks",
    "mult_said_rare_language": "+%(percent)s for rare languages",
}
_SINGULARS = {
    "mult_turn": ("+%(percent)s for one turn (from %(from)s on) on %(base)s = %(amount)s", "units"),
    "mult_item": ("+%(percent)s for one item (from %(from)s on) on %(base)s = %(amount)s", "units"),
    "mult_word": ("+%(percent)s for one word (from %(from)s on) on %(base)s = %(amount)s", "units"),
    "mult_said_turn": ("+%(percent)s from one turn on", "from"),
    "mult_said_item": ("+%(percent)s from one item on", "from"),
    "mult_said_word": ("+%(percent)s from one word on", "from"),
}
_UNITS = ("turn", "item", "word")


class Step(Params):
    """From this score or number on (`at`), base pay is multiplied by `factor`; for a flag there is one step at 1."""

    at: Annotated[str, Field(strict=True)]
    factor: Annotated[str, Field(strict=True)]


class MultParams(Params):
    """`of`: which lines. `how`: additive on those alone, or compounding on earlier supplements too."""

    by: Literal["score", "turn", "item", "word", "surge", "difficult", "rare_language"]
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=8)]
    of: Annotated[tuple[Literal["time", "unit", "event"], ...], Field(min_length=1, max_length=3)] = ("time", "unit")
    how: Literal["additive", "compounding"] = "additive"


class Mult(Usual):
    """(factor − 1) × the sum of the lines that it is about, as a line of its own."""

    name = "MULT"
    version = 1
    params = MultParams
    sentences = _SENTENCES
    singulars = _SINGULARS

    def settle(self, params: MultParams, frame: Frame) -> MultParams:
        """Factors from 1 to 3 that only rise: more work, and better work, never pays less."""
        settled: list[Step] = []
        for number, step in enumerate(params.steps):
            where = f"steps.{number}"
            at, factor = decimal_written(step.at, f"{where}.at"), decimal_written(step.factor, f"{where}.factor")
            if not FACTOR_MIN <= _number(factor) <= FACTOR_MAX:
                why = f"{factor} is not {FACTOR_MIN} to {FACTOR_MAX}; accepted work never loses by a supplement"
                raise TermsError(f"{where}.factor", why)
            if settled and _number(at) <= _number(settled[-1].at):
                raise TermsError(f"{where}.at", f"{at} is not above {settled[-1].at}, the step before")
            if settled and _number(factor) < _number(settled[-1].factor):
                raise TermsError(f"{where}.factor", f"{factor} is below {settled[-1].factor}: more would pay less")
            if params.by in _UNITS and _number(at).denominator != 1:
                raise TermsError(f"{where}.at", f"{at} is not a whole number of units")
            settled.append(Step(at=at, factor=factor))
        if params.by not in ("score", *_UNITS) and (len(settled) > 1 or settled[0].at != "1"):
            raise TermsError("steps", 'it holds or it doesn\'t: one step, at "1"')
        if len(set(params.of)) < len(params.of):
            raise TermsError("of", "names the same lines twice")
        return MultParams(by=params.by, steps=tuple(settled), of=tuple(sorted(params.of)), how=params.how)

    def counts(self, params: MultParams) -> str:
        """One supplement for one reason."""
        return f"supplement for {params.by}"

    def asks(self, params: MultParams) -> tuple[str, ...]:
        """What decides the step. A score may come later."""
        if params.by == "score":
            return ("score",)
        return (f"units.{params.by}",) if params.by in _UNITS else (f"flags.{params.by}",)

    def step(self, params: MultParams) -> int:
        """On the base."""
        return MULT

    def drafts(self, facts: Facts, params: MultParams, frame: Frame) -> tuple[Draft, ...]:
        """One line; of nought, and saying why, if no step is reached."""
        level = _level(facts, params)
        inputs: dict[str, int | str] = {"by": params.by}
        lowest = params.steps[0].at
        if level is None and UNSCORED not in facts.flags:
            return (Draft(inputs, Fraction(0), "mult_score_waits", {}),)
        if level is None:
            level = _number(params.steps[-1].at)
            inputs["flag"] = UNSCORED
        elif params.by == "score":
            inputs["score"] = plain(level)
        elif params.by in _UNITS:
            inputs |= {"unit": params.by, "units": level.numerator}
        else:
            inputs["flag"] = params.by if level else ""
        reached = [step for step in params.steps if _number(step.at) <= level]
        if not reached:
            args = {"from": lowest}
            if params.by == "score":
                return (Draft(inputs, Fraction(0), "mult_score_low", {**args, "score": plain(level)}),)
            if params.by in _UNITS:
                return (Draft(inputs, Fraction(0), "mult_units_low", {**args, "units": plain(level)}),)
            return (Draft(inputs, Fraction(0), "mult_flag_absent", {}),)
        step = reached[-1]
        on = _about(params, frame)
        base = sum((made.exact for made in on), Fraction(0))
        factor = _number(step.factor)
        args = {"percent": percent(factor - 1), "base": format_minor(round_minor(base), frame.currency)}
        said = f"mult_{params.by}"
        if "flag" in inputs and params.by == "score":
            said = "mult_unscored"
        elif params.by == "score":
            args |= {"score": plain(level), "from": step.at}
        elif params.by in _UNITS:
            args |= {"units": plain(level), "from": step.at}
        inputs |= {"at": step.at, "factor": step.factor, "how": params.how, "base": str(base)}
        return (Draft(inputs, (factor - 1) * base, said, args, parents=tuple(m.key for m in on)),)

    def most(self, params: MultParams, frame: Frame) -> Facts:
        """The last step."""
        top = params.steps[-1].at
        if params.by == "score":
            return Facts(None, score=top)
        if params.by in _UNITS:
            return Facts(None, {params.by: int(top)})
        return Facts(None, flags=frozenset({params.by}))

    def said(self, params: MultParams, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """A phrase for each step."""
        return tuple(
            (f"mult_said_{params.by}", {"percent": percent(_number(step.factor) - 1)}
             | ({"from": step.at} if params.by in ("score", *_UNITS) else {}))
            for step in params.steps
        )  # fmt: skip


def _level(facts: Facts, params: MultParams) -> Fraction | None:
    """The score, the number of units, or 1 where a flag holds; None for a score that isn't there yet."""
    if params.by == "score":
        return facts.scored
    if params.by in _UNITS:
        units = facts.units.get(params.by)
        if units is None:
            raise FactsError(f"units.{params.by}", "the plan looks at this unit and its number is missing; count it")
        return Fraction(units)
    return Fraction(params.by in facts.flags)


def _about(params: MultParams, frame: Frame) -> list[Made]:
    tags = {*params.of, "mult"} if params.how == "compounding" else set(params.of)
    return [made for made in frame.made if made.tag in tags]


def _number(text: str) -> Fraction:
    return Fraction(parse_decimal(text))


PART = Mult()
