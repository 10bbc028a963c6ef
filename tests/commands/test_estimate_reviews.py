"""From work that takes longer, through the review, to what is paid for it: on a real database."""

import json
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import close_old_connections, connection

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.estimates.commands import set_rule
from fairhand.estimates.models import EstimateReview, StageEstimate
from fairhand.estimates.queries import looked_at
from fairhand.estimates.states import DECIDED, FIRST, KEEP, LAPSED, LONGER, OPEN, SET, TAKE, VOICES
from fairhand.flow.carry_offers import carry_offers
from fairhand.flow.correct_time import correct_time
from fairhand.flow.decide_estimate import Given, decide_estimate, lapse_estimates
from fairhand.flow.fund_project import fund_project
from fairhand.flow.launch_batch import launch_batch
from fairhand.flow.review_estimates import review_estimates, say_longer
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.own_export import everything_about
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import AccountName, budget, goodwill, move, payable, pending, pool
from fairhand.ledger.commands import post
from fairhand.pay.models import PayLine
from fairhand.projects.models import PayPlan, Stage
from fairhand.work.models import Submission
from fairhand_pay import recomputed
from tests.building import (
    EVERY,
    NONE,
    NOW,
    PER_JUDGEMENT,
    PER_REVIEW,
    Small,
    check_books,
    draft_batch,
    draft_project,
    seat_people,
    stage,
)

# $36.00 an hour, one cent a second; after ten minutes $18.00, half a cent; paid for 40 minutes at most.
DROPS = ("hourly", {"rate": "36.00", "paid_s_max": 2400, "full_rate_s": 600, "after_rate": "18.00"})
PRIOR = {"p50_s": 300, "p80_s": 450, "n": 40, "source": "prior"}


def project(
    *, estimate: dict[str, Any] | None = None, reviewed: bool = False, slug: str = "small", pay: Any = DROPS,
    budget_minor: int = 1_000_000,
) -> Small:  # fmt: skip
    """A launched project whose card says five minutes, typically, and ends the full rate after ten; four experts."""
    stages = [stage("attempt", pay), stage("review", PER_REVIEW, policy=EVERY if reviewed else NONE)]
    made = draft_project(stages, slug=slug, experts_wanted=4)
    Stage.objects.filter(project=made, kind="attempt").update(estimate=PRIOR if estimate is None else estimate)
    batch_id = draft_batch(made, 40)
    fund_project(project=made, amount_minor=budget_minor, key=slug, actor=COMMAND, now=NOW)
    launched = launch_batch(batch_id=batch_id, actor=COMMAND, now=NOW)
    assert not isinstance(launched, Refused), launched
    made.refresh_from_db()
    return again(Small(made, batch_id, *seat_people(made, 4, 1)))


def again(small: Small) -> Small:
    """Having read the cards as they are now."""
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    return small


def work(small: Small, each: int, seconds: int = 900) -> None:
    """Everybody works on so many tasks, each taking so long."""
    for _ in range(each):
        for person_id in small.experts:
            one(small, person_id, seconds)


def one(small: Small, person_id: UUID, seconds: int = 900) -> int:
    """One task, reported every five minutes as a page does, so that its lease goes on; what it pays."""
    claim = small.claim(person_id)
    for start in range(0, seconds, 300):
        small.beat(claim, min(300, seconds - start))
    return small.submit(claim).amount_minor


def look(small: Small) -> int:
    """What the job of every five minutes does, a little later."""
    opened = review_estimates(actor=JOB, now=small.wait(60))
    lapse_estimates(actor=JOB, now=small.now)
    return opened


def the_review(small: Small) -> EstimateReview:
    """The one review there is."""
    return EstimateReview.objects.get(project=small.project)


def decide(small: Small, decision: str = TAKE, **more: Any) -> Refused | None:
    """The manager decides."""
    review = the_review(small)
    look_ = looked_at([review.stage_id])[review.stage_id]
    given = Given(decision, more.pop("reason", "It does."), seen=look_.measured.get("as_of", ""), **more)
    return decide_estimate(
        project_id=small.project.id, review_id=review.id, given=given, actor=Actor("person", manager(small)),
        now=small.now,
    )  # fmt: skip


def manager(small: Small) -> UUID:
    """Somebody with an id."""
    return small.reviewers[0]


