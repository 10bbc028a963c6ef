"""The ledger under concurrent posting: limits hold, a key posts once, an accrual is resolved once."""

import json
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from fairhand.insight.books import run_checks
from fairhand.ledger.accounts import budget, goodwill, move, outside, payable, pending, pool, reserved
from fairhand.ledger.commands import hold, post, refusal_of
from fairhand.ledger.queries import balance_minor, balances_of_person
from tests.building import NOW, check_books
from tests.counts import count
from tests.races.together import together

CLIENT, PROJECT, PERSON = (UUID(int=n) for n in (1, 2, 3))


def pay(
    source, target, amount: int, key: str | None = None, kind: str = "test", resolves: int | None = None
) -> int | None:
    return post(
        key=key or uuid4().hex, kind=kind, currency="USD", legs=move(source, target, amount), now=NOW, resolves=resolves
    )


def tried(source, target, amount: int, key: str | None = None) -> bool:
    """Whether the ledger took it; a refusal for want of money is an answer, any other error isn't."""
    try:
        with transaction.atomic():
            pay(source, target, amount, key)
    except IntegrityError as error:
        refused = refusal_of(error)
        assert refused is not None
        assert refused.code == "money_short"
        return False
    return True


def test_forty_draws_on_a_limited_account_never_overdraw_it(db, claim) -> None:
    rounds = count(3, 60)
    for _ in range(rounds):
        project, batch = uuid4(), uuid4()
        pay(outside(CLIENT), budget(project), 1000)
        done = together([partial(tried, budget(project), pool(batch), 70)] * 40)
        assert sum(done) == 14
        assert balance_minor(budget(project), "USD") == 1000 - 14 * 70
        assert balance_minor(pool(batch), "USD") == 14 * 70
    check_books()
    claim("forty concurrent draws never overdraw a limited account", 40 * rounds)


def test_a_key_posts_once_however_often_it_is_sent_at_once(db, claim) -> None:
    rounds = count(4, 100)
    for number in range(rounds):
        found = together([partial(pay, outside(CLIENT), budget(PROJECT), 5, f"key {number}")] * 8)
        assert len(set(found)) == 1
    assert balance_minor(budget(PROJECT), "USD") == 5 * rounds
    check_books()
    claim("an entry posted eight times at once under one key is one entry", rounds)


def test_a_key_with_another_request_is_refused(rollback_db) -> None:
    pay(outside(CLIENT), budget(PROJECT), 5, "key")
    for amount, target, kind in (
        (6, budget(PROJECT), "test"),
        (5, pool(PROJECT), "test"),
        (5, budget(PROJECT), "other"),
    ):
        with pytest.raises(IntegrityError, match="different request"), transaction.atomic():
            pay(outside(CLIENT), target, amount, "key", kind)


def test_an_accrual_is_resolved_once_by_whoever_comes_first(db, claim) -> None:
    rounds = count(4, 100)

    def resolve(accrual: int) -> bool:
        try:
            with transaction.atomic():
                pay(pending(PERSON), payable(PERSON), 10, resolves=accrual)
        except IntegrityError as error:
            return "resolves" not in str(error)
        return True

    for number in range(1, rounds + 1):
        accrual = pay(goodwill(), pending(PERSON), 10)
        assert sum(together([partial(resolve, accrual)] * 8)) == 1
        (held,) = balances_of_person(PERSON)
        assert (held.pending_minor, held.payable_minor) == (0, 10 * number)
    claim("an accrual resolved eight times at once is resolved once", rounds)


def test_opposite_transfers_do_not_wait_for_each_other_for_ever(db) -> None:
    one, other = uuid4(), uuid4()
    for batch in (one, other):
        pay(outside(CLIENT), pool(batch), 1000)
    jobs = [lambda: [tried(pool(one), pool(other), 1) for _ in range(10)]] * 3
    jobs += [lambda: [tried(pool(other), pool(one), 1) for _ in range(10)]] * 3
    assert all(all(done) for done in together(jobs))
    assert balance_minor(pool(one), "USD") + balance_minor(pool(other), "USD") == 2000
    check_books()


def test_transactions_of_several_entries_that_hold_first_never_deadlock(db, claim) -> None:
    rounds = count(8, 200)
    batch = uuid4()
    people = [uuid4() for _ in range(4)]
    pay(outside(CLIENT), pool(batch), 10**9)
    pay(pool(batch), reserved(batch, 0), 10**8)

    def several(turn: int) -> None:
        names = [pool(batch), reserved(batch, 0), *(pending(person) for person in people)]
        for step in range(rounds):
            order = names[(turn + step) % len(names) :] + names[: (turn + step) % len(names)]
            with transaction.atomic():
                hold(accounts=order, currency="USD")
                for name in order:
                    if name.owner_kind == "person":
                        pay(reserved(batch, 0) if step % 2 else pool(batch), name, 1)

    together([partial(several, turn) for turn in range(6)])
    assert sum(balance_minor(pending(person), "USD") for person in people) == 6 * 4 * rounds
    assert not {"wrong_balances", "unbalanced_entries"} & set(run_checks())
    claim("transactions that hold their accounts first never wait for each other for ever", 6 * rounds)


POST = "SELECT ledger_post(%s, 'x', %s, %s, '2026-03-02', NULL, '{}')"
ONE, NOWHERE = ["project", None, "budget", 0, 1], ["project", None, "gossip", 0, 1]
UNEVEN = [["operator", None, "goodwill", 0, -2], ONE]


@pytest.mark.parametrize(
    ("key", "currency", "legs", "why"),
    [
        ("k", "USD", [NOWHERE], "no account"),
        ("k", "usd", [ONE], "ledger_account_iso"),
        ("k", "USD", [ONE], "legs"),
        ("k", "USD", UNEVEN, "does not balance"),
        ("k", "USD", [], "legs"),
        ("", "USD", [], "ledger_entry_key_length"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused_by_the_database(
    rollback_db, key: str, currency: str, legs: list, why: str
) -> None:
    with pytest.raises(IntegrityError, match=why), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(POST, [key, currency, json.dumps(legs)])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_sealed_entry_takes_no_more_legs_even_from_the_owner(db, owner_connection) -> None:
    entry = pay(outside(CLIENT), budget(PROJECT), 5)
    with pytest.raises(Exception, match=r"entry \d+ is sealed"):
        owner_connection.execute(
            "INSERT INTO ledger_leg (entry_id, account_id, currency, amount, seq, net_after) "
            "SELECT %s, account_id, 'USD', amount, 0, 0 FROM ledger_leg WHERE entry_id = %s",
            [entry, entry],
        )
    check_books()


def test_money_of_two_currencies_never_mixes(rollback_db) -> None:
    pay(outside(CLIENT), budget(PROJECT), 5)
    post(key="jpy", kind="test", currency="JPY", legs=move(outside(CLIENT), budget(PROJECT), 7), now=NOW)
    assert balance_minor(budget(PROJECT), "USD") == 5
    assert balance_minor(budget(PROJECT), "JPY") == 7
