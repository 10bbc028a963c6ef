"""Texts that people wrote: what may stand in a name, a label, an answer; and how one is quoted in a message."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from fairhand.kernel.limits import LABEL_CHARS_MAX, PACK_KEY_CHARS_MAX, PARAGRAPH_CHARS_MAX

_SHOWN_CHARS_MAX = 60
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Format characters that Arabic, Persian and Indian scripts need inside a text; in a key they could hide a difference.
_JOINERS_AND_MARKS = frozenset("\u200c\u200d\u200e\u200f\u061c")
_FORMULA = frozenset("=+-@")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an answer or a payload: the field or question, a stable code, an English sentence."""

    field: str
    code: str
    why: str


class Reason(str):
    """An English sentence, with its code and what it is about beside it: pages say the code in the reader's language,
    commands, files and the API the sentence. A fact may be a reason itself."""

    __slots__ = ("code", "facts")
    code: str
    facts: Mapping[str, Any]


def because(code: str, sentence: str, **facts: Any) -> Reason:
    """The sentence, with its facts (`%(name)s`) put in."""
    made = Reason(sentence % facts)
    made.code, made.facts = code, facts
    return made


def unfit(code: str, sentence: str, **facts: Any) -> PydanticCustomError:
    """What a check of a template raises. The words of its code are in web/words_of_faults.py."""
    return PydanticCustomError(code, "{said}", {**facts, "said": sentence % facts})


def shown(given: object) -> str:
    """Something of unknown origin as it may stand in a message: in quotes, cut, what does not print escaped."""
    raw = given if isinstance(given, str) else _plain(given)
    quoted = ""
    for char in raw[:_SHOWN_CHARS_MAX]:
        piece = char if char.isprintable() else f"\\u{ord(char):04x}"
        if len(quoted) + len(piece) > _SHOWN_CHARS_MAX:
            return f"'{quoted}…' ({len(raw)} characters)"
        quoted += piece
    return f"'{quoted}'" if len(raw) <= _SHOWN_CHARS_MAX else f"'{quoted}…' ({len(raw)} characters)"


def _plain(given: object) -> str:
    if isinstance(given, dict):
        return "a table"
    if isinstance(given, list | tuple):
        return "a list"
    if isinstance(given, int) and not isinstance(given, bool) and given.bit_length() > 128:
        return "a number of very many digits"
    return str(given)


def control_problem(text: str) -> str | None:
    """Why a text of a pack is refused for one of its characters: controls beside tab and line ends, or half a pair."""
    found = _CONTROL.search(text)
    return f"holds the control character U+{ord(found[0]):04X} at character {found.start() + 1}" if found else None


def storable_problem(text: str) -> str | None:
    """The same for an expert's answer: only what cannot be stored is refused; pasted text holds odd controls."""
    found = _UNSTORABLE.search(text)
    return f"holds U+{ord(found[0]):04X}, which cannot be stored, at character {found.start() + 1}" if found else None


def wording_problem(text: str) -> Reason | None:
    """Why a label, title or sentence is refused: blank, a control, or a character that turns the writing direction."""
    if not text.strip():
        return because("is_blank", "is blank")
    for place, char in enumerate(text, start=1):
        named = {"char": f"U+{ord(char):04X}", "at": place}
        if char in _BIDI:
            return because("turns_direction", "holds the direction control %(char)s at character %(at)s", **named)
        if char not in "\n\t" and char not in _JOINERS_AND_MARKS and unicodedata.category(char)[0] == "C":
            return because("invisible", "holds the invisible character %(char)s at character %(at)s", **named)
    return None


def key_problem(text: str) -> str | None:
    """Why a task key or a person's name is refused: two that look alike must be the same, and none is a formula."""
    if not text:
        return "is empty"
    if len(text) > PACK_KEY_CHARS_MAX:
        return f"is longer than {PACK_KEY_CHARS_MAX} characters"
    if (problem := wording_problem(text)) is not None:
        return problem
    if text != text.strip() or any(char in _JOINERS_AND_MARKS or char in "\n\t" for char in text):
        return "has space around it, or a line break, tab or direction mark in it"
    if not unicodedata.is_normalized("NFC", text):
        return "is not in Unicode's composed form (NFC)"
    if text[0] in _FORMULA:
        return f"begins with {text[0]!r}, which a spreadsheet would run as a formula"
    return None


def _as_table(value: Any) -> Any:
    return {"en": value} if isinstance(value, str) else value


def _clean(value: str) -> str:
    if (problem := wording_problem(value)) is not None:
        raise unfit(problem.code, "%(why)s", why=str(problem), **problem.facts)
    return value


def _with_english(value: dict[str, str]) -> dict[str, str]:
    if "en" not in value:
        raise unfit("no_english", "has no text for 'en' (English), which every table of texts needs")
    return value


def _schema(chars_max: int) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1, "maxLength": chars_max}
    table = {
        "type": "object", "required": ["en"], "propertyNames": {"pattern": "^[a-z]{2}$"}, "additionalProperties": text,
    }  # fmt: skip
    return {
        "description": "A text, or a table of language to text in which 'en' is never missing.",
        "oneOf": [text, table],
    }


Language = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
OptionValue = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]{0,63}$")]
Line = Annotated[str, Field(min_length=1, max_length=LABEL_CHARS_MAX), AfterValidator(_clean)]
_Paragraph = Annotated[str, Field(min_length=1, max_length=PARAGRAPH_CHARS_MAX), AfterValidator(_clean)]
# Texts in several languages: always a table with `en` once read, though a pack may write a plain string.
Label = Annotated[
    dict[Language, Line], BeforeValidator(_as_table), AfterValidator(_with_english),
    WithJsonSchema(_schema(LABEL_CHARS_MAX)),
]  # fmt: skip
Paragraph = Annotated[
    dict[Language, _Paragraph], BeforeValidator(_as_table), AfterValidator(_with_english),
    WithJsonSchema(_schema(PARAGRAPH_CHARS_MAX)),
]  # fmt: skip
