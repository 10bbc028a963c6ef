"""The next slot is found by one range of the queue's index: no sort, no walk past finished rows."""

import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.models import Queue
from fairhand.flow.launch_batch import LaunchMoney, launch_batch
from tests.building import PER_JUDGEMENT, Small, draft_batch, small_project
from tests.counts import count

SOURCE = "SELECT prosrc FROM pg_proc WHERE proname = 'dispatch_claim_next'"
FINISH = """
UPDATE slot SET state = 'settled', reserve_minor = 0 WHERE id IN (SELECT id FROM slot ORDER BY place LIMIT %s)
"""
MEET = """
INSERT INTO hand (org_id, task_id, person_id, root_slot_id)
SELECT org_id, task_id, %s, id FROM slot WHERE state = 'open' ORDER BY place LIMIT %s
"""
# The function's own variables, and what they stand for here.
NAMED = {
    "v_queue.id": "%(queue)s", "v_from": "%(place)s", "p_person": "%(person)s",
    "v_queue.ceiling_minor": "%(ceiling)s",
    "v_queue.pair_max": "%(pair_max)s::int",
}  # fmt: skip


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


def plan_of(sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", values)
        found = cursor.fetchone()[0]
    return list(nodes((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]))


def queries() -> list[str]:
    """The function's own searches of a queue, with its variables as parameters."""
    with connection.cursor() as cursor:
        cursor.execute(SOURCE)
        source = cursor.fetchone()[0]
    found = re.findall(r"SELECT \* INTO v_slot (FROM slot x\s+WHERE x\.queue_id.*?SKIP LOCKED);", source, re.DOTALL)
    return ["SELECT * " + re.sub("|".join(map(re.escape, NAMED)), lambda hit: NAMED[hit[0]], sql) for sql in found]


def test_the_queue_is_searched_in_its_own_order_past_nothing_finished(db, owner_connection) -> None:
    tasks = count(4000, 60_000)
    small = small_project(tasks=1, pay=PER_JUDGEMENT, reviewed=False)
    launched = launch_batch(batch_id=draft_batch(small.project, tasks), actor=COMMAND, now=small.now)
    assert isinstance(launched, LaunchMoney)
    with connection.cursor() as cursor:
        cursor.execute(FINISH, [tasks * 9 // 10])
    owner_connection.execute("VACUUM (ANALYZE) slot")  # as autovacuum does after a while
    both = queries()
    assert [">=" in sql.partition("x.place")[2][:4] for sql in both] == [True, False], "two ranges, one each side"
    values = {"queue": Queue.objects.get().id, "person": small.experts[0], "ceiling": 0, "pair_max": None}
    for sql, place in zip(both, (0, 2**62), strict=True):
        plan = plan_of(sql, values | {"place": place})
        scans = [node for node in plan if node.get("Relation Name") == "slot"]
        assert [(node["Node Type"], node.get("Index Name")) for node in scans] == [("Index Scan", "slot_turn")]
        assert not [node for node in plan if "Sort" in node["Node Type"]]
        assert scans[0]["Actual Rows"] == 1
        assert scans[0].get("Rows Removed by Filter", 0) == 0
        assert scans[0]["Shared Hit Blocks"] + scans[0]["Shared Read Blocks"] < 40


def test_a_cursor_leaves_behind_what_its_expert_has_met(db, owner_connection) -> None:
    """With every task but the last met, the first claim walks the queue once, the next begins where it ended."""
    tasks = count(1500, 20_000)
    small = small_project(tasks=tasks, pay=PER_JUDGEMENT, reviewed=False)
    expert = small.experts[0]
    small.submit(small.claim(expert))  # now the seat has a cursor
    with connection.cursor() as cursor:
        cursor.execute(MEET, [expert, tasks - 3])
    owner_connection.execute("VACUUM (ANALYZE) slot, hand")
    walked = [read_by(small, expert) for _ in range(2)]
    assert walked[1] < 150 < walked[0], walked


def read_by(small: Small, expert: UUID) -> int:
    """Blocks that a claim's transaction read."""
    with transaction.atomic(), connection.cursor() as cursor:
        before = blocks(cursor)
        small.claim(expert)
        return blocks(cursor) - before


def blocks(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT sum(pg_stat_get_xact_blocks_fetched(oid)) FROM pg_class WHERE relname ~ '^(slot|hand)'")
    (found,) = cursor.fetchone()
    return int(found)
