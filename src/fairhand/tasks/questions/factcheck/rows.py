"""One claim of a fact check: where claims come from, and what is wrong with what was said on one. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from fairhand.kernel.limits import CLAIM_CHARS_MAX, PARAGRAPH_CHARS_MAX, SOURCE_CHARS_MAX
from fairhand.tasks.wording import storable_problem

_KEYS = frozenset({"claim", "text", "verdict", "sources", "why"})
_LINK = re.compile(r"https?://\S+", re.I)
_HOST = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}|\[[0-9a-f:.]+\]|(?:\d{1,3}\.){3}\d{1,3}", re.I)
_WORD = re.compile(r"\w+")
_Wrong = tuple[str, str] | None
COMMON: Sequence[Mapping[str, Any]] = (
    {"value": "supported", "label": {"en": "Supported", "ar": "تؤيده المصادر"}, "key": "1"},
    {"value": "refuted", "label": {"en": "Refuted", "ar": "تنفيه المصادر"}, "key": "2"},
    {"value": "not_enough", "label": {"en": "Not enough evidence", "ar": "الأدلة غير كافية"}, "key": "3"},
    {"value": "not_a_claim", "label": {"en": "Not a claim", "ar": "ليس ادعاءً"}, "key": "4", "sourced": False},
)


def verdicts_of(terms: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The verdicts there are; the four common ones, if the template names none."""
    return terms.get("verdicts") or COMMON


def claims_in(given: object, terms: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A task's claims, named c1 to cN by their place: the lines of a text, or a table's column (the first by default).

    Blank lines and cells are no claims, but keep their place in a table's count, so that c3 is its third row.
    """
    cells: list[object] = []
    if isinstance(given, str):
        cells = [line for line in given.splitlines() if line.strip()]
    elif isinstance(given, Mapping):
        columns, wanted = given["columns"], terms.get("column")
        at = columns.index(wanted) if wanted in columns else 0
        cells = [row[at] for row in given["rows"]]
    named = [(number, "" if cell is None else str(cell).strip()) for number, cell in enumerate(cells, start=1)]
    return [{"value": f"c{number}", "label": text} for number, text in named if text]


def same_claim(text: str) -> str:
    """What makes two claims one: their words, case and signs aside."""
    return " ".join(_WORD.findall(text.casefold())) or text.strip()


def is_link(source: str) -> bool:
    """Whether a source is the address of a page: http or https, a host, nobody's password. Nothing is opened."""
    if not _LINK.fullmatch(source) or len(source) > SOURCE_CHARS_MAX:
        return False
    try:
        parts = urlsplit(source)
        port = parts.port
    except ValueError:
        return False
    return "@" not in parts.netloc and port != 0 and bool(_HOST.fullmatch(parts.netloc.removesuffix(f":{port}")))


def row_problem(row: Mapping[str, Any], terms: Mapping[str, Any]) -> _Wrong:
    """(code, why). Codes: not_an_object, not_text, required, no_verdict, not_an_option, … and those of sources."""
    if not set(row) <= _KEYS or ("claim" in row) == ("text" in row):
        return "not_an_object", "has a row that is not a claim, a verdict, sources and words"
    claim = f"claim {row['claim']}" if "claim" in row else "a claim"
    if "text" in row and (wrong := _text_problem(row["text"], True, CLAIM_CHARS_MAX)) is not None:
        return wrong[0], f"has a claim that {wrong[1]}"
    verdict = row.get("verdict")
    if verdict is None:
        return "no_verdict", f"has no verdict on {claim}"
    kinds = {each["value"]: each for each in verdicts_of(terms)}
    if not isinstance(verdict, str) or verdict not in kinds:
        return "not_an_option", f"has a verdict on {claim} that is not one of its verdicts"
    if (wrong := _why_problem(row, terms)) is not None:
        return wrong[0], f"{wrong[1]} on {claim}"
    wrong = _sources_problem(row.get("sources", []), kinds[verdict].get("sourced", True), terms)
    return (wrong[0], f"{wrong[1]} on {claim}") if wrong else None


def _why_problem(row: Mapping[str, Any], terms: Mapping[str, Any]) -> _Wrong:
    why, asked = row.get("why", ""), terms.get("why", "optional")
    if asked == "none" and why:
        return "not_an_object", "takes no words"
    return _text_problem(why, asked == "required", PARAGRAPH_CHARS_MAX, "no_why")


def _sources_problem(sources: object, sourced: bool, terms: Mapping[str, Any]) -> _Wrong:
    asked = terms.get("sources", "required")
    if not isinstance(sources, list):
        return "not_a_list", "has sources that are no list"
    if asked == "none" and sources:
        return "not_an_object", "takes no sources"
    if len(sources) > terms.get("sources_max", 3):
        return "too_many", "has too many sources"
    for each in sources:
        if not isinstance(each, Mapping) or not {"source"} <= set(each) <= {"source", "quote"}:
            return "not_an_object", "has a source that is not a source and a quote"
        source, quote = each["source"], each.get("quote", "")
        if (wrong := _text_problem(source, True, SOURCE_CHARS_MAX, "no_source")) is not None:
            return wrong
        if "://" in source and not is_link(source):
            return "bad_address", "has a source that is not a whole address"
        if (wrong := _text_problem(quote, asked == "required", SOURCE_CHARS_MAX, "no_quote")) is not None:
            return wrong
    return ("no_source", "has no source") if asked == "required" and sourced and not sources else None


def _text_problem(text: object, needed: bool, most: int, missing: str = "required") -> _Wrong:
    if not isinstance(text, str):
        return "not_text", "is no text"
    if needed and not text.strip():
        return missing, "is blank"
    if len(text) > most:
        return "too_long", f"is longer than {most} characters"
    problem = storable_problem(text)
    return ("bad_character", problem) if problem else None
