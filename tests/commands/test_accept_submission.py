"""accept_submission: once, with every earlier round, and only from where the submission stands."""

import pytest
from django.db import IntegrityError, connection, transaction

from fairhand.audit.actor import COMMAND
from fairhand.flow.accept_submission import accept_submission
from fairhand.ledger.accounts import move, payable, pending
from fairhand.ledger.commands import post
from fairhand.work.models import Submission
from tests.building import NOW, RETURN, Small, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")


def accept(small: Small, submission: Submission, slot_from: str = "submitted") -> bool:
    return accept_submission(
        submission_id=submission.id, decided_by="staff", actor=COMMAND, now=small.now, slot_from=slot_from
    )


def test_accepting_twice_does_it_once() -> None:
    small = small_project(tasks=1)
    made = small.work(small.experts[0], 100)
    assert accept(small, made)
    assert not accept(small, made)
    assert small.money(payable(small.experts[0])) == 100
    assert small.verbs().count("submission:accepted") == 1


def test_a_pending_one_is_not_accepted_as_rework_nor_rework_as_pending() -> None:
    small = small_project(tasks=1)
    made = small.work(small.experts[0], 100)
    assert not accept(small, made, slot_from="open")
    small.review(RETURN)
    assert not accept(small, made)
    assert accept(small, made, slot_from="open")
    check_books()


def test_the_accruing_entry_is_resolved_and_can_be_resolved_once() -> None:
    small = small_project(tasks=1)
    author = small.experts[0]
    made = small.work(author, 100)
    assert len(made.entry_ids) == 1
    accept(small, made)
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, meta ->> 'submission' FROM ledger_entry WHERE resolves_id = %s", made.entry_ids)
        assert cursor.fetchall() == [("accept", str(made.id))]
    with pytest.raises(IntegrityError, match="resolves"), transaction.atomic():
        post(
            key="again", kind="accept", currency="USD", legs=move(payable(author), pending(author), 1), now=NOW,
            resolves=made.entry_ids[0],
        )  # fmt: skip


def test_work_worth_nothing_is_accepted_without_an_entry_of_its_own() -> None:
    small = small_project(tasks=1)
    made = small.submission(small.submit(small.claim(small.experts[0])))
    assert accept(small, made)
    assert small.money(payable(small.experts[0])) == 0
    check_books()
