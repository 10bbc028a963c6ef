"""Two texts compared word by word: how far apart they are, and what was added and removed. Pure."""

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from fairhand.kernel.limits import DIFF_CELLS_MAX

# A word with the punctuation it touches; of scripts that put no space between words, a character. The space after it
# goes with it. ui/src/parts/words.ts splits the same way.
_WORD = re.compile(
    r"\s*(?:[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\s\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+)\s*|\s+"
)


class Piece(NamedTuple):
    """A stretch of both texts (`same`), of the new one alone (`added`) or of the old one alone (`removed`)."""

    kind: str
    text: str
    words: int


def plain_ends(text: str) -> str:
    """With the line ends that a form sends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def word_distance(old: str, new: str) -> Fraction:
    """Words to put in, take out or exchange (d), as 2d / (words of both + d): 0 to 1, a metric. Space is no word."""
    a, b = _words(old), _words(new)
    edits = _edits(a, b)
    return Fraction(2 * edits, len(a) + len(b) + edits) if edits else Fraction(0)


def word_count(text: str) -> int:
    """How many words `word_distance` compares."""
    return len(_words(text))


def changes(old: str, new: str) -> list[Piece]:
    """Both texts as one: as few words added and removed as can be. Very long texts that share little: one exchange."""
    a, b = _tokens(old), _tokens(new)
    left, right = [each.strip() for each in a], [each.strip() for each in b]
    head = 0
    while head < min(len(a), len(b)) and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    steps = [("same", _spaced(old_, new_)) for old_, new_ in zip(a[:head], b[:head], strict=True)]
    steps += _middle(a[head : len(a) - tail], b[head : len(b) - tail])
    steps += [("same", token) for token in b[len(b) - tail :]]
    return _joined(steps)


def counts(pieces: Sequence[Piece]) -> tuple[int, int]:
    """Words added, words removed."""
    added = sum(piece.words for piece in pieces if piece.kind == "added")
    return added, sum(piece.words for piece in pieces if piece.kind == "removed")


def _words(text: str) -> list[str]:
    return [word for token in _tokens(text) if (word := token.strip())]


def _tokens(text: str) -> list[str]:
    return _WORD.findall(text)


def _spaced(old: str, new: str) -> str:
    """One word of both texts, with the space of the new one, or of the old one where the new one ends there."""
    return new if new[-1:].isspace() or not old[-1:].isspace() else old


def _joined(steps: Sequence[tuple[str, str]]) -> list[Piece]:
    found = []
    for kind, run in groupby(steps, key=itemgetter(0)):
        texts = [text for _, text in run]
        found.append(Piece(kind, "".join(texts), sum(1 for text in texts if text.strip())))
    return found


def _middle(a: list[str], b: list[str]) -> list[tuple[str, str]]:
    """What is removed stands before what is added in its place."""
    if not a or not b or len(a) * len(b) > DIFF_CELLS_MAX:
        return [("removed", token) for token in a] + [("added", token) for token in b]
    rows = _common_rows([each.strip() for each in a], [each.strip() for each in b])
    steps: list[tuple[str, str]] = []
    i, j = len(a), len(b)
    # A bit of row j that is 0 at i: the longest common run of words grows there. Walked from the end.
    while i and j:
        if rows[j] >> (i - 1) & 1:
            i -= 1
            steps.append(("removed", a[i]))
        elif not rows[j - 1] >> (i - 1) & 1:
            j -= 1
            steps.append(("added", b[j]))
        else:
            i, j = i - 1, j - 1
            steps.append(("same", _spaced(a[i], b[j])))
    steps += [("added", token) for token in reversed(b[:j])]
    steps += [("removed", token) for token in reversed(a[:i])]
    return _removed_first(steps[::-1])


def _removed_first(steps: list[tuple[str, str]]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    waiting: list[tuple[str, str]] = []
    for step in steps:
        if step[0] == "removed":
            found.append(step)
            continue
        if step[0] == "added":
            waiting.append(step)
            continue
        found += [*waiting, step]
        waiting = []
    return found + waiting


def _common_rows(a: list[str], b: list[str]) -> list[int]:
    """Row j: bit i is 0 where the longest common subsequence of a[:i+1] and b[:j] is longer than that of a[:i]."""
    full = (1 << len(a)) - 1
    at: dict[str, int] = {}
    for place, word in enumerate(a):
        at[word] = at.get(word, 0) | 1 << place
    rows = [full]
    for word in b:
        row = rows[-1]
        match = row & at.get(word, 0)
        rows.append(((row + match) | (row & ~match)) & full)
    return rows


def _edits(a: list[str], b: list[str]) -> int:
    """Levenshtein's distance, a column of it in the bits of two numbers (Myers 1999)."""
    if not a or not b:
        return len(a) + len(b)
    full, last = (1 << len(a)) - 1, 1 << len(a) - 1
    at: dict[str, int] = {}
    for place, word in enumerate(a):
        at[word] = at.get(word, 0) | 1 << place
    plus, minus, score = full, 0, len(a)
    for word in b:
        match = at.get(word, 0)
        down = match | minus
        along = (((match & plus) + plus) ^ plus) | match
        more = minus | (~(along | plus) & full)
        less = plus & along
        score += bool(more & last) - bool(less & last)
        more, less = ((more << 1) | 1) & full, (less << 1) & full
        plus, minus = less | (~(down | more) & full), more & down
    return score
