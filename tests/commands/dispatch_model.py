"""Dispatch once more, in plain Python, for test_dispatch_machine.py: what each verb must answer and leave behind.

Written from the design, not from the product's SQL: slots in the order of their places, a cursor for each person and
queue, caps by days and weeks of one's own zone, claims with two ends, pauses and extensions.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

LEASE_S, CLAIM_S_MAX, PAUSE_S_MAX, COOL_S, BACK_EVERY, BACK_N = 600, 7200, 900, 20, 16, 64
EARLIER_S_MAX = 5400  # the hard end of an earlier offer


def ms(span: timedelta) -> int:
    """Whole milliseconds."""
    return span // timedelta(milliseconds=1)


@dataclass(slots=True)
class MSlot:
    """A slot. `place` is told by the database when it opens, and must be behind all others."""

    id: UUID
    task_id: UUID
    queue: int
    state: str
    place: int = 0
    round: int = 1
    kept_for: UUID | None = None
    until: datetime | None = None
    offer: UUID | None = None  # what its further round is claimed on
    claim: UUID | None = None


@dataclass(slots=True)
class MClaim:
    """A claim."""

    id: UUID
    person: UUID
    slot: MSlot
    round: int
    claimed_at: datetime
    expires_at: datetime
    hard_until: datetime
    state: str = "live"
    work_ms: int | None = None
    paused_at: datetime | None = None
    pause_ms: int = 0
    lease_left_ms: int | None = None
    extended_s: int = 0
    offer: UUID | None = None  # None: the stage's own
    counted_on: date | None = None

    def spent_ms(self, now: datetime) -> int:
        """What the pause that is going on has used of the budget."""
        if self.paused_at is None:
            return 0
        return min(PAUSE_S_MAX * 1000 - self.pause_ms, max(0, ms(now - self.paused_at)))


@dataclass(slots=True)
class MPerson:
    """A person with their seat, load and facts."""

    id: UUID
    tz: str = "UTC"
    open_max: int = 3
    clock_at: datetime | None = None
    week: date | None = None
    week_ms: int = 0
    week_ms_max: int | None = None
    seat: str = "active"
    seat_day: date | None = None
    day_n: int = 0
    day_max: int | None = None
    seat_week: date | None = None
    week_n: int = 0
    week_max: int | None = None
    total_n: int = 0
    total_max: int | None = None
    handed_in_n: int = 0
    cool_until: datetime | None = None
    places: dict[int, int] = field(default_factory=dict)
    met: dict[UUID, UUID] = field(default_factory=dict)  # task -> slot
    skill_from: datetime | None = None
    skill_until: datetime | None = None
    revoked: bool = True
    excluded: bool = False
    in_cohort: bool = False

    def day_at(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.tz)).date()

    def week_at(self, now: datetime) -> date:
        day = self.day_at(now)
        return day - timedelta(days=day.weekday())

    def skilled(self, now: datetime) -> bool:
        """Whether the qualification is in force."""
        if self.revoked or self.skill_from is None or self.skill_from > now:
            return False
        return self.skill_until is None or self.skill_until > now

    def seat_bar(self, now: datetime) -> str | None:
        """What keeps the seat from new work."""
        day, week = self.day_at(now), self.week_at(now)
        day_n = self.day_n if self.seat_day and self.seat_day >= day else 0
        week_n = self.week_n if self.seat_week and self.seat_week >= week else 0
        if (
            self.seat != "active"
            or (self.day_max is not None and day_n >= self.day_max)
            or (self.week_max is not None and week_n >= self.week_max)
            or (self.total_max is not None and self.total_n >= self.total_max)
        ):
            return "cap_seat"
        return "cool_down" if self.cool_until and self.cool_until > now else None


@dataclass(slots=True)
class Model:
    """One project with a stage of attempts, its queues and its people."""

    people: dict[UUID, MPerson] = field(default_factory=dict)
    slots: dict[UUID, MSlot] = field(default_factory=dict)
    claims: dict[UUID, MClaim] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)
    cohort_queue: int = 0
    cohort_until: datetime | None = None
    gated: bool = False
    cool_s: int = COOL_S
    place: int = 0

    def open_n(self, person: UUID) -> int:
        return sum(one.person == person and one.state == "live" for one in self.claims.values())

    def opened(self, slot: MSlot, place: int) -> None:
        """The database gave it a place: behind every other."""
        assert place > self.place, f"place {place} is not behind {self.place}"
        slot.place = self.place = place

    def next_slot(
        self, who: MPerson, queues: list[int], seen: bool, now: datetime
    ) -> tuple[str, MSlot | None, int | None]:
        """(outcome, slot, queue): the queue is None for a slot that was kept for the person."""
        if self.open_n(who.id) >= who.open_max:
            return "cap_open", None, None
        why = "no_work"
        for kept in self._kept(who, now):
            bar = ("cap_seat" if who.seat == "left" else None) if kept.round > 1 else self._own_bar(who, now)
            if bar is None and not seen and kept.offer is None:
                why = "terms_changed"
            elif bar is None:
                return "claimed", kept, None
            else:
                why = bar if why == "no_work" else why
        for queue in queues:
            bar = self._bar(who, queue, now)
            if bar is not None:
                why = bar if why == "no_work" else why
                continue
            found = self._from_cursor(who, queue)
            if found is not None:
                return ("claimed", found, queue) if seen else ("terms_changed", None, None)
        if why == "no_work" and any(s.state == "open" and s.kept_for == who.id for s in self.slots.values()):
            why = "busy"  # kept for them, perhaps on its way back to everybody
        return why, None, None

    def _kept(self, who: MPerson, now: datetime) -> list[MSlot]:
        mine = [
            slot for slot in self.slots.values()
            if slot.state == "open" and slot.kept_for == who.id and slot.until and slot.until > now
            and who.met.get(slot.task_id, slot.id) == slot.id and not who.excluded
            and (slot.round > 1 or not self.gated or who.skilled(now))
        ]  # fmt: skip
        return sorted(mine, key=lambda slot: (slot.round == 1, slot.until, slot.place))

    def _week_full(self, who: MPerson, now: datetime) -> bool:
        if who.week_ms_max is None or who.week is None:
            return False
        return who.week >= who.week_at(now) and who.week_ms >= who.week_ms_max

    def _own_bar(self, who: MPerson, now: datetime) -> str | None:
        """What keeps somebody from any new task."""
        if self._week_full(who, now):
            return "cap_week"
        return who.seat_bar(now) or ("cool_down" if self.cool_s and self.open_n(who.id) else None)

    def _bar(self, who: MPerson, queue: int, now: datetime) -> str | None:
        if self._week_full(who, now):
            return "cap_week"
        if who.excluded:
            return "excluded"
        if self.gated and not who.skilled(now):
            return "gate"
        if queue == self.cohort_queue and self.cohort_until and self.cohort_until > now and not who.in_cohort:
            return "no_work"
        return self._own_bar(who, now)

    def _from_cursor(self, who: MPerson, queue: int) -> MSlot | None:
        start = max(who.places.get(queue, 0), self.heads.get(queue, 0))
        mine = [
            slot for slot in self.slots.values()
            if slot.queue == queue and slot.state == "open" and slot.kept_for is None and slot.task_id not in who.met
        ]  # fmt: skip
        if who.total_n % BACK_EVERY == 0:
            before = [
                slot for slot in self.slots.values()
                if slot.queue == queue and slot.state == "open" and slot.kept_for is None and slot.place < start
            ]  # fmt: skip
            late = [slot for slot in sorted(before, key=lambda slot: slot.place)[:BACK_N] if slot in mine]
            if late:
                return late[0]
        return min(mine, key=lambda slot: (slot.place < start, slot.place), default=None)

    def claim(self, who: MPerson, slot: MSlot, queue: int | None, claim_id: UUID, now: datetime) -> None:
        """The slot is theirs."""
        day, week = who.day_at(now), who.week_at(now)
        counts = int(slot.round == 1)
        who.day_n = (who.day_n if who.seat_day and who.seat_day >= day else 0) + counts
        who.seat_day = max(who.seat_day or day, day)
        who.week_n = (who.week_n if who.seat_week and who.seat_week >= week else 0) + counts
        who.seat_week = max(who.seat_week or week, week)
        who.total_n += counts
        if queue is not None:
            who.places[queue] = slot.place
        who.met[slot.task_id] = slot.id
        slot.state, slot.claim = "claimed", claim_id
        self.claims[claim_id] = MClaim(
            claim_id, who.id, slot, slot.round, now, now + timedelta(seconds=LEASE_S),
            now + timedelta(seconds=CLAIM_S_MAX if slot.offer is None else EARLIER_S_MAX), offer=slot.offer,
            counted_on=who.seat_day if counts else None,
        )  # fmt: skip

    def beat(self, claim: MClaim, active_ms: int, now: datetime) -> int | None:
        """What a report of work time counts."""
        who = self.people[claim.person]
        if claim.state != "live":
            return None
        if claim.paused_at is not None:
            return 0
        since = max(claim.claimed_at, who.clock_at or claim.claimed_at)
        room = min(ms(now - since), ms(now - claim.claimed_at) - claim.pause_ms - (claim.work_ms or 0))
        counted = min(max(active_ms, 0), max(room, 0))
        if counted:
            monday, moment = who.week_at(now), since + timedelta(milliseconds=counted)
            who.clock_at = max(who.clock_at or moment, moment)
            who.week_ms = who.week_ms + counted if who.week and who.week >= monday else counted
            who.week = max(who.week or monday, monday)
        claim.work_ms = (claim.work_ms or 0) + counted
        claim.expires_at = max(claim.expires_at, min(claim.hard_until, now + timedelta(seconds=LEASE_S)))
        return counted

    def pause(self, claim: MClaim, now: datetime) -> str:
        if claim.state != "live":
            return "claim_ended"
        if claim.paused_at is not None:
            return "repeat"
        if claim.expires_at <= now:
            return "claim_due"
        left = PAUSE_S_MAX * 1000 - claim.pause_ms
        if left <= 0:
            return "pause_used"
        claim.paused_at, claim.lease_left_ms = now, ms(claim.expires_at - now)
        claim.expires_at = min(claim.hard_until, claim.expires_at + timedelta(milliseconds=left))
        return "paused"

    def resume(self, claim: MClaim, now: datetime) -> str:
        if claim.state != "live":
            return "claim_ended"
        if claim.paused_at is None or claim.lease_left_ms is None:
            return "repeat"
        spent = claim.spent_ms(now)
        moment = claim.paused_at + timedelta(milliseconds=spent + claim.lease_left_ms)
        claim.expires_at, claim.pause_ms = min(claim.hard_until, moment), claim.pause_ms + spent
        claim.paused_at = claim.lease_left_ms = None
        return "resumed"

    def extend(self, claim: MClaim, seconds: int) -> bool:
        if claim.state != "live":
            return False
        claim.hard_until += timedelta(seconds=seconds)
        claim.expires_at += timedelta(seconds=seconds)
        claim.extended_s += seconds
        if claim.lease_left_ms is not None:
            claim.lease_left_ms += seconds * 1000
        return True

    def end(self, claim: MClaim, state: str, now: datetime) -> bool:
        """A live claim ends without a submission; True if its slot is open again."""
        claim.pause_ms += claim.spent_ms(now)
        claim.state, claim.paused_at, claim.lease_left_ms = state, None, None
        who, day = self.people[claim.person], claim.counted_on
        if state in ("skipped", "released") and day is not None:
            who.total_n -= 1
            who.day_n -= who.seat_day == day
            who.week_n -= who.seat_week == day - timedelta(days=day.weekday())
        slot = claim.slot
        slot.state, slot.claim = "open", None
        if state in ("skipped", "released") and slot.round == 1:
            slot.kept_for = slot.until = None
        elif state in ("skipped", "released") and slot.until and slot.until > now:
            slot.until = now
        return True

    def hand_in(self, claim: MClaim, now: datetime) -> str:
        """taken, surplus or refused."""
        slot, who = claim.slot, self.people[claim.person]
        if claim.state not in ("live", "expired", "released") or (claim.state != "live" and self.twin(claim)):
            return "refused"
        if claim.state == "released" and (day := claim.counted_on) is not None:
            who.total_n += 1
            who.day_n += who.seat_day == day
            who.week_n += who.seat_week == day - timedelta(days=day.weekday())
        free = slot.state == "open" and slot.round == claim.round and slot.kept_for in (None, claim.person)
        surplus = claim.state != "live" and not free
        claim.pause_ms += claim.spent_ms(now)
        claim.state, claim.paused_at, claim.lease_left_ms = "submitted", None, None
        who.handed_in_n += 1
        if self.cool_s:
            rest = now + timedelta(seconds=self.cool_s)
            who.cool_until = max(who.cool_until or rest, rest)
        if surplus:
            return "surplus"
        slot.state, slot.claim, slot.kept_for, slot.until = "submitted", None, None, None
        return "taken"

    def twin(self, claim: MClaim) -> str | bool:
        """How the same person's other claim on the slot and round stands, if it is live or handed in."""
        others = [
            one.state for one in self.claims.values()
            if one is not claim and one.slot is claim.slot and one.round == claim.round
            and one.person == claim.person and one.state in ("live", "submitted")
        ]  # fmt: skip
        return max(others, default=False)

    def cant_take(self, slot: MSlot, now: datetime) -> bool:
        """Whether a slot is kept for somebody to whom no claim gives it, whatever the day."""
        if slot.kept_for is None:
            return False
        who = self.people[slot.kept_for]
        return (
            who.excluded or (self.gated and not who.skilled(now)) or who.seat == "left"
            or (who.total_max is not None and who.total_n >= who.total_max)
            or who.met.get(slot.task_id, slot.id) != slot.id
        )  # fmt: skip

    def fold(self) -> None:
        """The heads of queues move on to their first open slot."""
        for queue in self.heads:
            places = [
                slot.place for slot in self.slots.values()
                if slot.queue == queue and slot.state == "open" and slot.kept_for is None
                and slot.place >= self.heads[queue]
            ]  # fmt: skip
            self.heads[queue] = max(self.heads[queue], min(places, default=0))

    def forget(self) -> None:
        """Drop what can't move any more, so that a step costs the same after a million."""
        live = {claim.slot.id for claim in self.claims.values() if claim.state in ("live", "expired", "released")}
        over = {slot.id for slot in self.slots.values() if slot.state in ("settled", "cancelled")} - live
        for slot_id in over:
            del self.slots[slot_id]
        self.claims = {
            claim_id: claim for claim_id, claim in self.claims.items()
            if claim.state == "live" or claim.slot.id in self.slots
        }  # fmt: skip
        tasks = {slot.task_id for slot in self.slots.values()}
        for who in self.people.values():
            who.met = {task: slot for task, slot in who.met.items() if task in tasks}
