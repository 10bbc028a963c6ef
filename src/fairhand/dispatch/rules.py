"""What the terms of a claim allow while it lives. Pure."""

from collections.abc import Mapping
from typing import Any

from fairhand.kernel.limits import EXTENSION_S_MIN


def extension_left_s(terms: Mapping[str, Any], extended_s: int) -> int:
    """How much longer a claim may still be made; offers of before extensions allow none."""
    return max(0, int(terms.get("extension_s_max", 0)) - extended_s)


def extension_answer(terms: Mapping[str, Any], extended_s: int, asked_s: int | None) -> str:
    """at_once, ask (staff decides), extension_used or not_in_range."""
    left_s = extension_left_s(terms, extended_s)
    if left_s < EXTENSION_S_MIN:
        return "extension_used"
    if asked_s is None or not EXTENSION_S_MIN <= asked_s <= left_s:
        return "not_in_range"
    return "at_once" if extended_s + asked_s <= int(terms.get("extension_s_auto", 0)) else "ask"
