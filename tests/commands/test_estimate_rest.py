"""What a decision on an estimate must not do: pay twice or too little, forget somebody, or undo what was announced."""

from datetime import date, timedelta
from typing import Any

from django.db import connection

from fairhand.audit.actor import JOB, Actor
from fairhand.audit.models import Event
from fairhand.dispatch.models import Claim
from fairhand.estimates.commands import set_rule
from fairhand.estimates.models import EstimateReview
from fairhand.estimates.queries import ended_claims
from fairhand.estimates.states import OPEN, SET
from fairhand.flow.change_plan import change_plan
from fairhand.flow.correct_time import Asked, correct_time
from fairhand.flow.decide_estimate import Given, decide_estimate
from fairhand.flow.estimate_news import READERS
from fairhand.flow.note_pilots import note_pilot, strike_pilot
from fairhand.flow.pay_latecomers import pay_latecomers
from fairhand.flow.preview_estimate import Preview, preview_estimate
from fairhand.flow.publish_guideline import publish_guideline
from fairhand.flow.review_estimates import say_longer
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.guideline_changes import marks_of
from fairhand.insight.wages import own_by_project, people_of_project
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import payable
from fairhand.pay.models import PayLine
from fairhand.projects.models import PayPlan, PlanChange, Stage
from fairhand_pay import Terms
from tests.building import Small, check_books
from tests.commands.test_estimate_reviews import PRIOR, again, one, project


def say(small: Small, who: int = 0) -> EstimateReview:
    """One who worked says that it takes longer: one in ten of those who worked are enough."""
    claim = Claim.objects.filter(person_id=small.experts[who], state="submitted").latest("claimed_at")
    actor = Actor("person", claim.person_id)
    assert say_longer(claim_id=claim.id, person_id=claim.person_id, actor=actor, now=small.wait(1)) is None
    return EstimateReview.objects.get(state=OPEN)


def decide(small: Small, decision: str = SET, p50_s: int = 600, p80_s: int = 900) -> Refused | None:
    """The manager states ten minutes, so that the full rate runs for twenty."""
    review = EstimateReview.objects.get(state=OPEN)
    given = Given(decision, "It does.", p50_s=p50_s, p80_s=p80_s)
    return decide_estimate(
        project_id=small.project.id, review_id=review.id, given=given, actor=Actor("person", small.reviewers[0]),
        now=small.wait(60),
    )  # fmt: skip


def paid(small: Small) -> int:
    """What the first expert has, in cents."""
    return small.money(payable(small.experts[0]))


def late_work(small: Small, claim: Claim, seconds: int = 900) -> None:
    """Work on a claim and hand it in."""
    for start in range(0, seconds, 300):
        small.beat(claim, min(300, seconds - start))
    small.submit(claim)


def correct(small: Small, minutes: int) -> int:
    """The first expert's last task took so much longer, and that is granted at once; what it pays."""
    claim = Claim.objects.filter(person_id=small.experts[0], state="submitted").latest("claimed_at")
    with connection.cursor() as cursor:  # it was in their hands for longer
        cursor.execute("UPDATE claim SET claimed_at = claimed_at - interval '1 hour' WHERE id = %s", [claim.id])
    asked = correct_time(
        claim_id=claim.id, person_id=claim.person_id, asked_ms=minutes * 60_000, reason="A book.",
        actor=Actor("person", claim.person_id), now=small.now,
    )  # fmt: skip
    assert isinstance(asked, Asked), asked
    assert asked.granted_ms == minutes * 60_000
    return asked.paid_minor


def test_whoever_took_a_task_before_the_decision_gets_the_difference_after_it(rollback_db: None) -> None:
    """Its terms were frozen with the old limit, and its page promised the difference: once, and told."""
    small = project()
    one(small, small.experts[0])
    held = small.claim(small.experts[1])
    review = say(small)
    assert decide(small) is None
    assert paid(small) == 900
    late_work(small, held)
    assert small.money(payable(small.experts[1])) == 750
    assert pay_latecomers(actor=JOB, now=small.wait(60)) == 1
    assert pay_latecomers(actor=JOB, now=small.wait(60)) == 0
    assert small.money(payable(small.experts[1])) == 900
    review.refresh_from_db()
    assert {name: review.made_good[name] for name in ("claims", "people", "minor", "goodwill_minor")} == {
        "claims": 2, "people": 2, "minor": {"USD": 300}, "goodwill_minor": 300,
    }  # fmt: skip
    event = Event.objects.get(verb="estimate:made_good")
    told = READERS[event.verb]([{
        "id": event.id, "at": event.at, "project_id": event.project_id, "subject_id": event.subject_id,
        "facts": event.facts,
    }])  # fmt: skip
    assert [(each.person_id, each.facts["amount"]) for each in told] == [(small.experts[1], "$1.50")]
    check_books()


