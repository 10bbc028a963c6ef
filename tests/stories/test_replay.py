"""The shipped packs, played from import to delivery, whole and broken off at any moment."""

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.commands_of import command, environment, fairhand, made_once, migrated_home, new_folder, postmaster
from tests.counts import LARGE, count

PACKS = Path(__file__).parents[2] / "src" / "fairhand" / "packs" / "shipped"
# What must be the same however often a replay was broken off.
FIGURES = (
    "tasks", "attempt_submissions", "experts", "review_submissions", "reviews_open", "doubles", "open_claims",
    "attempts_open", "unbalanced_entries", "wrong_balances", "wrong_reserves", "wrong_open_n", "wrong_pending",
    "wrong_statements", "lines_beside_legs", "unpaid_submissions", "slots_beside_claims", "lines_minor", "legs_minor",
    "statements_minor", "sums_equal", "delivered_rows", "not_played",
)  # fmt: skip
WRONG = FIGURES[8:17]
HOUR_S = 3600
KILLED = "llmfao" if LARGE else "weather"  # the pack whose replay is broken off


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty database; where the counts are large a replay has to make it itself."""
    with new_folder() as folder:
        yield folder / "home" if LARGE else migrated_home(folder)


def unbroken(pack: str) -> Path:
    """A data folder in which the pack was played at one go, once for all tests; `unbroken.json` holds what came out."""
    return made_once(f"unbroken-{pack}", lambda home: _unbroken(pack, home))


def _unbroken(pack: str, home: Path) -> None:
    with new_folder() as folder:
        started = folder / "home" if LARGE else migrated_home(folder)
        began = time.monotonic()
        result = replayed(started, pack, *experts_of(pack))
        result["whole_s"] = time.monotonic() - began
        shutil.copytree(started, home)
    home.chmod(0o700)
    (home / "unbroken.json").write_text(json.dumps(result))


def told(pack: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((unbroken(pack) / "unbroken.json").read_text())
    return found


def replayed(home: Path, *words: str) -> dict[str, Any]:
    """Plays to the end and gives the JSON of the last line."""
    ran = subprocess.run(
        command("replay", *words, "--json"), env=environment(home), capture_output=True, text=True, timeout=3000,
        check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-3000:]
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def experts_of(pack: str) -> tuple[str, ...]:
    return () if LARGE else ("--experts", {"llmfao": "3", "weather": "6", "rte": "3"}[pack])


def raw(pack: str) -> list[dict[str, str]]:
    with (PACKS / pack / "judgements.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def first_experts(rows: list[dict[str, str]], column: str) -> list[str]:
    names = list(dict.fromkeys(row[column] for row in rows))
    return names if LARGE else names[:6]


def assert_right(result: dict[str, Any]) -> None:
    assert result["doubles"] == result["open_claims"] == 0
    assert [name for name in WRONG if result[name]] == []
    assert result["lines_minor"] == result["legs_minor"] == result["statements_minor"] > 0


def test_llmfao_is_played_whole() -> None:
    result = told("llmfao")

    assert_right(result)
    assert result["tasks"] == 2139
    assert result["not_played"] == 0
    assert result["reviews_open"] == 12
    # Only the reviews left for visitors keep a row from being delivered.
    assert result["delivered_rows"] == result["attempt_submissions"] - 12
    assert result["delivered_rule"].endswith(".")
    rows = raw("llmfao")
    names = list(dict.fromkeys(row["expert"] for row in rows))[: None if LARGE else 3]
    assert result["experts"] == len(names)
    assert result["attempt_submissions"] == sum(1 for row in rows if row["expert"] in names)
    # 12 cents a judgement and 8 a review, nothing else.
    assert result["lines_minor"] == 12 * result["attempt_submissions"] + 8 * result["review_submissions"]
    if LARGE:
        assert (result["attempt_submissions"], result["experts"], result["attempts_open"]) == (8931, 124, 1764)


def test_weather_pays_the_recorded_seconds_to_the_cent() -> None:
    result = told("weather")

    assert_right(result)
    assert result["not_played"] == 5
    rows = raw("weather")
    names = set(first_experts(rows, "worker"))
    met: set[tuple[str, str]] = set()
    expected = 0
    for row in rows:
        if (row["worker"], row["task"]) in met:
            continue  # the later row of two by the same expert on the same task
        met.add((row["worker"], row["task"]))
        if row["worker"] in names:
            cents = Decimal(row["seconds"]) * 1500 / HOUR_S
            expected += int(cents.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert result["lines_minor"] == expected + 5 * result["review_submissions"]
    if LARGE:
        assert result["attempt_submissions"] == 6025


def test_a_replay_that_ended_is_not_played_again() -> None:
    first = told(KILLED)
    again = replayed(unbroken(KILLED), KILLED, *experts_of(KILLED))

    assert again["played_now"] == 0
    assert {name: again[name] for name in FIGURES} == {name: first[name] for name in FIGURES}


@pytest.mark.parametrize("turn", range(count(1, 2)))
def test_a_killed_replay_goes_on_with_the_same_figures(home: Path, turn: int, seed: int, claim: Any) -> None:
    """The whole process group, or PostgreSQL alone, is SIGKILLed at random moments; the next run goes on.

    Where the counts are small, it is one of the two: which one is for the seed to say.
    """
    victim = ("group", "database")[(seed + turn) % 2]
    expected, kills = told(KILLED), count(1, 10)
    draw = random.Random(seed)  # chooses moments, guards nothing
    moments = [draw.uniform(0.1, 0.9) * expected["whole_s"] * (2 / (kills + 1)) for _ in range(kills)]

    while not (hit := sum(_killed_during(home, victim, after) for after in moments)):
        # It ended before: the machine is less busy than it was.
        moments = [after / 2 for after in moments]
        shutil.rmtree(home)
        migrated_home(home.parent)
    result = replayed(home, KILLED, *experts_of(KILLED))

    assert {name: result[name] for name in FIGURES} == {name: expected[name] for name in FIGURES}
    claim(f"a replay SIGKILLed ({victim}) goes on and ends with the same figures", hit)


def _killed_during(home: Path, victim: str, after: float) -> bool:
    """Whether the kill found it at work."""
    replay = subprocess.Popen(
        command("replay", KILLED, *experts_of(KILLED), "--json"), env=environment(home), stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        replay.wait(after)
        killed = False
    except subprocess.TimeoutExpired:
        killed = _kill_server(home) if victim == "database" else _kill_group(replay.pid)
    _, said = replay.communicate(timeout=120)
    assert "Traceback" not in said, said[-3000:]
    if victim == "database" and replay.returncode != 0:
        assert replay.returncode == 2, said[-3000:]
    return killed


def _kill_group(leader: int) -> bool:
    os.killpg(leader, signal.SIGKILL)
    return True


def _kill_server(home: Path) -> bool:
    try:
        os.kill(postmaster(home), signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        return False  # the moment fell before the server was up, or after it was stopped
    return True


def test_check_of_real_books(home: Path) -> None:
    assert_right(replayed(home, "rte", *experts_of("rte")))
    right = fairhand(home, "check", "--json")
    assert right.returncode == 0, right.stderr
    assert json.loads(right.stdout.splitlines()[-1])["right"] is True


def test_a_refusal_is_a_json_object_too(home: Path) -> None:
    refused = fairhand(home, "import", str(home / "nothing-here"), "--json")

    assert refused.returncode == 2
    assert "nothing-here" in json.loads(refused.stdout.splitlines()[-1])["error"]
    assert "Traceback" not in refused.stderr
