"""submit_work: an expert hands in; time is closed, pay is computed and posted, a review opens if the policy asks."""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.utils import DatabaseError

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch import commands as dispatch
from fairhand.dispatch.queries import ClaimFacts, locked_claim, twin_of
from fairhand.dispatch.states import CLAIM_LATE
from fairhand.flow.answer_files import problems_of_files
from fairhand.flow.decide_review import apply_judgement
from fairhand.flow.gold import grade_gold
from fairhand.flow.panel_answers import problems_of_panels
from fairhand.flow.pay_score import may_be_scored
from fairhand.flow.quick_hand_in import HandedIn, hand_in, live_attempt
from fairhand.flow.review_slots import AuthorSlot, open_review
from fairhand.flow.settle_task import settle_task
from fairhand.flow.stage_cards import StageCard, stage_cards
from fairhand.flow.week_cap import tell_beyond
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.ids import new_id
from fairhand.kernel.refusals import Refused, RefusedError
from fairhand.ledger import accounts
from fairhand.ledger.accounts import AccountName, Leg
from fairhand.ledger.commands import hold, post, refusal_of
from fairhand.ledger.queries import balance_minor
from fairhand.pay.commands import add_hold, add_lines
from fairhand.pay.queries import lines_of_submissions
from fairhand.pay.rules import dims_of_claim, facts_of
from fairhand.review.policies import POLICIES
from fairhand.review.policies._facts import SubmissionFacts
from fairhand.review.rules import problems_of_adjudication, problems_of_verdict
from fairhand.tasks.attached import asks_files
from fairhand.tasks.queries import bound_to
from fairhand.tasks.template import check_answer
from fairhand.work import commands as work
from fairhand.work.paid_queries import time_was_paid
from fairhand.work.queries import authors_of, by_claim, surplus_since, undecided_authors
from fairhand.work.rules import Taking, how_taken, paid_ms, seen_on_claim
from fairhand_pay import Line, Terms, held, lines, needs_time, week_cap

