"""A share of all submissions and nothing else: for audits, which look again at what was accepted."""

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Any

from fairhand.kernel.money import parse_decimal
from fairhand.review.policies._facts import SubmissionFacts

_KEYS = frozenset({"share", "seed"})
_STEPS = 2**64


class Share:
    """terms: share "0.05" (0 to 1, decimal text), seed (text)."""

    name = "share"
    version = 1

    def problems(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(field, sentence) of each thing wrong with the terms."""
        found = [(key, f"{key!r} is not a setting of the policy {self.name!r}") for key in terms if key not in _KEYS]
        try:
            if not 0 <= parse_decimal(terms.get("share", "")) <= 1:
                found.append(("share", "share lies between 0 and 1"))
        except ValueError as error:
            found.append(("share", str(error)))
        if not isinstance(terms.get("seed"), str) or not terms.get("seed"):
            found.append(("seed", "seed is a text that is not empty; it makes the draw repeatable"))
        return found

    def wanted(self, facts: SubmissionFacts, terms: Mapping[str, Any]) -> int:
        """1 if drawn, else 0. The draw depends on the seed and the slot alone, so a repeat gives the same answer."""
        drawn = hashlib.sha256(f"{self.name}|{terms['seed']}|{facts.slot_key}".encode()).digest()[:8]
        return int(Fraction(int.from_bytes(drawn, "big"), _STEPS) < Fraction(terms["share"]))

    def expected(self, submissions: int, experts: int, terms: Mapping[str, Any]) -> int:
        """Rounded up."""
        return ceil(submissions * Fraction(terms["share"]))


PART = Share()
