"""A score that came after the work was paid: what plans look at it, and what later lines say of it."""

from collections.abc import Iterable
from dataclasses import replace

from fairhand_pay.facts import Facts
from fairhand_pay.line import Line
from fairhand_pay.primitives.mult import UNSCORED, MultParams
from fairhand_pay.terms import Terms


def score_steps(terms: Terms) -> tuple[str, ...]:
    """The scores from which on a plan pays more, rising; empty where it looks at none."""
    found = [each.params for each in terms.primitives if isinstance(each.params, MultParams)]
    return next((tuple(step.at for step in params.steps) for params in found if params.by == "score"), ())


def with_score(facts: Facts, score: str | None) -> Facts:
    """The facts with a score; None: nobody gave one, so that the work counts as the best."""
    if score is None:
        return replace(facts, score=None, flags=facts.flags | {UNSCORED})
    return replace(facts, score=score)


def scored_since(facts: Facts, added: Iterable[Line]) -> Facts:
    """The facts with what the lines that a claim got later (ADJUST) say of its score."""
    for line in added:
        if "score" in line.inputs:
            facts = with_score(facts, str(line.inputs["score"]))
        elif line.inputs.get("flag") == UNSCORED:
            facts = with_score(facts, None)
    return facts
