"""set_model_limit, post_model_costs: a project's money for models comes from its budget, and what they cost leaves it.

What an answer costs is exact, to the 10^-12 of the currency's unit; an entry tells whole cents. So every entry posts
all that was spent so far, rounded once, less what was posted: no cent is lost or told twice, however often it is done.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.flow.each_alone import each_alone
from fairhand.inference.commands import money_locked, note_posted, set_limit
from fairhand.inference.models import ModelMoney
from fairhand.inference.queries import unposted
from fairhand.inference.rules import due_minor, minor_of, pico_of
from fairhand.kernel.ids import new_id
from fairhand.kernel.money import AMOUNT_MINOR_MAX, format_minor
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import budget, models, models_paid, move
from fairhand.ledger.commands import hold, post
from fairhand.ledger.queries import balance_minor
from fairhand.projects.models import Project
from fairhand.tasks.models import Batch

_PROJECTS_PER_JOB = 1_000


@transaction.atomic
def set_model_limit(*, project_id: UUID, limit_minor: int, actor: Actor, now: datetime) -> int | Refused:
    """What models may cost a project in all, from its beginning; the budget gives or gets the difference.

    Returns the limit. Refusals: no_amount, project_closed, limit_spent (facts: least_minor), budget_short (facts:
    needed_minor, have_minor, currency).
    """
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    money = money_locked(project_id=project_id, org_id=project.org_id)
    if not 0 <= limit_minor <= AMOUNT_MINOR_MAX:
        return Refused("no_amount", "An amount from zero on is needed.")
    if project.state == "closed" and limit_minor > money.limit_minor:
        return Refused("project_closed", "The project is closed; nothing more is asked in it.")
    least = _least(money, project.currency)
    if limit_minor < least:
        said = format_minor(least, project.currency)
        facts = {"least_minor": least, "currency": project.currency}
        return Refused("limit_spent", f"{said} are spent already, or set apart for what is being asked.", facts)
    return _set(project, money, limit_minor, actor, now)


def _least(money: ModelMoney, currency: str) -> int:
    pico = int(money.spent_pico) + int(money.held_pico)
    least = minor_of(pico, currency)
    return least if pico_of(least, currency) >= pico else least + 1


def _set(project: Project, money: ModelMoney, limit_minor: int, actor: Actor, now: datetime) -> int | Refused:
    more = limit_minor - money.limit_minor
    if not more:
        return limit_minor
    purse, apart = budget(project.id), models(project.id)
    hold(accounts=[purse, apart], currency=project.currency)
    have = balance_minor(purse, project.currency)
    if more > have:
        said = format_minor(have, project.currency)
        facts = {"needed_minor": more, "have_minor": have, "currency": project.currency}
        return Refused("budget_short", f"The budget holds {said}.", facts)
    set_limit(project_id=project.id, limit_minor=limit_minor)
    legs = move(purse, apart, more) if more > 0 else move(apart, purse, -more)
    kind = "models_reserve" if more > 0 else "models_release"
    post(key=f"models:{project.id}:limit:{new_id(now)}", kind=kind, currency=project.currency, legs=legs, now=now)
    facts = {"from_minor": money.limit_minor, "to_minor": limit_minor, "currency": project.currency}
    fact = Fact("models:limited", "project", project.id, project.org_id, project.id, facts)
    record(actor=actor, now=now, happened=[fact])
    return limit_minor


def post_model_costs(*, actor: Actor, now: datetime) -> int:
    """One entry for each project in which models answered since the last one; how many cents-worth entries were made.
    Of a closed project what is left goes back to its budget, once nothing is in work."""
    posted = 0
    with each_alone() as alone:
        for project_id in unposted(_PROJECTS_PER_JOB):
            with alone():
                posted += post_costs_of(project_id=project_id, actor=actor, now=now)
    return posted


@transaction.atomic
def post_costs_of(*, project_id: UUID, actor: Actor, now: datetime) -> bool:
    """Post what one project's models cost since the last entry; True if that was a cent or more."""
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    money = money_locked(project_id=project_id, org_id=project.org_id)
    due = due_minor(int(money.spent_pico), money.posted_minor, project.currency)
    if money.ended_n > money.posted_n:
        in_all = money.posted_minor + due
        note_posted(project_id=project_id, posted_minor=in_all, ended_n=money.ended_n)
        meta = {
            "answers": money.ended_n - money.posted_n, "spent_pico": str(int(money.spent_pico)),
            "posted_before_minor": money.posted_minor,
        }  # fmt: skip
        post(
            key=f"models:{project_id}:{money.ended_n}", kind="models", currency=project.currency,
            legs=move(models(project_id), models_paid(), due), now=now, meta=meta,
        )  # fmt: skip
    # In a closed project work goes on to its end, and may go on asking.
    if project.state == "closed" and not money.held_pico and not _has_work(project_id):
        money.refresh_from_db()
        _set(project, money, money.posted_minor, actor, now)
    return bool(due)


def _has_work(project_id: UUID) -> bool:
    return Batch.objects.filter(project_id=project_id, state="launched").exists()
