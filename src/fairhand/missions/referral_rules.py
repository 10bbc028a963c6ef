"""Who may be named for a referral, and what has come of one, as pure functions."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from fairhand.kernel.limits import REFERRALS_WAITING_MAX
from fairhand.kernel.refusals import Refused
from fairhand.missions.rules import MissionFacts, may_join
from fairhand.missions.states import JOINED, NAMED, OVER, PAID, SETTLE_AFTER
from fairhand.people.rules import email_shaped

# Providers that drop the dots of an address before they deliver to it.
_DOTS_DROPPED = frozenset({"gmail.com", "googlemail.com"})


def mailbox(email: str) -> str:
    """Where an address leads, as far as its shape tells: letter case, a tag behind `+`, and dots of those providers
    that drop them make no other mailbox."""
    local, _at, domain = email.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in _DOTS_DROPPED:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


@dataclass(frozen=True, slots=True)
class NamingFacts(MissionFacts):
    """A referral's mission as it stands, and who names whom. `own`: addresses of whoever names; `waiting`: how many
    they named who have no seat yet; `again`: this address, or another of its mailbox, holds a place already."""

    own: Collection[str]
    waiting: int
    again: bool


def may_name(facts: NamingFacts, email: str, asked: bool, terms_seen: str, now: datetime) -> Refused | None:
    """Refusals: those of joining (no_seat, mission_closed, mission_full, terms_changed), bad_email, own_address,
    not_asked, referred_again, referrals_wait."""
    if refused := may_join(facts, terms_seen, now):
        return refused
    if not email_shaped(email):
        return Refused("bad_email", "That is not an e-mail address.")
    if mailbox(email) in {mailbox(each) for each in facts.own}:
        return Refused("own_address", "This address is your own: somebody else has to be brought.")
    if not asked:
        return Refused("not_asked", "Ask them before you hand on their address.")
    if facts.again:
        return Refused("referred_again", "This address was named already; a person is referred once.")
    if facts.waiting >= REFERRALS_WAITING_MAX:
        return Refused("referrals_wait", f"{REFERRALS_WAITING_MAX} whom you named wait for a seat still.")
    return None


@dataclass(frozen=True, slots=True)
class Brought:
    """One referral as it stands. `tasks`: accepted in time; `undecided`: handed in in time, and may still count.
    `invited`: an invitation to the seat is open."""

    state: str
    until_at: datetime
    tasks: int
    undecided: int
    invited: bool


def next_state(found: Brought, wanted: int, now: datetime) -> str:
    """What it becomes now: paid with the task that completes it, over when nothing can come of it any more."""
    if found.state == JOINED:
        if found.tasks >= wanted:
            return PAID
        over = found.until_at + SETTLE_AFTER <= now and not found.undecided
        return OVER if over else JOINED
    if found.state == NAMED:
        return OVER if found.until_at <= now and not found.invited else NAMED
    return found.state


# How far one has come who was named, as their referrer is told it.
STEPS = ("named", "seated", "begun", "half", "done")


def step_of(state: str, tasks: int, wanted: int) -> str:
    """One of STEPS; no more than that is told: the number of tasks would tell what somebody else earns."""
    if state == PAID:
        return "done"
    if state != JOINED:
        return "named"
    if tasks * 2 >= wanted:
        return "half"
    return "begun" if tasks else "seated"
