"""The checks of the books find one altered row of each kind. A check that never fails checks nothing."""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction

from fairhand.audit.actor import JOB
from fairhand.cli.check import run
from fairhand.insight.books import CHECKS, project_counts, run_checks, three_sums
from fairhand.pay.commands import close_statements
from tests.building import ACCEPT, RETURN, Small, check_books, small_project
from tests.databases import TestDatabase, django_on

# name of the alteration: (SQL as owner, the checks that must find it, whether the three sums differ)
ALTERED = {
    "a pay line": (
        "UPDATE pay_line SET amount_minor = amount_minor + 1 WHERE line_key = (SELECT min(line_key) FROM pay_line)",
        {"lines_beside_legs", "wrong_statements"}, True,
    ),
    "a pending pay line": (
        """UPDATE pay_line SET amount_minor = amount_minor + 1
            WHERE submission_id = (SELECT id FROM submission WHERE state = 'pending' ORDER BY id LIMIT 1)""",
        {"lines_beside_legs", "wrong_statements", "wrong_pending"}, True,
    ),
    "a leg": (
        "UPDATE ledger_leg SET amount = amount + 1 WHERE id = (SELECT min(id) FROM ledger_leg WHERE amount > 0)",
        {"unbalanced_entries", "wrong_balances", "wrong_running"}, False,
    ),
    "both legs of an entry": (
        """UPDATE ledger_leg l SET amount = amount + sign(amount) FROM ledger_entry e
            WHERE e.id = l.entry_id AND e.id = (SELECT min(id) FROM ledger_entry WHERE kind = 'submit')""",
        {"wrong_balances", "wrong_running", "lines_beside_legs"}, True,
    ),
    "a balance carried on": (
        "UPDATE ledger_leg SET net_after = net_after + 1 WHERE id = (SELECT max(id) FROM ledger_leg)",
        {"wrong_running"}, False,
    ),
    "a balance": (
        "UPDATE ledger_balance SET net = net + 1 WHERE account_id = (SELECT min(account_id) FROM ledger_balance)",
        {"wrong_balances"}, False,
    ),
    "a statement": ("UPDATE statement SET total_minor = total_minor + 1 WHERE number = 1", {"wrong_statements"}, True),
    "the number of a statement's lines": (
        "UPDATE statement SET lines_n = lines_n + 1 WHERE number = 1", {"wrong_statements"}, False,
    ),
    "a slot's reserve": (
        "UPDATE slot SET reserve_minor = reserve_minor + 1 WHERE state = 'submitted'", {"wrong_reserves"}, False,
    ),
    "a count of open claims": ("UPDATE person_load SET open_n = open_n + 1", {"wrong_open_n"}, False),
    "whose pay line it is": (
        """UPDATE pay_line l SET person_id = (SELECT p.id FROM person p WHERE p.id <> l.person_id LIMIT 1)
            WHERE line_key = (SELECT min(line_key) FROM pay_line)""",
        {"lines_beside_legs"},
        False,
    ),
    "a lost pay line": (
        """DELETE FROM statement_line WHERE line_id = (SELECT min(id::text)::uuid FROM pay_line);
           DELETE FROM pay_line WHERE id = (SELECT min(id::text)::uuid FROM pay_line)""",
        {"lines_beside_legs", "wrong_statements", "unpaid_submissions"}, True,
    ),
    "a claim's slot": (
        "UPDATE slot SET current_claim_id = gen_random_uuid() WHERE state = 'claimed'", {"slots_beside_claims"}, False,
    ),
    "a submission's decision": (
        """UPDATE submission SET state = 'accepted', decided_at = submitted_at, decided_by = 'staff'
            WHERE state = 'pending'""",
        {"wrong_pending"}, False,
    ),
    "a submission's author": (
        """UPDATE submission SET person_id = (SELECT person_id FROM submission ORDER BY id LIMIT 1)
            WHERE task_id = (SELECT task_id FROM submission ORDER BY id LIMIT 1)""",
        {"doubles"}, False,
    ),
    "a slot that waits": (
        "UPDATE slot SET waits_since = now() WHERE state = 'submitted'", {"planned_with_reserve"}, False,
    ),
    "a task's state": ("UPDATE task SET state = 'settled' WHERE state = 'open'", {"wrong_tasks"}, False),
    "a queue's lane": ("UPDATE queue SET lane = 'gold' WHERE lane = 'real'", {"gold_delivered"}, False),
    "a member's seat": (
        """INSERT INTO cohort (id, org_id, project_id, name, made_at)
           SELECT gen_random_uuid(), org_id, id, 'some', now() FROM project;
           INSERT INTO cohort_member (cohort_id, person_id) SELECT c.id, e.person_id FROM cohort c, seat e;
           DELETE FROM seat WHERE person_id = (SELECT min(person_id::text)::uuid FROM seat)""",
        {"wrong_cohorts"}, False,
    ),
    "a conversion without its legs": (
        """ALTER TABLE ledger_entry DISABLE TRIGGER USER;
           UPDATE ledger_entry SET kind = 'convert'
            WHERE id = (SELECT min(id) FROM ledger_entry WHERE kind = 'fund')""",
        {"wrong_conversions"}, False,
    ),
    "a mission that nobody opened": (
        """INSERT INTO ledger_account (owner_kind, owner_id, purpose, currency, shard)
           VALUES ('mission', gen_random_uuid(), 'reserved', 'USD', 0);
           INSERT INTO ledger_balance (account_id, net, seq)
           SELECT id, 0, 0 FROM ledger_account WHERE owner_kind = 'mission'""",
        {"wrong_missions"}, False,
    ),
    "money for models that no account holds": (
        """INSERT INTO model_money
               (project_id, org_id, limit_minor, held_pico, spent_pico, posted_minor, posted_n, ended_n)
           SELECT id, org_id, 5, 0, 0, 0, 0, 0 FROM project""",
        {"wrong_models"}, False,
    ),
    "an entry of paid time without its line": (
        """INSERT INTO paid_kind (id, org_id, project_id, kind, terms, minutes_max, times_max, at_once, set_at)
           SELECT gen_random_uuid(), org_id, id, 'meeting', '{}', 60, 1, true, now() FROM project;
           INSERT INTO paid_time (id, org_id, project_id, paid_kind_id, person_id, said_ms, note, said_at, granted_ms,
                                  decided_at, paid_minor)
           SELECT gen_random_uuid(), k.org_id, k.project_id, k.id, e.person_id, 60000, 'A call.', now(),
                  60000, now(), 60
             FROM paid_kind k, seat e WHERE e.person_id = (SELECT min(person_id::text)::uuid FROM seat)""",
        {"wrong_paid_time"}, False,
    ),
    "a running count": ("UPDATE tally SET n = n + 1 WHERE what = 'slots'", {"wrong_tallies"}, False),
}  # fmt: skip


