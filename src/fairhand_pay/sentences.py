"""What lines and terms say, in English and in every language that has a catalogue in `locale/`.

Every primitive brings its English sentences. A stored line keeps key and arguments, not words: it is said anew for
each reader. The arguments are ready text (`$40.00`, `60:00`), the same in every language.
"""

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fairhand_pay.facts import Facts
from fairhand_pay.line import Line
from fairhand_pay.primitives import PRIMITIVES
from fairhand_pay.primitives._part import Frame
from fairhand_pay.terms import Terms

DOMAIN = "fairhand_pay"
_LOCALE = Path(__file__).parent / "locale"
# Figures run from left to right, also inside a sentence that doesn't; isolated, they can't pull its words along.
_ISOLATE, _END = "\u2066", "\u2069"
_FROM_THE_RIGHT = frozenset({"ar"})


def _gathered() -> dict[str, str]:
    found: dict[str, str] = {}
    for part in PRIMITIVES.values():
        for key, text in part.sentences.items():
            if found.setdefault(key, text) != text:
                raise ValueError(f"sentence {key!r} of {part.name} version {part.version} says something else already")
    return found


# Key -> English format string. A stored line keeps its key, so a key's meaning never changes.
SENTENCES: dict[str, str] = _gathered()
# Key -> (English format string for one, the argument that counts); its text for more is in SENTENCES.
SINGULARS: dict[str, tuple[str, str]] = {
    key: one for part in PRIMITIVES.values() for key, one in part.singulars.items()
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence not yet put into words: its key, and arguments that are ready text."""

    key: str
    args: Mapping[str, str]


def describe(terms: Terms) -> tuple[Said, ...]:
    """Terms as short phrases for a card, in reading order: `$40.00/h for the first 60:00`, `then $21.16/h`, ..."""
    frame = terms.frame
    rates = [each for each in terms.primitives if each.primitive == "RATE"]
    if rates and len({row["rate"] for row in rates[0].params.model_dump()["rows"]}) == 1:
        (draft,) = rates[0].drafts(Facts(None), frame)
        frame = Frame(terms.currency, terms.paid_s_max, rate_minor=draft.rate_minor)
    return tuple(Said(key, args) for each in terms.primitives for key, args in each.part.said(each.params, frame))


def shape_of(key: str, args: Mapping[str, str], language: str = "en") -> str:
    """The format string of a sentence in a language, in the form that the counted figure asks for.

    An unknown language is English; an unknown key (of a newer version than this one) is the key itself.
    """
    text = SENTENCES.get(key)
    if text is None:
        return key.replace("%", "%%")
    one = SINGULARS.get(key)
    found = _catalogue(language)
    if one is None:
        return found.gettext(text) if found else text
    number = int(figure) if (figure := args.get(one[1], "")).isdecimal() else 0
    if found:
        return found.ngettext(one[0], text, number)
    return one[0] if number == 1 else text


def sentence_of(key: str, args: Mapping[str, str], language: str = "en") -> str:
    """A sentence in words."""
    shape = shape_of(key, args, language)
    if language.partition("-")[0] in _FROM_THE_RIGHT:
        args = {name: f"{_ISOLATE}{value}{_END}" for name, value in args.items()}
    return shape % args


def sentence(line: Line, language: str = "en") -> str:
    """A line in words: `60:00 at $40.00/h = $40.00`."""
    return sentence_of(line.sentence_key, line.sentence_args, language)


@cache
def _catalogue(language: str) -> gettext.NullTranslations | None:
    short = language.partition("-")[0]
    if not short.isalpha():
        return None
    try:
        return gettext.translation(DOMAIN, _LOCALE, [short])
    except FileNotFoundError:
        return None
