"""A contested pay line: a case, an answer by somebody else that only adds money, one appeal to another human."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from fairhand.audit.actor import COMMAND, Actor
from fairhand.cases.commands import appeal
from fairhand.cases.models import Case
from fairhand.cases.queries import overdue_n, waiting_in
from fairhand.cases.rules import Answer
from fairhand.flow.accept_submission import accept_submission
from fairhand.flow.answer_contest import answer_contest
from fairhand.flow.contest_line import contest_line
from fairhand.insight.own_export import everything_about
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import goodwill, payable, pending, pool
from fairhand.pay.models import PayLine
from fairhand.people.commands import ensure_people
from fairhand.work.models import Submission
from fairhand_pay import recomputed, sentence_of
from tests.building import Small, check_books, small_project

pytestmark = pytest.mark.usefixtures("rollback_db")
CORRECT = ("correct", 250, "goodwill")


def staff(small: Small) -> list[UUID]:
    people = [(f"answers{n}@staff.example", f"Answers {n}") for n in range(2)]
    return list(ensure_people(people=people, kind="person", actor=COMMAND, now=small.now).values())


def contested(small: Small, made: Submission, words: str = "Ten minutes are missing.") -> Case:
    line = PayLine.objects.get(submission_id=made.id)
    found = contest(small, line, made.person_id, words)
    assert isinstance(found, Case), found
    return found


def contest(small: Small, line: PayLine, person_id: UUID, words: str = "Wrong.") -> Case | Refused:
    return contest_line(
        line_id=line.id, person_id=person_id, words=words, actor=Actor("person", person_id), now=small.now
    )


def answer(
    small: Small, case: Case, by: UUID, said: tuple[str, int, str] = ("uphold", 0, ""), reason: str = "Because.",
    operator: bool = True,
) -> Refused | None:  # fmt: skip
    given = Answer(said[0], said[1], said[2], reason, by, operator)
    return answer_contest(
        project_id=small.project.id, case_id=case.id, given=given, actor=Actor("person", by), now=small.now
    )


def code(refused: object) -> str:
    assert isinstance(refused, Refused), refused
    return refused.code


def test_a_correction_is_paid_at_once_by_a_line_that_says_so_and_the_books_agree() -> None:
    small = small_project(tasks=1)
    by, _ = staff(small)
    made = small.work(small.experts[0], 100)
    case = contested(small, made)
    assert case.due_at == small.now + timedelta(days=14)
    assert answer(small, case, by, CORRECT, "The record shows ten minutes more.") is None
    # The work is undecided, so what is added waits with it; the decision makes both payable.
    assert small.money(pending(made.person_id)) == 350
    check_books()
    accept_submission(submission_id=made.id, decided_by="staff", actor=COMMAND, now=small.now)
    assert (small.money(pending(made.person_id)), small.money(payable(made.person_id))) == (0, 350)
    assert small.money(goodwill()) == -250
    line = PayLine.objects.get(line_key__startswith="case:")
    assert line.amount_minor == 250
    assert "$1.00 becomes $3.50" in sentence_of(line.sentence_key, line.sentence_args)
    assert small.verbs().count("case:answered") == 1
    check_books()
    assert code(contest(small, line, made.person_id)) == "line_of_case"
    # What its expert takes with them comes to the same without us, the added line too.
    export = json.loads("".join(everything_about(made.person_id, small.now)))
    assert recomputed(export).clean
    added = next(row for row in export["pay_lines"] if row["primitive"] == "ADJUST")
    added["amount_minor"] += 1
    assert [each.difference_minor for each in recomputed(export).differences] == [1]


def test_the_pool_pays_where_it_can_and_a_client_spends_no_money_of_the_operator() -> None:
    small = small_project(tasks=2)
    by, other = staff(small)
    first = contested(small, small.work(small.experts[0], 100))
    held = small.money(pool(small.batch_id))
    assert 0 < held < 3600, "the pool holds less than a case may add to a piece of work"
    assert answer(small, first, by, ("correct", held, "pool"), operator=False) is None
    assert small.money(pool(small.batch_id)) == 0
    second = contested(small, small.work(small.experts[1], 100))
    assert code(answer(small, second, by, ("correct", 1, "pool"), operator=False)) == "case_pool_short"
    assert code(answer(small, second, by, CORRECT, operator=False)) == "no_payer"
    assert Case.objects.get(id=second.id).state == "open"
    assert answer(small, second, other, ("correct", 1, "pool")) is None
    assert small.money(goodwill()) == -1
    check_books()


def test_an_appeal_goes_to_another_human_once_and_what_cases_add_is_bounded() -> None:
    small = small_project(tasks=1)
    by, other = staff(small)
    made = small.work(small.experts[0], 100)
    case, person_id = contested(small, made), made.person_id
    accept_submission(submission_id=made.id, decided_by="staff", actor=COMMAND, now=small.now)

    def appealed(words: str = "Look again.") -> Refused | None:
        actor = Actor("person", person_id)
        return appeal(case_id=case.id, person_id=person_id, words=words, actor=actor, now=small.now)

    assert code(appealed()) == "no_appeal"
    assert code(answer(small, case, person_id)) == "own_case"
    assert code(answer(small, case, by, reason=" ")) == "reason_missing"
    assert code(answer(small, case, by, ("correct", 3601, "goodwill"))) == "amount_over"
    assert answer(small, case, by, ("correct", 3000, "goodwill")) is None
    assert code(answer(small, case, other)) == "case_not_waiting"
    assert code(appealed("")) == "reason_missing"
    assert appealed() is None
    assert code(answer(small, case, by)) == "same_person"
    assert code(answer(small, case, other, operator=False)) == "not_operator"
    assert code(answer(small, case, other, ("correct", 601, "goodwill"))) == "amount_over"
    assert answer(small, case, other, ("correct", 600, "goodwill")) is None
    assert code(appealed()) == "no_appeal"
    assert small.money(payable(person_id)) == 100 + 3600
    told = [verb for verb in small.verbs() if verb.startswith("case:")]
    assert told == ["case:opened", "case:answered", "case:appealed", "case:decided"]
    check_books()


def test_a_line_is_contested_by_its_person_once_and_overdue_cases_are_counted() -> None:
    small = small_project(tasks=1)
    made = small.work(small.experts[0], 100)
    line = PayLine.objects.get(submission_id=made.id)
    assert code(contest(small, line, small.experts[1])) == "no_line"
    assert code(contest(small, line, made.person_id, " ")) == "reason_missing"
    contested(small, made)
    assert code(contest(small, line, made.person_id)) == "line_contested"
    assert (waiting_in([small.project.id], small.now)[small.project.id].overdue, overdue_n(small.now)) == (0, 0)
    later = small.wait(14 * 86_400)
    assert (waiting_in([small.project.id], later)[small.project.id].overdue, overdue_n(later)) == (1, 1)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM pay_case",
        "UPDATE pay_case SET words = 'Something else.'",
        "UPDATE pay_case SET answered_by_id = person_id",
        "UPDATE pay_case SET state = 'decided', due_at = NULL",
    ],
)
def test_a_case_can_not_be_deleted_rewritten_or_answered_by_its_person(sql: str) -> None:
    small = small_project(tasks=1)
    contested(small, small.work(small.experts[0], 100))
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
