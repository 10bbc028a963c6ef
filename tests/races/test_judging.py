"""Attempts, judges and set-asides at the same moment: nothing opens twice, nobody judges beyond the bound."""

from functools import partial

from fairhand.audit.actor import COMMAND, JOB
from fairhand.dispatch.models import Claim, ReviewPair, Slot
from fairhand.flow import set_aside as flow
from fairhand.flow.open_waiting import open_waiting
from fairhand.projects.models import Stage
from fairhand.tasks.models import Task
from tests.building import ACCEPT, LEFT, PER_JUDGEMENT, PER_REVIEW, RIGHT, check_books, small_project, stage
from tests.counts import count
from tests.races.test_reviews import later
from tests.races.together import together

AGREE = {"name": "agree", "version": 1, "terms": {"question": "winner", "share": "0.6", "budget": 100}}


def test_the_two_last_attempts_at_once_open_one_more_and_not_two(db, claim) -> None:
    rounds = count(4, 200)
    for number in range(rounds):
        small = small_project(
            tasks=1, want=2, cap=4, pay=PER_JUDGEMENT, reviewed=False, redundancy=AGREE, slug=f"last-{number}",
            now=later(number),
        )  # fmt: skip
        held = [small.claim(person) for person in small.experts]
        together([partial(small.submit, held[0], LEFT), partial(small.submit, held[1], RIGHT),
                  partial(open_waiting, actor=JOB, now=small.now)])  # fmt: skip
        slots = Slot.objects.filter(project_id=small.project.id).order_by("seq")
        assert list(slots.values_list("state", flat=True)) == ["settled", "settled", "open", "planned"]
    check_books()
    claim("two last attempts at once: one more attempt opens", rounds)


def test_the_last_extra_attempt_and_its_rival_bring_one_adjudication(db, claim) -> None:
    rounds = count(4, 200)
    for number in range(rounds):
        small = small_project(
            tasks=1, want=2, cap=2, pay=PER_JUDGEMENT, reviewed=False, redundancy=AGREE, slug=f"judge-{number}",
            now=later(number), more=[stage("adjudicate", PER_REVIEW, subject="all")], reviewers=2,
        )  # fmt: skip
        held = [small.claim(person) for person in small.experts]
        together([partial(small.submit, held[0], LEFT), partial(small.submit, held[1], RIGHT)])
        found = together([partial(small.take, who, "adjudicate") for who in small.reviewers])
        (mine,) = [one for one in found if isinstance(one, Claim)]
        small.submit(mine, {"answer": LEFT})
        assert Task.objects.get(project_id=small.project.id).state == "settled"
    check_books()
    claim("attempts that differ at once: one adjudication, for one adjudicator", rounds)


def test_two_who_judge_each_other_at_once_stay_within_their_bound(db, claim) -> None:
    rounds = count(4, 200)
    for number in range(rounds):
        small = small_project(tasks=4, pay=PER_JUDGEMENT, slug=f"pair-{number}", now=later(number), experts=0,
                              reviewers=2)  # fmt: skip
        Stage.objects.filter(project=small.project, kind="review").update(pair_max=1)
        one, other = small.reviewers
        for _ in range(2):
            small.submit(small.claim(one), LEFT)
            small.submit(small.claim(other), LEFT)
        found = together([partial(small.take, who, "review") for who in small.reviewers for _ in range(2)])
        for each in found:
            if isinstance(each, Claim):
                small.submit(each, ACCEPT)
        pair = ReviewPair.objects.get(project=small.project)
        # Until both have judged the other, one may go ahead; once both have, neither beyond the bound.
        assert min(pair.low_n, pair.high_n) <= 1
        assert pair.low_n + pair.high_n == sum(isinstance(each, Claim) for each in found)
        refused = [small.take(who, "review") for who in small.reviewers]
        assert not any(isinstance(each, Claim) for each in refused) or min(pair.low_n, pair.high_n) == 0
    check_books()
    claim("two who judge each other at once: within the bound of the stage", rounds)


def test_a_cohorts_time_ends_while_somebody_else_asks(db, claim) -> None:
    rounds, taken = count(6, 200), 0
    for number in range(rounds):
        small = small_project(tasks=1, slug=f"aside-{number}", now=later(number), experts=3)
        seats = {seat.person_id: seat.alias for seat in small.project.seat_set.all()}
        given = {"project_id": small.project.id, "actor": COMMAND, "now": small.now}
        cohort_id = flow.make_cohort(name="Some", aliases=[seats[small.experts[0]]], **given)
        kept = flow.set_aside_for_cohort(
            cohort_id=cohort_id, batch_number=None, slots=1, days=1, reason="Theirs.", **given
        )
        assert kept == 1
        small.wait(86_401)
        found = together([
            partial(flow.end_set_asides, actor=JOB, now=small.now), partial(small.take, small.experts[0]),
            partial(small.take, small.experts[1]), partial(small.take, small.experts[2]),
        ])  # fmt: skip
        winners = [each for each in found if isinstance(each, Claim)]
        assert len(winners) <= 1
        taken += len(winners)
        if not winners:  # the job held it at that moment; the next to ask is given it
            small.claim(small.experts[1])
    check_books()
    claim("a set-aside ends while people ask: its slot goes to one of them", rounds)