def test_a_correction_after_back_pay_goes_by_the_new_limit_and_no_later_review_pays_it_again(rollback_db: None) -> None:
    """A minute more is a minute at the full rate now; a review that finds more pays the rest, and no cent twice."""
    small = project()
    one(small, small.experts[0])
    say(small)
    assert decide(small) is None
    assert (paid(small), correct(small, 1)) == (900, 60)
    again(small)
    one(small, small.experts[1])
    say(small, 1)
    assert decide(small, p50_s=900, p80_s=1200) is None
    assert (paid(small), PayLine.objects.filter(line_key__startswith="estimate:").count()) == (960, 1)
    check_books()


def test_time_that_back_pay_reached_is_paid_time_in_the_wage(rollback_db: None) -> None:
    """Fifty minutes, of which the plan paid forty: with the new limit, all of them."""
    small = project()
    one(small, small.experts[0], 3000)

    def wage() -> tuple[int, int]:
        (found,) = own_by_project(small.experts[0], small.now - timedelta(days=1))
        return found.wage.paid_ms, found.wage.all_ms

    assert wage() == (2_400_000, 3_000_000)
    say(small)
    assert decide(small, p50_s=900, p80_s=1200) is None
    assert paid(small) > 0
    assert wage() == (3_000_000, 3_000_000)
    assert [each.paid_ms for each in people_of_project(small.project.id)] == [3_000_000]


def test_a_decision_keeps_an_announced_cut_for_its_day(rollback_db: None) -> None:
    """It was announced, so it holds on its day, with the longer limit; nothing vanishes and nothing comes earlier."""
    small = project()
    attempt = Stage.objects.get(project=small.project, kind="attempt")
    cheaper = attempt.pay_plan.terms
    lower = {**cheaper, "primitives": [_cheaper(each) for each in cheaper["primitives"]]}
    planned = change_plan(
        stage_id=attempt.id, terms=Terms.parse(lower), preset={}, note="Less.",
        actor=Actor("person", small.reviewers[0]), now=small.now,
    )  # fmt: skip
    assert not isinstance(planned, Refused), planned
    one(small, small.experts[0])
    say(small)
    assert decide(small) is None
    waits = PlanChange.objects.get(stage=attempt, applied_at=None, withdrawn_at=None)
    first = PlanChange.objects.get(id=planned.change_id)
    assert (waits.holds_from, waits.announced_at, waits.lowers) == (planned.holds_from, first.announced_at, True)
    segments = waits.plan.terms["primitives"][0]["segments"]
    assert (segments[0]["rate"], segments[0]["upto_s"]) == ("30.00", 1200)
    attempt.refresh_from_db()
    assert attempt.pay_plan.terms["primitives"][0]["segments"][0]["rate"] == "36.00"
    assert waits.before_id == attempt.pay_plan_id
    assert Event.objects.get(verb="plan:carried").facts["holds_from"] == planned.holds_from.isoformat()


def _cheaper(primitive: dict[str, Any]) -> dict[str, Any]:
    segments = [
        {**each, "rate": "30.00" if each["rate"] == "36.00" else each["rate"]} for each in primitive["segments"]
    ]
    return {**primitive, "segments": segments}


def test_a_figure_is_bounded_and_its_preview_is_what_is_paid(rollback_db: None) -> None:
    """Whoever decides spends somebody else's money: no more than twice what is known. What it costs is shown before."""
    small = project()
    one(small, small.experts[0])
    review = say(small)
    terms = {"covers_overrun": False, "wage_floor_minor": None, "zone": "UTC", "actor": JOB, "now": small.now}
    assert set_rule(project_id=small.project.id, pieces=True, **terms) is None
    taken_back = set_rule(project_id=small.project.id, pieces=False, **terms)
    assert taken_back is not None
    assert taken_back.code == "agreed_in_review"
    codes = [decide(small, p50_s=p50, p80_s=p80) for p50, p80 in ((1801, 2000), (600, 3001), (299, 600))]
    assert [each and each.code for each in codes] == ["too_high", "long_too_high", "too_low"]
    shown = preview_estimate(project_id=small.project.id, review_id=review.id, p50_s=600, p80_s=900, now=small.now)
    assert isinstance(shown, Preview), shown
    assert [(each.claims, each.old_minor, each.more_minor) for each in shown.people] == [(1, 750, 150)]
    assert not PayLine.objects.filter(line_key__startswith="estimate:").exists()
    other = preview_estimate(project_id=review.id, review_id=review.id, p50_s=600, p80_s=900, now=small.now)
    assert isinstance(other, Refused)
    assert decide(small) is None
    review.refresh_from_db()
    assert {name: review.made_good[name] for name in shown.cost} == shown.cost
    assert PayPlan.objects.latest("version").terms == shown.after.to_json()


