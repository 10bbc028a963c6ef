"""Every kind of race, round after round: results and tables are those of its verbs one after the other."""

import random
import re
from collections.abc import Iterator

import pytest

from tests.building import check_books
from tests.counts import count
from tests.databases import cloned, django_on
from tests.races.every_kind import MORE, RACES
from tests.races.listing import PAGE, block
from tests.races.ring import make_ring
from tests.races.together import racers


@pytest.fixture(scope="module")
def ring_db(_server) -> Iterator[None]:
    """One database for all kinds; each has a project of its own."""
    with cloned(_server) as database, django_on(database.url):
        yield


@pytest.mark.parametrize("name", RACES)
def test_race(ring_db, name: str, seed: int, claim) -> None:
    rounds, kind = count(2, 1000), RACES[name]
    with racers(4) as race:
        ring = make_ring(race, random.Random(f"{seed} {name}"), rounds, re.sub("[^a-z]+", "-", name), **MORE[name])
        for _ in range(rounds):
            kind(ring)
            ring.end()
    check_books()
    claim(f"race: {name}", rounds)


def test_there_are_at_least_twenty_kinds_and_the_docs_list_them() -> None:
    assert len(RACES) >= 20
    assert block(RACES) in PAGE.read_text(encoding="utf-8"), "python -m tests.races.listing writes the list"