def test_a_drifted_project_comes_to_back_pay(rollback_db: None) -> None:
    """15 minutes of work where the card says 5: trigger, review, full rate, decision, the difference to the cent."""
    small = project()
    work(small, 4)
    assert look(small) == 1
    review = the_review(small)
    assert (review.trigger, review.state) == (LONGER, OPEN)
    assert review.evidence["low_ratio"] > 1.15

    # 2 March 2026 is a Monday: 72 working hours are three days.
    assert review.decide_by - review.opened_at == timedelta(days=3)
    (card,) = stage_cards(small.project.id, "attempt")
    assert card.card.terms["full_rate"] == "review"
    assert card.card.ceiling_minor == 2400
    again(small)
    assert one(small, small.experts[0]) == 900  # its slot's reserve was raised, else it couldn't be taken

    assert decide(small) is None
    review.refresh_from_db()
    assert review.state == DECIDED
    paid = {line.person_id: 0 for line in PayLine.objects.all()}
    for line in PayLine.objects.filter(line_key__startswith="estimate:"):
        assert (line.amount_minor, line.inputs["cause"]) == (150, "estimate")
        paid[line.person_id] += line.amount_minor
    # Four claims each were paid 600 + 150; at the full rate they come to 900. The one at full rate is owed nothing.
    assert {paid[person] for person in small.experts} == {600}
    first = Submission.objects.earliest("submitted_at").submitted_at.isoformat()
    assert review.made_good == {
        "claims": 16, "people": 4, "minor": {"USD": 2400}, "looked_at": 17, "goodwill_minor": 2400, "first_at": first,
    }  # fmt: skip
    assert small.money(goodwill()) == -2400
    assert {small.money(payable(person)) for person in small.experts[1:]} == {4 * 900}

    after = Stage.objects.select_related("pay_plan").get(id=review.stage_id)
    assert after.estimate["n"] >= 8
    assert after.estimate["p50_s"] > 800
    assert after.pay_plan.terms["primitives"][0]["segments"][0]["upto_s"] >= 2 * after.estimate["p50_s"]
    assert PayPlan.objects.filter(project=small.project).count() == 3
    again(small)
    assert "full_rate" not in stage_cards(small.project.id, "attempt")[0].card.terms
    assert isinstance(decide(small), Refused)
    assert look(small) == 0
    check_books()
    # What an expert takes along says the same when it is computed again, the added lines too.
    for person_id in small.experts:
        assert recomputed(json.loads("".join(everything_about(person_id, small.now)))).clean


def test_nobody_decides_and_the_new_estimate_holds(rollback_db: None) -> None:
    """At the deadline, by the job, in the experts' favour; from the pool where the client agreed to cover overruns."""
    small = project()
    set_rule(
        project_id=small.project.id, covers_overrun=True, pieces=False, wage_floor_minor=None, zone="Asia/Riyadh",
        actor=Actor("person", manager(small)), now=small.now,
    )  # fmt: skip
    before = small.money(pool(small.batch_id))
    work(small, 3)
    assert look(small) == 1
    review = the_review(small)
    small.now = review.decide_by
    assert lapse_estimates(actor=JOB, now=small.now - timedelta(seconds=1)) == 0
    assert lapse_estimates(actor=JOB, now=small.now) == 1
    review.refresh_from_db()
    assert (review.state, review.decided_by_id, review.made_good["minor"]) == (LAPSED, None, {"USD": 1800})
    assert review.made_good["goodwill_minor"] == 0
    assert small.money(goodwill()) == 0
    assert small.money(pool(small.batch_id)) == before + 12 * (1500 - 750) - 1800
    check_books()


def test_undecided_work_and_leavers_get_theirs(rollback_db: None) -> None:
    """What waits for a review gets its difference as pending, and it becomes payable with the work."""
    small = project(reviewed=True)
    work(small, 4)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE seat SET state = 'left' WHERE person_id = %s", [small.experts[0]])
    assert look(small) == 1
    # Somebody else had a minute more than was recorded: granted at once, and counted here too.
    late = PayLine.objects.filter(person_id=small.experts[1]).latest("made_at")
    claim = Submission.objects.get(id=late.submission_id).claim
    with connection.cursor() as cursor:
        cursor.execute("UPDATE claim SET claimed_at = claimed_at - interval '1 minute' WHERE id = %s", [claim.id])
    asked = correct_time(
        claim_id=claim.id, person_id=claim.person_id, asked_ms=60_000, reason="A book.",
        actor=Actor("person", claim.person_id), now=small.now,
    )  # fmt: skip
    assert not isinstance(asked, Refused), asked
    assert small.money(pending(small.experts[1])) == 4 * 750 + 30
    assert decide(small, SET, p50_s=960, p80_s=1000) is None
    assert small.money(pending(small.experts[0])) == 4 * 900
    assert small.money(pending(small.experts[1])) == 4 * 900 + 60
    check_books()
    small.now += timedelta(hours=200)
    small.decide_due()
    assert small.money(payable(small.experts[0])) == 4 * 900
    assert small.money(pending(small.experts[0])) == 0
    check_books()


def test_what_a_decision_may_be(rollback_db: None) -> None:
    """It has a reason, and is no shorter than what the work surely shows; keeping pays nothing and is asked once."""
    small = project()
    work(small, 4)
    look(small)
    codes = [
        (decide(small, "perhaps"), "no_decision"), (decide(small, TAKE, reason=" "), "reason_missing"),
        (decide(small, SET), "no_typical"), (decide(small, SET, p50_s=301, p80_s=400), "too_low"),
        (decide(small, SET, p50_s=1500, p80_s=1400), "long_below_typical"),
    ]  # fmt: skip
    assert [refused.code for refused, _ in codes if refused is not None] == [code for _, code in codes]
    assert decide(small, KEEP, reason="The first tasks were unlike the others.") is None
    assert the_review(small).made_good == {}
    assert not PayLine.objects.filter(line_key__startswith="estimate:").exists()
    assert look(small) == 0
    check_books()


