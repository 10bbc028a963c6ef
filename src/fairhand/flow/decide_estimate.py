"""decide_estimate: a manager decides an estimate review; at the deadline a job does, and the new estimate holds.

Whatever is decided is for later offers; for the work that was done under too short an estimate, make_whole pays.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from math import ceil
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.estimates import commands as estimates
from fairhand.estimates.models import EstimateReview
from fairhand.estimates.queries import changed_since, due_reviews, estimate_from, looked_at, rule_of
from fairhand.estimates.rules.back_pay import limit_of, with_limit, with_prices
from fairhand.estimates.rules.estimate import LIMIT_OF_TYPICAL, Estimate
from fairhand.estimates.states import KEEP, LEARNED, LONGER, OPEN, PILOT, SET, STATED, TAKE
from fairhand.flow.carry_offers import carry_offers
from fairhand.flow.each_alone import each_alone
from fairhand.flow.make_whole import affected, make_whole
from fairhand.kernel.limits import ESTIMATES_LAPSED_PER_JOB_MAX, REASON_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects import commands as projects
from fairhand.projects.models import Project, Stage
from fairhand.projects.queries import waiting_change
from fairhand_pay import PAID_S_MAX_MAX, Terms, TermsError, needs_time

_TAKEN_TYPICAL_S_MAX = PAID_S_MAX_MAX // 2
_MOST_OF_SEEN = 2  # times what is known: the longest typical time that somebody may set,
LONG_OF_TYPICAL = 5  # and times that: the longest long time


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody decides. `seen`: the moment (ISO) of the measured estimate that their page showed.

    `p50_s`, `p80_s`: of SET alone.
    """

    decision: str
    reason: str
    seen: str = ""
    p50_s: int | None = None
    p80_s: int | None = None


def decide_estimate(
    *, project_id: UUID, review_id: UUID, given: Given, actor: Actor, now: datetime
) -> Refused | None:  # fmt: skip
    """Decide a review of a project, and pay what follows from it.

    Refusals: no_review, review_decided, no_decision, reason_missing, reason_too_long, nothing_measured,
    estimate_moved (claims ended since the page was shown: look again), no_typical, too_low, too_high,
    long_below_typical, long_too_high.
    """
    with transaction.atomic():
        refused = _decide(project_id, review_id, given, actor, now)
    if refused is None:
        carry_offers(now=now, project_id=project_id)
    return refused


def _decide(project_id: UUID, review_id: UUID, given: Given, actor: Actor, now: datetime) -> Refused | None:
    review = EstimateReview.objects.filter(id=review_id, project_id=project_id).first()
    if review is None or actor.id is None:
        return Refused("no_review", "There is no such review.")
    stage = estimates.lock_stage(review.stage_id)
    review = estimates.locked_review(review_id)
    if review is None or review.state != OPEN:
        return Refused("review_decided", "This review is decided.")
    if refused := _refused(given):
        return refused
    measured = measured_of(stage.id)
    new: Estimate | None = None
    if given.decision == TAKE:
        if measured is None:
            return Refused("nothing_measured", "Too few claims ended for an estimate; set one, or keep it.")
        if given.seen != measured.as_of.isoformat():
            return Refused("estimate_moved", "More claims ended since: look at the estimate again.")
        new = measured
    elif given.decision == SET:
        own = stated(given.p50_s, given.p80_s, stage, review, measured, now)
        if isinstance(own, Refused):
            return own
        new = own

    _apply(stage, review, given.decision, given.reason.strip(), new, STATED if given.decision == SET else LEARNED,
           actor, now)  # fmt: skip
    return None


def lapse_estimates(*, actor: Actor, now: datetime) -> int:
    """Where nobody decided in time the new estimate holds; how many reviews that were."""
    lapsed = 0
    with each_alone() as alone:
        for review_id in due_reviews(now, ESTIMATES_LAPSED_PER_JOB_MAX):
            with alone(), transaction.atomic():
                lapsed += _lapse(review_id, actor, now)
    return lapsed


