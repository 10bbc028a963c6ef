"""Tasks with known answers from a text: one JSON object a line, {"key", "payload", "answer", "reason"?}. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fairhand.kernel.limits import GOLD_PER_UPLOAD_MAX, PARAGRAPH_CHARS_MAX
from fairhand.tasks.attached import Files, resolve
from fairhand.tasks.jsonline import JsonRefused, parse_object
from fairhand.tasks.template import bound, check_answer, check_payload
from fairhand.tasks.wording import key_problem, shown, wording_problem

_KEYS = ("key", "payload", "answer", "reason")
_FAULTS_MAX = 20


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A task and its known answer. `reason` (language -> text): what somebody reads who got it wrong."""

    key: str
    payload: Mapping[str, Any]
    answer: Mapping[str, Any]
    reason: Mapping[str, str]


def gold_rows(text: str, template: Mapping[str, Any], files: Files | None = None) -> list[GoldRow] | list[str]:
    """Every row, or what is wrong, as sentences with their lines: all or nothing. `files`: those that rows may name."""
    rows: list[GoldRow] = []
    faults: list[str] = []
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = _row(line, template, seen, files or {})
        if isinstance(found, GoldRow):
            rows.append(found)
            seen.add(found.key)
        else:
            faults += [f"line {number}: {why}" for why in found]
        if len(faults) >= _FAULTS_MAX or len(rows) > GOLD_PER_UPLOAD_MAX:
            break
    if len(rows) > GOLD_PER_UPLOAD_MAX:
        faults.append(f"more than {GOLD_PER_UPLOAD_MAX} lines; add them in parts")
    if not rows and not faults:
        faults.append("nothing is written here")
    return faults[:_FAULTS_MAX] or rows


def _row(line: str, template: Mapping[str, Any], seen: set[str], files: Files) -> GoldRow | list[str]:
    try:
        value = parse_object(line)
    except JsonRefused as refused:
        return [str(refused)]
    faults = [f"{shown(key)} is not a key that is known here; there are {', '.join(_KEYS)}"
              for key in value if key not in _KEYS]  # fmt: skip
    key = value.get("key")
    if not isinstance(key, str) or not key:
        faults.append("key is missing, or is not text")
    elif (why := key_problem(key)) is not None:
        faults.append(f"key {shown(key)} {why}")
    elif key in seen:
        faults.append(f"key {shown(key)} stands on an earlier line already")
    payload, unknown = resolve(template, value.get("payload"), files)
    answer, reason = value.get("answer"), value.get("reason", {})
    faults += [f"payload {p.field} {p.why}" for p in unknown or check_payload(template, payload)]
    asked = bound(template, payload) if isinstance(payload, Mapping) else template
    faults += [f"answer {p.field} {p.why}" for p in check_answer(asked, answer)]
    texts = {"en": reason} if isinstance(reason, str) else reason
    if not isinstance(texts, Mapping) or not all(map(_is_wording, texts.items())):
        faults.append(f"reason is text, or a table of languages, of at most {PARAGRAPH_CHARS_MAX} characters")
    if faults or not isinstance(key, str):
        return faults
    return GoldRow(key, payload or {}, answer or {}, dict(texts))


def _is_wording(pair: tuple[object, object]) -> bool:
    code, text = pair
    sound = isinstance(code, str) and isinstance(text, str) and len(text) <= PARAGRAPH_CHARS_MAX
    return sound and wording_problem(str(text)) is None
