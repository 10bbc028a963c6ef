"""Decisions at the same moment: a submission is decided once, and everybody is paid for what they did."""

from datetime import datetime, timedelta
from functools import partial

from fairhand.dispatch.models import Claim
from fairhand.flow.submit_work import Submitted
from fairhand.ledger.accounts import payable, pending
from fairhand.review.models import Review
from fairhand.work.models import Submission
from tests.building import ACCEPT, NOW, RETURN, check_books, small_project
from tests.counts import count
from tests.races.together import together


def later(number: int) -> datetime:
    """A month for each round: the people are the same, and their clock does not go back."""
    return NOW + timedelta(days=30 * number)


def test_two_reviewers_who_ask_for_one_review_at_once(db, claim) -> None:
    rounds = count(6, 100)
    for number in range(rounds):
        small = small_project(tasks=1, slug=f"ask-{number}", now=later(number), reviewers=4)
        small.work(small.experts[0])
        found = together([partial(small.take, who, "review") for who in small.reviewers])
        (mine,) = [one for one in found if isinstance(one, Claim)]
        small.submit(mine, ACCEPT)
    check_books()
    claim("reviewers who ask at once for one review: one is given it", rounds)


def test_a_return_and_the_clock_at_once(db, claim) -> None:
    rounds, outcomes = count(8, 150), set()
    for number in range(rounds):
        small = small_project(tasks=1, slug=f"clock-{number}", now=later(number))
        author = small.experts[0]
        before = small.money(payable(author)) + small.money(pending(author))
        made = small.work(author, 100)
        small.wait(168 * 3600 - 30)
        mine = small.claim(small.reviewers[0], "review")
        small.wait(60)
        done, decided = together([partial(small.hand_in, mine, RETURN), small.decide_due])
        assert isinstance(done, Submitted), "the reviewer is paid either way"
        assert decided in (0, 1)
        made.refresh_from_db()
        outcomes.add(made.state)
        slot, review = small.slot(), small.slot("review")
        if decided:
            assert (made.state, made.decided_by, slot.state, review.state) == (
                "accepted",
                "clock",
                "settled",
                "settled",
            )
        else:
            assert (made.state, slot.state, slot.round, review.state) == ("returned", "open", 2, "submitted")
        assert small.money(payable(author)) + small.money(pending(author)) == before + 100
        check_books()
        small.wait(3600)
        small.decide_due()
        assert small.slot().state == small.slot("review").state == "settled"
    assert Review.objects.count() == rounds
    check_books()
    claim("a return and the clock at once decide a submission once", rounds)


def test_the_clock_at_work_twice_decides_once(db, claim) -> None:
    rounds = count(3, 60)
    for number in range(rounds):
        small = small_project(tasks=3, slug=f"twice-{number}", now=later(number), experts=3)
        for expert in small.experts:
            small.work(expert, 10)
        small.wait(169 * 3600)
        assert sum(together([small.decide_due] * 3)) == 3
    assert set(Submission.objects.values_list("state", flat=True)) == {"accepted"}
    check_books()
    claim("three runs of the clock at once decide each submission once", rounds)


def test_late_rework_and_the_clock_that_decides_the_earlier_round_at_once(db, claim) -> None:
    rounds = count(8, 150)
    for number in range(rounds):
        small = small_project(tasks=1, slug=f"stale-{number}", now=later(number))
        author = small.experts[0]
        first = small.work(author, 100)
        small.review(RETURN)
        again = small.claim(author)
        small.wait(3601)
        assert small.expire() == 1
        again.refresh_from_db()
        done, decided = together([partial(small.submit, again), small.decide_due])
        first.refresh_from_db()
        assert done.surplus == bool(decided) == (first.state == "accepted")
        check_books()
        small.wait(169 * 3600)
        small.decide_due()
        assert set(Submission.objects.filter(person_id=author).values_list("state", flat=True)) == {"accepted"}
    check_books()
    claim("late rework and the clock at once: either a new round or a surplus", rounds)


def test_a_review_given_back_and_the_clock_at_once_leave_no_review_open(db, claim) -> None:
    rounds = count(6, 100)
    for number in range(rounds):
        small = small_project(tasks=1, slug=f"back-{number}", now=later(number))
        small.work(small.experts[0])
        small.wait(168 * 3600 - 30)
        mine = small.claim(small.reviewers[0], "review")
        small.wait(60)
        together([partial(small.skip, mine), small.decide_due])
        assert small.slot("review").state == "cancelled"
        assert small.slot("review").reserve_minor == 0
    check_books()
    claim("a review given back as the clock decides is never left open", rounds)
