"""Missions as somebody would game or break them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fairhand.audit.actor import Actor
from fairhand.cases.models import Case
from fairhand.cases.rules import Answer
from fairhand.flow.answer_contest import answer_contest
from fairhand.flow.contest_line import contest_line
from fairhand.flow.open_mission import mission_cost
from fairhand.kernel.refusals import Refused
from fairhand.pay.models import PayLine
from tests.building import ACCEPT, PER_JUDGEMENT, check_books, small_project
from tests.commands.test_missions import GOAL, SUNDAY, at, join, lines, opened

pytestmark = pytest.mark.usefixtures("rollback_db")


@pytest.mark.parametrize(
    ("first", "last", "zone"),
    [(date.max, date.max, "UTC"), (date.min, date.min, "Europe/Berlin"), (date(9999, 12, 1), date.max, "UTC")],
)
def test_days_at_the_end_of_the_calendar_are_refused(first: date, last: date, zone: str) -> None:
    small = small_project(tasks=1)
    new = replace(GOAL, first=first, last=last, zone=zone)
    refused = mission_cost(project=small.project, new=new, zones=frozenset({zone}), now=small.now)
    assert isinstance(refused, Refused)
    assert refused.code == "bad_input"


def test_what_a_case_added_to_a_window_is_not_paid_again_when_its_work_is_accepted() -> None:
    small = small_project(tasks=2, pay=PER_JUDGEMENT)
    expert, answerer = small.experts
    join(small, opened(small, tiers=((2, "25.00"),)), expert)
    for _ in range(2):
        small.submit(small.claim(expert))
    small.review(ACCEPT)
    at(small, SUNDAY)
    line = PayLine.objects.get(line_key__startswith="mission:")
    case = contest_line(
        line_id=line.id, person_id=expert, words="One is missing.", actor=Actor("person", expert), now=small.now
    )
    assert isinstance(case, Case), case
    given = Answer("correct", 2500, "goodwill", "It was lost.", answerer, True)
    assert answer_contest(
        project_id=small.project.id, case_id=case.id, given=given, actor=Actor("person", answerer), now=small.now
    ) is None  # fmt: skip
    small.wait(3600)
    small.review(ACCEPT)
    assert at(small, SUNDAY + timedelta(days=2)) == 0
    assert sum(amount for _primitive, amount, _key in lines(expert)) == 0
    check_books()


def test_cases_add_to_one_window_no_more_than_it_could_pay() -> None:
    small = small_project(tasks=2, pay=PER_JUDGEMENT)
    expert, answerer = small.experts
    join(small, opened(small, tiers=((1, "5.00"), (2, "9.00"), (3, "25.00"))), expert)
    for _ in range(2):
        small.submit(small.claim(expert))
    for moment in (SUNDAY, SUNDAY + timedelta(hours=2)):
        small.review(ACCEPT)
        at(small, moment)

    def added(line: PayLine, minor: int) -> str | None:
        case = contest_line(
            line_id=line.id, person_id=expert, words="One is missing.", actor=Actor("person", expert), now=small.now
        )
        assert isinstance(case, Case), case
        given = Answer("correct", minor, "goodwill", "It was lost.", answerer, True)
        refused = answer_contest(
            project_id=small.project.id, case_id=case.id, given=given, actor=Actor("person", answerer), now=small.now
        )
        return refused.code if refused else None

    first, more = PayLine.objects.filter(line_key__startswith="mission:").order_by("-amount_minor")
    assert (first.amount_minor, more.amount_minor) == (500, 400)
    assert added(first, 1600) is None
    assert added(more, 1) == "amount_over"
    check_books()
