"""What changed between two texts, line by line and within a line word by word, as `<c-diff>` takes it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_AROUND = 1  # unchanged lines kept beside a change
_WORDS_MAX = 600  # of one line that are compared word by word
_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class DiffLine:
    """`kind`: same, added, removed, skipped. `parts`: (text, whether it changed); `n`: how many lines are skipped."""

    kind: str
    text: str = ""
    parts: tuple[tuple[str, bool], ...] = ()
    n: int = 0


def differences(old: str, new: str) -> list[DiffLine]:
    """The lines of both texts in order, long stretches without a change folded; empty where nothing changed."""
    before, after = _lines(old), _lines(new)
    if before == after:
        return []
    found: list[DiffLine] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [DiffLine("same", text) for text in before[a:b]]
        else:
            found += _changed(before[a:b], after[c:d])
    return _folded(found)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.replace("\r\n", "\n").split("\n") if line.strip()]


def _changed(gone: Sequence[str], come: Sequence[str]) -> list[DiffLine]:
    if len(gone) != len(come):
        return [DiffLine("removed", text) for text in gone] + [DiffLine("added", text) for text in come]
    found = []
    for old, new in zip(gone, come, strict=True):
        old_parts, new_parts = _words(old, new)
        found += [DiffLine("removed", old, old_parts), DiffLine("added", new, new_parts)]
    return found


def _words(old: str, new: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > _WORDS_MAX:
        return (), ()
    gone, come = [], []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if b > a:
            gone.append(("".join(before[a:b]), tag != "equal"))
        if d > c:
            come.append(("".join(after[c:d]), tag != "equal"))
    return tuple(gone), tuple(come)


def _folded(lines: Sequence[DiffLine]) -> list[DiffLine]:
    changed = [at for at, line in enumerate(lines) if line.kind != "same"]
    kept = {at + by for at in changed for by in range(-_AROUND, _AROUND + 1)}
    found: list[DiffLine] = []
    for at, line in enumerate(lines):
        if at in kept:
            found.append(line)
        elif found and found[-1].kind == "skipped":
            found[-1] = DiffLine("skipped", n=found[-1].n + 1)
        else:
            found.append(DiffLine("skipped", n=1))
    return found
