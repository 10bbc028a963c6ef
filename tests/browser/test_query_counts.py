"""No page asks the database more often because there is more to show."""

from typing import Any

import pytest
from bench.load import Size, Where, load
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.browser.endpoints import Endpoint, readers
from tests.counts import count
from tests.databases import TestDatabase
from tests.signed import client_of, give_visit
from tests.world import World, build_world

ROWS = count(1_000, 5_000)
FILLED_MIN = 200  # more than any page shows at once
READERS_PER_PAGE = count(1, 2)
VISITS = 20  # more browsers than anybody signs in from
# Tables that hold few rows whatever goes on, and why. Every other is filled, so that no list stays short.
SMALL = {
    "auth_group": "unused", "auth_group_permissions": "unused", "auth_permission": "one per model",
    "django_content_type": "one per model", "django_migrations": "one per step", "django_session": "no list shows it",
    "procrastinate_workers": "one per worker", "procrastinate_periodic_defers": "no list shows it",
    "beat": "no list shows it", "reading_beat": "no list shows it", "gold": "no list shows it",
    "offer": "one per change of terms",
    "notice_choice": "one per person and kind", "shown_currency": "one per person",
    "notice_cursor": "one per reader", "cache_row": "no list shows it",
    "upload_part": "no list shows it", "attachment_part": "no list shows it", "attachment_use": "no list shows it",
    "surge": "one at a time of a stage", "person_load": "one row is read at a time", "paid_kind": "a few per project",
    "card_figures": "one per project and kind of work", "model_money": "one per project",
    "model_order": "one row is read at a time",
    "stage_pilot": "fifty of a stage at most", "estimate_look": "one per stage", "estimate_rule": "one per project",
    "queue_wake": "a job folds them each minute", "tally": "counts of the rest", "account_emailconfirmation": "unused",
}  # fmt: skip

Counts = dict[str, int]


@pytest.fixture
def world(db: TestDatabase) -> World:
    return build_world()


def test_every_page_asks_as_often_for_many_rows_as_for_few(
    world: World, db: TestDatabase, printed: Any, claim: Any
) -> None:
    few = _counted(world, {})
    side = world.sides["a"]
    where = Where(side.small.project.id, side.small.experts, side.small.reviewers[0])
    tables = load(db.owner_url, where, Size(tasks=ROWS, events=5 * ROWS, people=30, rows=ROWS))
    assert {table: n for table, n in tables.items() if n < FILLED_MIN and table not in _small(tables)} == {}
    for _ in range(VISITS):
        give_visit(world.id_of("expert_a"))
    many = _counted(world, few)
    assert {name: (n, many[name]) for name, n in few.items() if many[name] != n} == {}
    assert len(few) > count(100, 200)
    printed(
        f"query counts: {len(few)} pages as somebody, the same at about 10 and at {ROWS:,} rows; most: {_most(many)}"
    )
    claim("a page asks as often for many rows as for few", len(few))


def _small(tables: dict[str, int]) -> set[str]:
    # What an account of allauth's has: an e-mail, a factor, a visit; nobody lists those of others.
    return set(SMALL) | {
        table for table in tables if table.startswith(("account_", "mfa_", "usersessions_", "socialaccount_"))
    }


def _counted(world: World, before: Counts) -> Counts:
    """`page as somebody` -> queries; as many as `before` if a page asks as often already at its first opening.

    Files that are streamed read on as they go, and are left out.
    """
    found: Counts = {}
    for endpoint, name in readers(world, READERS_PER_PAGE):
        page = f"{endpoint.name} as {name}"
        if (n := _queries(world, endpoint, name, before.get(page))) is not None:
            found[page] = n
    return found


def _queries(world: World, endpoint: Endpoint, name: str, before: int | None) -> int | None:
    client = client_of(world.id_of(name))
    address = endpoint.address(world.sides["a"])
    n = _asked(client, address, name)
    return n if n == before else _asked(client, address, name)  # without what is asked once and then remembered


def _asked(client: Client, address: str, name: str) -> int | None:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code in (200, 302, 400, 422), f"{address} as {name}: {response.status_code}"
    return None if response.streaming else len(captured)


def _most(counts: Counts) -> str:
    name = max(counts, key=lambda each: counts[each])
    return f"{counts[name]} ({name})"
