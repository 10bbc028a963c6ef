"""Running counts are always those of the rows, whatever happened and whoever added them up meanwhile."""

from datetime import timedelta
from threading import Thread
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.insight.board import cost_by_kind, people_of, progress_of, running_total
from fairhand.insight.books import run_checks
from fairhand.insight.tally import accepted_points, compact, paid_of, slots_of, tasks_of
from fairhand.pay.models import PayLine
from tests.building import ACCEPT, NOW, PER_JUDGEMENT, RETURN, small_project
from tests.counts import count


def test_counts_follow_the_work(rollback_db: Any) -> None:
    small = small_project(tasks=3, want=2, pay=PER_JUDGEMENT)
    project = small.project.id
    before = progress_of([project])[project]
    assert (before.tasks, before.wanted, before.open, before.in_work) == (3, 6, 6, 0)
    small.claim(small.experts[0])
    assert progress_of([project])[project].in_work == 1
    small.work(small.experts[1])
    after = progress_of([project])[project]
    assert (after.wanted, after.open, after.in_work) == (6, 4, 1)
    assert after.in_review + after.accepted == 1
    assert after.spent_minor == paid_of([project])[project] == sum(minor for _, minor in cost_by_kind(project))
    assert sum(each.n for each in slots_of([project]) if each.stage_kind == "attempt") == 6
    assert list(tasks_of([project]).values()) == [3]
    assert run_checks() == {}


def test_adding_up_changes_no_count_and_takes_rows_away(rollback_db: Any) -> None:
    small = small_project(tasks=4, want=2, pay=PER_JUDGEMENT)
    for expert in small.experts:
        small.work(expert)
    project = small.project.id
    counted = (slots_of([project]), progress_of([project]))
    assert compact(small.now) > 0
    assert compact(small.now) == 0
    assert (slots_of([project]), progress_of([project])) == counted
    assert run_checks() == {}


def test_old_minutes_become_hours_and_days(rollback_db: Any) -> None:
    small = small_project(tasks=2, want=1, pay=PER_JUDGEMENT)
    small.work(small.experts[0])
    minutes = _moments(small.project.id)
    compact(small.now + timedelta(days=3))
    hours = _moments(small.project.id)
    compact(small.now + timedelta(days=91))
    days = _moments(small.project.id)
    assert all(at.second == 0 for at in minutes)
    assert all(at.minute == 0 for at in hours)
    assert all(at.hour == at.minute == 0 for at in days)
    assert minutes
    assert days
    assert run_checks() == {}


def _moments(project_id: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT at FROM tally WHERE project_id = %s AND what = 'paid'", [project_id])
        return [row[0] for row in cursor.fetchall()]


def test_a_wrong_count_is_found(db: Any, owner_connection: psycopg.Connection) -> None:
    small_project(tasks=1, want=1, pay=PER_JUDGEMENT)
    assert run_checks() == {}
    owner_connection.execute("UPDATE tally SET n = n + 1 WHERE what = 'slots'")
    assert list(run_checks()) == ["wrong_tallies"]


def test_the_application_cannot_write_a_count(db: Any) -> None:
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tally (project_id, what, state, at, n) VALUES (gen_random_uuid(), 'slots', '', now(), 1)"
        )


def test_counting_survives_adding_up_at_the_same_time(db: Any) -> None:
    """Two connections add up in a loop while slots move on a third."""
    small = small_project(tasks=12, want=2, pay=PER_JUDGEMENT)
    stop: list[bool] = []

    def add_up() -> None:
        with psycopg.connect(db.url, autocommit=True) as other:
            while not stop:
                other.execute("SELECT tally_compact(%s)", [small.now])

    threads = [Thread(target=add_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(count(5, 50)):
            for expert in small.experts:
                if any(slot.state == "open" for slot in small.slots()):
                    small.work(expert)
    finally:
        stop.append(True)
        for thread in threads:
            thread.join()
    assert run_checks() == {}


@settings(max_examples=count(50, 2000))
@given(st.lists(st.tuples(st.integers(0, 50_000), st.integers(1, 9)), max_size=80))
def test_a_running_total_ends_at_the_sum_and_never_falls(found: list[tuple[int, int]]) -> None:
    points = sorted((NOW + timedelta(minutes=minute), n) for minute, n in found)
    rows = running_total(points)
    if len({at for at, _ in points}) < 2:
        assert rows == []
        return
    assert rows[0] == (points[0][0], 0)
    assert rows[-1][1] == sum(n for _, n in points)
    assert len(rows) <= 62
    assert [total for _, total in rows] == sorted(total for _, total in rows)
    assert [at for at, _ in rows] == sorted(at for at, _ in rows)


def test_accepted_work_stands_at_its_minute(rollback_db: Any) -> None:
    small = small_project(tasks=1, want=1, pay=PER_JUDGEMENT)
    small.work(small.experts[0])
    assert (
        sum(point.n for point in accepted_points(small.project.id))
        == progress_of([small.project.id])[small.project.id].accepted
    )


def test_people_of_a_project_are_counted_as_their_rows_are(rollback_db: Any) -> None:
    small = small_project(tasks=6, want=1, pay=PER_JUDGEMENT)
    one, other = small.experts
    for expert, verdict in ((one, ACCEPT), (one, RETURN), (other, ACCEPT)):
        small.work(expert, 40)
        small.review(verdict)
    small.work(other, 20)
    compact(small.now)
    rows = {row.alias: row for row in people_of(small.project.id, 10)}
    seats = {seat.person_id: rows[seat.alias] for seat in small.project.seat_set.all() if seat.alias in rows}
    first, second, reviewer = (seats[person] for person in (one, other, small.reviewers[0]))
    assert (first.handed_in, first.accepted, first.returned, first.reviews) == (2, 1, 1, 0)
    assert (second.handed_in, second.accepted, second.returned, second.reviews) == (2, 1, 0, 0)
    assert (reviewer.handed_in, reviewer.reviews) == (0, 3)
    for person_id, row in seats.items():
        lines = PayLine.objects.filter(person_id=person_id).aggregate(minor=Sum("amount_minor"))
        assert row.earned_minor == lines["minor"]
    assert (first.typical_ms, second.typical_ms) == (40_000, 30_000)
    assert run_checks() == {}


def test_the_people_of_a_project_are_read_page_by_page(rollback_db: Any) -> None:
    """Whoever handed in as much as somebody else stands on one page or the next, never on both, never on none."""
    small = small_project(tasks=6, want=4, pay=PER_JUDGEMENT, experts=4)
    for turns, expert in zip((3, 1, 1, 2), small.experts, strict=True):
        for _ in range(turns):
            small.work(expert)
    whole = people_of(small.project.id, 10)
    assert [row.handed_in_n for row in whole] == [3, 2, 1, 1]
    for size in (1, 2, 3):
        read, beyond = [], None
        while rows := people_of(small.project.id, size, beyond):
            read += rows
            beyond = (rows[-1].handed_in_n, rows[-1].alias)
        assert read == whole
