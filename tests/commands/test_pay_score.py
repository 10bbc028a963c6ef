"""More for very good work: reserved with the slot, paid by a line of its own when the work is decided, never taken."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection

from fairhand.audit.actor import COMMAND, Actor
from fairhand.cases.models import Case
from fairhand.cases.rules import Answer
from fairhand.flow.answer_contest import answer_contest
from fairhand.flow.contest_line import contest_line
from fairhand.flow.correct_time import correct_time
from fairhand.insight.cases import own_case_row
from fairhand.insight.own_export import everything_about
from fairhand.insight.what_if import what_if
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import goodwill, payable, pool
from fairhand.pay.curves import pays_less
from fairhand.pay.models import PayLine
from fairhand.pay.rules import unpayable
from fairhand.people.commands import ensure_people
from fairhand_pay import recomputed, terms_from_preset
from tests.building import HOURLY, NONE, RETURN, Small, check_books, small_project

# 36.00 an hour is a cent a second; half as much again from a score of 5, a quarter from 4.
RATE: Mapping[str, Any] = {"rate": "36.00", "full_rate_limit_min": 20, "paid_max_min": 60, "quality_from": "5"}
SCORED: tuple[str, Mapping[str, Any]] = ("fairhand", {**RATE, "quality_factor": "1.50"})
CLOCK_H = 80


def accept(score: int | None) -> dict[str, Any]:
    return {"verdict": "accept", **({"scores": {"overall": score}} if score is not None else {})}


def scored(small: Small, number: int = 0) -> PayLine:
    return PayLine.objects.filter(line_key__startswith="score:").order_by("made_at")[number]


@pytest.mark.parametrize(
    ("score", "minor", "key"),
    [(5, 300, "adjust_scored"), (4, 0, "adjust_scored_low"), (None, 300, "adjust_unscored")],
)  # fmt: skip
def test_the_reviewers_score_decides_and_none_counts_as_the_best(
    rollback_db, score: int | None, minor: int, key: str
) -> None:
    small = small_project(pay=SCORED, tasks=1)
    author = small.experts[0]
    before = small.money(pool(small.batch_id))
    done = small.work(author, 600)
    # The most that the score may add stays behind the slot: the ceiling is 60 minutes and a half as much again.
    assert (done.claim.offer.ceiling_minor, small.slot().reserve_minor) == (5400, 4800)
    assert small.money(payable(author)) == 0
    small.review(accept(score))
    assert small.money(payable(author)) == 600 + minor
    line = scored(small)
    assert (line.amount_minor, line.sentence_key, line.submission_id) == (minor, key, done.id)
    assert small.slot().reserve_minor == 0
    assert small.money(pool(small.batch_id)) == before + 5400 - 600 - minor - 8  # the reviewer's eight cents
    check_books()


def test_what_the_clock_decides_counts_as_the_best_and_what_nobody_reviews_at_once(rollback_db) -> None:
    small = small_project(pay=SCORED, tasks=1)
    small.work(small.experts[0], 600)
    small.wait(CLOCK_H * 86_400)
    assert small.decide_due() == 1
    assert (small.money(payable(small.experts[0])), scored(small).sentence_key) == (900, "adjust_unscored")

    other = small_project(pay=SCORED, tasks=1, policy=NONE)
    done = other.work(other.experts[0], 600)
    assert done.state == "accepted"
    assert other.money(payable(other.experts[0])) == 900
    (line,) = PayLine.objects.filter(submission_id=done.id, primitive="MULT")
    assert line.sentence_key == "mult_unscored"
    check_books()


def test_a_round_that_came_back_gets_nothing_more_and_the_next_one_its_own(rollback_db) -> None:
    small = small_project(pay=SCORED, tasks=20, rework_s=86_400)
    author = small.experts[0]
    small.work(author, 600)
    small.review(RETURN)
    small.work(author, 100)
    small.review(accept(5))
    assert small.money(payable(author)) == 600 + 100 + 50
    check_books()


def test_rework_that_was_not_taken_was_judged_and_gets_nothing_more(rollback_db) -> None:
    small = small_project(pay=SCORED, tasks=20, rework_s=3600)
    small.work(small.experts[0], 600)
    small.review(RETURN)
    small.wait(3601)
    assert small.decide_due() == 1
    assert small.money(payable(small.experts[0])) == 600
    check_books()


@pytest.mark.parametrize("first", [True, False])
def test_time_that_is_corrected_before_or_after_earns_the_same(rollback_db, first: bool) -> None:
    """A correction on either side of the decision: 11 minutes and half as much again."""
    small = small_project(pay=SCORED, tasks=1)
    author = small.experts[0]
    claim = small.claim(author)
    small.beat(claim, 600)
    small.wait(300)
    small.submit(claim)
    if not first:
        small.review(accept(5))
    done = correct_time(
        claim_id=claim.id, person_id=author, asked_ms=60_000, reason="I read the sources on paper.",
        actor=Actor("person", author), now=small.now,
    )  # fmt: skip
    assert getattr(done, "granted_ms", None) == 60_000, done
    if first:
        small.review(accept(5))
    assert small.money(payable(author)) == 990
    assert small.money(goodwill()) == 0
    check_books()


def test_a_score_out_of_range_is_sent_back_and_plans_that_no_score_can_meet(rollback_db) -> None:
    small = small_project(pay=SCORED, tasks=1)
    small.work(small.experts[0], 60)
    refused = small.hand_in(small.claim(small.reviewers[0], "review"), accept(6))
    assert refused.facts["problems"] == [("scores", "score_range", "The score of the work as a whole is from 1 to 5.")]  # type: ignore[union-attr]

    def why(kind: str, reviewed: bool, **params: str) -> str:
        terms = terms_from_preset("fairhand", {**SCORED[1], **params}, "USD")
        return "; ".join(said for _key, said in unpayable(terms, kind, reviewed=reviewed))

    assert why("attempt", True) == ""
    assert "no stage of reviews" in why("attempt", False)
    assert "judging gets no score" in why("review", True)
    assert "from 1 to 5" in why("attempt", True, quality_from="5.5")
    assert "from 1 to 5" in why("attempt", True, quality_from="1")


def test_less_for_a_score_is_a_cut_and_what_if_counts_it(rollback_db) -> None:
    before, after = (
        terms_from_preset("fairhand", {**RATE, "quality_factor": factor}, "USD") for factor in ("1.50", "1.40")
    )
    less = pays_less(before, after, {})
    assert less is not None
    assert (less.score, less.before_minor - less.after_minor) == ("5", 360)
    assert pays_less(after, before, {}) is None

    small = small_project(pay=SCORED, tasks=2)
    for score in (5, 3):
        small.work(small.experts[0], 600)
        small.review(accept(score))
    tried = what_if(after, small.project.id, small.slots()[0].stage_id, 100, small.now)
    assert (tried.whole.paid_minor, tried.whole.tried_minor, tried.whole.left_out) == (1500, 1440, 0)


def test_ones_own_export_says_the_same(rollback_db) -> None:
    small = small_project(pay=SCORED, tasks=2)
    author = small.experts[0]
    for score in (5, 2):
        small.work(author, 600)
        small.review(accept(score))
    export = json.loads("".join(everything_about(author, small.now)))
    assert recomputed(export).clean
    assert recomputed(export).recorded_minor == {"USD": 1500}


def test_a_score_that_a_case_corrects_pays_what_it_adds_and_no_more(rollback_db) -> None:
    small = small_project(pay=SCORED, tasks=20)
    author = small.experts[0]
    small.work(author, 600)
    small.review(accept(4))
    case = contest_line(
        line_id=scored(small).id, person_id=author, words="The sources are all there.", actor=Actor("person", author),
        now=small.now,
    )  # fmt: skip
    assert isinstance(case, Case)
    by = ensure_people(people=[("by@staff.example", "By")], kind="person", actor=COMMAND, now=small.now)

    def answered(score: int) -> Refused | None:
        given = Answer("correct", 0, "pool", "They are.", by["by@staff.example"], True, score)
        actor = Actor("person", given.actor_id)
        return answer_contest(project_id=small.project.id, case_id=case.id, given=given, actor=actor, now=small.now)

    refused = answered(3)
    assert refused is not None
    assert refused.code == "no_amount"
    assert answered(5) is None
    assert small.money(payable(author)) == 900
    check_books()


def test_no_other_line_of_the_work_has_its_score_corrected_a_second_time(rollback_db) -> None:
    small = small_project(pay=SCORED, tasks=20)
    author = small.experts[0]
    small.work(author, 600)
    small.review(accept(4))
    by = ensure_people(people=[("by@staff.example", "By")], kind="person", actor=COMMAND, now=small.now)
    given = Answer("correct", 0, "pool", "They are.", by["by@staff.example"], True, 5)
    answers = []
    for line in (scored(small), PayLine.objects.get(person_id=author, primitive="TIME")):
        case = contest_line(
            line_id=line.id, person_id=author, words="All there.", actor=Actor("person", author), now=small.now
        )
        assert isinstance(case, Case)
        row = own_case_row(author, case.id)
        assert row is not None
        assert (row.score is None) == (line.primitive == "TIME")
        actor = Actor("person", given.actor_id)
        answers.append(
            answer_contest(project_id=small.project.id, case_id=case.id, given=given, actor=actor, now=small.now)
        )
    assert answers[0] is None
    assert answers[1] is not None
    assert answers[1].code == "no_amount"
    assert small.money(payable(author)) == 900
    check_books()


@pytest.mark.parametrize(("pay", "holds"), [(SCORED, True), (HOURLY, False)])
def test_a_verdict_holds_everything_at_once_before_it_pays(rollback_db, pay: Any, holds: bool) -> None:
    small = small_project(pay=pay, tasks=20)
    small.work(small.experts[0], 600)
    claim = small.claim(small.reviewers[0], "review")
    held: list[set[str]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "ledger_hold" in sql:
            held.append({str(account) for account in params[1].obj})
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        small.submit(claim, accept(5) if holds else {"verdict": "accept"})
    assert len(held) > 1
    assert all(more <= held[0] for more in held), "what is locked later could be locked in another order elsewhere"
    assert any("goodwill" in each for each in held[0]) == holds
