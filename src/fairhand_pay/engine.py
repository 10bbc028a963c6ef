"""Facts and terms in, pay lines out."""

from dataclasses import dataclass

from fairhand_pay.currency import format_minor, round_minor
from fairhand_pay.facts import Facts
from fairhand_pay.sentences import sentence_of
from fairhand_pay.terms import Terms


@dataclass(frozen=True, slots=True)
class Line:
    """One computed amount. `inputs` and `exact` (a fraction of minor units, `5000/3`) are all it was computed from.

    `index` counts the lines of one computation from 0. `amount_minor` is `exact` rounded half up, once.
    """

    primitive: str
    version: int
    index: int
    inputs: dict[str, int | str]
    exact: str
    amount_minor: int
    currency: str
    sentence_key: str
    sentence_args: dict[str, str]


def lines(facts: Facts, terms: Terms) -> tuple[Line, ...]:
    """The pay lines of one claim, in the order of the plan; at least one for each primitive.

    Rounding is per line, so the printed lines add up to the total. Raises FactsError if the plan pays for something
    that the facts don't tell: a time that was not recorded is never invented.
    """
    frame = terms.frame
    found: list[Line] = []
    for each in terms.primitives:
        for draft in each.drafts(facts, frame):
            amount_minor = round_minor(draft.exact)
            found.append(
                Line(
                    primitive=each.primitive,
                    version=each.version,
                    index=len(found),
                    inputs=dict(draft.inputs),
                    exact=str(draft.exact),
                    amount_minor=amount_minor,
                    currency=terms.currency,
                    sentence_key=draft.sentence_key,
                    sentence_args={**draft.sentence_args, "amount": format_minor(amount_minor, terms.currency)},
                )
            )
    return tuple(found)


def total(found: tuple[Line, ...]) -> int:
    """Minor units of some lines together."""
    return sum(line.amount_minor for line in found)


def sentence(line: Line) -> str:
    """A line in English: `60:00 at $40.00/h = $40.00`."""
    return sentence_of(line.sentence_key, line.sentence_args)