def test_wages_count_corrected_time(rollback_db: None) -> None:
    """Fifteen minutes, and two that were granted: both in the time that was paid and in all of it."""
    small = project()
    one(small, small.experts[0])
    correct(small, 2)
    (wage,) = people_of_project(small.project.id)
    assert (wage.paid_ms, wage.all_ms, wage.minor) == (17 * 60_000, 17 * 60_000, 750 + 60)


def test_pilots_are_the_first_estimate_and_no_way_around_the_work(rollback_db: None) -> None:
    """Three put a figure on the card, at the full rate still; a struck one counts no more; the work comes first."""
    small = project(estimate={})
    stage = Stage.objects.get(project=small.project, kind="attempt")
    actor = Actor("person", small.reviewers[0])

    def note(work_s: int | None, who: str = "Ada", day: date | None = date(2026, 3, 1)) -> str:
        refused = note_pilot(
            project_id=small.project.id, stage_id=stage.id, work_s=work_s, who=who, done_on=day, actor=actor,
            now=small.wait(1),
        )  # fmt: skip
        return refused.code if refused else ""

    def card() -> dict[str, Any]:
        terms = dict(stage_cards(small.project.id, "attempt")[0].card.terms)
        assert terms["full_rate"] == "few"
        return dict(terms["estimate"])

    assert [note(None), note(60, " "), note(60, "Ada", date(2026, 3, 4))] == [
        "no_pilot_time", "no_pilot_who", "no_pilot_day",
    ]  # fmt: skip
    assert [note(400), note(500), card(), note(600)] == ["", "", {}, ""]
    assert (card()["p50_s"], card()["pilots"], card()["n"], card()["source"]) == (493, 3, 0, "pilot")
    assert note(6_000) == ""
    odd = stage.pilot_set.get(work_s=6_000)
    assert strike_pilot(project_id=stage.id, pilot_id=odd.id, actor=actor, now=small.now) is not None
    assert strike_pilot(project_id=small.project.id, pilot_id=odd.id, actor=actor, now=small.wait(1)) is None
    assert (card()["p50_s"], card()["pilots"]) == (493, 3)
    Stage.objects.filter(id=stage.id).update(estimate={"p50_s": 600, "p80_s": 900, "n": 8, "source": "learned"})
    assert note(60) == "pilots_late"


def test_a_guideline_that_changes_the_work_starts_a_new_sample_but_ends_no_review(rollback_db: None) -> None:
    """The figures stay on the card with nothing behind them; a review that is open is decided on the work it is of."""
    small = project()
    one(small, small.experts[0])
    one(small, small.experts[1])
    stage = Stage.objects.get(project=small.project, kind="attempt")

    def publish(affects: list[str]) -> None:
        made = publish_guideline(
            project_id=small.project.id, base=versions[-1], texts={"en": f"After {versions[-1]}."}, note="New.",
            actor=Actor("person", small.reviewers[0]), now=small.wait(60), affects=affects,
        )  # fmt: skip
        assert not isinstance(made, Refused), made
        versions.append(made.version)

    def on_card() -> dict[str, Any]:
        stage.refresh_from_db()
        return stage.estimate

    versions = [1]
    marks = [mark.name for mark in marks_of(small.project.id)][:1]
    publish([])
    assert on_card()["n"] == 40
    say(small)
    publish(marks)
    assert on_card()["n"] == 40
    assert decide(small) is None
    assert paid(small) == 900, "whoever was promised too little is paid, whatever the guideline says by now"
    assert (on_card()["n"], on_card()["p50_s"]) == (0, 600)
    Stage.objects.filter(id=stage.id).update(estimate=PRIOR)
    publish(marks)
    assert (on_card()["n"], on_card()["p50_s"], on_card()["source"]) == (0, 300, "before")
    assert stage_cards(small.project.id, "attempt")[0].card.terms["full_rate"] == "few"
    small.wait(1)
    assert one(again(small), small.experts[0]) == 900
    (ended,) = ended_claims(small.project.id, stage.id)
    assert ended.worked.work_s == 900
    check_books()
