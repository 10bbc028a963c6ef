"""Kinds of races about money, round after round from one barrier: one winner, to the cent, and never a false alarm."""

import itertools
import random
import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from fairhand.cli.database import embedded
from fairhand.cli.home import Home
from fairhand.insight.books import CHECKS, run_checks
from fairhand.kernel.clock import utc_now
from fairhand.ledger.accounts import AccountName, budget, goodwill, move, outside, payable, pending, pool, reserved
from fairhand.ledger.chain import verify
from fairhand.ledger.commands import close_days, hold, post, refusal_of
from fairhand.ledger.queries import balance_minor
from tests.building import NOW
from tests.commands_of import migrated_home, new_folder
from tests.counts import count
from tests.databases import django_on
from tests.races.together import racers

CLIENT = UUID(int=1)
LANES = 4
OF_THE_LEDGER = {"wrong_balances", "unbalanced_entries", "wrong_running"}


@dataclass(slots=True)
class Round:
    """One round: fresh accounts, and the jobs that run at once."""

    race: Callable[..., list[Any]]
    draw: random.Random
    project: UUID = field(default_factory=uuid4)
    batch: UUID = field(default_factory=uuid4)
    person: UUID = field(default_factory=uuid4)

    def run(self, *jobs: Callable[[], Any]) -> list[Any]:
        """What each said; who begins first differs from round to round."""
        return self.race(list(jobs), late=[self.draw.choice((0.0, 0.0, 0.0005, 0.001)) for _ in jobs])

    def funded(self, minor: int) -> None:
        """Money on the project's budget."""
        pay(outside(CLIENT), budget(self.project), minor)


def pay(
    source: AccountName, target: AccountName, minor: int, key: str = "", kind: str = "test", resolves: int | None = None
) -> int | None:
    return post(key=key or uuid.uuid4().hex, kind=kind, currency="USD", legs=move(source, target, minor), now=NOW,
                resolves=resolves)  # fmt: skip


def tried(*words: Any, **more: Any) -> Callable[[], str]:
    """A payment as a job: `paid`, or what refused it."""

    def job() -> str:
        try:
            with transaction.atomic():
                pay(*words, **more)
        except IntegrityError as error:
            refused = refusal_of(error)
            return refused.code if refused else "resolved" if "resolves" in str(error) else str(error).split()[0]
        return "paid"

    return job


Kind = Callable[[Round], None]
RACES: dict[str, Kind] = {}


def race(name: str) -> Callable[[Kind], Kind]:
    def put(kind: Kind) -> Kind:
        RACES[name] = kind
        return kind

    return put


@race("two draws, money for one")
def two_draws(round_: Round) -> None:
    """One is paid, the other hears that money is short."""
    round_.funded(100)
    job = tried(budget(round_.project), pool(round_.batch), 60)
    assert sorted(round_.run(job, job)) == ["money_short", "paid"]
    assert balance_minor(budget(round_.project), "USD") == 40


@race("four draws, money for three")
def four_draws(round_: Round) -> None:
    """Three are paid."""
    round_.funded(100)
    assert round_.run(*[tried(budget(round_.project), pool(round_.batch), 33)] * 4).count("paid") == 3
    assert balance_minor(budget(round_.project), "USD") == 1


@race("one request, sent three times")
def one_key(round_: Round) -> None:
    """One entry, and all three are told its number."""
    key = f"race {uuid4()}"
    job = lambda: pay(outside(CLIENT), budget(round_.project), 5, key)  # noqa: E731
    assert len(set(round_.run(job, job, job))) == 1
    assert balance_minor(budget(round_.project), "USD") == 5


@race("one key, two requests")
def one_key_two_requests(round_: Round) -> None:
    """The first is posted, the other refused."""
    key = f"race {uuid4()}"
    said = round_.run(*(tried(outside(CLIENT), budget(round_.project), minor, key) for minor in (5, 6)))
    assert sorted(said) == ["key", "paid"]
    assert balance_minor(budget(round_.project), "USD") == (5 if said[0] == "paid" else 6)


@race("accepting and voiding one accrual")
def accept_and_void(round_: Round) -> None:
    """It is resolved once, one way or the other."""
    accrual = pay(goodwill(), pending(round_.person), 10)
    accept = tried(pending(round_.person), payable(round_.person), 10, resolves=accrual)
    void = tried(pending(round_.person), goodwill(), 10, resolves=accrual)
    said = round_.run(accept, void)
    assert said.count("paid") == 1
    assert balance_minor(pending(round_.person), "USD") == 0
    assert balance_minor(payable(round_.person), "USD") == (10 if said[0] == "paid" else 0)


@race("an account's first use by four at once")
def first_use(round_: Round) -> None:
    """It is opened once, and nothing is lost."""
    assert round_.run(*[tried(outside(CLIENT), budget(round_.project), 7)] * 4) == ["paid"] * 4
    assert balance_minor(budget(round_.project), "USD") == 28


