"""Kinds of races about pauses, more time and work time; see tests/races/kinds.py."""

from datetime import timedelta
from typing import Any

from fairhand.audit.actor import COMMAND, Actor
from fairhand.dispatch.models import Extension
from fairhand.flow.extend_claim import Asked, ask_extension, decide_extension
from fairhand.flow.pause_claim import pause_claim, resume_claim
from fairhand.kernel.refusals import Refused
from fairhand.work.commands import record_beat
from tests.races.kinds import race
from tests.races.ring import Job, Ring

REASON = "It is needed for a race."


@race("a pause and expiry")
def pause_and_expiry(ring: Ring) -> None:
    """Asked in time and first, the claim rests and lives on; else it has ended."""
    ring.begin()
    claim = ring.hold("A", "a")
    at = ring.small.now + timedelta(seconds=599)
    ring.small.wait(601)
    said = ring.at_once([_turn(ring, pause_claim, at), ring.small.expire])
    claim.refresh_from_db()
    assert said in {("done", "0"), ("claim_ended", "1")}
    assert (claim.state, claim.paused_at) == (("live", at) if said[0] == "done" else ("expired", None))
    ring.check()


@race("a pause and handing in")
def pause_and_submit(ring: Ring) -> None:
    """The work is taken and paid; a pause that came first ends with it."""
    ring.begin()
    claim = ring.hold("A", "a")
    said = ring.at_once([_turn(ring, pause_claim, ring.small.now), ring.submit("a")])
    claim.refresh_from_db()
    assert said in {("done", "taken"), ("claim_ended", "taken")}
    assert (claim.state, claim.paused_at) == ("submitted", None)
    ring.check()


@race("a pause and the claim's hard end")
def pause_and_hard_end(ring: Ring) -> None:
    """However often it is paused and resumed, the hard end never moves."""
    ring.begin()
    claim = ring.hold("A", "a")
    hard = claim.hard_until
    ring.small.wait(500)
    ring.at_once([_turn(ring, pause_claim, ring.small.now), _turn(ring, resume_claim, ring.small.now)])
    ring.small.wait(2 * 3600 - 501)
    ring.at_once([_turn(ring, pause_claim, ring.small.now), ring.small.expire])
    claim.refresh_from_db()
    assert claim.hard_until == hard
    assert claim.expires_at <= hard
    ring.check()


def _turn(ring: Ring, verb: Any, now: Any) -> Job:
    who = ring.names["A"]

    def job() -> str:
        refused = verb(claim_id=ring.claims["a"].id, person_id=who, actor=Actor("person", who), now=now)
        return refused.code if refused else "done"

    return job


@race("two of staff who answer one request for more time")
def extension_twice(ring: Ring) -> None:
    """One answer counts, and the claim's ends move once."""
    ring.begin()
    claim, asked = ring.hold("A", "a"), _asked(ring)
    said = ring.at_once([_decide(ring, asked, 600), _decide(ring, asked, 600)])
    assert sorted(said) == ["done", "extension_decided"]
    hard = claim.hard_until
    claim.refresh_from_db()
    assert (claim.hard_until - hard, claim.extended_s) == (timedelta(seconds=600), 600)
    ring.check()


@race("more time granted and expiry")
def extension_and_expiry(ring: Ring) -> None:
    """Granted first, the claim lives on; else it has ended, and the request is closed."""
    ring.begin()
    claim, asked = ring.hold("A", "a"), _asked(ring)
    ring.small.wait(601)
    said = ring.at_once([_decide(ring, asked, 600), ring.small.expire])
    claim.refresh_from_db()
    assert said in {("done", "0"), ("claim_over", "1"), ("extension_decided", "1")}
    assert claim.state == ("live" if said[0] == "done" else "expired")
    assert not Extension.objects.filter(claim=claim, decided_at=None).exists()
    ring.check()


@race("two requests for more time")
def asked_twice(ring: Ring) -> None:
    """One request stands, the other hears of it."""
    ring.begin()
    ring.hold("A", "a")
    said = ring.at_once([lambda: _ask_word(ring), lambda: _ask_word(ring)])
    assert sorted(said) == ["asked", "extension_open"]
    ring.check()


def _ask(ring: Ring) -> Asked | Refused:
    who = ring.names["A"]
    return ask_extension(
        claim_id=ring.claims["a"].id, person_id=who, asked_s=600, reason=REASON, actor=Actor("person", who),
        now=ring.small.now,
    )  # fmt: skip


def _ask_word(ring: Ring) -> str:
    found = _ask(ring)
    return found.code if isinstance(found, Refused) else "asked"


def _asked(ring: Ring) -> Asked:
    found = _ask(ring)
    assert isinstance(found, Asked), found
    return found


def _decide(ring: Ring, asked: Asked, seconds: int) -> Job:
    def job() -> str:
        refused = decide_extension(
            project_id=ring.small.project.id, extension_id=asked.extension_id, granted_s=seconds, why=REASON,
            actor=COMMAND, now=ring.small.now,
        )  # fmt: skip
        return refused.code if refused else "done"

    return job


@race("the same hour reported on two claims")
def one_hour_twice(ring: Ring) -> None:
    """Together they count no more than the hour that passed."""
    ring.begin(2)
    mine = [ring.hold("A", "a"), ring.hold("A", "b")]
    ring.small.wait(500)
    jobs = [
        lambda one=one: record_beat(
            claim_id=one.id, person_id=one.person_id, device="page", seq=1, active_ms=500_000, now=ring.small.now
        )
        for one in mine
    ]
    said = ring.at_once(jobs)
    assert sorted(map(int, said)) == [0, 500_000]
    ring.check()
