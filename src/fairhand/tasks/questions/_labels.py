"""Labels of marks: the key that sets each, and the sign that stands where a mark is drawn. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

_DIGITS = 9  # keys from 1 on


def signed(labels: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each label with its `key` (its number, if it has none of its own) and its `sign`: the key, or else the number."""
    taken = {each.get("key") for each in labels}
    found = []
    for place, label in enumerate(labels, start=1):
        number = str(place)
        key = label.get("key") or (number if place <= _DIGITS and number not in taken else "")
        found.append({"value": label["value"], "label": label["label"], "sign": key or f"#{number}", "key": key})
    return found


def numbered(labels: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The keys of labels that have none of their own, as a part's `keys` tells them."""
    return [(each["key"], "") for each, label in zip(signed(labels), labels, strict=True)
            if each["key"] and not label.get("key")]  # fmt: skip
