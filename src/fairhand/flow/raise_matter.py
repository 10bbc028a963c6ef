"""raise_matter and take_back_matter: somebody asks or reports something about a task of theirs; the work goes on.

Nothing of the claim changes: its clock, its ends and its caps stay. Only a report that content may be illegal does
something by itself: its task is given to nobody else until a manager decides. Nobody's claim is taken from them.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.cases.commands import add_raised, close_own, locked_claim_of
from fairhand.cases.models import Raised
from fairhand.cases.raised_queries import claim_raised_on, raised_of_claim
from fairhand.cases.raised_rules import raised_problems
from fairhand.cases.states import ILLEGAL, RAISED_KINDS, RAISED_OPEN, RAISES
from fairhand.dispatch import held
from fairhand.dispatch.models import Claim
from fairhand.flow.gold import cancel_gold_of
from fairhand.kernel.limits import RAISED_PER_CLAIM_MAX
from fairhand.kernel.refusals import Refused
from fairhand.tasks.commands import lock


@transaction.atomic
def raise_matter(
    *, claim_id: UUID, person_id: UUID, kind: str, words: str, place: str, actor: Actor, now: datetime
) -> Raised | Refused:
    """Ask or report something about one's own claim; the same words again, unanswered, are the first ones.

    Refusals: no_claim, claim_ended (it was given back), raised_full, bad_input (facts["problems"]: Wrong, fields kind,
    words and place).
    """
    task_id = Claim.objects.filter(id=claim_id, person_id=person_id).values_list("task_id", flat=True).first()
    if task_id is not None and kind == ILLEGAL:
        held.lock_slots(task_id=task_id)  # slots before the claim
    claim = locked_claim_of(claim_id, person_id)
    if claim is None:
        return Refused("no_claim", "You hold no such claim.")
    if claim.state not in RAISES:
        return Refused("claim_ended", "This claim has ended already.")
    if problems := raised_problems(kind, words, place):
        return Refused("bad_input", "It can't be taken down like this.", {"problems": problems})
    said, about = words.strip(), " ".join(place.split())
    before = raised_of_claim(claim_id)
    for row in before:
        if (row.kind, row.words, row.place, row.state) == (kind, said, about, RAISED_OPEN):
            return row
    if len(before) >= RAISED_PER_CLAIM_MAX:
        return Refused("raised_full", "As much as can be asked or reported of one task was said of this one.")

    made = add_raised(claim=claim, kind=kind, words=said, place=about, actor=actor, now=now)
    if kind == ILLEGAL:
        gone = cancel_gold_of(task_id=claim.task_id, reason="task_held", actor=actor, now=now)
        lock(task_id=claim.task_id)  # nobody opens more of it beside this
        slots = gone + held.hold(task_id=claim.task_id)
        facts = {"raised": str(made.id), "slots": slots}
        fact = Fact("task:held", "task", claim.task_id, claim.org_id, claim.project_id, facts)
        record(actor=actor, now=now, happened=[fact])
    return made


@transaction.atomic
def take_back_matter(*, raised_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> Refused | None:
    """Take back what one asked or reported, while nobody answered it. A task that is held stays held: what may be
    illegal a manager looks at, and so is a report for which its task was given back, since its time is owed.
    Refusals: raised_answered, raised_counts."""
    claim_id = claim_raised_on(raised_id, person_id)
    claim = claim_id and locked_claim_of(claim_id, person_id)  # giving it back takes the same lock
    if claim and claim.state == "skipped" and Raised.objects.filter(id=raised_id, kind=claim.end_reason).exists():
        return Refused("raised_counts", "The task was given back for it; staff will look at it.")
    kinds = [kind for kind in RAISED_KINDS if kind != ILLEGAL]
    if not close_own(raised_id=raised_id, person_id=person_id, kinds=kinds, actor=actor, now=now):
        return Refused("raised_answered", "It was answered, or taken back, before.")
    return None
