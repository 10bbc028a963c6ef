"""set_paid_kind and stop_paid_kind: what a project pays for outside its tasks, from now on."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.insight.offer_terms import segments_of
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Project
from fairhand.projects.queries import stages_of
from fairhand.work.commands import add_paid_kind, end_paid_kind
from fairhand.work.models import PaidKind
from fairhand.work.paid_rules import NewPaidKind, kind_terms, settled
from fairhand_pay import Terms
from fairhand_pay.currency import plain_minor


@transaction.atomic
def set_paid_kind(*, project_id: UUID, new: NewPaidKind, actor: Actor, now: datetime) -> PaidKind | Refused:
    """Pay for a kind of work from now on; what was entered under the one before keeps its terms.

    Refusals: paid_kind_closed, bad_input (facts["problems"]: Wrong, fields as NewPaidKind's).
    """
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    if project.state == "closed":
        return Refused("paid_kind_closed", "The project is closed: nothing is promised in it any more.")
    new = settled(new)
    terms = kind_terms(new, full_rate(project), project.currency)
    if not isinstance(terms, Terms):
        return Refused("bad_input", "The kind can't be paid like this.", {"problems": terms})

    end_paid_kind(project_id=project_id, kind=new.kind, now=now)
    return add_paid_kind(org_id=project.org_id, project_id=project_id, new=new, terms=terms, actor=actor, now=now)


@transaction.atomic
def stop_paid_kind(*, project_id: UUID, kind: str, actor: Actor, now: datetime) -> Refused | None:
    """Pay for a kind no longer; what was entered, and versions that were published meanwhile, are paid as promised.

    Refusal: no_paid_kind.
    """
    ended = end_paid_kind(project_id=project_id, kind=kind, now=now)
    if ended is None:
        return Refused("no_paid_kind", "The project pays for no such kind.")
    happened = [Fact("paid_kind:stopped", "paid_kind", ended.id, ended.org_id, project_id, {"kind": kind})]
    record(actor=actor, now=now, happened=happened)
    return None


def full_rate(project: Project) -> str | None:
    """The full rate per hour of a project's first attempt stage, as decimal text; None where it pays by the piece."""
    for stage in stages_of([project.id], "attempt"):
        segments = segments_of(Terms.parse(stage.pay_plan.terms))
        return plain_minor(segments[0].rate_minor, project.currency) if segments else None
    return None
