"""ask_extension and decide_extension: more time for a task, at once within the offer's allowance, else by staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch import life
from fairhand.dispatch.queries import ClaimFacts, extension_in, locked_claim, open_extension
from fairhand.dispatch.rules import extension_answer
from fairhand.flow.change_stage import reason_problems
from fairhand.kernel.refusals import Refused
from fairhand.projects.rules import Wrong


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for more time. `granted_s` None: staff will decide it."""

    extension_id: UUID
    granted_s: int | None


@transaction.atomic
def ask_extension(
    *, claim_id: UUID, person_id: UUID, asked_s: int | None, reason: str, actor: Actor, now: datetime
) -> Asked | Refused:
    """Ask for more time on one's live claim: both its ends move on by what is granted. None: no whole number.

    Refusals: no_claim, claim_ended, extension_open (a request of this claim waits), extension_used (the offer allows
    no more), bad_input (facts["problems"]: Wrong, fields asked_s and reason).
    """
    facts = locked_claim(claim_id)
    if facts is None or facts.person_id != person_id:
        return Refused("no_claim", "You hold no such claim.")
    if facts.state != "live":
        return Refused("claim_ended", "This claim has ended already.")
    if open_extension(claim_id) is not None:
        return Refused("extension_open", "Your last request for more time is not decided yet.")
    answer = extension_answer(facts.terms, facts.extended_s, asked_s)
    if answer == "extension_used":
        return Refused(answer, "This task may not be made longer: all that its terms allow was granted.")
    problems = reason_problems(reason)
    if asked_s is None or answer == "not_in_range":
        problems.append(Wrong("asked_s", "not_in_range", "ask for at least a minute, and no more than the terms allow"))
    if problems or asked_s is None:
        return Refused("bad_input", "More time can't be asked for like this.", {"problems": problems})

    at_once = answer == "at_once"
    if at_once:
        life.extend(claim_id=claim_id, seconds=asked_s)
    made = life.add_extension(
        org_id=facts.org_id, project_id=facts.project_id, claim_id=claim_id, asked_s=asked_s, reason=reason.strip(),
        at_once=at_once, now=now,
    )  # fmt: skip
    said = {"extension": str(made), "asked_s": asked_s, "reason": reason.strip()}
    _record("claim:extended" if at_once else "claim:extension_asked", facts, said, actor, now)
    return Asked(made, asked_s if at_once else None)


@transaction.atomic
def decide_extension(
    *, project_id: UUID, extension_id: UUID, granted_s: int | None, why: str, actor: Actor, now: datetime
) -> Refused | None:
    """Staff grants so many seconds or, with 0, refuses; either with a reason that the expert reads.

    Refusals: no_extension, extension_decided, claim_over (the claim ended meanwhile: the request is closed and its
    expert told so), bad_input (facts["problems"]: Wrong, fields granted_s and reason).
    """
    asked = extension_in(project_id, extension_id)
    facts = locked_claim(asked.claim_id) if asked is not None else None
    if asked is None or facts is None:
        return Refused("no_extension", "The project has no such request.")
    if not (extension := open_extension(asked.claim_id)) or extension.id != extension_id:
        return Refused("extension_decided", "Somebody decided this request already.")
    problems = reason_problems(why)
    most = min(asked.asked_s, facts.terms.get("extension_s_max", 0) - facts.extended_s)
    if granted_s is None or not 0 <= granted_s <= most:
        problems.append(Wrong("granted_s", "not_in_range", f"grant from 0 to {most} seconds"))
    if problems or granted_s is None:
        return Refused("bad_input", "The request can't be decided like this.", {"problems": problems})

    given_s = granted_s if facts.state == "live" else 0
    if given_s:
        life.extend(claim_id=facts.claim_id, seconds=given_s)
    life.decide_extension(
        extension_id=extension_id, granted_s=given_s, decided_by=actor.id, why=why.strip(), now=now
    )  # fmt: skip
    over = facts.state != "live"
    said = {"extension": str(extension_id), "asked_s": asked.asked_s, "granted_s": given_s, "reason": why.strip()}
    _record("claim:extended" if given_s else "claim:extension_refused", facts, said | {"over": over}, actor, now)
    if over:
        return Refused("claim_over", "The claim ended before this was decided; its expert is told so.")
    return None


def _record(verb: str, facts: ClaimFacts, said: dict[str, Any], actor: Actor, now: datetime) -> None:
    record(actor=actor, now=now, happened=[Fact(verb, "claim", facts.claim_id, facts.org_id, facts.project_id, said)])
