"""The verbs of test_dispatch_machine.py: each done by the product's own command and by the model, with one answer.

Money is not part of it; test_line_machine.py goes the whole way, with the books, in fewer steps.
"""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.audit.actor import COMMAND, JOB
from fairhand.dispatch import commands as dispatch
from fairhand.dispatch import life
from fairhand.dispatch.models import PersonLoad, Seat, Slot
from fairhand.dispatch.queries import claims_due, twin_of
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.canonical import content_hash
from fairhand.kernel.ids import new_id
from fairhand.kernel.refusals import Refused
from fairhand.people.models import Person
from fairhand.work.rules import how_taken
from tests.building import HOURLY, small_project
from tests.commands.dispatch_model import (
    CLAIM_S_MAX,
    COOL_S,
    EARLIER_S_MAX,
    LEASE_S,
    PAUSE_S_MAX,
    MClaim,
    Model,
    MPerson,
    MSlot,
)

PEOPLE, OPEN_WANTED = 6, 14
ZONES = ("UTC", "Africa/Cairo", "America/Los_Angeles", "Pacific/Auckland")
WAITS_S = (0, 1, 5, 30, 300, 599, 601, 3600, 86_400)
_QUEUE = """
INSERT INTO queue (org_id, project_id, stage_id, lane, tier, cohort_id, until)
SELECT org_id, project_id, id, 'real', %s, %s, %s FROM stage WHERE id = %s RETURNING id
"""
_TASK = """
INSERT INTO task (id, org_id, project_id, batch_id, key, content_hash, payload, want, cap, state)
SELECT %(task)s, org_id, project_id, id, %(task)s::text, repeat('0', 64), '{}', 1, 3, 'open'
  FROM batch WHERE id = %(batch)s
"""
_SLOT = """
INSERT INTO slot (id, org_id, project_id, batch_id, task_id, stage_id, root_slot_id, seq, round, state, queue_id, shard,
                  reserve_minor)
SELECT %(slot)s, org_id, project_id, batch_id, id, %(stage)s, %(slot)s, %(seq)s, 1, %(state)s, %(queue)s, 0, %(reserve)s
  FROM task WHERE id = %(task)s RETURNING place
"""


