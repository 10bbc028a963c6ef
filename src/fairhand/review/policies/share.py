"""A share of all submissions and nothing else: for audits, which look again at what was accepted."""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Any

from fairhand.review.policies._draw import drawn, share_problems
from fairhand.review.policies._facts import SubmissionFacts

_KEYS = frozenset({"share", "seed"})


class Share:
    """terms: share "0.05" (0 to 1, decimal text), seed (text)."""

    name = "share"
    version = 1

    def problems(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(field, sentence) of each thing wrong with the terms."""
        return share_problems(self.name, terms, _KEYS)

    def wanted(self, facts: SubmissionFacts, terms: Mapping[str, Any]) -> int:
        """1 if drawn, else 0. The draw depends on the seed and the slot alone, so a repeat gives the same answer."""
        return int(drawn(f"{self.name}|{terms['seed']}|{facts.slot_key}", terms["share"]))

    def expected(self, submissions: int, experts: int, terms: Mapping[str, Any]) -> int:
        """Rounded up."""
        return ceil(submissions * Fraction(terms["share"]))


PART = Share()
