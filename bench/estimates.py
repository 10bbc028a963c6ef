"""How well estimates of work time do: with drawn crowds whose truth is known, and with recorded times.

    .venv/bin/python -m bench.estimates [--runs 400] [--write]
    .venv/bin/python -m bench.estimates --times FILE.csv [--person worker] [--seconds seconds]

Drawn: how often trigger A calls a right estimate wrong over all its looks, and how soon it notices one that is too
short; what comes of leaving out the work that went over its limit. Recorded: whether the first thirty claims say the
later ones' typical time; the packs that ship and hold times, or a file of one's own with a line for each claim.
`--write` puts the drawn tables and those of the packs into docs/explanation/estimates.md.
"""

import argparse
import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import exp, log, sqrt
from pathlib import Path
from random import Random
from statistics import mean, median

from fairhand.estimates.rules.estimate import Estimate, estimate
from fairhand.estimates.rules.lognormal import Z_90
from fairhand.estimates.rules.looks import EVERY, FIRST_LOOK, LOOKED_AT, look
from fairhand.estimates.rules.sample import Worked, sample_of
from fairhand.estimates.rules.survival import quantile, survival
from fairhand.estimates.rules.triggers import harms
from fairhand.packs.reader import read_pack

ROOT = Path(__file__).resolve().parent.parent
PACKS = ROOT / "src" / "fairhand" / "packs" / "shipped"
PAGE = ROOT / "docs" / "explanation" / "estimates.md"
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
FALSE_CLAIMS, FOUND_CLAIMS = 200, 60  # that a drawn project goes on for: with a right estimate, with a wrong one
RATIOS = (1.0, 1.15, 1.3, 1.5, 2.0)
_FIRST = 30
_LATER_MIN = 100
_MARK = r"<!-- {0} -->.*?<!-- end -->"


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who works: `people` 0 stands for a new person each time. `differ`: how much people differ, as the standard
    deviation of their logarithms; `sigma` is that of all times together. `uneven`: some do much more than others."""

    name: str
    sigma: float
    people: int = 0
    differ: float = 0.0
    uneven: bool = False


CROWDS = (
    *(Crowd(f"sigma {sigma}", sigma) for sigma in (0.4, 0.6, 0.8, 1.0)),
    Crowd("sigma 0.6, 20 people who differ", 0.6, 20, 0.3),
    Crowd("sigma 0.6, 6 people who differ, unevenly busy", 0.6, 6, 0.3, uneven=True),
    Crowd("sigma 0.6, 3 people who differ", 0.6, 3, 0.3),
)


def drawn(crowd: Crowd, ratio: float, n: int, random: Random, limit: float = 2.0) -> list[Worked]:
    """Claims whose typical time is `ratio` times the promised second, under a limit in multiples of it."""
    shares = [1 / (place + 1) if crowd.uneven else 1 for place in range(crowd.people)]
    own = [random.gauss(0, crowd.differ) for _ in shares]
    within = sqrt(crowd.sigma**2 - crowd.differ**2)
    found = []
    for number in range(n):
        who = random.choices(range(crowd.people), shares)[0] if crowd.people else number
        log_s = log(ratio) + (own[who] if crowd.people else 0.0) + random.gauss(0, within)
        found.append(Worked(str(who), exp(log_s), "submitted", limit_s=limit, promised_s=1.0))
    return found


def noticed(claims: Sequence[Worked]) -> int | None:
    """After how many claims trigger A first says so, looking whenever a look is due."""
    due = range(FIRST_LOOK, len(claims) + 1, EVERY)
    return next((n for n in due if (seen := look(claims[max(0, n - LOOKED_AT - EVERY) : n])) and seen.longer), None)


def notices(crowd: Crowd, ratio: float, claims: int, runs: int, seed: str = "") -> list[int | None]:
    """The same for many drawn projects."""
    random = Random(f"{seed} {crowd.name} {ratio}")
    return [noticed(drawn(crowd, ratio, claims, random)) for _ in range(runs)]


def by(found: Sequence[int | None], n: int) -> float:
    """The part noticed by so many claims."""
    return sum(each is not None and each <= n for each in found) / len(found)


def operating(runs: int) -> str:
    """Trigger A: false alarms over all looks, and detections."""
    lines = [
        f"| crowd | at 1.0, over {FALSE_CLAIMS} claims | at 1.15, by 60 | at 1.3, by 30 / 60 | at 1.5, by 15 / 30 / 60 "
        "| at 2.0, by 10 / 15 / 30 |",
        "|---|---|---|---|---|---|",
    ]
    for crowd in CROWDS:
        found = {
            ratio: notices(crowd, ratio, FALSE_CLAIMS if ratio == 1 else FOUND_CLAIMS, runs) for ratio in RATIOS
        }  # fmt: skip
        cells = [
            f"{100 * by(found[1.0], FALSE_CLAIMS):.1f} %", f"{100 * by(found[1.15], 60):.0f} %",
            _percents(found[1.3], 30, 60), _percents(found[1.5], 15, 30, 60), _percents(found[2.0], 10, 15, 30),
        ]  # fmt: skip
        lines.append(f"| {crowd.name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _percents(found: Sequence[int | None], *ns: int) -> str:
    return " / ".join(f"{100 * by(found, n):.0f}" for n in ns) + " %"


def over_limit(runs: int) -> str:
    """Trigger B's first half: how often it opens a review, with a limit of twice the promise and with the usual one."""
    usual = exp(Z_90 * 0.6)  # where nine in ten are done, if the estimate is right
    lines = [
        f"| true ratio | limit 2 x: in the first 25 / 100 claims | limit as offered ({usual:.2f} x): 25 / 100 |",
        "|---|---|---|",
    ]
    for ratio in RATIOS:
        cells = []
        for limit in (2.0, usual):
            random = Random(f"over {ratio} {limit}")
            found = [_harmed(drawn(CROWDS[1], ratio, 100, random, limit)) for _ in range(runs)]
            cells.append(_percents(found, 25, 100))
        lines.append(f"| {ratio} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def _harmed(claims: Sequence[Worked]) -> int | None:
    return next((n for n in range(EVERY, len(claims) + 1, EVERY) if harms(claims[:n])), None)


@dataclass(frozen=True, slots=True)
class Recovered:
    """Averages over runs, in minutes, of what each way makes of work that typically takes 50, cut at 60."""

    completed_median: float
    completed_mean: float
    curve: float
    p50: float
    p80: float
    censored_share: float


def recovered(runs: int, n: int = 400, true: float = 50.0, sigma: float = 0.6, limit: float = 60.0) -> Recovered:
    """Times of which those over the limit are only known to be over it."""
    random, rows = Random(51), []
    for _ in range(runs):
        times = [exp(random.gauss(log(true), sigma)) * 60 for _ in range(n)]
        claims = [Worked(str(place), time, "submitted", limit * 60) for place, time in enumerate(times)]
        done = [time / 60 for time in times if time <= limit * 60]
        found = estimate(claims, (), AS_OF)
        curve = quantile(survival(sample_of(claims).observations), 0.5)
        assert found is not None
        assert curve is not None
        rows.append((median(done), mean(done), curve / 60, found.p50_s / 60, found.p80_s / 60, found.censored_share))
    return Recovered(*(mean(column) for column in zip(*rows, strict=True)))


def cut(runs: int) -> str:
    """Section 5.1 of the pay design, drawn again: true typical time 50 minutes, long time 82.8."""
    found = recovered(runs)
    return "\n".join([
        "| way | typical | long |", "|---|---|---|",
        f"| completed work only, median | {found.completed_median:.1f} | |",
        f"| completed work only, average | {found.completed_mean:.1f} | |",
        f"| curve without a model | {found.curve:.1f} | |",
        f"| open ends kept | **{found.p50:.1f}** | {found.p80:.1f} |",
        "| truth | 50.0 | 82.8 |",
    ])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What the first claims said of the later ones, in seconds; `cut_*` with every time over a limit known only as
    over it. `true_*`: of the later claims, everybody weighed as in an estimate."""

    name: str
    claims: int
    people: int
    first: Estimate | None
    true_p50: float
    true_p80: float
    under_limit: float
    off: float
    blocks: int
    cut_completed: float
    cut_first: Estimate | None


def recorded(name: str, rows: Iterable[tuple[str, float]]) -> Said:
    """Claims as (person, seconds) in their order. The limit that cuts is 1.2 times the typical time of all."""
    seen: Counter[str] = Counter()
    claims = []
    for person, seconds in rows:
        seen[person] += 1
        claims.append(Worked(person, seconds, "submitted", ordinal=seen[person]))
    counted = [claim for claim in claims if claim.ordinal > 1]
    first, later = counted[:_FIRST], counted[_FIRST:]
    found = estimate(first, (), AS_OF)
    p50, p80 = _of(later, 0.5), _of(later, 0.8)
    limit = 1.2 * _of(counted, 0.5)
    offs = []
    for start in range(0, len(counted) - _FIRST - _LATER_MIN + 1, _FIRST):
        block = estimate(counted[start : start + _FIRST], (), AS_OF)
        if block is not None:
            offs.append(block.p50_s / _of(counted[start + _FIRST :], 0.5))
    limited = [replace(claim, limit_s=limit) for claim in counted]
    return Said(
        name, len(claims), len(seen), found, p50, p80,
        mean((claim.work_s or 0) <= (found.limit_s if found else 0) for claim in later),
        median(abs(each - 1) for each in offs), len(offs),
        median(claim.work_s or 0.0 for claim in counted if (claim.work_s or 0.0) <= limit),
        estimate(limited[-500:], (), AS_OF),
    )  # fmt: skip


def _of(claims: Sequence[Worked], part: float) -> float:
    found = quantile(survival(sample_of(claims).observations), part)
    assert found is not None
    return found


def said(found: Iterable[Said]) -> str:
    """As a table."""
    lines = [
        "| times | claims | people | first 30 say: typical / long | later claims: typical / long | within the limit "
        "offered | blocks of 30 off by (median) | cut at 1.2 × typical: completed only / open ends kept |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for each in found:
        first = f"{each.first.p50_s} / {each.first.p80_s} s, {each.first.people} people" if each.first else "–"
        kept = f"{each.cut_first.p50_s} s" if each.cut_first else "–"
        lines.append(
            f"| {each.name} | {each.claims:,} | {each.people} | {first} | {each.true_p50:.0f} / {each.true_p80:.0f} s "
            f"| {100 * each.under_limit:.0f} % | {100 * each.off:.0f} % ({each.blocks}) "
            f"| {each.cut_completed:.0f} s / {kept} |"
        )
    return "\n".join(lines)


def packs() -> list[Said]:
    """The packs that ship and hold times."""
    found = []
    for path in sorted(each for each in PACKS.iterdir() if each.is_dir()):
        rows = [(row.expert, float(row.seconds)) for row in read_pack(path).judgements() if row.seconds]
        if rows:
            found.append(recorded(path.name, rows))
    return found


def of_file(path: Path, person: str, seconds: str) -> Said:
    """A file of one's own, its rows in the order of work."""
    with path.open(encoding="utf-8", newline="") as file:
        return recorded(path.stem, [(row[person], float(row[seconds])) for row in csv.DictReader(file)])


def main() -> None:
    """Print the tables, and write them if asked to."""
    parser = argparse.ArgumentParser(description="How well estimates of work time do.")
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--times", type=Path, action="append", help="a CSV file with a line for each claim, in order")
    parser.add_argument("--person", default="worker", help="its column of people")
    parser.add_argument("--seconds", default="seconds", help="its column of work time")
    parser.add_argument("--write", action="store_true", help=f"put the tables into {PAGE.relative_to(ROOT)}")
    asked = parser.parse_args()
    if asked.times:
        print(said(of_file(path, asked.person, asked.seconds) for path in asked.times))
        return
    tables = {
        "cut": cut(asked.runs), "operating": operating(asked.runs), "over": over_limit(asked.runs),
        "recorded": said(packs()),
    }  # fmt: skip
    for table in tables.values():
        print(table, end="\n\n")
    if asked.write:
        text = PAGE.read_text(encoding="utf-8")
        for name, table in tables.items():
            block = f"<!-- {name} -->\n\n{table}\n\n<!-- end -->"
            text = re.sub(_MARK.format(name), lambda _found, block=block: block, text, flags=re.S)
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