def test_people_say_that_it_takes_longer(rollback_db: None) -> None:
    """Once a claim; one in ten of those who worked, or three, are enough. Nobody else's claim can be doubted."""
    small = project()
    claim = small.claim(small.experts[0])
    actor = Actor("person", small.experts[0])

    def say(person_id: UUID) -> Refused | None:
        return say_longer(claim_id=claim.id, person_id=person_id, actor=actor, now=small.now)

    refused = say(small.experts[1])
    assert refused is not None
    assert refused.code == "no_claim"
    assert say(small.experts[0]) is None
    again_ = say(small.experts[0])
    assert again_ is not None
    assert again_.code == "said_before"
    assert the_review(small).trigger == VOICES
    # Too little is known for an estimate: at the deadline the old one is withdrawn, and the full rate runs on.
    assert lapse_estimates(actor=JOB, now=the_review(small).decide_by) == 1
    assert Stage.objects.get(project=small.project, kind="attempt").estimate == {}
    assert stage_cards(small.project.id, "attempt")[0].card.terms["full_rate"] == "few"


def test_first_estimate(rollback_db: None) -> None:
    """Under eight claims the full rate runs on; then the estimate stands on the card, or somebody decides on it where
    the plan's limit leaves it no room."""
    small = project(estimate={})
    assert stage_cards(small.project.id, "attempt")[0].card.terms["full_rate"] == "few"
    work(small, 3, 240)
    assert look(small) == 0
    made = StageEstimate.objects.get(project=small.project)
    assert (made.source, made.n, made.people) == ("learned", 8, 4)
    terms = stage_cards(small.project.id, "attempt")[0].card.terms
    assert "full_rate" not in terms
    assert terms["estimate"]["p50_s"] == made.p50_s

    slow = project(estimate={}, slug="slow")
    slow.now = small.now
    work(slow, 3, 900)
    assert look(slow) == 1
    assert the_review(slow).trigger == FIRST
    check_books()


def test_pay_by_the_piece_that_promised_a_wage(rollback_db: None) -> None:
    """12 cents for five minutes; it takes fifteen: three times the price, for what was done and from now on."""
    small = project(pay=PER_JUDGEMENT)
    set_rule(
        project_id=small.project.id, covers_overrun=False, pieces=True, wage_floor_minor=None, zone="UTC",
        actor=Actor("person", manager(small)), now=small.now,
    )  # fmt: skip
    work(small, 4)
    assert look(small) == 1
    assert "full_rate" not in stage_cards(small.project.id, "attempt")[0].card.terms
    assert decide(small) is None
    assert the_review(small).made_good["minor"] == {"USD": 16 * 24}
    again(small)
    assert one(small, small.experts[0]) == 36
    check_books()


def test_what_nobody_can_pay_for_is_not_offered(rollback_db: None) -> None:
    """At the full rate a task may cost more than lies behind it; without money it waits, and opens when there is."""
    small = project(budget_minor=40 * 1500 + 40 * 8 + 10_000)
    work(small, 4)
    spend(small)
    assert look(small) == 1
    again(small)
    refused = small.take(small.experts[0])
    assert isinstance(refused, Refused)
    assert refused.code == "no_work"
    fund_project(project=small.project, amount_minor=900 * 2, key="more", actor=COMMAND, now=small.now)
    assert carry_offers(now=small.now) == 2
    assert small.claim(small.experts[0])
    check_books()


def spend(small: Small) -> None:
    """Nothing is left in the project's budget and the batch's pool."""
    back = AccountName("client", small.project.org_id, "outside")
    for source in (budget(small.project.id), pool(small.batch_id)):
        post(
            key=f"spent:{source.purpose}", kind="fund", currency="USD", now=small.now,
            legs=list(move(source, back, small.money(source))),
        )  # fmt: skip


@pytest.mark.usefixtures("db")
def test_two_decide_at_once() -> None:
    """Two workers and a manager at once: one of them decides, everybody is paid once."""
    small = project()
    work(small, 4)
    look(small)
    review = the_review(small)
    barrier = Barrier(3)
    found: list[object] = []

    def decides(by_job: bool) -> None:
        barrier.wait()
        try:
            found.append(lapse_estimates(actor=JOB, now=review.decide_by) if by_job else decide(small))
        finally:
            close_old_connections()
            connection.close()

    threads = [Thread(target=decides, args=(by_job,)) for by_job in (True, True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    review.refresh_from_db()
    assert review.made_good["minor"] == {"USD": 2400}
    assert sum(each == 1 or each is None for each in found) == 1
    assert PayLine.objects.filter(line_key__startswith=f"estimate:{review.id}").count() == 16
    check_books()
