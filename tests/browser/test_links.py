"""Every link that somebody is shown leads somewhere they may go."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest
from django.test import override_settings

from tests.counts import LARGE, count
from tests.signed import client_of
from tests.world import World, build_world

LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')
PAGES_MAX = 150  # of one person
PER_KIND = count(1, 3)  # pages of one kind
OUTSIDE = ("nobody", "suspended", "recorded")


def _shape(address: str) -> str:
    """Pages that differ in a row alone are one kind of page; a few of each are opened."""
    return re.sub(r"\b(E-[0-9A-Z]+|\d+|[0-9a-f]{8}-[0-9a-f-]{27})\b", "x", address.partition("?")[0])


def _dead(client: Any) -> tuple[int, list[str]]:
    """How many pages were opened from the first page on, and the links among them that lead nowhere."""
    waiting, seen, opened, dead = [("/", "the first page")], {"/"}, {}, []
    while waiting and sum(opened.values()) < PAGES_MAX:
        address, page = waiting.pop(0)
        if opened.setdefault(_shape(address), 0) == PER_KIND:
            continue
        opened[_shape(address)] += 1
        answer = client.get(address, follow=True)
        if answer.status_code != 200:
            dead.append(f"{address} on {page}: {answer.status_code}")
            continue
        if answer.streaming or "text/html" not in answer["Content-Type"]:
            continue
        for href in LINK.findall(answer.content.decode()):
            target = urldefrag(urljoin(address, unescape(href))).url
            if target.startswith("/") and target not in seen:
                seen.add(target)
                waiting.append((target, address))
    return sum(opened.values()), dead


def test_a_dead_link_is_found() -> None:
    class Answers:
        """Two pages, one of which is not there."""

        def get(self, address: str, follow: bool) -> Any:
            found = type("Answer", (), {"status_code": 200 if address == "/" else 404, "streaming": False})()
            found.content = b'<p><a class="x" href="/gone/?a=1&amp;b=2#c">x</a>'
            found.__class__.__getitem__ = lambda self, name: "text/html"  # type: ignore[attr-defined]
            return found

    assert _dead(Answers()) == (2, ["/gone/?a=1&b=2 on /: 404"])


@pytest.fixture
def world(rollback_db: object, tmp_path: Path) -> Iterator[World]:
    with override_settings(FILES=str(tmp_path)):
        yield build_world()


def test_every_link_leads_where_its_reader_may_go(world: World, seed: int, printed: Callable[[str], None]) -> None:
    """Where the counts are small, of every second person; the seed says which half."""
    opened, dead, everybody = 0, [], sorted(set(world.people) - set(OUTSIDE))
    people = everybody if LARGE else everybody[seed % 2 :: 2]
    for name in people:
        pages, found = _dead(client_of(world.id_of(name)))
        opened += pages
        dead += [f"{name}: {each}" for each in found]
    assert dead == []
    printed(f"links: {opened} pages opened by {len(people)} people, no dead link")
