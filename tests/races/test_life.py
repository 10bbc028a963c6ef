"""A claim's life at the same moment as something else: pause, extension, staff, expiry, hand-in."""

from datetime import timedelta
from functools import partial
from uuid import UUID

from fairhand.audit.actor import Actor
from fairhand.dispatch.models import Claim, Extension, PersonLoad
from fairhand.flow.extend_claim import Asked, ask_extension, decide_extension
from fairhand.flow.pause_claim import pause_claim, resume_claim
from fairhand.flow.release_claim import release_claim
from fairhand.flow.stage_cards import stage_cards
from fairhand.flow.submit_work import Submitted
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import payable, pending
from fairhand.projects.models import Stage
from tests.building import NONE, PER_JUDGEMENT, Small, check_books, small_project
from tests.counts import count
from tests.races.together import together

MANAGER = Actor("person", UUID(int=7))


def project_of(rounds: int) -> Small:
    small = small_project(tasks=rounds, pay=PER_JUDGEMENT, policy=NONE)
    limits = {"pause_s_max": 300, "extension_s_max": 1800, "extension_s_auto": 0}
    Stage.objects.filter(project=small.project).update(**limits)
    small.hashes = [card.card.terms_hash for card in stage_cards(small.project.id)]
    return small


def turn(verb: object, small: Small, claim: Claim) -> Refused | None:
    return verb(  # type: ignore[operator, no-any-return]  # one of the two commands
        claim_id=claim.id, person_id=claim.person_id, actor=Actor("person", claim.person_id), now=small.now
    )


def release(small: Small, claim: Claim) -> str | Refused:
    return release_claim(claim_id=claim.id, project_id=small.project.id, reason="Needed.", actor=MANAGER, now=small.now)


def settled(claim: Claim) -> Claim:
    """The claim as it ended, its person free for the next round."""
    claim.refresh_from_db()
    assert claim.expires_at <= claim.hard_until
    assert PersonLoad.objects.get(person_id=claim.person_id).open_n == (claim.state == "live")
    assert claim.paused_at is None or claim.state == "live"
    return claim


def test_pause_and_expiry_at_once(db, claim) -> None:
    """A pause a moment before the lease ends holds the claim; a moment after it is refused, whatever the job does."""
    rounds = count(6, 1000)
    small = project_of(rounds)
    for number in range(rounds):
        mine = small.claim(small.experts[0])
        small.wait(599 if number % 2 else 600)
        late = small.now + timedelta(seconds=5)
        paused, _ = together([partial(turn, pause_claim, small, mine), partial(_expire, small, late)])
        ended = settled(mine)
        if isinstance(paused, Refused):
            assert paused.code in ("claim_due", "claim_ended")
        else:
            assert number % 2, "its time was over"
            assert ended.state == "live", "a pause that was given holds"
        if ended.state == "live":
            small.submit(mine)
    check_books()
    claim("a pause and an expiry at once: one of the two", rounds)


def _expire(small: Small, now: object) -> int:
    before, small.now = small.now, now  # type: ignore[assignment]  # a moment
    try:
        return small.expire()
    finally:
        small.now = before


def test_pauses_at_once_use_the_budget_once(db, claim) -> None:
    rounds = count(4, 1000)
    small = project_of(rounds)
    for _ in range(rounds):
        mine = small.claim(small.experts[0])
        paused = partial(turn, pause_claim, small, mine)
        assert set(together([paused, paused, paused])) == {None}
        assert (settled(mine).expires_at - mine.claimed_at).total_seconds() == 900
        small.wait(100)
        resumed = partial(turn, resume_claim, small, mine)
        assert set(together([resumed, resumed])) == {None}
        assert (settled(mine).expires_at - mine.claimed_at).total_seconds() == 700
        assert mine.pause_ms == 100_000
        small.submit(mine)
    claim("pauses and resumes sent several times at once count once", rounds)


def test_an_extension_granted_as_the_claim_expires(db, claim) -> None:
    rounds = count(6, 1000)
    small = project_of(rounds)
    for _ in range(rounds):
        mine = small.claim(small.experts[0])
        asked = ask_extension(
            claim_id=mine.id, person_id=mine.person_id, asked_s=600, reason="Long.",
            actor=Actor("person", mine.person_id), now=small.now,
        )  # fmt: skip
        assert isinstance(asked, Asked)
        small.wait(600)
        grant = partial(
            decide_extension, project_id=small.project.id, extension_id=asked.extension_id, granted_s=600, why="Yes.",
            actor=MANAGER, now=small.now,
        )  # fmt: skip
        granted, again, _ = together([grant, grant, small.expire])
        ended, row = settled(mine), Extension.objects.get(id=asked.extension_id)
        codes = {one.code if isinstance(one, Refused) else "granted" for one in (granted, again)}
        if ended.state == "live":
            assert codes == {"granted", "extension_decided"}
            assert (ended.extended_s, row.granted_s) == (600, 600)
            small.submit(mine)
        else:
            assert codes == {"claim_over", "extension_decided"}
            assert (ended.state, ended.extended_s, row.granted_s) == ("expired", 0, 0)
    check_books()
    claim("more time granted as the claim expires: granted once, or the asker is told", rounds)


def test_taken_back_by_staff_and_handed_in_at_once(db, claim) -> None:
    rounds = count(6, 1000)
    small = project_of(rounds)
    for number in range(1, rounds + 1):
        mine = small.claim(small.experts[0])
        done, released = together([partial(small.hand_in, mine), partial(release, small, mine)])
        ended = settled(mine)
        assert isinstance(done, Submitted), "work handed in is taken, first or second"
        assert (ended.state, done.surplus) == ("submitted", False)
        assert released == "open" or (isinstance(released, Refused) and released.code == "claim_ended")
        held = small.money(pending(small.experts[0])) + small.money(payable(small.experts[0]))
        assert held == 12 * number
    check_books()
    claim("work handed in as staff take the task back is taken and paid once", rounds)
