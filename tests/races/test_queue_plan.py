"""The next slot is found by one range of the queue's index: no sort, no walk past finished rows."""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.db import connection

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.models import Queue
from fairhand.flow.launch_batch import LaunchMoney, launch_batch
from tests.building import PER_JUDGEMENT, draft_batch, small_project
from tests.counts import count

SOURCE = "SELECT prosrc FROM pg_proc WHERE proname = 'dispatch_claim_next'"
FINISH = """
UPDATE slot SET state = 'settled', reserve_minor = 0 WHERE id IN (SELECT id FROM slot ORDER BY shuffle LIMIT %s)
"""


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
    named = {"p_queues[v_at]": "%(queue)s", "p_start": "%(start)s", "p_person": "%(person)s"}
    return ["SELECT * " + re.sub("|".join(map(re.escape, named)), lambda hit: named[hit[0]], sql) for sql in found]


def test_the_queue_is_searched_in_its_own_order_past_nothing_finished(db, owner_connection) -> None:
    tasks = count(4000, 60_000)
    small = small_project(tasks=1, pay=PER_JUDGEMENT, reviewed=False)
    launched = launch_batch(batch_id=draft_batch(small.project, tasks), actor=COMMAND, now=small.now)
    assert isinstance(launched, LaunchMoney)
    with connection.cursor() as cursor:
        cursor.execute(FINISH, [tasks * 9 // 10])
    owner_connection.execute("VACUUM (ANALYZE) slot")  # as autovacuum does after a while
    both = queries()
    assert [">=" in sql for sql in both] == [True, False], "two ranges, one each side of the start"
    values = {"queue": Queue.objects.get().id, "start": 2**30, "person": small.experts[0]}
    for sql, start in zip(both, (0, 2**31 - 1), strict=True):
        plan = plan_of(sql, values | {"start": start})
        scans = [node for node in plan if node.get("Relation Name") == "slot"]
        assert [(node["Node Type"], node.get("Index Name")) for node in scans] == [("Index Scan", "slot_open")]
        assert not [node for node in plan if "Sort" in node["Node Type"]]
        assert scans[0]["Actual Rows"] == 1
        assert scans[0].get("Rows Removed by Filter", 0) == 0
        assert scans[0]["Shared Hit Blocks"] + scans[0]["Shared Read Blocks"] < 40
