"""How often the intervals of expected work hold, on the recorded work of the packs that ship.

    .venv/bin/python -m bench.expected [--write]

A pack's judgements are taken in their order. At every fiftieth of them a forecast is made from what came before, as the
product makes it (`insight.expected_rules`), and compared with what then came. `--write` puts the table into
docs/explanation/expected-work.md.
"""

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fairhand.insight.expected_rules import PARTS, OwnFacts, Span, exactly, own_part, time_of
from fairhand.kernel.limits import HAND_INS_LOOKED_AT_MAX
from fairhand.packs.reader import read_pack

ROOT = Path(__file__).resolve().parent.parent
PACKS = ROOT / "src" / "fairhand" / "packs" / "shipped"
PAGE = ROOT / "docs" / "explanation" / "expected-work.md"
AHEADS = (100, 300, 1_000)
_STEP = 50
_MARK = re.compile(r"<!-- figures -->.*?<!-- end -->", re.S)


@dataclass(frozen=True, slots=True)
class Held:
    """Of `n` forecasts so many held. `off`: how far the likely figure lay from what came (the median), in percent."""

    pack: str
    what: str
    ahead: int
    n: int
    held: int
    off: int


def measure() -> list[Held]:
    """Every pack, whatever it recorded."""
    found = []
    for path in sorted(each for each in PACKS.iterdir() if each.is_dir()):
        rows = list(read_pack(path).judgements())
        people = [row.expert for row in rows]
        times = [row.seconds * 1000 for row in rows if row.seconds]
        for ahead in AHEADS:
            found.append(_held(path.name, "a person's part", ahead, _parts(people, ahead)))
            if times:
                found.append(_held(path.name, "work time", ahead, _times(times, ahead)))
    return sorted(found, key=lambda each: (each.what, each.pack, each.ahead))


def _held(pack: str, what: str, ahead: int, pairs: Iterator[tuple[Span, float]]) -> Held:
    judged = list(pairs)
    off = sorted(abs(span.likely - came) / came for span, came in judged if came)
    held = sum(span.low <= came <= span.high for span, came in judged)
    return Held(pack, what, ahead, len(judged), held, round(100 * off[len(off) // 2]))


def _cuts(rows: Sequence[object], ahead: int) -> range:
    return range(HAND_INS_LOOKED_AT_MAX, len(rows) - ahead + 1, _STEP)


def _times(times: list[int], ahead: int) -> Iterator[tuple[Span, float]]:
    """The work time of the next so many, from the latest ones."""
    for cut in _cuts(times, ahead):
        span = time_of(times[cut - HAND_INS_LOOKED_AT_MAX : cut], exactly(ahead))
        assert span is not None
        yield span, sum(times[cut : cut + ahead])


def _parts(people: list[str], ahead: int) -> Iterator[tuple[Span, float]]:
    """How many of the next so many are a person's, of each one who made some of the latest."""
    size = HAND_INS_LOOKED_AT_MAX // PARTS
    for cut in _cuts(people, ahead):
        latest = people[cut - HAND_INS_LOOKED_AT_MAX : cut]
        after = people[cut : cut + ahead]
        for person in sorted(set(latest)):
            parts = tuple(float(latest[at : at + size].count(person)) for at in range(0, len(latest), size))
            own = OwnFacts(True, parts, len(latest), len(set(latest)) - 1)
            span = own_part(exactly(ahead), own)
            yield Span(int(span.low), span.likely, -(-span.high // 1)), float(after.count(person))


def main() -> None:
    """Print the table, and write it if asked to."""
    parser = argparse.ArgumentParser(description="How often the intervals of expected work hold.")
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.relative_to(ROOT)}")
    asked = parser.parse_args()
    lines = [
        "| pack | what | the next | forecasts | held | likely figure off by (median) |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {each.pack} | {each.what} | {each.ahead:,} | {each.n:,} | {100 * each.held / each.n:.0f} % | {each.off} % |"
        for each in measure()
    ]
    table = "\n".join(lines)
    print(table)
    if asked.write:
        text = PAGE.read_text()
        PAGE.write_text(_MARK.sub(lambda _found: f"<!-- figures -->\n\n{table}\n\n<!-- end -->", text))


if __name__ == "__main__":
    main()
