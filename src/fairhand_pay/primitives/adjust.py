"""ADJUST: old facts on new terms, or new facts on old ones: the difference, which is never negative unless told."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from fairhand_pay.currency import format_minor
from fairhand_pay.errors import TermsError
from fairhand_pay.facts import Facts
from fairhand_pay.primitives._part import ADJUST, Draft, Frame, Params, Usual
from fairhand_pay.primitives._text import decimal_written
from fairhand_pay.primitives.mult import UNSCORED

_SENTENCES = {
    "adjust_estimate": "The estimate was too short: %(old)s becomes %(new)s, %(amount)s more",
    "adjust_limit": "The time limit was raised: %(old)s becomes %(new)s, %(amount)s more",
    "adjust_rate": "The rate was raised: %(old)s becomes %(new)s, %(amount)s more",
    "adjust_median": "The typical time is known: %(old)s becomes %(new)s, %(amount)s more",
    "adjust_goal": "Work was accepted after the goal closed: %(old)s becomes %(new)s, %(amount)s more",
    "adjust_guarantee": "Work of that time was decided since: %(old)s becomes %(new)s, %(amount)s more",
    "adjust_score": "The score is known: %(old)s becomes %(new)s, %(amount)s more",
    "adjust_scored": "The reviewer's score is %(score)s: %(old)s becomes %(new)s, %(amount)s more",
    "adjust_scored_low": "The reviewer's score is %(score)s; the supplement begins at %(from)s: %(amount)s",
    "adjust_unscored": "Nobody scored it, so that it counts as the best score: %(old)s becomes %(new)s, %(amount)s "
    "more",
    "adjust_time": "The record of time was corrected: %(old)s becomes %(new)s, %(amount)s more",
    "adjust_decision": "Decided in a case: %(old)s becomes %(new)s, a difference of %(amount)s",
}


class AdjustParams(Params):
    """Why, and between which versions of the plan. `may_lower`: only after a decision in a case.

    `score`: the one that a reviewer gave, with `begins`, from which one on there is more; both only with this cause.
    """

    cause: Literal["estimate", "limit", "rate", "median", "goal", "guarantee", "score", "unscored", "time", "decision"]
    from_version: Annotated[int, Field(strict=True, ge=0)] = 0
    to_version: Annotated[int, Field(strict=True, ge=0)] = 0
    may_lower: bool = False
    score: str = ""
    begins: str = ""


class Adjust(Usual):
    """It isn't promised by a plan: it is added to what was paid."""

    name = "ADJUST"
    version = 1
    params = AdjustParams
    sentences = _SENTENCES

    def settle(self, params: AdjustParams, frame: Frame) -> AdjustParams:
        """Pay is lowered by a decision alone."""
        if params.may_lower and params.cause != "decision":
            raise TermsError("may_lower", "pay is lowered only by a decision in a case")
        if not params.score and not params.begins:
            return params
        if params.cause != "score":
            raise TermsError("score", "a score is the cause of no other difference")
        score, begins = (decimal_written(getattr(params, name), name) for name in ("score", "begins"))
        return params.model_copy(update={"score": score, "begins": begins})

    def counts(self, params: AdjustParams) -> str:
        """Its cause."""
        return f"adjustment for {params.cause}"

    def asks(self, params: AdjustParams) -> tuple[str, ...]:
        """Two computations, not facts."""
        return ()

    def step(self, params: AdjustParams) -> int:
        """After everything, and in no plan."""
        return ADJUST

    def drafts(self, facts: Facts, params: AdjustParams, frame: Frame) -> tuple[Draft, ...]:
        """Lines of the old and the new computation stand in `made`, tagged `old` and `new`; no difference, no line.

        But a score that adds nothing has its line of nought, which says it and can be contested.
        """
        old, new = (sum(made.amount_minor for made in frame.made if made.tag == tag) for tag in ("old", "new"))
        if (new == old and not params.score) or (new < old and not params.may_lower):
            return ()
        inputs: dict[str, int | str] = {
            "cause": params.cause, "old_minor": old, "new_minor": new, "from_version": params.from_version,
            "to_version": params.to_version,
        }  # fmt: skip
        args = {"old": format_minor(old, frame.currency), "new": format_minor(new, frame.currency)}
        said = f"adjust_{params.cause}"
        if params.cause == "unscored":
            inputs["flag"] = UNSCORED
        elif params.score:
            inputs |= {"score": params.score, "begins": params.begins}
            said = "adjust_scored" if new > old else "adjust_scored_low"
            args = {"score": params.score} | (args if new > old else {"from": params.begins})
        parents = tuple(made.key for made in frame.made)
        return (Draft(inputs, Fraction(new - old), said, args, parents=parents),)

    def most(self, params: AdjustParams, frame: Frame) -> Facts:
        """Nothing of its own."""
        return Facts(None)

    def said(self, params: AdjustParams, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """Nothing: no card promises it."""
        return ()


PART = Adjust()
