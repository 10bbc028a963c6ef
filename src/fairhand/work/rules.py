"""What a submission is, given its claim. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fairhand.dispatch.states import CLAIM_LATE
from fairhand.kernel.limits import SURPLUS_PER_WEEK_MAX
from fairhand.kernel.refusals import Refused

_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Taking:
    """How handed-in work is taken: the claim's move, the slot's move (None: leave it), and whether it is a surplus."""

    claim_move: tuple[str, str]
    slot_move: tuple[str, str] | None
    surplus: bool


def how_taken(
    claim_state: str, claim_round: int, slot_state: str, slot_round: int, held_by_other: bool, surplus_this_week: int,
    twin_state: str | None = None,
) -> Taking | Refused:  # fmt: skip
    """Take work under a live claim; late work takes its slot back if it is still free, else it is a surplus.

    Work handed in is never refused for being late; beyond a stated number of surpluses a week it must come under a
    live claim, and the card says so. `twin_state`: of another claim of the same person on the same slot and round,
    live or submitted: one work is handed in, and paid, once.
    """
    if claim_state == "live":
        return Taking(("live", "submitted"), ("claimed", "submitted"), surplus=False)
    if claim_state in CLAIM_LATE:
        if twin_state == "live":
            return Refused("held_again", "You hold this task again under a newer claim; hand it in there.")
        if twin_state is not None:
            return Refused("handed_in_again", "You handed this task in under another claim; that submission stands.")
        if slot_state == "open" and slot_round == claim_round and not held_by_other:
            return Taking((claim_state, "submitted"), ("open", "submitted"), surplus=False)
        if surplus_this_week < SURPLUS_PER_WEEK_MAX:
            return Taking((claim_state, "submitted"), None, surplus=True)
        taken = f"{SURPLUS_PER_WEEK_MAX} late answers of yours were taken this week"
        why = f"This claim ended, its slot went to a colleague, and {taken}."
        return Refused("surplus_limit", why)
    if claim_state == "submitted":
        return Refused("already_submitted", "This claim was handed in already; its submission stands.")
    return Refused("claim_ended", "This claim was given back, so there is nothing to hand in.")


def seen_on_claim(
    claim_state: str,
    claimed_at: datetime,
    counted_until: datetime | None,
    ends_at: datetime,
    now: datetime,
    paused: timedelta = timedelta(),
    pauses: Sequence[datetime] = (),
) -> tuple[datetime, datetime]:
    """From when to when our own clock saw a claim: while it was live and not paused, and after all that is counted.

    `paused`: in all. `pauses` (from, until, from, until, ...): of those whose place is known, what lies before the span
    takes nothing off it. Any other went on until the claim's end, or goes on now.
    """
    since = max(claimed_at, counted_until or claimed_at)
    until = now if claim_state == "live" else min(now, ends_at)
    both = zip(pauses[::2], pauses[1::2], strict=True)
    before = sum((min(ended, since) - began for began, ended in both if began < since), timedelta())
    return since, max(since, until - (paused - before))


def paid_ms(
    work_ms: int | None, since: datetime, until: datetime, needs_time: bool, paid_s_max: int | None
) -> int | None:
    """The work time a plan pays for, in milliseconds.

    Where nothing was measured: None if the plan needs no time; else the time our own clock saw on the claim, up to the
    plan's maximum, because a page that sent no reports must not cost its expert the pay. `since` and `until` are
    those of `seen_on_claim`: without them, claims held side by side would each be paid the same hour.
    """
    if work_ms is not None or not needs_time:
        return work_ms
    seen = max(0, (until - since) // _MS)
    return min(seen, paid_s_max * 1000) if paid_s_max is not None else seen
