"""A plan's primitives at work, one after the other; each sees the lines of those before it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fairhand_pay.currency import format_minor, round_minor
from fairhand_pay.facts import Facts
from fairhand_pay.line import Line, line_hash
from fairhand_pay.primitives import PRIMITIVES
from fairhand_pay.primitives._part import BASE, Draft, Frame, Made, Params, Primitive


@dataclass(frozen=True, slots=True)
class Chosen:
    """One primitive of a plan, in one version, with its parameters."""

    primitive: str
    version: int
    params: Params

    @property
    def part(self) -> Primitive[Any]:
        """The code that this name and version stand for."""
        return PRIMITIVES[self.primitive, self.version]

    def drafts(self, facts: Facts, frame: Frame) -> tuple[Draft, ...]:
        """Its lines before rounding."""
        return self.part.drafts(facts, self.params, frame)


def drafted(chosen: Sequence[Chosen], facts: Facts, frame: Frame) -> Iterator[tuple[Chosen, Draft, Made]]:
    """Every line with its rounded amount, in the order in which the primitives stand."""
    made: list[Made] = []
    for each in chosen:
        if made and (each.part.step(each.params) > BASE or frame.rate_minor is not None):
            frame = replace(frame, made=tuple(made))
        for draft in each.drafts(facts, frame):
            key = f"{each.primitive}:{len(made)}"
            tag = draft.tag or each.primitive.lower()
            made.append(Made(key, tag, draft.exact, round_minor(draft.exact), draft.counts))
            if draft.rate_minor is not None:
                frame = replace(frame, rate_minor=draft.rate_minor)
            yield each, draft, made[-1]


def computed(chosen: Sequence[Chosen], facts: Facts, frame: Frame, known: Mapping[str, str]) -> tuple[Line, ...]:
    """The lines. `known`: hashes of earlier lines that these may be computed from, by their keys."""
    found: list[Line] = []
    hashes = dict(known)
    for each, draft, made in drafted(chosen, facts, frame):
        found.append(line_of(draft, each.primitive, each.version, len(found), made.amount_minor, frame, hashes))
        hashes[made.key] = found[-1].hash
    return tuple(found)


def line_of(
    draft: Draft, primitive: str, version: int, index: int, amount_minor: int, frame: Frame, hashes: Mapping[str, str]
) -> Line:
    """A draft, rounded and sealed."""
    line = Line(
        primitive=primitive,
        version=version,
        index=index,
        inputs=dict(draft.inputs),
        exact=str(draft.exact),
        amount_minor=amount_minor,
        currency=frame.currency,
        sentence_key=draft.sentence_key,
        sentence_args={**draft.sentence_args, "amount": format_minor(amount_minor, frame.currency)},
        parents=draft.parents,
    )
    return replace(line, hash=line_hash(line, [hashes[key] for key in draft.parents]))
