"""Names and values of Label Studio as names and values of ours, which are shorter and plainer. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

_NAME_CHARS_MAX = 40


def slug(text: str) -> str:
    """Small letters, digits and underscores; "" where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "_", plain).strip("_")[:_NAME_CHARS_MAX].strip("_")


def new_name(text: str, taken: Iterable[str], otherwise: str) -> str:
    """A name for a field or question that nothing else has: it begins with a letter."""
    plain = slug(text)
    base = plain if plain[:1].isalpha() else f"{otherwise}_{plain}" if plain else otherwise
    return _free(base, set(taken))


def values_of(texts: Sequence[str]) -> list[str]:
    """A value for each text, all different, in their order."""
    found: list[str] = []
    for number, text in enumerate(texts, start=1):
        found.append(_free(slug(text) or f"option_{number}", set(found)))
    return found


def _free(base: str, taken: set[str]) -> str:
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name