_SURPLUS_WINDOW = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was handed in, and what it pays. `repeat`: this claim had been handed in before; nothing was done."""

    submission_id: UUID
    amount_minor: int
    currency: str
    accepted: bool
    surplus: bool
    repeat: bool = False


@dataclass(frozen=True, slots=True)
class _Plan:
    """The decision, before anything is written."""

    taking: Taking
    submission_id: UUID
    work_ms: int | None
    lines: tuple[Line, ...]
    amount_minor: int
    review: StageCard | None
    decide_by: datetime
    # Up to this moment our own clock was paid for, because the page reported nothing.
    spent_until: datetime | None
    spent_ms: int
    # For the clock: gold, where a submission of a client's task would wait for its review.
    waits: bool = False
    # What is payable at once of pay that is held in part, and till when the rest is held at the latest.
    free_minor: int = 0
    held_until: datetime | None = None
    # The plan's weekly cap of hours, beyond which staff are told what was paid.
    week_cap: tuple[int, str | None] | None = None

    @property
    def accepted(self) -> bool:
        """Accepted at once: the plan asks no review of it."""
        return self.review is None and not self.waits


def submit_work(*, claim_id: UUID, person_id: UUID, answer: object, actor: Actor, now: datetime) -> Submitted | Refused:
    """Hand in a claim's answer, once: repeating it returns the first submission.

    Refusals: no_claim, claim_ended, surplus_limit, held_again and handed_in_again (facts["claim"]: the same person's
    other claim on the slot and round, live or handed in: one work is taken once), those of a verdict (decide_review),
    and answer_problems, whose facts["problems"] is a list of (field, code, sentence).
    """
    if (done := _quick(claim_id, person_id, answer, actor, now)) is not None:
        return done
    try:
        with transaction.atomic():
            return _submit(claim_id, person_id, answer, actor, now)
    except RefusedError as refusal:
        return refusal.refused


def _quick(claim_id: UUID, person_id: UUID, answer: object, actor: Actor, now: datetime) -> Submitted | None:
    """A live attempt, in few round trips (flow/quick_hand_in.py); None for anything else, with nothing written."""
    attempt = live_attempt(claim_id, person_id)
    if attempt is None or not isinstance(answer, Mapping) or asks_files(attempt.facts.template):
        return None  # files are held while an answer is handed in with them
    if _problems(facts := attempt.facts, answer):
        return None
    drawn = attempt.review_policy is not None and _drawn(facts, attempt.review_policy)
    plan = _decide(facts, stage_cards(facts.project_id, "review") if drawn else [], 0, answer, now)
    if isinstance(plan, Refused) or plan.held_until is not None or plan.week_cap is not None:
        return None
    alone = plan.accepted and attempt.plain  # nothing follows: the function is the whole transaction
    done = HandedIn(
        plan.submission_id, plan.work_ms, answer, plan.lines, _legs(facts, plan), _happened(facts, plan),
        plan.decide_by, plan.spent_until, plan.spent_ms, plan.accepted,
        0 if plan.accepted else facts.slot_reserve_minor - plan.amount_minor, () if alone else _moved(facts, plan),
    )  # fmt: skip
    with nullcontext() if alone else transaction.atomic():
        if not hand_in(attempt=attempt, done=done, actor=actor, now=now):
            return None
        if not alone:
            _go_on(facts, plan, actor, now)
    return Submitted(plan.submission_id, plan.amount_minor, facts.currency, plan.accepted, surplus=False)


def _submit(claim_id: UUID, person_id: UUID, answer: object, actor: Actor, now: datetime) -> Submitted | Refused:
    facts = locked_claim(claim_id)
    if facts is None or facts.person_id != person_id:
        return Refused("no_claim", "You hold no such claim.")
    if facts.state == "submitted":
        return _earlier(claim_id, facts.currency)
    is_late = facts.state in CLAIM_LATE
    if is_late and time_was_paid(claim_id):
        return Refused("time_paid", "This task was taken back and your time on it has been paid.")
    cards = stage_cards(facts.project_id, "review")
    late = surplus_since(person_id, now - _SURPLUS_WINDOW) if is_late else 0
    twin = twin_of(claim_id) if is_late else None

    if problems := _problems(facts, answer):
        return Refused("answer_problems", "The answer is not complete yet.", {"problems": problems})
    if not isinstance(answer, Mapping):
        raise TypeError("an answer without problems is an object")
    plan = _decide(facts, cards, late, answer, now, twin[1] if twin else None)
    if isinstance(plan, Refused):
        return replace(plan, facts={**plan.facts, "claim": str(twin[0])}) if twin else plan

    _hold(facts, plan)
    entry_id = _pay(facts, plan, now)
    _write(facts, plan, answer, entry_id, now)
    happened = _happened(facts, plan)
    fact = Fact("submission:made", "submission", plan.submission_id, facts.org_id, facts.project_id, happened)
    record(actor=actor, now=now, happened=[fact])

    if facts.stage_kind != "attempt":
        apply_judgement(
            facts=facts,
            submission_id=plan.submission_id,
            answer=answer,
            surplus=plan.taking.surplus,
            actor=actor,
            now=now,
        )
    elif facts.lane == "gold":
        grade_gold(facts=facts, submission_id=plan.submission_id, answer=answer, actor=actor, now=now)
    elif not plan.taking.surplus:
        _go_on(facts, plan, actor, now)
    if plan.week_cap is not None:
        tell_beyond(facts, plan.week_cap, actor, now)
    return Submitted(plan.submission_id, plan.amount_minor, facts.currency, plan.accepted, plan.taking.surplus)


def _go_on(facts: ClaimFacts, plan: _Plan, actor: Actor, now: datetime) -> None:
    """What follows from an attempt on its slot: its task goes on, or somebody reviews it."""
    if plan.review is None:
        settle_task(slot_id=facts.slot_id, actor=actor, now=now)
        return
    author = AuthorSlot(
        facts.slot_id, facts.org_id, facts.project_id, facts.batch_id, facts.task_id, facts.shard, facts.round,
        facts.currency, facts.person_id, facts.queue_id,
    )  # fmt: skip
    open_review(author=author, review=plan.review, actor=actor, now=now)


def _happened(facts: ClaimFacts, plan: _Plan) -> dict[str, Any]:
    return {
        "amount_minor": plan.amount_minor, "currency": facts.currency, "work_ms": plan.work_ms, "round": facts.round,
        "surplus": plan.taking.surplus, "accepted": plan.accepted, "slot": str(facts.slot_id),
    }  # fmt: skip


def _earlier(claim_id: UUID, currency: str) -> Submitted:
    found = by_claim(claim_id)
    if found is None:
        raise LookupError(f"claim {claim_id} is submitted and has no submission")
    paid_minor = sum(line.amount_minor for line in lines_of_submissions([found.id]).get(found.id, []))
    return Submitted(found.id, paid_minor, currency, found.state == "accepted", found.surplus, repeat=True)


def _problems(facts: ClaimFacts, answer: object) -> list[tuple[str, str, str]]:
    template = bound_to(facts.template, facts.task_id)
    if facts.stage_kind == "adjudicate":
        return _adjudication_problems(facts, template, answer)
    if facts.stage_kind != "attempt":
        problems = problems_of_verdict(answer)
        fixed = answer.get("fixed_answer") if isinstance(answer, Mapping) else None
        if fixed is not None:
            problems += [(f"fixed_answer.{name}", code, why) for name, code, why in _wrong(facts, template, fixed)]
        return problems
    return _wrong(facts, template, answer)


def _wrong(facts: ClaimFacts, template: Mapping[str, Any], answer: object) -> list[tuple[str, str, str]]:
    found = [(p.field, p.code, p.why) for p in check_answer(template, answer)]
    return found or problems_of_files(facts, template, answer) or problems_of_panels(facts, template, answer)


def _adjudication_problems(
    facts: ClaimFacts, template: Mapping[str, Any], answer: object
) -> list[tuple[str, str, str]]:
    problems = problems_of_adjudication(answer)
    if isinstance(answer, Mapping) and isinstance(answer.get("answer"), Mapping):
        problems += [(f"answer.{name}", code, why) for name, code, why in _wrong(facts, template, answer["answer"])]
    return problems


def _decide(
    facts: ClaimFacts, reviews: list[StageCard], late: int, answer: Mapping[str, Any], now: datetime,
    twin_state: str | None = None,
) -> _Plan | Refused:  # fmt: skip
    taking = how_taken(
        facts.state, facts.round, facts.slot_state, facts.slot_round,
        facts.for_person_id is not None and facts.for_person_id != facts.person_id, late, twin_state,
    )  # fmt: skip
    if isinstance(taking, Refused):
        return taking
    terms = Terms.parse(facts.terms["pay"])
    timed = needs_time(terms)
    since, until = seen_on_claim(
        facts.state, facts.claimed_at, facts.counted_until, facts.ends_at, now, facts.paused_by(now), facts.pauses
    )  # fmt: skip
    paid = paid_ms(facts.work_ms, since, until, timed, terms.paid_s_max)
    review = _review_wanted(facts, reviews, taking.surplus)
    waits = facts.lane == "gold" and bool(reviews) and _drawn(facts, reviews[0].review_policy, taking.surplus)
    dims = dims_of_claim(facts.terms, facts.stage_kind, facts.claimed_at)
    pay = lines(facts_of(terms, facts.template, answer, paid, dims, decided=review is None and not waits), terms)
    decide_by = now + timedelta(hours=facts.terms["review_deadline_h"])
    amount_minor = sum(line.amount_minor for line in pay)
    spent = until if timed and facts.work_ms is None else None
    held_until, free_minor = _held(pay, amount_minor, now)
    return _Plan(
        taking, new_id(now), facts.work_ms, pay, amount_minor, review, min(decide_by, held_until or decide_by), spent,
        paid or 0, waits, free_minor, held_until, week_cap(terms),
    )  # fmt: skip


def _held(pay: tuple[Line, ...], amount_minor: int, now: datetime) -> tuple[datetime | None, int]:
    """(till when a part is held, what is payable at once); where nothing is held, (None, 0): all of it waits or none.

    The part is released by the decision, and the clock decides no later than it was promised.
    """
    days = [int(line.inputs["release_days"]) for line in pay if line.primitive == "HOLD" and line.inputs["held_minor"]]
    if not days:
        return None, 0
    return now + timedelta(days=days[0]), amount_minor - held(pay)


def _review_wanted(facts: ClaimFacts, reviews: list[StageCard], surplus: bool) -> StageCard | None:
    """The review stage that gets a slot for this submission; a surplus waits for the clock or for staff."""
    if facts.stage_kind != "attempt" or facts.lane == "gold" or not reviews:
        return None
    review = reviews[0]
    return review if _drawn(facts, review.review_policy, surplus) else None


def _drawn(facts: ClaimFacts, review_policy: Mapping[str, Any], surplus: bool = False) -> bool:
    policy = POLICIES.get(review_policy.get("name", ""), review_policy.get("version", 1))
    if policy is None:
        return False
    seen = SubmissionFacts(f"{facts.task_key}/{facts.seq}", facts.round, facts.handed_in_before)
    return surplus or bool(policy.wanted(seen, review_policy["terms"]))


def _hold(facts: ClaimFacts, plan: _Plan) -> None:
    """Lock at once what more than one entry may move: a slot is opened beside the pay, or a verdict acts."""
    if plan.taking.surplus:
        return
    moved = _moved(facts, plan)
    judged = authors_of(facts.subject_ids) if facts.stage_kind != "attempt" else []
    if facts.stage_kind == "adjudicate":
        judged += undecided_authors(facts.task_id)
    for author_id in judged:
        moved += [accounts.pending(author_id), accounts.payable(author_id)]
    if facts.stage_kind in ("review", "adjudicate"):
        undecided = facts.task_id if facts.stage_kind == "adjudicate" else None
        moved += [accounts.goodwill()] if may_be_scored(facts.subject_ids, undecided) else []
    hold(accounts=moved, currency=facts.currency)


def _moved(facts: ClaimFacts, plan: _Plan) -> list[AccountName]:
    """Accounts that pay for a slot and for what follows from it."""
    paid = [leg.account for leg in _to_person(facts, plan, accounts.goodwill()) if leg.amount_minor > 0]
    return [accounts.reserved(facts.batch_id, facts.shard), accounts.pool(facts.batch_id), *paid]


def _to_person(facts: ClaimFacts, plan: _Plan, source: AccountName) -> list[Leg]:
    """What was earned onto its expert's accounts: payable once it is accepted, and the part that no plan holds."""
    payable = plan.amount_minor if plan.accepted else plan.free_minor
    return [
        *accounts.move(source, accounts.payable(facts.person_id), payable),
        *accounts.move(source, accounts.pending(facts.person_id), plan.amount_minor - payable),
    ]


