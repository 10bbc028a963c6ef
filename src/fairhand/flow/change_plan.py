"""change_plan: a stage gets another version of its pay plan. A raise holds at once; a version that pays less for any
work is announced, and holds from a later day on, for tasks taken from then on. No offer that was made ever changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.flow.change_stage import reason_problems
from fairhand.flow.each_alone import each_alone
from fairhand.flow.raise_reserves import raise_reserves
from fairhand.flow.rework import raise_rework
from fairhand.flow.stage_cards import stage_cards
from fairhand.flow.week_cap import unknown_zone
from fairhand.gates.queries import kinds_of_skills
from fairhand.kernel.money import format_minor
from fairhand.kernel.refusals import Refused, RefusedError
from fairhand.pay.curves import Less, pays_less
from fairhand.pay.own_rate import skills_in
from fairhand.pay.rules import dims_of, unpayable
from fairhand.projects import commands as projects
from fairhand.projects.models import PlanChange, Project, Stage
from fairhand.projects.queries import has_reviews
from fairhand.projects.rules import NOTICE_DAYS_MAX, NOTICE_DAYS_MIN, Wrong
from fairhand_pay import Terms


@dataclass(frozen=True, slots=True)
class Planned:
    """The new version. `less`: the work it pays less for, which is why it holds later; None for a raise."""

    change_id: UUID
    version: int
    holds_from: datetime
    less: Less | None


def change_plan(
    *, stage_id: UUID, terms: Terms, preset: Mapping[str, Any], note: str, actor: Actor, now: datetime,
    must: bool = False,
) -> Planned | Refused:  # fmt: skip
    """Save a new version of a stage's plan; what was announced before for the stage is withdrawn.

    `preset`: what the terms were made from. `must`: a decision that holds whether or not there is money to offer every
    open task on it; tasks without are offered to nobody until there is. Refusals: project_closed, plan_same,
    plan_short (facts: missing_minor, currency), bad_input (facts["problems"]: Wrong).
    """
    try:
        with transaction.atomic():
            return _change(stage_id, terms, preset, note, actor, now, must)
    except RefusedError as refusal:
        return refusal.refused


def _change(
    stage_id: UUID, terms: Terms, preset: Mapping[str, Any], note: str, actor: Actor, now: datetime, must: bool
) -> Planned | Refused:
    project_id = Stage.objects.values_list("project_id", flat=True).get(id=stage_id)
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    stage = Stage.objects.select_related("pay_plan").get(id=stage_id)
    before = Terms.parse(stage.pay_plan.terms)

    if project.state == "closed":
        return Refused("project_closed", "The project is closed; nobody is paid by a new plan any more.")
    if problems := _problems(terms, stage, project, note):
        return Refused("bad_input", "The stage can't be paid like this.", {"problems": problems})
    if terms.to_json() == before.to_json():
        return Refused("plan_same", "This is how the stage pays already.")
    less = pays_less(before, terms, dims_of(stage.name, stage.kind, now))
    holds_from = now + timedelta(days=project.notice_days) if less else now

    plan = projects.add_pay_plan(
        project=project, terms=terms.to_json(), preset=preset, note=note.strip(), actor=actor, now=now
    )
    change = projects.announce_plan(stage=stage, plan=plan, lowers=less is not None, holds_from=holds_from, now=now)
    facts: dict[str, Any] = {"stage": stage.name, "version": plan.version, "before": stage.pay_plan.version,
                             "note": note.strip(), "currency": terms.currency}  # fmt: skip
    if less is not None:
        facts |= {"holds_from": holds_from.isoformat(), "ms": less.ms, "units": dict(less.units),
                  "before_minor": less.before_minor, "after_minor": less.after_minor,
                  "at_once": less.at_once}  # fmt: skip
        verb = "plan:announced"
    else:
        facts["missing_minor"] = _apply(change, project, now)
        verb = "plan:changed"
        if facts["missing_minor"] and not must:
            raise RefusedError(_short(facts["missing_minor"], terms.currency))
    record(actor=actor, now=now, happened=[Fact(verb, "stage", stage_id, project.org_id, project_id, facts)])
    return Planned(change.id, plan.version, holds_from, less)


def _short(missing_minor: int, currency: str) -> Refused:
    said = format_minor(missing_minor, currency)
    why = f"Open tasks need {said} more behind them than budget and pools hold. Fund the project first."
    return Refused("plan_short", why, {"missing_minor": missing_minor, "currency": currency})


def _apply(change: PlanChange, project: Project, now: datetime) -> int:
    """The stage pays by it from now on; what is missing behind its open tasks."""
    if not projects.apply_plan(change=change, now=now):
        raise RuntimeError(f"plan change {change.id} moved under the lock of its project")
    card = next(card for card in stage_cards(project.id) if card.stage_id == change.stage_id)
    raised = raise_reserves(
        project_id=project.id, stage_id=change.stage_id, ceiling_minor=card.card.ceiling_minor,
        currency=card.card.currency, now=now,
    )  # fmt: skip
    raise_rework(stage=card, now=now)
    return raised.missing_minor


def _problems(terms: Terms, stage: Stage, project: Project, note: str) -> list[Wrong]:
    found = [Wrong("note" if each.field == "reason" else each.field, each.code, each.why)
             for each in reason_problems(note)]  # fmt: skip
    found += [Wrong("preset", "plan_rates" if key == "rates" else "plan_not_payable", why)
              for key, why in unpayable(terms, stage.kind, reviewed=has_reviews(project.id))]  # fmt: skip
    named = skills_in(terms)
    known = kinds_of_skills(named)
    for slug in [slug for slug, kind in named.items() if known.get(slug) != kind]:
        found.append(Wrong("preset", "plan_unknown_skill", f"there is no {named[slug]} {slug!r} in the catalogue"))
    if terms.currency != project.currency:
        found.append(Wrong("preset", "plan_other_currency", f"the project pays in {project.currency}"))
    if terms.paid_s_max is not None and terms.paid_s_max >= stage.claim_s_max:
        why = f"paid_s_max ({terms.paid_s_max}) must be below claim_s_max ({stage.claim_s_max})"
        found.append(Wrong("preset", "plan_beyond_claim", why))
    if (zone := unknown_zone(terms)) is not None:
        found.append(Wrong("preset", "plan_zone", f"there is no time zone {zone!r}"))
    for each in terms.primitives:
        if each.primitive == "RATE" and any(row["from_date"] for row in each.params.model_dump()["rows"]):
            why = "a rate from a later day on is a version of its own, with its notice"
            found.append(Wrong("preset", "plan_later_rate", why))
    return found


@transaction.atomic
def withdraw_plan(*, stage_id: UUID, note: str, actor: Actor, now: datetime) -> bool | Refused:
    """Take back an announced version that isn't in force: what holds goes on. True if there was one.

    Refusal: bad_input (facts["problems"]: Wrong).
    """
    stage = Stage.objects.get(id=stage_id)
    Project.objects.select_for_update(no_key=True).get(id=stage.project_id)
    if problems := reason_problems(note):
        return Refused("bad_input", "It can't be withdrawn like this.", {"problems": problems})
    plan_id = projects.withdraw_plan(stage_id=stage_id, now=now)
    if plan_id is None:
        return False
    facts = {"stage": stage.name, "plan": str(plan_id), "note": note.strip()}
    fact = Fact("plan:withdrawn", "stage", stage_id, stage.org_id, stage.project_id, facts)
    record(actor=actor, now=now, happened=[fact])
    return True


@transaction.atomic
def change_notice(*, project_id: UUID, days: int | None, actor: Actor, now: datetime) -> bool | Refused:
    """How many days before it holds a lower version is announced; what is announced already keeps its day.

    Refusal: bad_input (facts["problems"]: Wrong).
    """
    if days is None or not NOTICE_DAYS_MIN <= days <= NOTICE_DAYS_MAX:
        why = f"notice_days is a whole number from {NOTICE_DAYS_MIN} to {NOTICE_DAYS_MAX}"
        wrong = Wrong("notice_days", "not_in_range", why)
        return Refused("bad_input", "The notice can't be like this.", {"problems": [wrong]})
    return projects.set_notice_days(project_id=project_id, days=days, actor=actor, now=now)


def apply_plan_changes(*, actor: Actor, now: datetime) -> int:
    """Announced versions whose day has come hold from now on, each in its own transaction; returns how many."""
    due = list(
        PlanChange.objects.filter(applied_at=None, withdrawn_at=None, holds_from__lte=now)
        .order_by("holds_from").values_list("id", "project_id")
    )  # fmt: skip
    applied = 0
    with each_alone() as alone:
        for change_id, project_id in due:
            with alone(), transaction.atomic():
                applied += _apply_due(change_id, project_id, actor, now)
    return applied


def _apply_due(change_id: UUID, project_id: UUID, actor: Actor, now: datetime) -> bool:
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    waiting = PlanChange.objects.filter(id=change_id, applied_at=None, withdrawn_at=None)
    change = waiting.select_related("plan", "stage").first()
    if change is None:
        return False
    missing = _apply(change, project, now)
    facts = {"stage": change.stage.name, "version": change.plan.version, "missing_minor": missing,
             "currency": project.currency}  # fmt: skip
    fact = Fact("plan:applied", "stage", change.stage_id, change.org_id, project_id, facts)
    record(actor=actor, now=now, happened=[fact])
    return True
