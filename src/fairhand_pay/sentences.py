"""What lines and terms say. Every primitive brings its sentences; a door translates the format, not the result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fairhand_pay.primitives import PRIMITIVES
from fairhand_pay.terms import Terms


def _gathered() -> dict[str, str]:
    found: dict[str, str] = {}
    for part in PRIMITIVES.values():
        for key, text in part.sentences.items():
            if found.setdefault(key, text) != text:
                raise ValueError(f"sentence {key!r} of {part.name} version {part.version} says something else already")
    return found


# Key -> English format string. A stored line keeps its key, so a key's meaning never changes.
SENTENCES: dict[str, str] = _gathered()


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence not yet put into words: its key, and arguments that are ready text."""

    key: str
    args: Mapping[str, str]


def describe(terms: Terms) -> tuple[Said, ...]:
    """Terms as short phrases for a card, in reading order: `$40.00/h for the first 60:00`, `then $21.16/h`, ..."""
    frame = terms.frame
    return tuple(Said(key, args) for each in terms.primitives for key, args in each.part.said(each.params, frame))


def sentence_of(key: str, args: Mapping[str, str], translate: Callable[[str], str] = str) -> str:
    """A sentence in words. `translate` turns the English format string into another language's."""
    return translate(SENTENCES[key]) % args
