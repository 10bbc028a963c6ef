"""Faults put into the engine are noticed by its tests; what survives is explained in docs/reference/pay-mutants.md."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.counts import LARGE, count
from tools import mutants

ROOT = Path(__file__).parents[2]


def test_mutants_are_noticed_or_explained(claim: Callable[[str, int], None]) -> None:
    drawn = count(1, 220)
    words = [sys.executable, "tools/mutants.py", "--count", str(drawn), "--seed", "1"]
    words += [] if LARGE else ["--quick"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    claim("mutants of the pay engine, each noticed by its tests or explained by name", drawn)


def test_every_kind_of_fault_is_made_and_every_explanation_is_of_a_mutant() -> None:
    every = mutants.mutants()
    keys = [mutant.key for mutant in every]
    assert len(every) > 800
    assert len(set(keys)) == len(keys)
    assert len({mutant.source for mutant in every[::40]} | {mutants.unchanged().source}) == len(every[::40]) + 1
    assert mutants.explained() <= set(keys), "docs/reference/pay-mutants.md explains what is no mutant any more"
    for change in (" < ", " >= ", " and ", " not in ", "min(", " // "):
        assert any(change in mutant.key for mutant in every), change