@race("two new accounts, opened in either order")
def opened_either_way(round_: Round) -> None:
    """Nobody waits for ever."""
    names = [reserved(round_.batch, shard) for shard in range(4)]

    def holding(order: list[AccountName]) -> str:
        with transaction.atomic():
            hold(accounts=order, currency="USD")
            for name in order:
                pay(outside(CLIENT), name, 1)
        return "paid"

    said = round_.run(lambda: holding(names), lambda: holding(names[::-1]), lambda: holding(names[2:] + names[:2]))
    assert said == ["paid"] * 3
    assert balance_minor(names[0], "USD") == 12


@race("opposite transfers")
def opposite(round_: Round) -> None:
    """Both are paid; nobody waits for ever."""
    round_.funded(10)
    pay(outside(CLIENT), pool(round_.batch), 10)
    there, back = (budget(round_.project), pool(round_.batch)), (pool(round_.batch), budget(round_.project))
    assert round_.run(tried(*there, 3), tried(*back, 4), tried(*there, 1), tried(*back, 2)) == ["paid"] * 4
    assert balance_minor(budget(round_.project), "USD") == 12


@race("a key whose first transaction is rolled back")
def rolled_back(round_: Round) -> None:
    """The second has it; what was rolled back left nothing."""
    key = f"race {uuid4()}"

    def broken_off() -> str:
        with suppress(ZeroDivisionError, IntegrityError), transaction.atomic():  # refused where the other came first
            pay(outside(CLIENT), budget(round_.project), 5, key)
            raise ZeroDivisionError
        return "rolled back"

    assert round_.run(broken_off, tried(outside(CLIENT), budget(round_.project), 6, key)) == ["rolled back", "paid"]
    assert balance_minor(budget(round_.project), "USD") == 6


@race("money comes in while somebody draws it")
def in_and_out(round_: Round) -> None:
    """The draw is paid if the money came first; never by half."""
    said = round_.run(
        tried(outside(CLIENT), budget(round_.project), 9), tried(budget(round_.project), pool(round_.batch), 9)
    )
    assert said[0] == "paid"
    assert said[1] in ("paid", "money_short")
    assert balance_minor(budget(round_.project), "USD") == (0 if said[1] == "paid" else 9)


@race("pay for one person from two sides")
def two_sides(round_: Round) -> None:
    """Each arrives; the places of the legs have no gap."""
    round_.funded(10)
    assert round_.run(
        tried(budget(round_.project), pending(round_.person), 4), tried(goodwill(), pending(round_.person), 5),
        tried(outside(CLIENT), budget(round_.project), 1),
    ) == ["paid"] * 3  # fmt: skip
    assert balance_minor(pending(round_.person), "USD") == 9


@race("a recount while money moves")
def recount(round_: Round) -> None:
    """No check of the books ever sees half an entry."""

    def look() -> str:
        with connection.cursor() as cursor:
            for name in OF_THE_LEDGER:
                cursor.execute(CHECKS[name][1])
                if found := cursor.fetchall():
                    return f"{name} {found}"
        return "right"

    said = round_.run(
        tried(outside(CLIENT), budget(round_.project), 9), look, tried(goodwill(), pending(round_.person), 5)
    )
    assert said == ["paid", "right", "paid"]


@race("two closings of the books, and a payment that takes its time")
def two_closings(round_: Round) -> None:
    """Every entry is in one link, the slow one too, and the chain holds."""

    def slowly() -> str:
        with transaction.atomic():
            pay(outside(CLIENT), budget(round_.project), 9)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(%s)", [round_.draw.choice((0.0, 0.002))])
        return "paid"

    # As if today were over; each closing takes a day, so the days to come are over too.
    day = utc_now().date() + timedelta(days=10 * next(_turns))
    closing = lambda: close_days(before=day, now=NOW, wait_ms=30_000) is not None  # noqa: E731
    said = round_.run(closing, slowly, closing, tried(outside(CLIENT), budget(round_.project), 1))
    assert said == [True, "paid", True, "paid"]
    assert verify(last=3).wrong == []


_turns = itertools.count(1)


@pytest.fixture(scope="module")
def ledger_db() -> Iterator[None]:
    """A server of these races alone: a closing waits for every transaction of a server, and other tests have theirs."""
    with new_folder() as folder, embedded(Home(migrated_home(folder))) as database, django_on(database.app_url):
        yield


@pytest.mark.parametrize("name", RACES)
def test_race(ledger_db, name: str, seed: int, claim) -> None:
    rounds = count(4, 1000)
    with racers(LANES) as at_once:
        draw = random.Random(f"{seed} {name}")
        for _ in range(rounds):
            RACES[name](Round(at_once, draw))
    assert OF_THE_LEDGER & set(run_checks()) == set()
    claim(f"race about money: {re.sub(r' +', ' ', name)}", rounds)


def test_there_are_at_least_ten_kinds() -> None:
    assert len(RACES) >= 10
