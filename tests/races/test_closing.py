"""A close beside work that is just ending; and jobs over many rows that wait for nobody who works."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction

from fairhand.audit.actor import COMMAND, JOB
from fairhand.dispatch.commands import fold_hints
from fairhand.dispatch.models import Queue
from fairhand.flow.close_rest import close_rest
from fairhand.flow.move_project import move_project
from fairhand.flow.reprioritise import reprioritise
from fairhand.ledger.accounts import budget, pool
from tests.building import LEFT, PER_JUDGEMENT, RIGHT, Small, check_books, small_project
from tests.commands_of import wait_until
from tests.races.test_queue_hints import other

AGREE = {"name": "agree", "version": 1, "terms": {}}
_BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"


def close(small: Small) -> None:
    try:
        move_project(project_id=small.project.id, to="closed", reason="Done.", actor=COMMAND, now=small.now)
    finally:
        connection.close()


def closed_beside(small: Small, work: Callable[[], object], waits: bool) -> None:
    """The work is done and not committed when the close comes; `waits`: it must wait for the work."""
    with ThreadPoolExecutor(1) as lane:
        with transaction.atomic(), connection.cursor() as cursor:
            work()
            closing = lane.submit(close, small)

            def blocked() -> bool:
                cursor.execute(_BLOCKED)
                return bool(cursor.fetchone()[0])

            wait_until(blocked if waits else closing.done, "the close is where it can get", 20)
        closing.result(20)
    close_rest(actor=JOB, now=small.now)
    assert {slot.state for slot in small.slots()} <= {"settled", "cancelled"}
    assert small.money(pool(small.batch_id)) == 0
    check_books()


def test_a_close_beside_an_extra_attempt_frees_its_money(db) -> None:
    small = small_project(
        tasks=1, want=2, cap=3, experts=3, pay=PER_JUDGEMENT, reviewed=False, redundancy=AGREE, slug="extra"
    )
    first, second = (small.claim(expert) for expert in small.experts[:2])
    small.submit(first, LEFT)
    closed_beside(small, lambda: small.submit(second, RIGHT), waits=True)  # it opens the third
    assert small.money(budget(small.project.id)) == 100_000_000 - 2 * 12


def test_a_close_beside_a_skip_leaves_nothing_open(db) -> None:
    small = small_project(tasks=1, experts=1, pay=PER_JUDGEMENT, reviewed=False, slug="skip")
    held = small.claim(small.experts[0])
    closed_beside(small, lambda: small.skip(held), waits=False)
    assert small.money(budget(small.project.id)) == 100_000_000


def test_ranking_and_folding_wait_for_nobody_who_works(db) -> None:
    """Each locks many rows; waiting for one of them while it holds others would deadlock with who holds that one."""
    small = small_project(
        tasks=1, want=2, cap=3, experts=2, pay=PER_JUDGEMENT, reviewed=False, redundancy=AGREE, slug="rank"
    )
    held = next(slot for slot in small.slots() if slot.state == "open")
    queue = Queue.objects.get(id=held.queue_id)
    with other() as working:
        working.execute("SELECT 1 FROM slot WHERE id = %s FOR UPDATE", [held.id])  # it ends its work on the task
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            moved = reprioritise(
                project_id=small.project.id, batch_id=small.batch_id, tier=3, reason="Now.", actor=COMMAND,
                now=small.now,
            )  # fmt: skip
        assert moved == 2, "the slot that is held stays where it is"
    with other() as gating:
        gating.execute("SELECT 1 FROM queue WHERE id = %s FOR UPDATE", [queue.id])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            cursor.execute("INSERT INTO queue_wake SELECT id FROM queue WHERE project_id = %s AND id <> %s",
                           [small.project.id, queue.id])  # fmt: skip
            fold_hints()
    queue.refresh_from_db()
    assert queue.head == 0
    fold_hints()
    queue.refresh_from_db()
    assert queue.head > 0
