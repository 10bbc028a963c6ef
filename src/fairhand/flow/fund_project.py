"""fund_project, top_up and return_budget: a client's money comes onto a project's budget, from there into a batch's
pool, and what is left goes back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.kernel.limits import FUND_REFERENCE_CHARS_MAX
from fairhand.kernel.money import format_minor
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import AccountName, budget, move, outside, pool
from fairhand.ledger.commands import post
from fairhand.ledger.queries import balance_minor, entry_of_key
from fairhand.projects.models import Project
from fairhand.tasks.models import Batch


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved, by which entry; `again`: an earlier request with this key did it."""

    entry_id: int
    amount_minor: int
    again: bool = False


@transaction.atomic
def fund_project(
    *, project: Project, amount_minor: int, key: str, actor: Actor, now: datetime, reference: str = ""
) -> Moved | Refused:
    """Move a client's money onto a project's budget, once per key. `reference`: of the payment, as the bank has it.

    Refusals: no_amount, long_reference, budget_closed, key_used (the key stands for another amount).
    """
    locked = _locked(project)
    idem_key = f"fund:{project.id}:{key}"
    source, target = outside(project.org_id), budget(project.id)

    if done := _done_before(idem_key, target, amount_minor):
        return done
    if amount_minor <= 0:
        return Refused("no_amount", "An amount above zero is needed.")
    if len(reference) > FUND_REFERENCE_CHARS_MAX:
        return Refused("long_reference", f"A reference has at most {FUND_REFERENCE_CHARS_MAX} characters.")
    if locked.state == "closed":
        return Refused("budget_closed", "The project is closed; nothing more can be paid from its budget.")

    return _moved("fund", "budget:funded", locked, idem_key, (source, target), amount_minor, reference, actor, now)


@transaction.atomic
def top_up(
    *, project_id: UUID, batch_id: UUID, amount_minor: int, key: str, actor: Actor, now: datetime
) -> Moved | Refused:
    """Move money from a project's budget into the pool of a launched batch, once per key; what waits for it opens by
    the next minute's job. A closed project's too: work that was begun is still reviewed.

    Refusals: no_batch (or not launched, or closed), no_amount, top_up_short (facts: have_minor, currency), key_used.
    """
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    # The row, so that a batch that closes gives back the whole of its pool.
    mine = Batch.objects.select_for_update(no_key=True).filter(id=batch_id, project_id=project_id)
    batch, idem_key = mine.first(), f"topup:{batch_id}:{key}"
    if batch is None:
        return Refused("no_batch", "The project has no such batch that is open.")
    source, target = budget(project_id), pool(batch_id)
    have = balance_minor(source, project.currency)

    if done := _done_before(idem_key, target, amount_minor):
        return done
    if batch.state != "launched":
        return Refused("no_batch", "The project has no such batch that is open.")
    if amount_minor <= 0:
        return Refused("no_amount", "An amount above zero is needed.")
    if amount_minor > have:
        said = format_minor(have, project.currency)
        return Refused("top_up_short", f"The budget holds {said}.", {"have_minor": have, "currency": project.currency})

    entry_id = post(
        key=idem_key, kind="top_up", currency=project.currency, legs=move(source, target, amount_minor), now=now
    )
    if entry_id is None:
        raise RuntimeError(f"{idem_key} moved nothing")
    facts = {"amount_minor": amount_minor, "currency": project.currency, "entry": entry_id, "batch": batch.ordinal}
    fact = Fact("batch:topped_up", "batch", batch_id, project.org_id, project_id, facts)
    record(actor=actor, now=now, happened=[fact])
    return Moved(entry_id, amount_minor)


@transaction.atomic
def return_budget(*, project: Project, amount_minor: int, key: str, actor: Actor, now: datetime) -> Moved | Refused:
    """Give all that is left on a closed project's budget back to the client, once per key.

    `amount_minor` is what was seen on it: another amount by now is a refusal, so that nobody returns what they did not
    see. Refusals: project_not_closed, no_amount, budget_changed (facts: have_minor, currency), key_used.
    """
    locked = _locked(project)
    idem_key = f"return:{project.id}:{key}"
    source, target = budget(project.id), outside(project.org_id)
    have = balance_minor(source, locked.currency)

    if done := _done_before(idem_key, target, amount_minor):
        return done
    if locked.state != "closed":
        return Refused("project_not_closed", "Only a closed project's budget goes back; this one may still need it.")
    if have <= 0:
        return Refused("no_amount", "Nothing is left on the budget.")
    if have != amount_minor:
        said = format_minor(have, locked.currency)
        facts = {"have_minor": have, "currency": locked.currency}
        return Refused("budget_changed", f"The budget holds {said} by now. Look at it again.", facts)

    return _moved("return", "budget:returned", locked, idem_key, (source, target), have, "", actor, now)


def _locked(project: Project) -> Project:
    """The project's row, so that of two requests with one key the second sees what the first did."""
    return Project.objects.select_for_update(no_key=True).get(id=project.id)


def _done_before(idem_key: str, target: AccountName, amount_minor: int) -> Moved | Refused | None:
    found = entry_of_key(idem_key, target)
    if found is None:
        return None
    entry_id, moved_minor = found
    if moved_minor != amount_minor:
        return Refused("key_used", "This form was sent before with another amount. Open it anew.")
    return Moved(entry_id, amount_minor, again=True)


def _moved(
    kind: str, verb: str, project: Project, idem_key: str, way: tuple[AccountName, AccountName], amount_minor: int,
    reference: str, actor: Actor, now: datetime,
) -> Moved:  # fmt: skip
    said = {"reference": reference} if reference else {}
    entry_id = post(
        key=idem_key, kind=kind, currency=project.currency, legs=move(*way, amount_minor), now=now, meta=said
    )
    if entry_id is None:
        raise RuntimeError(f"{idem_key} moved nothing")
    facts = {"amount_minor": amount_minor, "currency": project.currency, "entry": entry_id, **said}
    record(actor=actor, now=now, happened=[Fact(verb, "project", project.id, project.org_id, project.id, facts)])
    return Moved(entry_id, amount_minor)
