"""An empty queue closes, and no slot that opens meanwhile is left behind a closed door."""

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from fairhand.cli.database import embedded
from fairhand.cli.home import Home
from fairhand.dispatch.commands import fold_hints
from fairhand.dispatch.models import Claim, Queue
from fairhand.dispatch.states import HINT_CLOSED, HINT_CLOSING, HINT_OPEN
from tests.building import PER_JUDGEMENT, Small, small_project
from tests.commands_of import migrated_home, new_folder, wait_until
from tests.counts import count
from tests.databases import django_on
from tests.races.together import together

OPEN_AGAIN = "UPDATE slot SET state = 'open', reserve_minor = 12 WHERE id = %s"


def other() -> psycopg.Connection[Any]:
    """A second client of the same database."""
    values = {key: value for key, value in connection.get_connection_params().items() if key in
              ("dbname", "user", "password", "host", "port")}  # fmt: skip
    return psycopg.connect(**values)


def hint() -> int:
    return Queue.objects.get(lane="real").hint


def folded_shut() -> bool:
    fold_hints()
    return hint() == HINT_CLOSED


def emptied() -> Small:
    """A project whose one slot is taken off; its queue says open still."""
    small = small_project(tasks=1, pay=PER_JUDGEMENT, reviewed=False)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE slot SET state = 'planned', reserve_minor = 0 WHERE batch_id = %s", [small.batch_id])
    return small


@pytest.fixture
def alone() -> Iterator[None]:
    """A server of this test alone: the fence waits for every transaction of a server, and other tests have theirs."""
    with new_folder() as folder, embedded(Home(migrated_home(folder))) as database, django_on(database.app_url):
        yield


def test_an_empty_queue_closes_and_one_that_is_woken_opens(alone: None) -> None:
    small = emptied()
    fold_hints()
    assert hint() == HINT_CLOSING
    wait_until(folded_shut, "the queue is closed")
    with connection.cursor() as cursor:
        cursor.execute(OPEN_AGAIN, [small.slot().id])
    # Before the job comes by, the queue counts as open already.
    claim = small.claim(small.experts[0])
    assert hint() == HINT_CLOSED
    small.skip(claim)
    fold_hints()
    assert hint() == HINT_OPEN


@pytest.mark.parametrize("commits_after", range(7))
def test_an_opener_who_read_open_is_never_missed(db, commits_after: int) -> None:
    """The opener's id is newer than the closing one's, and it read "open": it commits at each later point."""
    small = emptied()
    slot_id = small.slot().id
    with other() as folding, other() as opening:
        folding.execute("SELECT dispatch_fold_hints()")  # marks it closing, not committed
        opening.execute("SELECT pg_current_xact_id()")
        opening.execute(OPEN_AGAIN, [slot_id])  # reads "open", wakes nobody
        steps = [folding.commit, *islice(cycle([
            lambda: folding.execute("SELECT dispatch_fold_hints()"), folding.commit,
        ]), 6)]  # fmt: skip
        for number, step in enumerate(steps):
            if number == commits_after:
                opening.commit()
            step()
        opening.commit()
        folding.commit()
    assert isinstance(small.take(small.experts[0]), Claim)


def test_openers_and_the_job_at_once_lose_nothing(db, claim) -> None:
    rounds = count(12, 300)
    small = small_project(tasks=rounds, pay=PER_JUDGEMENT, reviewed=False, experts=1)
    slots = [slot.id for slot in small.slots()]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE slot SET state = 'planned', reserve_minor = 0 WHERE batch_id = %s", [small.batch_id])
    for number, slot_id in enumerate(slots):

        def opens(slot_id: UUID = slot_id) -> int:
            with connection.cursor() as cursor:
                cursor.execute(OPEN_AGAIN, [slot_id])
                return int(cursor.rowcount)

        together([opens, *[fold_hints] * (1 + number % 3)])
        small.submit(small.claim(small.experts[0]))
        for _ in range(number % 5):
            fold_hints()
    claim("a slot that opens while its queue closes is given out", rounds)
