"""Where a claim's time went, and what its expert may correct of it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from fairhand.work.states import PAUSED

CORRECT_WITHIN = timedelta(hours=72)
# So much of the counted time is added without a question, over all corrections of a claim.
AT_ONCE_PERCENT = 15
MINUTE_MS = 60_000

# Where stretches of several devices lie over each other: paused, nothing counts; one working page says that somebody
# works, whatever the others say.
_FIRST = (PAUSED, "kept", "active", "idle", "hidden", "unknown")
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of `ms` of one kind that ended `ago_ms` before its report was sent."""

    kind: str
    ms: int
    ago_ms: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when something was so."""

    kind: str
    from_at: datetime
    until_at: datetime

    @property
    def ms(self) -> int:
        """Its length."""
        return (self.until_at - self.from_at) // timedelta(milliseconds=1)


def stretches(since: datetime, until: datetime, said: Iterable[Stretch]) -> list[Stretch]:
    """The whole of a claim, in order and without a gap: what nobody said anything of is unknown."""
    edges: dict[datetime, list[tuple[str, int]]] = {since: [], until: []}
    for each in said:
        begin, end = max(since, each.from_at), min(until, each.until_at)
        if begin < end:
            edges.setdefault(begin, []).append((each.kind, 1))
            edges.setdefault(end, []).append((each.kind, -1))
    open_n = dict.fromkeys(_FIRST, 0)
    found: list[Stretch] = []
    moments = sorted(edges)
    for begin, end in pairwise(moments):
        for kind, change in edges[begin]:
            open_n[kind] += change
        kind = next((name for name in _FIRST if open_n[name] > 0), UNKNOWN)
        if found and found[-1].kind == kind:
            found[-1] = Stretch(kind, found[-1].from_at, end)
        else:
            found.append(Stretch(kind, begin, end))
    return found


def sums(found: Sequence[Stretch]) -> dict[str, int]:
    """Kind -> milliseconds, of the kinds there are, in a fixed order; together the whole length."""
    totals = {kind: sum((each.until_at - each.from_at for each in found if each.kind == kind), timedelta())
              for kind in _FIRST}  # fmt: skip
    return {kind: length // timedelta(milliseconds=1) for kind, length in totals.items() if length}


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a correction is judged by. `lived_ms`: from taking to the end, without pauses. `counted_ms`: what was paid
    for when it was handed in. `corrected_ms`: what corrections added since, `at_once_ms` of it without a question.
    `beside_ms`: how much of its life counts for other work of the same person already."""

    ended_at: datetime
    lived_ms: int
    counted_ms: int
    corrected_ms: int
    at_once_ms: int
    waiting: bool
    beside_ms: int = 0

    @property
    def room_ms(self) -> int:
        """How much more there can be: nobody worked longer than the claim lived."""
        return max(0, self.lived_ms - self.counted_ms - self.corrected_ms)

    @property
    def at_once_left_ms(self) -> int:
        """How much is added without a question: a share, and no minute that counts for other work of theirs."""
        share_ms = max(0, self.counted_ms * AT_ONCE_PERCENT // 100 - self.at_once_ms)
        return min(max(0, self.room_ms - self.beside_ms), share_ms)


def why_not_now(recorded: Recorded, now: datetime) -> str:
    """correction_late, correction_open, correction_full, or nothing: a correction may be asked for."""
    if now >= recorded.ended_at + CORRECT_WITHIN:
        return "correction_late"
    if recorded.waiting:
        return "correction_open"
    return "" if recorded.room_ms >= MINUTE_MS else "correction_full"


def in_range(ms: int | None, room_ms: int) -> bool:
    """Whether so much may be asked for or declared: a minute at least."""
    return ms is not None and MINUTE_MS <= ms <= room_ms
