"""Money onto a budget and off it again: once per form, conserved, and only when it may."""

import threading
from uuid import UUID

import pytest
from django.db import connection, connections
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.audit.actor import Actor
from fairhand.flow.fund_project import Moved, fund_project, return_budget
from fairhand.flow.move_project import move_project
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, outside
from fairhand.ledger.models import Entry
from fairhand.ledger.queries import balance_minor
from fairhand.projects.models import Project
from tests.building import HOURLY, NOW, check_books, draft_project, small_project, stage

WHO = Actor("person", UUID(int=7))


def _fund(project: Project, amount_minor: int, key: str = "a" * 16, reference: str = "") -> Moved | Refused:
    return fund_project(
        project=project, amount_minor=amount_minor, key=key, reference=reference, actor=WHO, now=NOW
    )  # fmt: skip


def _events(verb: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM event WHERE verb = %s", [verb])
        return cursor.fetchone()[0]


@pytest.mark.usefixtures("rollback_db")
def test_what_comes_in_is_on_the_budget_with_its_reference_and_an_event() -> None:
    project = draft_project([stage("attempt", HOURLY)])
    done = _fund(project, 125_000, reference="Invoice 7")
    assert isinstance(done, Moved)
    assert not done.again
    assert Entry.objects.get(id=done.entry_id).meta == {"reference": "Invoice 7"}
    assert _events("budget:funded") == 1
    check_books()


@pytest.mark.usefixtures("rollback_db")
def test_the_same_form_again_moves_nothing_and_another_amount_under_its_key_is_refused() -> None:
    project = draft_project([stage("attempt", HOURLY)])
    first, second, other = _fund(project, 500), _fund(project, 500), _fund(project, 501)
    assert isinstance(first, Moved)
    assert second == Moved(first.entry_id, 500, again=True)
    assert isinstance(other, Refused)
    assert other.code == "key_used"
    assert Entry.objects.count() == _events("budget:funded") == 1


@pytest.mark.usefixtures("rollback_db")
@pytest.mark.parametrize(("amount", "reference", "code"), [(0, "", "no_amount"), (-5, "", "no_amount"),
                                                           (5, "x" * 201, "long_reference")])  # fmt: skip
def test_what_is_no_payment_is_refused(amount: int, reference: str, code: str) -> None:
    project = draft_project([stage("attempt", HOURLY)])
    refused = _fund(project, amount, reference=reference)
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert Entry.objects.count() == 0


@pytest.mark.usefixtures("rollback_db")
def test_only_a_closed_project_gives_back_and_only_what_was_seen() -> None:
    small = small_project(tasks=2)
    project = small.project

    def give_back(amount_minor: int, key: str = "r" * 16) -> Moved | Refused:
        return return_budget(project=project, amount_minor=amount_minor, key=key, actor=WHO, now=small.now)

    free = small.money(budget(project.id))
    refused = give_back(free)
    assert isinstance(refused, Refused)
    assert refused.code == "project_not_closed"

    small.work(small.experts[0])
    move_project(project_id=project.id, to="closed", reason="The client has what it wanted.", actor=WHO, now=small.now)
    free = small.money(budget(project.id))
    stale = give_back(free - 1)
    assert isinstance(stale, Refused)
    assert (stale.code, stale.facts["have_minor"]) == ("budget_changed", free)

    purse = small.money(outside(project.org_id))
    done = give_back(free)
    assert isinstance(done, Moved)
    assert small.money(budget(project.id)) == 0
    assert small.money(outside(project.org_id)) == purse + free
    assert give_back(free) == Moved(done.entry_id, free, again=True)
    nothing = give_back(free, "other-key-of-a-form")
    assert isinstance(nothing, Refused)
    assert nothing.code == "no_amount"
    closed = _fund(project, 100, key="late" * 4)
    assert isinstance(closed, Refused)
    assert closed.code == "budget_closed"
    small.review({"verdict": "accept"})  # what was handed in is paid all the same
    check_books()


@pytest.mark.usefixtures("rollback_db")
@settings(max_examples=12)
@given(st.lists(st.tuples(st.integers(1, 10**9), st.sampled_from(["a", "b", "c", "d"])), min_size=1, max_size=8))
def test_nothing_is_made_or_lost_whatever_is_sent_twice(sent: list[tuple[int, str]]) -> None:
    project = draft_project([stage("attempt", HOURLY)], slug="funded")
    first: dict[str, int] = {}
    for amount, key in sent:
        done = _fund(project, amount, key=f"{key}-of-a-long-form")
        assert isinstance(done, Moved) == (first.setdefault(key, amount) == amount)
    assert balance_minor(budget(project.id), "USD") == sum(first.values())
    check_books()


def test_a_double_click_moves_once(db: object) -> None:
    project = draft_project([stage("attempt", HOURLY)])
    together, found = threading.Barrier(4), []

    def click() -> None:
        together.wait()
        found.append(_fund(project, 70_000))
        connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moved = [each for each in found if isinstance(each, Moved)]
    assert len(moved) == 4
    assert sorted(each.again for each in moved) == [False, True, True, True]
    assert len({each.entry_id for each in moved}) == 1
    assert Entry.objects.count() == _events("budget:funded") == 1
    check_books()