def _pay(facts: ClaimFacts, plan: _Plan, now: datetime) -> int | None:
    """Post what was earned: from the slot's reserve, or for a surplus from the pool, else from goodwill."""
    meta = {"submission": str(plan.submission_id)}
    key = f"submit:{plan.submission_id}"
    if not plan.taking.surplus:
        return post(key=key, kind="submit", currency=facts.currency, legs=_legs(facts, plan), now=now, meta=meta)

    batch_pool = accounts.pool(facts.batch_id)
    if balance_minor(batch_pool, facts.currency) >= plan.amount_minor:
        legs = _to_person(facts, plan, batch_pool)
        try:
            with transaction.atomic():
                return post(key=key, kind="submit", currency=facts.currency, legs=legs, now=now, meta=meta)
        except DatabaseError as error:
            if refusal_of(error) is None:
                raise
    legs = _to_person(facts, plan, accounts.goodwill())
    return post(key=key, kind="submit", currency=facts.currency, legs=legs, now=now, meta=meta | {"goodwill": True})


def _legs(facts: ClaimFacts, plan: _Plan) -> list[Leg]:
    """From the slot's reserve to its expert; what is left of it, back to the pool once nothing more is to come."""
    source = accounts.reserved(facts.batch_id, facts.shard)
    legs = _to_person(facts, plan, source)
    if plan.accepted:
        legs += accounts.move(source, accounts.pool(facts.batch_id), facts.slot_reserve_minor - plan.amount_minor)
    return legs


