"""close_statements: every pay line stands on one statement, and a closed statement does not change."""

import pytest
from django.db import DatabaseError, connection, transaction

from fairhand.audit.actor import JOB
from fairhand.pay.commands import close_statements
from fairhand.pay.models import PayLine, Statement, StatementLine
from fairhand.pay.queries import statement_of, statements_of
from tests.building import ACCEPT, Small, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")


def close(small: Small, before_s: int = 0) -> int:
    small.wait(before_s)
    return close_statements(until=small.now, actor=JOB, now=small.now)


def test_lines_are_gathered_by_person_with_their_total() -> None:
    small = small_project(tasks=3)
    began = small.now
    first = small.work(small.experts[0], 100)
    small.work(small.experts[0], 50)
    small.work(small.experts[1], 7)
    assert close(small) == 2
    statement = Statement.objects.get(person_id=small.experts[0])
    assert (statement.number, statement.currency, statement.total_minor, statement.lines_n) == (1, "USD", 150, 2)
    assert (statement.from_at, statement.until_at) == (first.submitted_at, statement.until_at)
    assert began < statement.from_at < statement.until_at < small.now
    found = statement_of(small.experts[0], statement.id)
    assert found is not None
    assert [line.amount_minor for line in found[1]] == [100, 50]
    assert statement_of(small.experts[1], statement.id) is None, "only one's own"
    assert small.verbs().count("statement:closed") == 2
    check_books()


def test_closing_again_makes_nothing_and_new_lines_make_the_next_number() -> None:
    small = small_project(tasks=2)
    small.work(small.experts[0], 100)
    assert close(small) == 1
    assert close(small, 60) == 0
    small.work(small.experts[0], 30)
    assert close(small) == 1
    assert [(s.number, s.total_minor) for s in statements_of(small.experts[0])] == [(2, 30), (1, 100)]
    check_books()


def test_a_line_made_after_the_moment_waits() -> None:
    small = small_project(tasks=1)
    early = small.now
    small.work(small.experts[0], 100)
    assert close_statements(until=early, actor=JOB, now=small.now) == 0
    assert close(small) == 1


def test_a_line_of_nothing_stands_on_its_statement_too() -> None:
    small = small_project(tasks=1)
    small.submit(small.claim(small.experts[0]))
    assert close(small) == 1
    assert Statement.objects.get().total_minor == 0
    check_books()


def test_accepting_afterwards_changes_no_statement() -> None:
    small = small_project(tasks=1)
    small.work(small.experts[0], 100)
    close(small)
    small.review(ACCEPT)
    close(small)
    assert Statement.objects.get(person_id=small.experts[0]).total_minor == 100
    assert Statement.objects.get(person_id=small.reviewers[0]).total_minor == 8
    check_books()


def test_statements_and_their_lines_cannot_be_changed() -> None:
    small = small_project(tasks=1)
    small.work(small.experts[0], 100)
    close(small)
    for model, change in ((Statement, {"total_minor": 1}), (PayLine, {"amount_minor": 1})):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            model.objects.update(**change)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM statement_line")
    assert StatementLine.objects.count() == 1
