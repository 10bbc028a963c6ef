"""Verbs of staff and of the clock that two people press at once."""

from functools import partial
from uuid import uuid4

from fairhand.audit.actor import COMMAND, JOB
from fairhand.delivery.models import Delivery, DeliveryItem
from fairhand.dispatch.commands import ensure_seats
from fairhand.dispatch.models import Seat, Slot
from fairhand.flow.fund_project import fund_project
from fairhand.flow.launch_batch import LaunchMoney, launch_batch
from fairhand.flow.release_delivery import release_delivery
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget
from fairhand.ledger.queries import balance_minor
from fairhand.pay.commands import close_statements
from fairhand.pay.models import PayLine, Statement, StatementLine
from fairhand.people.commands import ensure_org, ensure_people
from fairhand.people.models import Org, Person
from tests.building import (
    EVERY,
    HOURLY,
    NONE,
    NOW,
    PER_JUDGEMENT,
    PER_REVIEW,
    check_books,
    draft_batch,
    draft_project,
    small_project,
    stage,
)
from tests.counts import count
from tests.races.together import together


def test_a_batch_launched_twice_at_once_is_launched_once(db, claim) -> None:
    rounds = count(3, 60)
    for number in range(rounds):
        project = draft_project(
            [stage("attempt", HOURLY), stage("review", PER_REVIEW, policy=EVERY)], slug=f"l{number}"
        )
        batch_id = draft_batch(project, tasks=3)
        fund_project(project=project, amount_minor=10**6, key="x", actor=COMMAND, now=NOW)
        found = together([partial(launch_batch, batch_id=batch_id, actor=COMMAND, now=NOW)] * 4)
        assert sum(isinstance(one, LaunchMoney) for one in found) == 1
        assert {one.code for one in found if isinstance(one, Refused)} == {"not_draft"}
        assert Slot.objects.filter(batch_id=batch_id).count() == 3
    check_books()
    claim("a batch launched four times at once is launched once", rounds)


def test_two_batches_at_once_never_spend_one_budget_twice(db, claim) -> None:
    rounds = count(3, 60)
    for number in range(rounds):
        project = draft_project([stage("attempt", HOURLY)], slug=f"b{number}")
        batches = [draft_batch(project, tasks=2) for _ in range(3)]
        fund_project(project=project, amount_minor=2 * 7920 + 1, key="x", actor=COMMAND, now=NOW)
        found = together([partial(launch_batch, batch_id=one, actor=COMMAND, now=NOW) for one in batches])
        assert sum(isinstance(one, LaunchMoney) for one in found) == 2
        assert [one.code for one in found if isinstance(one, Refused)] == ["budget_short"]
        assert balance_minor(budget(project.id), "USD") == 1
    check_books()
    claim("batches launched at once never spend a budget twice", rounds)


def test_statements_closed_at_once_hold_each_line_once(db, claim) -> None:
    rounds = count(3, 60)
    small = small_project(tasks=2 * rounds, pay=PER_JUDGEMENT, policy=NONE)
    for number in range(1, rounds + 1):
        for expert in small.experts:
            small.work(expert)
        small.wait(1)
        made = together([partial(close_statements, until=small.now, actor=JOB, now=small.now)] * 4)
        assert sum(made) == 2
        assert PayLine.objects.count() == StatementLine.objects.count() == 2 * number
    numbers = list(
        Statement.objects.filter(person_id=small.experts[0]).order_by("number").values_list("number", flat=True)
    )
    assert numbers == list(range(1, rounds + 1))
    check_books()
    claim("statements closed four times at once hold every line once", rounds)


def test_lines_that_are_made_while_statements_close_are_on_one_statement(db, claim) -> None:
    rounds = count(3, 40)
    small = small_project(tasks=6 * rounds, pay=PER_JUDGEMENT, policy=NONE)
    for _ in range(rounds):
        jobs = [lambda who=who: [small.submit(small.claim(who)) for _ in range(3)] for who in small.experts]
        jobs += [lambda: [close_statements(until=small.now, actor=JOB, now=small.now) for _ in range(4)]] * 2
        together(jobs)
        check_books()
    close_statements(until=small.now, actor=JOB, now=small.now)
    assert PayLine.objects.count() == StatementLine.objects.count() == 6 * rounds
    check_books()
    claim("pay lines made while statements close stand on exactly one", 6 * rounds)


def test_deliveries_released_at_once_are_numbered_one_after_the_other(db, claim) -> None:
    rounds = count(2, 40)
    for number in range(rounds):
        small = small_project(tasks=2, slug=f"d{number}", pay=PER_JUDGEMENT, policy=NONE)
        small.work(small.experts[0])
        found = together([partial(release_delivery, project=small.project, actor=COMMAND, now=small.now)] * 3)
        assert sorted(one.number for one in found if isinstance(one, Delivery)) == [1, 2, 3]
        assert {one.rows_n for one in found if isinstance(one, Delivery)} == {1}
    assert DeliveryItem.objects.count() == 3 * rounds
    claim("deliveries released at once have numbers of their own", 3 * rounds)


def test_what_is_ensured_at_once_is_there_once(db) -> None:
    project = draft_project([stage("attempt", HOURLY)])
    for _ in range(count(3, 40)):
        slug = uuid4().hex[:12]
        orgs = together([partial(ensure_org, slug=slug, name=slug, kind="client", actor=COMMAND, now=NOW)] * 6)
        assert len({org.id for org in orgs}) == 1
        people = [(f"{slug}-{n}@x.example", "X") for n in range(5)]
        found = together([partial(ensure_people, people=people, kind="person", actor=COMMAND, now=NOW)] * 6)
        assert all(one == found[0] for one in found)
        ids = list(found[0].values())
        together([partial(ensure_seats, project=project, person_ids=ids, actor=COMMAND, now=NOW)] * 6)
        assert Seat.objects.filter(project=project, person_id__in=ids).count() == 5
    assert Org.objects.count() == Person.objects.values("email").distinct().count() / 5 + 1