class Verbs(ABC):
    """One project, its model beside it, and a clock."""

    def __init__(self, draw: random.Random) -> None:
        self.draw, self.now, self.steps = draw, datetime(2026, 3, 2, 9, tzinfo=UTC), 0
        self.small = small_project(
            tasks=1, pay=HOURLY, reviewed=False, experts=PEOPLE, lease_s=LEASE_S, claim_s_max=CLAIM_S_MAX
        )  # fmt: skip
        slot = self.small.slot()
        self.stage_id, self.reserve = slot.stage_id, slot.reserve_minor
        self.sql("UPDATE stage SET cool_s = %s, pause_s_max = %s WHERE id = %s", COOL_S, PAUSE_S_MAX, self.stage_id)
        self.model = Model(place=slot.place or 0)
        for person_id in self.small.experts:
            self.model.people[person_id] = MPerson(person_id)
        self.queues = [slot.queue_id, self.sql(_QUEUE, 1, None, None, self.stage_id)[0]]
        cohort = new_id(self.now)
        project = self.small.project
        self.sql(
            "INSERT INTO cohort (id, org_id, project_id, name, made_at) VALUES (%s, %s, %s, 'some', %s)",
            cohort, project.org_id, project.id, self.now,
        )  # fmt: skip
        self.model.cohort_until = self.now + timedelta(days=1)
        self.model.cohort_queue = self.sql(_QUEUE, 0, cohort, self.model.cohort_until, self.stage_id)[0]
        self.queues.append(self.model.cohort_queue)
        self.model.heads = dict.fromkeys(self.queues, 0)
        self._facts(cohort)
        self.model.slots[slot.id] = MSlot(slot.id, slot.task_id, slot.queue_id, "open", slot.place or 0)
        self.offer_id, self.earlier_id = self._offers()
        self.verbs: list[tuple[int, Callable[[], None]]] = [
            (26, self.claim), (4, self.claim_again), (12, self.beat), (12, self.hand_in), (6, self.skip),
            (4, self.release), (6, self.expire), (5, self.judge), (4, self.pause), (4, self.resume), (3, self.extend),
            (3, self.keep), (3, self.give_back), (3, self.skill), (2, self.gate), (2, self.exclude), (4, self.caps),
            (2, self.zone), (4, self.fold), (14, self.wait), (8, self.launch), (2, self.extra), (2, self.cancel),
            (2, self.cohort), (1, self.rest),
        ]  # fmt: skip

    def sql(self, statement: str, *values: Any) -> Any:
        """The first row, if the statement gives any."""
        with connection.cursor() as cursor:
            cursor.execute(statement, values[0] if len(values) == 1 and isinstance(values[0], dict) else list(values))
            return cursor.fetchone() if cursor.description else None

    def _facts(self, cohort: UUID) -> None:
        """A skill, a gate that asks for it, an exclusion for each that is lifted, and half of them in the cohort."""
        skill, gate, human = new_id(self.now), new_id(self.now), self.small.experts[0]
        self.sql(
            "INSERT INTO skill (id, slug, kind, name, about, level_max, made_at) "
            "VALUES (%s, 'machine', 'skill', '{}', '{}', 3, %s)", skill, self.now,
        )  # fmt: skip
        self.sql(
            "INSERT INTO gate (id, rule_hash, rule, made_at) VALUES (%s, repeat('m', 64), %s::jsonb, %s)", gate,
            '{"version": 1, "all": [{"kind": "skill", "skill": "machine", "level": 2}]}', self.now,
        )  # fmt: skip
        self.gate_id = gate
        for at, who in enumerate(self.model.people.values()):
            self.sql(
                "INSERT INTO qualification (id, person_id, skill_id, level, valid_from, evidence, reason, granted_at, "
                "revoked_at, revoke_reason) VALUES (%s, %s, %s, 2, %s, '', 'x', %s, %s, 'x')",
                new_id(self.now), who.id, skill, self.now, self.now, self.now,
            )  # fmt: skip
            self.sql(
                "INSERT INTO exclusion (id, org_id, person_id, reason_code, reason, made_by_id, made_at, contest, "
                "lifted_at, lifted_by_id, lift_reason) VALUES (%s, %s, %s, 'quality', 'x', %s, %s, '', %s, %s, 'x')",
                new_id(self.now), self.small.project.org_id, who.id, human, self.now, self.now, human,
            )  # fmt: skip
            who.in_cohort = at % 2 == 0
            if who.in_cohort:
                self.sql("INSERT INTO cohort_member (cohort_id, person_id) VALUES (%s, %s)", cohort, who.id)

    def _offers(self) -> list[UUID]:
        """The stage's card, stored as an offer, and an earlier one with a nearer end."""
        stage = stage_cards(self.small.project.id)[0]
        terms = {**stage.card.terms, "claim_s_max": EARLIER_S_MAX}
        cards = [stage.card, replace(stage.card, terms=terms, terms_hash=content_hash(terms))]
        return [
            dispatch.ensure_offer(org_id=stage.org_id, stage_id=stage.stage_id, card=card, now=self.now)
            for card in cards
        ]

    # What a step picks from.
    def person(self) -> MPerson:
        return self.draw.choice(list(self.model.people.values()))

    def some_claim(self, *states: str) -> MClaim | None:
        found = [claim for claim in self.model.claims.values() if not states or claim.state in states]
        return self.draw.choice(found) if found else None

    def some_slot(self, state: str) -> MSlot | None:
        found = [slot for slot in self.model.slots.values() if slot.state == state]
        return self.draw.choice(found) if found else None

    # The verbs.
    def claim(self) -> None:
        who, claim_id = self.person(), new_id(self.now)
        queues = self.draw.sample(self.queues, self.draw.randint(1, 3))
        seen = self.draw.random() > 0.03
        expected, slot, queue = self.model.next_slot(who, queues, seen, self.now)
        found = self._ask(who, claim_id.hex, claim_id, queues, seen)
        assert found.outcome == expected, (found, expected)
        if slot is not None:
            self.model.claim(who, slot, queue, claim_id, self.now)
            self.look(claim_id)

    def _ask(self, who: MPerson, key: str, claim_id: UUID, queues: list[int], seen: bool) -> dispatch.Claimed:
        return dispatch.claim_next(
            person_id=who.id, request_key=key, claim_id=claim_id, queue_ids=queues, stage_ids=[self.stage_id],
            offer_ids=[self.offer_id], seen=[seen], now=self.now,
        )  # fmt: skip

    def claim_again(self) -> None:
        if claim := self.some_claim():
            found = self._ask(self.model.people[claim.person], claim.id.hex, new_id(self.now), self.queues, True)
            assert found == dispatch.Claimed("repeat", claim.id)

    def beat(self) -> None:
        if claim := self.some_claim():
            active_ms = self.draw.randrange(0, 700) * 1000
            counted = dispatch.add_time(claim_id=claim.id, person_id=claim.person, active_ms=active_ms, now=self.now)
            assert counted == self.model.beat(claim, active_ms, self.now)
            self.look(claim.id)

    def hand_in(self) -> None:
        if claim := self.some_claim():
            slot, before = claim.slot, claim.state
            twin = twin_of(claim.id)
            assert (twin is not None and twin[1]) == self.model.twin(claim)
            taking = how_taken(
                before, claim.round, slot.state, slot.round, slot.kept_for not in (None, claim.person), 0,
                twin[1] if twin else None,
            )  # fmt: skip
            expected = self.model.hand_in(claim, self.now)
            assert isinstance(taking, Refused) == (expected == "refused")
            if isinstance(taking, Refused):
                return
            assert taking.surplus == (expected == "surplus")
            assert dispatch.end_claim(
                claim_id=claim.id, move=taking.claim_move, reason="submitted", now=self.now, slot_move=taking.slot_move,
                result_id=None if taking.surplus else claim.id, reserve_minor=None,
            )  # fmt: skip
            self.look(claim.id)

    def _end(self, claim: MClaim, state: str) -> None:
        was_live = claim.state == "live"
        done = dispatch.end_claim(
            claim_id=claim.id, move=("live", state), reason=state, now=self.now, slot_move=("claimed", "open")
        )
        assert done == was_live
        if done:
            self.model.end(claim, state, self.now)
            self.reopened(claim.slot)
        self.look(claim.id)

    def skip(self) -> None:
        if claim := self.some_claim():
            self._end(claim, "skipped")

    def release(self) -> None:
        if claim := self.some_claim("live"):
            self._end(claim, "released")

    def expire(self) -> None:
        due = set(claims_due(self.now, 100))
        assert due == {
            claim.id for claim in self.model.claims.values() if claim.state == "live" and claim.expires_at <= self.now
        }
        for claim_id in due:
            self._end(self.model.claims[claim_id], "expired")

    def judge(self) -> None:
        """What was handed in settles, or comes back to its author."""
        if slot := self.some_slot("submitted"):
            if slot.round > 2 or self.draw.random() < 0.6:
                assert dispatch.move_slot(slot_id=slot.id, move=("submitted", "settled"), reserve_minor=0)
                slot.state = "settled"
                return
            author = next(
                claim.person for claim in self.model.claims.values()
                if claim.slot is slot and claim.round == slot.round and claim.state == "submitted"
            )  # fmt: skip
            until, offer_id = self.now + timedelta(hours=1), self.draw.choice([None, self.earlier_id])
            assert dispatch.move_slot(
                slot_id=slot.id, move=("submitted", "open"), reserve_minor=self.reserve, next_round=True,
                for_person_id=author, for_until=until, offer_id=offer_id,
            )  # fmt: skip
            slot.state, slot.round, slot.kept_for, slot.until = "open", slot.round + 1, author, until
            slot.offer = offer_id
            self.reopened(slot)

    def pause(self) -> None:
        if claim := self.some_claim():
            found = life.pause(claim_id=claim.id, person_id=claim.person, now=self.now)
            assert found == self.model.pause(claim, self.now)
            self.look(claim.id)

    def resume(self) -> None:
        if claim := self.some_claim():
            found = life.resume(claim_id=claim.id, person_id=claim.person, now=self.now)
            assert found == self.model.resume(claim, self.now)
            self.look(claim.id)

    def extend(self) -> None:
        if claim := self.some_claim():
            seconds = self.draw.choice([60, 600])
            assert life.extend(claim_id=claim.id, seconds=seconds) == self.model.extend(claim, seconds)
            self.look(claim.id)

    def keep(self) -> None:
        slot, who = self.some_slot("open"), self.person()
        if slot is None or slot.kept_for is not None or slot.task_id in who.met:
            return
        alike = [one for one in self.model.slots.values() if one.task_id == slot.task_id and one.state == "open"]
        if len(alike) > 1:
            return  # which of a task's attempts is kept is the database's choice
        until = self.now + timedelta(minutes=30)
        found = dispatch.set_aside(
            task_id=slot.task_id, stage_id=self.stage_id, person_id=who.id, until=until, actor=COMMAND, now=self.now
        )
        assert found == slot.id
        slot.kept_for, slot.until = who.id, until

    def give_back(self) -> None:
        over = [
            slot for slot in self.model.slots.values()
            if slot.state == "open" and slot.kept_for and slot.until and slot.round == 1
            and (slot.until <= self.now or self.model.cant_take(slot, self.now))
        ]  # fmt: skip
        assert dispatch.give_back(actor=JOB, now=self.now, limit=1000) == len(over)
        places = dict(Slot.objects.filter(id__in=[slot.id for slot in over]).values_list("id", "place"))
        for slot in sorted(over, key=lambda one: places[one.id] or 0):
            slot.kept_for = slot.until = None
            self.model.opened(slot, places[slot.id] or 0)

    def skill(self) -> None:
        """Granted, for a time or for good, from now or later; or revoked."""
        who = self.person()
        who.revoked = self.draw.random() < 0.25
        who.skill_from = self.now + timedelta(seconds=self.draw.choice([-60, -60, 0, 120]))
        who.skill_until = who.skill_from + timedelta(seconds=600) if self.draw.random() < 0.4 else None
        self.sql(
            "UPDATE qualification SET valid_from = %s, valid_until = %s, revoked_at = %s, revoke_reason = %s "
            "WHERE person_id = %s", who.skill_from, who.skill_until, self.now if who.revoked else None,
            "x" if who.revoked else "", who.id,
        )  # fmt: skip

    def gate(self) -> None:
        self.model.gated = not self.model.gated
        gate = self.gate_id if self.model.gated else None
        self.sql("UPDATE stage SET gate_id = %s WHERE id = %s", gate, self.stage_id)
        self.sql("UPDATE queue SET gate_id = %s WHERE stage_id = %s", gate, self.stage_id)

    def exclude(self) -> None:
        who = self.person()
        who.excluded = not who.excluded and self.draw.random() < 0.5
        lifted = (None, None, "") if who.excluded else (self.now, self.small.experts[0], "x")
        self.sql(
            "UPDATE exclusion SET lifted_at = %s, lifted_by_id = %s, lift_reason = %s WHERE person_id = %s",
            *lifted,
            who.id,
        )

    def caps(self) -> None:
        who, some = self.person(), self.draw
        who.day_max, who.week_max = some.choice([None, None, 3, 20]), some.choice([None, None, 5, 60])
        who.total_max = some.choice([None, None, None, who.total_n + 2])
        who.seat = some.choice(["active"] * 8 + ["paused"])
        who.open_max, who.week_ms_max = some.choice([1, 3, 3, 5]), some.choice([None, None, None, 3_600_000])
        Seat.objects.filter(project=self.small.project, person_id=who.id).update(
            day_max=who.day_max, week_max=who.week_max, total_max=who.total_max, state=who.seat
        )
        PersonLoad.objects.filter(person_id=who.id).update(open_max=who.open_max, week_ms_max=who.week_ms_max)

    def zone(self) -> None:
        who = self.person()
        who.tz = self.draw.choice(ZONES)
        Person.objects.filter(id=who.id).update(tz=who.tz)

    def rest(self) -> None:
        """Between two tasks there is a rest from now on, or none any more."""
        self.model.cool_s = 0 if self.model.cool_s else COOL_S
        self.sql("UPDATE stage SET cool_s = %s WHERE id = %s", self.model.cool_s, self.stage_id)

    def fold(self) -> None:
        self.sql("SELECT dispatch_fold_hints()")
        self.model.fold()

    def wait(self) -> None:
        self.now += timedelta(seconds=self.draw.choice(WAITS_S))

    def launch(self) -> None:
        """More tasks, where few are open."""
        if sum(slot.state == "open" for slot in self.model.slots.values()) < OPEN_WANTED:
            task_id = new_id(self.now)
            self.sql(_TASK, {"task": task_id, "batch": self.small.batch_id})
            self._add(task_id, self.draw.choice(self.queues), 1, "open")

    def _add(self, task_id: UUID, queue: int, seq: int, state: str) -> MSlot:
        slot = MSlot(new_id(self.now), task_id, queue, state)
        (place,) = self.sql(
            _SLOT, {
                "slot": slot.id, "task": task_id, "stage": self.stage_id, "seq": seq, "state": state, "queue": queue,
                "reserve": self.reserve if state == "open" else 0,
            },
        )  # fmt: skip
        self.model.slots[slot.id] = slot
        self.model.opened(slot, place)
        return slot

    def extra(self) -> None:
        """One more attempt at a task, planned first, as when people disagree."""
        if slot := self.some_slot("submitted"):
            if sum(one.task_id == slot.task_id for one in self.model.slots.values()) > 1:
                return
            more = self._add(slot.task_id, self.draw.choice(self.queues), 100 + self.steps, "planned")
            assert dispatch.move_slot(slot_id=more.id, move=("planned", "open"), reserve_minor=self.reserve)
            more.state = "open"
            self.reopened(more)

    def cancel(self) -> None:
        slot = self.some_slot("open")
        if slot is not None and slot.round == 1:
            assert dispatch.move_slot(slot_id=slot.id, move=("open", "cancelled"), reserve_minor=0)
            slot.state, slot.kept_for, slot.until = "cancelled", None, None

    def cohort(self) -> None:
        """The cohort's queue is everybody's for a while, or is not."""
        self.model.cohort_until = self.now + timedelta(seconds=self.draw.choice([-1, 3600]))
        self.sql("UPDATE queue SET until = %s WHERE id = %s", self.model.cohort_until, self.model.cohort_queue)

    def reopened(self, slot: MSlot) -> None:
        (place,) = self.sql("SELECT place FROM slot WHERE id = %s", slot.id)
        self.model.opened(slot, place)

    @abstractmethod
    def look(self, claim_id: UUID) -> None:
        """After a verb: what it touched is as the model has it."""