@pytest.fixture
def busy(db) -> Small:
    """Work in every state: accepted, returned, pending, claimed, stated and not stated yet."""
    small = small_project(tasks=5, experts=4)
    one, two, three, four = small.experts
    small.work(one, 100)
    small.review(ACCEPT)
    small.work(two, 50)
    small.review(RETURN)
    small.work(three, 30)
    close_statements(until=small.now, actor=JOB, now=small.now)
    small.work(four, 20)
    small.claim(one)
    return small


@contextmanager
def forged(database: TestDatabase, sql: str) -> Iterator[None]:
    """The owner alters rows with the triggers asleep, as near as one comes to a hand in the files."""
    with django_on(database.owner_url), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_leg DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE submission DISABLE TRIGGER USER")
        cursor.execute(sql)
        yield
        transaction.set_rollback(True)


def test_right_books_are_right(busy: Small, capsys: pytest.CaptureFixture[str]) -> None:
    check_books()
    assert run(argparse.Namespace(json=True, books=True, health=False)) == 0
    said = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert said["right"] is True
    (sums,) = said["sums"]
    assert sums["lines_minor"] == sums["legs_minor"] == 100 + 50 + 30 + 20 + 8 + 8
    assert sums["unstated_minor"] == 20
    assert said["checks"] == list(CHECKS)


def test_altered_rows_are_found(busy: Small, db: TestDatabase, capsys: pytest.CaptureFixture[str]) -> None:
    assert set().union(*(checks for _, checks, _ in ALTERED.values())) == set(CHECKS), "every check has its failure"
    for what, (sql, checks, unequal) in ALTERED.items():
        with forged(db, sql):
            assert checks <= set(run_checks()), what
            assert (not all(sums.equal for sums in three_sums())) == unequal, what
            assert run(argparse.Namespace(json=False, books=True, health=False)) == 1
        said = capsys.readouterr().out
        assert "The books are wrong" in said
        assert all(check in said for check in checks), what
        check_books()


def test_the_owner_is_refused_too_what_the_triggers_guard(busy: Small, owner_connection: psycopg.Connection) -> None:
    for sql in (
        "UPDATE event SET verb = 'a:b'", "DELETE FROM event", "TRUNCATE event", "UPDATE ledger_leg SET amount = 1",
        "UPDATE ledger_entry SET kind = 'x'", "DELETE FROM ledger_leg", "DELETE FROM ledger_entry",
        "TRUNCATE ledger_leg", "DELETE FROM ledger_account", "DELETE FROM ledger_balance", "DELETE FROM submission",
        "TRUNCATE ledger_day", "UPDATE ledger_entry SET xid = '7'",
    ):  # fmt: skip
        with pytest.raises(psycopg.IntegrityError, match=r"append-only|sealed"):
            owner_connection.execute(sql)
    check_books()


def test_counts_of_a_project(busy: Small) -> None:
    assert project_counts(busy.project.id) == {
        "tasks": 5, "attempt_submissions": 4, "experts": 4, "review_submissions": 2, "reviews_open": 2, "doubles": 0,
        "open_claims": 1, "attempts_open": 1,
    }  # fmt: skip
