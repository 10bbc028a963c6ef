"""A share of all submissions, the first few of every expert, and every round after the first."""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Any

from fairhand.review.policies._draw import drawn, share_problems
from fairhand.review.policies._facts import SubmissionFacts

_KEYS = frozenset({"share", "first", "seed"})


class Sample:
    """terms: share "0.10" (0 to 1, decimal text), first (each expert's first N are all reviewed), seed (text)."""

    name = "sample"
    version = 1

    def problems(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(field, sentence) of each thing wrong with the terms."""
        found = share_problems(self.name, terms, _KEYS)
        first = terms.get("first", 0)
        if type(first) is not int or not 0 <= first <= 1000:
            found.append(("first", "first is a whole number from 0 to 1000"))
        return found

    def wanted(self, facts: SubmissionFacts, terms: Mapping[str, Any]) -> int:
        """1 if drawn, else 0. The draw depends on the seed and the slot alone, so a repeat gives the same answer."""
        if facts.round > 1 or facts.handed_in_before < terms.get("first", 0):
            return 1
        return int(drawn(f"{terms['seed']}|{facts.slot_key}", terms["share"]))

    def expected(self, submissions: int, experts: int, terms: Mapping[str, Any]) -> int:
        """Rounded up."""
        first: int = min(submissions, experts * terms.get("first", 0))
        return first + ceil((submissions - first) * Fraction(terms["share"]))


PART = Sample()
