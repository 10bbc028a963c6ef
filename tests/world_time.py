"""Recorded time of a side of the world: work away from the page, and a correction that waits."""

from collections.abc import Callable
from uuid import UUID

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Claim
from fairhand.flow.correct_time import Asked, correct_time
from fairhand.flow.declare_time import Declared, declare_time
from tests.building import Small


def away(small: Small, claim: Claim, say: Callable[[str], str]) -> None:
    """Some minutes pass away from the page; one of them is told of."""
    small.wait(240)
    told = declare_time(
        claim_id=claim.id, person_id=claim.person_id, declared_ms=60_000, note=say("work away from the page"),
        actor=Actor("person", claim.person_id), now=small.now,
    )  # fmt: skip
    assert isinstance(told, Declared), told


def corrected(small: Small, claim: Claim, say: Callable[[str], str]) -> UUID:
    """More than is granted at once is asked for on a task that was handed in."""
    asked = correct_time(
        claim_id=claim.id, person_id=claim.person_id, asked_ms=120_000, reason=say("reason for a correction"),
        actor=Actor("person", claim.person_id), now=small.now,
    )  # fmt: skip
    assert isinstance(asked, Asked), asked
    return asked.correction_id