def _write(facts: ClaimFacts, plan: _Plan, answer: Mapping[str, Any], entry_id: int | None, now: datetime) -> None:
    taking = plan.taking
    rest = None if taking.surplus else facts.slot_reserve_minor - plan.amount_minor
    slot_move = taking.slot_move
    if slot_move is not None and plan.accepted and facts.stage_kind == "attempt":
        slot_move = (slot_move[0], "settled")
    # A review slot keeps nothing back: its reviewer's pay was posted whole, a next round reserves anew.
    ended = dispatch.end_claim(
        claim_id=facts.claim_id, move=taking.claim_move, reason="submitted", now=now, slot_move=slot_move,
        result_id=None if taking.surplus else plan.submission_id, reserve_minor=0 if plan.accepted else rest,
        spent_until=plan.spent_until, spent_ms=plan.spent_ms,
    )  # fmt: skip
    if not ended:
        raise RuntimeError(f"claim {facts.claim_id} moved under its lock")
    work.add_submission(
        submission_id=plan.submission_id, org_id=facts.org_id, project_id=facts.project_id, task_id=facts.task_id,
        slot_id=facts.slot_id, claim_id=facts.claim_id, person_id=facts.person_id, round=facts.round,
        surplus=taking.surplus, answer=answer, content_hash=content_hash(answer), work_ms=plan.work_ms,
        decide_by=plan.decide_by, entry_ids=[entry_id] if entry_id is not None else [],
        accepted_by="plan" if plan.accepted else None, now=now,
    )  # fmt: skip
    add_lines(
        org_id=facts.org_id, project_id=facts.project_id, person_id=facts.person_id,
        submission_id=plan.submission_id, lines=plan.lines, entry_id=entry_id, now=now,
    )  # fmt: skip
    if plan.held_until is not None:
        add_hold(
            submission_id=plan.submission_id, project_id=facts.project_id, person_id=facts.person_id,
            currency=facts.currency, held_minor=plan.amount_minor - plan.free_minor, free_minor=plan.free_minor,
            release_at=plan.held_until, now=now,
        )  # fmt: skip
