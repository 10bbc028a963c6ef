"""A claim looks at as much of the database in a long queue as in a short one; in `make prove` also by the clock."""

import statistics
import subprocess
import sys

from bench.claims import ROOT
from bench.claims_world import Told, add_experts, add_slots, claims, make_world

from tests.building import check_books
from tests.counts import LARGE, count

GROWS_MAX = 1.3


def test_a_claim_does_not_grow_with_its_queue(db, claim, tmp_path) -> None:
    many = count(4000, 100_000)
    world = make_world("few", db.url, db.owner_url)
    add_slots([world], 400)
    add_experts(world, 5)
    told = [Told(), Told(), Told()]
    claims(world, 50, told[0])  # to warm up
    claims(world, 100, told[1])
    add_slots([world], many)
    claims(world, 50, told[0])
    claims(world, 100, told[2])
    few_blocks, many_blocks = (statistics.mean(each.blocks) for each in told[1:])
    assert many_blocks < GROWS_MAX * few_blocks, (few_blocks, many_blocks)
    if LARGE:
        run = [sys.executable, "-m", "bench.claims", "--hold", "600", "--json", str(tmp_path / "claims.json")]
        done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False, env=None)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    claim("a claim takes as long among 10,000,000 open slots as among 10,000", 10_000_000 if LARGE else many)


def test_a_loaded_world_is_whole(db) -> None:
    world = make_world("whole", db.url, db.owner_url)
    add_slots([world], 50)
    check_books()
