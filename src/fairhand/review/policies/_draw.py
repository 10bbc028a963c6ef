"""A draw that can be made again: what a share of all submissions is, and which of them are in it. Pure."""

import hashlib
from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any

from fairhand.kernel.money import parse_decimal

_STEPS = 2**64


def share_problems(policy: str, terms: Mapping[str, Any], known: Collection[str]) -> list[tuple[str, str]]:
    """(field, sentence) of each thing wrong with `share`, with `seed`, and with settings that aren't `known`."""
    found = [(key, f"{key!r} is not a setting of the policy {policy!r}") for key in terms if key not in known]
    try:
        if not 0 <= parse_decimal(terms.get("share", "")) <= 1:
            found.append(("share", "share lies between 0 and 1"))
    except ValueError as error:
        found.append(("share", str(error)))
    if not isinstance(terms.get("seed"), str) or not terms.get("seed"):
        found.append(("seed", "seed is a text that is not empty; it makes the draw repeatable"))
    return found


def drawn(key: str, share: str) -> bool:
    """Whether `key` is in the share (decimal text, 0 to 1); the same for the same key."""
    place = hashlib.sha256(key.encode()).digest()[:8]
    return Fraction(int.from_bytes(place, "big"), _STEPS) < Fraction(share)
