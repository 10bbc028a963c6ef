"""HOLD: no amount; a part of the claim's pay stays pending until it is reviewed, at the latest a stated day."""

from fractions import Fraction
from typing import Annotated

from pydantic import Field

from fairhand_pay.currency import format_minor, parse_share, split
from fairhand_pay.facts import Facts
from fairhand_pay.primitives._part import HOLD, Draft, Frame, Params, Usual
from fairhand_pay.primitives._text import share_written

DAYS_MAX = 14
# Among the facts where nobody will review the work: it is accepted as it is handed in.
DECIDED = "decided"
_SENTENCES = {
    "hold": "%(share)s of %(of)s, %(held)s, stays pending until it is reviewed, at most %(days)s days; %(free)s is "
    "payable at once",
    "hold_none": "Nobody reviews this work, so nothing of its %(of)s is held",
    "hold_said": "%(share)s stays pending until it is reviewed, at most %(days)s days",
}
_SINGULARS = {
    "hold": ("%(share)s of %(of)s, %(held)s, stays pending until it is reviewed, at most %(days)s day; %(free)s is "
             "payable at once", "days"),
    "hold_said": ("%(share)s stays pending until it is reviewed, at most %(days)s day", "days"),
}  # fmt: skip


class HoldParams(Params):
    """`share` of the claim's lines; unreviewed, it is released after `release_days` all the same."""

    share: Annotated[str, Field(strict=True)]
    release_days: Annotated[int, Field(strict=True, ge=1, le=DAYS_MAX)]


class Hold(Usual):
    """The two parts add up to the whole; an odd half cent is payable at once."""

    name = "HOLD"
    version = 1
    params = HoldParams
    sentences = _SENTENCES
    singulars = _SINGULARS

    def settle(self, params: HoldParams, frame: Frame) -> HoldParams:
        """A share up to the whole."""
        return HoldParams(share=share_written(params.share, "share"), release_days=params.release_days)

    def counts(self, params: HoldParams) -> str:
        """Money is held once."""
        return "hold"

    def asks(self, params: HoldParams) -> tuple[str, ...]:
        """Nothing: it looks at the lines."""
        return ()

    def step(self, params: HoldParams) -> int:
        """Last on a claim."""
        return HOLD

    def drafts(self, facts: Facts, params: HoldParams, frame: Frame) -> tuple[Draft, ...]:
        """One line of nought that says how much, and how long at most; or that nothing is, since nothing is awaited."""
        whole = max(0, sum(made.amount_minor for made in frame.made))
        if DECIDED in facts.flags:
            none: dict[str, int | str] = {
                "share": params.share, "of_minor": whole, "held_minor": 0, "free_minor": whole, "flag": DECIDED,
            }  # fmt: skip
            return (Draft(none, Fraction(0), "hold_none", {"of": format_minor(whole, frame.currency)}),)
        share = parse_share(params.share)
        free, held = split(whole, (share.denominator - share.numerator, share.numerator))
        inputs: dict[str, int | str] = {
            "share": params.share, "of_minor": whole, "held_minor": held, "free_minor": free,
            "release_days": params.release_days,
        }  # fmt: skip
        shown = {name: format_minor(each, frame.currency) for name, each in (("of", whole), ("held", held))}
        args = {"share": params.share, "days": str(params.release_days), "free": format_minor(free, frame.currency)}
        parents = tuple(made.key for made in frame.made if made.amount_minor)
        return (Draft(inputs, Fraction(0), "hold", {**args, **shown}, parents=parents),)

    def most(self, params: HoldParams, frame: Frame) -> Facts:
        """It pays nothing."""
        return Facts(None)

    def said(self, params: HoldParams, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """How much and how long."""
        return (("hold_said", {"share": params.share, "days": str(params.release_days)}),)


PART = Hold()