def _lapse(review_id: UUID, actor: Actor, now: datetime) -> bool:
    stage = estimates.lock_stage(EstimateReview.objects.get(id=review_id).stage_id)
    review = estimates.locked_review(review_id)
    if review is None or review.state != OPEN or review.decide_by > now:
        return False
    _apply(stage, review, TAKE, "", measured_of(stage.id), LEARNED, actor, now)
    return True


def measured_of(stage_id: UUID) -> Estimate | None:
    """What the ended claims of a stage say, as of the last look; None while they are too few."""
    look = looked_at([stage_id]).get(stage_id)
    return estimate_from(look.measured) if look else None


def least_typical_s(stage: Stage, review: EstimateReview) -> int:
    """The least typical time that a decision may set: what the cards say, and what the evidence surely shows."""
    typical_s = int(stage.estimate.get("p50_s") or 1)
    if review.trigger == LONGER:
        return max(typical_s, int(typical_s * float(review.evidence.get("low_ratio") or 1)))
    return typical_s


def most_typical_s(stage: Stage, review: EstimateReview, measured: Estimate | None) -> int:
    """The longest typical time that a decision may set: twice what the work, those who say so, or the cards say.

    The difference is paid by somebody else than whoever decides.
    """
    said = review.evidence.get("said_s") or []
    seen_s = measured.p50_s if measured else max([int(stage.estimate.get("p50_s") or 1), *map(ceil, said)])
    return max(_MOST_OF_SEEN * seen_s, least_typical_s(stage, review))


def _refused(given: Given) -> Refused | None:
    if given.decision not in (TAKE, SET, KEEP):
        return Refused("no_decision", "Choose what is decided.")
    if not given.reason.strip():
        return Refused("reason_missing", "Say why: experts and the project's staff read it.")
    if len(given.reason) > REASON_CHARS_MAX:
        return Refused("reason_too_long", "The reason is longer than allowed.")
    return None


def stated(
    p50_s: int | None, p80_s: int | None, stage: Stage, review: EstimateReview, measured: Estimate | None, now: datetime
) -> Estimate | Refused:
    """The estimate that somebody states. Refusals: no_typical, too_low, too_high, long_below_typical, long_too_high."""
    if p50_s is None or p80_s is None or not 0 < p50_s <= _TAKEN_TYPICAL_S_MAX or p80_s > PAID_S_MAX_MAX:
        return Refused("no_typical", "Give both times, in minutes.")
    least_s = least_typical_s(stage, review)
    if p50_s < least_s:
        return Refused("too_low", f"The typical time is no shorter than {least_s} s.", {"least_s": least_s})
    most_s = most_typical_s(stage, review, measured)
    if p50_s > most_s:
        return Refused("too_high", f"The typical time is no longer than {most_s} s.", {"most_s": most_s})
    if p80_s < p50_s:
        return Refused("long_below_typical", "The long time is no shorter than the typical one.")
    if p80_s > max(LONG_OF_TYPICAL * p50_s, measured.p80_s if measured else 0):
        return Refused("long_too_high", f"The long time is at most {LONG_OF_TYPICAL} times the typical one.")
    limit_s = max(LIMIT_OF_TYPICAL * p50_s, p80_s)
    if measured is None:
        return Estimate(p50_s, p80_s, limit_s, "pilots", "pilots", 0, 0, 0, 0.0, True, now)
    return replace(measured, p50_s=p50_s, p80_s=p80_s, limit_s=limit_s)


