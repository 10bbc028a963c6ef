"""Random verbs of dispatch, step by step beside a model in plain Python: answers and rows agree after every one.

The product's own commands and its real tables; money is not part of it (test_line_machine.py goes the whole way, with
the books, in fewer steps). A step looks at the rows it touched, and every 500 steps at all of them.
"""

import json
import random
from collections import deque
from uuid import UUID

import pytest
from django.db import connection, transaction

from fairhand.insight.books import run_checks
from tests.commands.dispatch_verbs import Verbs
from tests.counts import count

COMMIT_EVERY, LOOK_EVERY = 100, 500
OF_DISPATCH = ("wrong_open_n", "slots_beside_claims", "doubles")
_ROW = """
SELECT x.state, x.round, x.place, x.for_person_id, x.for_until, x.current_claim_id, c.state, c.expires_at, c.hard_until,
       c.work_ms, c.paused_at, c.pause_ms, c.lease_left_ms, c.extended_s, l.open_n, l.clock_at, l.week, l.week_ms,
       e.day, e.day_n, e.week, e.week_n, e.total_n, e.handed_in_n, e.cool_until, c.offer_id, e.places::text
  FROM claim c JOIN slot x ON x.id = c.slot_id JOIN person_load l ON l.person_id = c.person_id
  JOIN seat e ON e.project_id = c.project_id AND e.person_id = c.person_id WHERE c.id = %s
"""
_ALL = """
SELECT id, state, round, place, for_person_id, for_until, current_claim_id FROM slot
 WHERE project_id = %s AND state NOT IN ('settled', 'cancelled')
"""
_LIVE = "SELECT id FROM claim WHERE project_id = %s AND state = 'live'"


class Machine(Verbs):
    """Draws verbs, and looks at what they leave behind."""

    def look(self, claim_id: UUID) -> None:
        """The claim, its slot, its person's load and seat are as the model has them."""
        claim = self.model.claims[claim_id]
        slot, who = claim.slot, self.model.people[claim.person]
        places = str({str(queue): place for queue, place in who.places.items()}).replace("'", '"')
        (*row, kept) = self.sql(_ROW, claim_id)
        assert tuple(row) == (
            slot.state, slot.round, slot.place, slot.kept_for, slot.until, slot.claim, claim.state, claim.expires_at,
            claim.hard_until, claim.work_ms, claim.paused_at, claim.pause_ms, claim.lease_left_ms, claim.extended_s,
            self.model.open_n(who.id), who.clock_at, who.week, who.week_ms, who.seat_day, who.day_n, who.seat_week,
            who.week_n, who.total_n, who.handed_in_n, who.cool_until, claim.offer or self.offer_id,
        )  # fmt: skip
        assert json.loads(kept) == json.loads(places)

    def look_at_all(self) -> None:
        """Every row that can still move, and nothing beside them."""
        with connection.cursor() as cursor:
            cursor.execute(_ALL, [self.small.project.id])
            assert sorted(cursor.fetchall()) == sorted(
                (slot.id, slot.state, slot.round, slot.place, slot.kept_for, slot.until, slot.claim)
                for slot in self.model.slots.values() if slot.state not in ("settled", "cancelled")
            )  # fmt: skip
            cursor.execute(_LIVE, [self.small.project.id])
            live = {row[0] for row in cursor.fetchall()}
        assert live == {claim.id for claim in self.model.claims.values() if claim.state == "live"}
        assert {name: rows for name, rows in run_checks().items() if name in OF_DISPATCH} == {}
        self.model.forget()

    def run(self, steps: int) -> None:
        """So many steps, some in a transaction; on a failure the last ones are told."""
        weights, verbs = zip(*self.verbs, strict=True)
        told: deque[str] = deque(maxlen=30)
        while self.steps < steps:
            with transaction.atomic():
                self.sql("SET LOCAL synchronous_commit = off")
                for verb in self.draw.choices(verbs, weights, k=COMMIT_EVERY):
                    told.append(verb.__name__)
                    self.steps += 1
                    try:
                        verb()
                    except AssertionError as error:
                        raise AssertionError(f"step {self.steps}, after {' '.join(told)}: {error}") from error
            if self.steps % LOOK_EVERY == 0:
                self.look_at_all()
        self.look_at_all()


@pytest.mark.parametrize("part", range(count(1, 4)))
def test_any_order_of_verbs_agrees_with_the_model(db, seed: int, part: int, claim) -> None:
    steps = count(3000, 250_000)
    machine = Machine(random.Random(f"{seed} {part}"))
    machine.run(steps)
    claim(f"dispatch and its model in plain Python agree after every step (part {part + 1})", steps)
