"""One turn of a prompt, text and files: what is wrong with it, and what a form sends of several. Pure.

Whatever lets somebody compose turns uses this: what a turn may hold is in `TurnRules`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fairhand.kernel.limits import FILES_PER_SLOT_MAX, PARAGRAPH_CHARS_MAX
from fairhand.tasks.fields._file import is_file
from fairhand.tasks.messages import ROLES, TAKEN, kind_taken
from fairhand.tasks.questions._question import Posted, one
from fairhand.tasks.wording import storable_problem

Fault = tuple[str, str]  # (code, why) of a turn, the sentence going on after "has a turn 2 that"
ALT = "alt"
_KEYS = frozenset({"role", "text", "files"})


@dataclass(frozen=True, slots=True)
class TurnRules:
    """`kinds` of files that a turn may hold; `alt`: whether pictures are described: none, optional or required."""

    roles: tuple[str, ...]
    chars_max: int
    kinds: tuple[str, ...]
    alt: str


def takes(kinds: Sequence[str]) -> list[str]:
    """The media types of these kinds that a message can hold."""
    return [media_type for kind in kinds for media_type in TAKEN[kind]]


def bare(file: Mapping[str, Any]) -> dict[str, Any]:
    """The file itself, without what its sender says of it."""
    return {key: each for key, each in file.items() if key != ALT}


def turn_fault(turn: object, rules: TurnRules) -> Fault | None:
    """What is wrong with a turn. Codes: bad_turn, too_long, bad_character, blank_turn, not_a_file, file_kind,
    alt_missing."""
    if not isinstance(turn, Mapping) or set(turn) != _KEYS or turn["role"] not in rules.roles:
        return "bad_turn", "needs a role that is asked for, a text and a list of files, and nothing else"
    text, files = turn["text"], turn["files"]
    if not isinstance(text, str) or not isinstance(files, list) or (files and turn["role"] != "user"):
        return "bad_turn", "has no text or list of files, or has files although it is not the user's"
    if (fault := text_fault(text, rules.chars_max)) is not None:
        return fault
    if not text.strip() and not files:
        return "blank_turn", "is blank"
    return next((fault for file in files if (fault := _file_fault(file, rules)) is not None), None)


def text_fault(text: str, chars_max: int) -> Fault | None:
    """What is wrong with a text, blank or not. Codes: too_long, bad_character."""
    if len(text) > chars_max:
        return "too_long", f"is {len(text)} characters long; {chars_max} are allowed"
    problem = storable_problem(text)
    return ("bad_character", problem) if problem else None


def _file_fault(file: object, rules: TurnRules) -> Fault | None:
    if not isinstance(file, Mapping) or not is_file(bare(file)):
        return "not_a_file", "holds something that is no file"
    kind = kind_taken(file["media_type"])
    if kind not in rules.kinds:
        return "file_kind", f"holds a file of a kind that is not taken: {file['media_type'][:40]}"
    alt = file.get(ALT, "")
    if not isinstance(alt, str) or (ALT in file and (not alt.strip() or rules.alt == "none" or kind != "image")):
        return "not_a_file", "holds a file with words beside it that are blank or not asked for"
    if len(alt) > PARAGRAPH_CHARS_MAX:
        return "too_long", f"describes a picture in more than {PARAGRAPH_CHARS_MAX} characters"
    if (problem := storable_problem(alt)) is not None:
        return "bad_character", problem
    if rules.alt == "required" and kind == "image" and not alt:
        return "alt_missing", "does not say what a picture shows"
    return None


def kept_turns(text: str) -> Any:
    """The turns that a page's script keeps as JSON, blank ones left out; what can't be read stays what it is."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return plain_turns(found)


def plain_turns(found: object) -> Any:
    """Turns as an answer keeps them, blank ones left out; what is no list of turns stays what it is."""
    if not isinstance(found, list) or not all(isinstance(turn, Mapping) for turn in found):
        return found
    return [kept for turn in found if (kept := _plain(turn)) is not None]


def posted_turns(posted: Posted, name: str, most: int) -> list[dict[str, Any]]:
    """The same of a plain form: `name.N.role` and `name.N.text`, and `name.file.K` with the turn it stands in."""
    files: dict[str, list[Any]] = {}
    for place in range(FILES_PER_SLOT_MAX):
        raw, at = one(posted, f"{name}.file.{place}"), one(posted, f"{name}.file.{place}.turn")
        if raw and at:
            files.setdefault(at, []).append(_described(_loaded(raw), one(posted, f"{name}.file.{place}.alt")))
    turns = []
    for place in range(most):
        role = one(posted, f"{name}.{place}.role") or "user"
        turn = {"role": role, "text": one(posted, f"{name}.{place}.text"), "files": files.get(str(place), [])}
        if (kept := _plain(turn)) is not None:
            turns.append(kept)
    return turns


def drawn_turns(value: object) -> list[dict[str, Any]]:
    """Turns as they can be drawn: what is no turn or no file is left out."""
    given = value if isinstance(value, list) else []
    return [
        {
            "role": turn["role"], "text": turn["text"] if isinstance(turn.get("text"), str) else "",
            "files": [file for file in _listed(turn.get("files")) if isinstance(file, Mapping) and is_file(bare(file))],
        }
        for turn in given if isinstance(turn, Mapping) and turn.get("role") in ROLES
    ]  # fmt: skip


def _plain(turn: Mapping[str, Any]) -> dict[str, Any] | None:
    """A turn with plain line ends and a text that is empty where it is blank; None where it holds nothing at all."""
    text = turn.get("text")
    said = text.replace("\r\n", "\n") if isinstance(text, str) else text
    if isinstance(said, str) and not said.strip():
        said = ""
    if said == "" and not turn.get("files"):
        return None
    return {**turn, "text": said}


def _described(file: Any, alt: str) -> Any:
    return {**file, ALT: alt} if isinstance(file, Mapping) and alt.strip() else file


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