def _apply(
    stage: Stage, review: EstimateReview, decision: str, reason: str, new: Estimate | None, source: str, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Estimate, plan, back pay and the decision itself, in one transaction."""
    # A project before its slots, and slots before accounts, as everywhere.
    project = Project.objects.select_for_update(no_key=True).get(id=stage.project_id)
    rule = rule_of(project.id)
    made_good: dict[str, object] = {}
    if new is not None:
        estimates.lock_pay(stage.id)
        found = affected(stage, new, pieces=rule.pieces)
        made_good = make_whole(review=review, stage=stage, found=found, covers=rule.covers_overrun, now=now)
        _new_plan(project, stage, review, new, rule.pieces, reason, actor, now)
        source = PILOT if new.pilots and new.p50_by == "pilots" and source == LEARNED else source
        estimates.publish(stage=stage, new=new, source=source, review=review, actor=actor, now=now)
    elif decision != KEEP:  # nobody decided, and there is nothing to put in its place: nothing is promised any more
        estimates.withdraw(stage=stage, actor=actor, now=now)
    estimates.note_decision(review=review, decision=decision, reason=reason, made_good=made_good, actor=actor, now=now)
    if changed_since(project.id, review.opened_at):  # the review went by the work as it was
        estimates.start_anew(stage=stage, actor=actor, now=now)


def terms_with(terms: Terms, stage: Stage, new: Estimate, pieces: bool) -> Terms:
    """A plan of a stage with what a new estimate asks for: a longer full-rate limit, or dearer pieces; never less."""
    if needs_time(terms):
        if limit_of(terms) is None:
            return terms
        return _within_claim(terms, with_limit(terms, _limit_s(terms, stage, new)), stage.claim_s_max)
    old_s = int(stage.estimate.get("p50_s") or 0)
    return with_prices(terms, Fraction(new.p50_s, old_s)) if pieces and 0 < old_s < new.p50_s else terms


def _limit_s(terms: Terms, stage: Stage, new: Estimate) -> int:
    """As `back_pay.new_limit` has it: a plan that drops the rate at a part of the typical time keeps that part."""
    old_s, typical_s = limit_of(terms), int(stage.estimate.get("p50_s") or 0)
    if old_s is not None and typical_s and old_s < LIMIT_OF_TYPICAL * typical_s:
        return ceil(Fraction(old_s * new.p50_s, typical_s))
    return new.limit_s


def _within_claim(before: Terms, after: Terms, claim_s_max: int) -> Terms:
    """No time is reserved for that a claim can't last, as long as its limit is reached before that."""
    most_s = max(before.paid_s_max or 0, claim_s_max - 1)
    if after.paid_s_max is None or after.paid_s_max <= most_s:
        return after
    try:
        return Terms.parse({**after.to_json(), "paid_s_max": most_s})
    except TermsError:
        return after


def _new_plan(
    project: Project, stage: Stage, review: EstimateReview, new: Estimate, pieces: bool, note: str, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """A new version of the plan for this stage alone, where it changes; it pays no work less, so it holds at once.

    What was announced for a later day stays announced, for the same day, with what the estimate asks for. Money for it
    is put behind open slots afterwards (carry_offers): a decision is not undone because some is missing.
    """
    plan, before = stage.pay_plan, Terms.parse(stage.pay_plan.terms)
    terms = terms_with(before, stage, new, pieces)
    waiting = waiting_change(stage.id)
    facts = {"stage": stage.name, "currency": terms.currency, "estimate_review": str(review.id)}
    happened = []
    if terms.to_json() != before.to_json():
        plan = projects.add_pay_plan(project=project, terms=terms.to_json(), preset={}, note=note, actor=actor, now=now)
        change = projects.announce_plan(stage=stage, plan=plan, lowers=False, holds_from=now, now=now)
        if not projects.apply_plan(change=change, now=now):
            raise RuntimeError(f"plan change {change.id} moved under the lock of its project")
        said = {"version": plan.version, "before": stage.pay_plan.version, "note": note}
        happened.append(Fact("plan:changed", "stage", stage.id, project.org_id, project.id, facts | said))
    if waiting is not None:
        announced = Terms.parse(waiting.plan.terms)
        later = terms_with(announced, stage, new, pieces)
        next_ = waiting.plan
        if later.to_json() != announced.to_json():
            next_ = projects.add_pay_plan(
                project=project, terms=later.to_json(), preset={}, note=waiting.plan.note, actor=actor, now=now
            )
        if plan != stage.pay_plan or next_ != waiting.plan:
            projects.carry_announced(waiting=waiting, plan=next_, before_id=plan.id, now=now)
            said = {"version": next_.version, "before": waiting.plan.version,
                    "holds_from": waiting.holds_from.isoformat()}  # fmt: skip
            happened.append(Fact("plan:carried", "stage", stage.id, project.org_id, project.id, facts | said))
    record(actor=actor, now=now, happened=happened)
