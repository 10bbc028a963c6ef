"""Where races are run: one project with many tasks that nobody sees until a round opens one, and its people.

Every slot is kept for a keeper who never claims; `open(n)` lets n of them come to everybody, as the end of a set-aside
does. So a round costs milliseconds and finds exactly the slots it asked for.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from time import sleep
from typing import Any
from uuid import UUID

from django.db import connection

from fairhand.audit.actor import COMMAND, JOB
from fairhand.dispatch.commands import give_back, set_aside
from fairhand.dispatch.models import Claim, PersonLoad, Seat, Slot
from fairhand.flow.release_claim import release_claim
from fairhand.flow.submit_work import Submitted
from fairhand.insight.books import CHECKS, three_sums
from fairhand.kernel.refusals import Refused
from fairhand.people.models import Person
from fairhand.work.models import Submission
from tests.building import NOW, PER_JUDGEMENT, Small, small_project
from tests.races.model import Model, ModelPerson, ModelSlot, Verb, serial

EXPERTS, OPEN_MAX = 4, 3
NIL = UUID(int=0)
FAR = NOW + timedelta(days=40 * 365)  # longer than the thousand weeks of a long run
EACH_ROUND = (
    "unbalanced_entries",
    "wrong_balances",
    "wrong_reserves",
    "wrong_open_n",
    "slots_beside_claims",
    "doubles",
)
_KEEP = "UPDATE slot SET for_person_id = %s, for_until = %s WHERE batch_id = %s AND state = 'open'"
_OPEN = """
UPDATE slot SET for_person_id = NULL, for_until = NULL
 WHERE id IN (SELECT id FROM slot WHERE batch_id = %s AND state = 'open' AND for_person_id = %s AND id > %s
               ORDER BY id LIMIT %s)
RETURNING id
"""
_numbers = count(1)
Job = Callable[[], Any]


@dataclass(slots=True)
class Ring:
    """A project and its people, and the model of the round that is on."""

    small: Small
    race: Callable[..., list[Any]]
    draw: random.Random
    keeper: UUID
    names: dict[str, UUID]
    model: Model = field(default_factory=Model)
    slots: dict[str, UUID] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    seen: set[tuple[str, ...]] = field(default_factory=set)
    last: UUID = NIL  # no task serves twice: people meet a task once
    turn: int = 0

    def begin(self, slots: int = 1) -> None:
        """A round: the people as they are, and so many open slots."""
        self.small.wait(86_400 * 7)  # another week: the caps of the last round are over
        self.model = Model(people={name: ModelPerson(open_max=OPEN_MAX) for name in self.names})
        self.claims = {}
        with connection.cursor() as cursor:
            cursor.execute(_OPEN, [self.small.batch_id, self.keeper, self.last, slots])
            opened = sorted(row[0] for row in cursor.fetchall())
        self.last = max([self.last, *opened])
        assert len(opened) == slots, "the ring has tasks for every round"
        self.slots = {f"s{at}": slot_id for at, slot_id in enumerate(opened)}
        self.model.slots = {name: ModelSlot() for name in self.slots}

    def hold(self, who: str, name: str) -> Claim:
        """Before the race: somebody has claimed."""
        found = self.small.take(self.names[who], key=self.key(name))
        assert isinstance(found, Claim), found
        assert self.model.claim(who, name) == "claimed"
        self.claims[name] = found
        return found

    def open_task(self, task_id: UUID) -> None:
        """Before the race: all of one task's attempts come to everybody."""
        Slot.objects.filter(task_id=task_id, state="open").update(for_person_id=None, for_until=None)
        found = Slot.objects.filter(task_id=task_id).order_by("id").values_list("id", flat=True)
        self.slots = {f"s{at}": slot_id for at, slot_id in enumerate(found)}

    def hold_any(self, who: str, name: str) -> Claim:
        """Before the race, where the model has no part: somebody has claimed."""
        self.claims[name] = self.small.claim(self.names[who], key=self.key(name))
        return self.claims[name]

    def key(self, name: str) -> str:
        """The request of this name in this round."""
        return f"{name} {self.small.project.slug} {self.small.now.date()}"

    # Jobs of the product, said in the model's words.
    def claim(self, who: str, name: str, at: Any = None, asks: int = 1) -> Job:
        """Ask for the next slot; so many times if there is none, as somebody does whose slot just changes hands."""
        small = self.small if at is None else at

        def job() -> str:
            for turn in range(asks):
                sleep(0.02 * turn)
                found = small.take(self.names[who], key=self.key(name))
                if isinstance(found, Claim):
                    break
            if isinstance(found, Refused):
                return found.code
            self.claims[name] = found
            return "claimed"

        return job

    def submit(self, name: str) -> Job:
        """Hand in."""

        def job() -> str:
            done = self.small.hand_in(self.claims[name])
            if isinstance(done, Submitted):
                return "repeat" if done.repeat else "surplus" if done.surplus else "taken"
            return done.code

        return job

    def skip(self, name: str) -> Job:
        """Give back."""

        def job() -> str:
            refused = self.small.skip(self.claims[name])
            return refused.code if refused else "ended"

        return job

    def release(self, name: str) -> Job:
        """Staff take it back."""

        def job() -> str:
            refused = release_claim(
                claim_id=self.claims[name].id, project_id=self.small.project.id, reason="It was left lying.",
                actor=COMMAND, now=self.small.now,
            )  # fmt: skip
            return refused.code if isinstance(refused, Refused) else "ended"

        return job

    def expire(self, name: str) -> Job:
        """The clock ends what is over."""

        def job() -> str:
            ended = self.small.expire()
            claim = Claim.objects.get(id=self.claims[name].id)
            return "ended" if ended else "claim_ended" if claim.state != "live" else "not_due"

        return job

    def keep(self, who: str, slot: str) -> Job:
        """Set a slot aside for an hour."""

        def job() -> str:
            row = Slot.objects.get(id=self.slots[slot])
            kept = set_aside(
                task_id=row.task_id, stage_id=row.stage_id, person_id=self.names[who],
                until=self.small.now + timedelta(hours=1), actor=COMMAND, now=self.small.now,
            )  # fmt: skip
            return "kept" if kept else "not_kept"

        return job

    def give_back(self) -> Job:
        """The clock ends set-asides that are over."""
        return lambda: "given_back" if give_back(actor=JOB, now=self.small.now, limit=10) else "nothing"

    def run(self, jobs: Sequence[Job], verbs: Sequence[Verb]) -> tuple[str, ...]:
        """At once; afterwards results and tables are those of one order of the verbs, and the books are right."""
        allowed = serial(self.model, verbs)
        said = self.at_once(jobs)
        found = (said, self.shape())
        assert found in allowed, f"{found}\nis no order of the verbs:\n" + "\n".join(map(str, sorted(allowed)))
        self.check()
        return said

    def at_once(self, jobs: Sequence[Job]) -> tuple[str, ...]:
        """What each says; one of them begins some milliseconds after the others, another one each time."""
        late = [0.0] * len(jobs)
        late[self.draw.randrange(len(jobs))] = self.draw.choice([0.0, 0.0, 0.002, 0.005, 0.01, 0.02])
        said = tuple(str(each) for each in self.race(jobs, late))
        self.seen.add(said)
        return said

    def shape(self) -> tuple[object, ...]:
        """The tables as `Model.shape` writes them."""
        by_id = {person_id: name for name, person_id in self.names.items()}
        mine = list(self.slots.values())
        rows = Slot.objects.filter(id__in=mine).values_list("state", "for_person_id")
        claims = Claim.objects.filter(slot_id__in=mine)
        loads = PersonLoad.objects.filter(person_id__in=by_id).values_list("person_id", "open_n")
        paid: dict[str, int] = {}
        for person_id in Submission.objects.filter(slot_id__in=mine).values_list("person_id", flat=True):
            paid[by_id[person_id]] = paid.get(by_id[person_id], 0) + 1
        return (
            tuple(sorted((state, by_id.get(kept, "?") if kept else "") for state, kept in rows)),
            tuple(sorted((by_id[one.person_id], one.state) for one in claims)),
            tuple(sorted((by_id[person_id], n) for person_id, n in loads)),
            tuple(sorted(paid.items())),
        )

    def check(self) -> None:
        """The three sums are one, and what is counted on the run is what is there."""
        with connection.cursor() as cursor:
            for name in EACH_ROUND:
                cursor.execute(f"SELECT * FROM ({CHECKS[name][1]}) found LIMIT 5")  # a constant of the product
                assert cursor.fetchall() == [], name
            cursor.execute("SELECT coalesce(sum(net), 0) FROM ledger_balance")
            assert cursor.fetchone() == (0,)
        assert [sums for sums in three_sums() if not sums.equal] == []

    def end(self) -> None:
        """Whatever the round left open is worked to its end, so that the next finds nothing of it."""
        PersonLoad.objects.filter(person_id__in=self.names.values()).update(open_max=OPEN_MAX)
        Seat.objects.filter(project=self.small.project).update(state="active", day_max=None, total_max=None)
        live = Claim.objects.filter(person_id__in=self.names.values(), state="live")
        for claim in live:
            assert isinstance(self.small.hand_in(claim), Submitted)
        Slot.objects.filter(id__in=self.slots.values(), state="open").update(
            for_person_id=self.keeper, for_until=FAR
        )  # fmt: skip


def make_ring(race: Callable[..., list[Any]], draw: random.Random, rounds: int, slug: str, **more: Any) -> Ring:
    """A ring with tasks for so many rounds of two slots each."""
    small = small_project(
        tasks=2 * rounds + 2, slug=slug, pay=PER_JUDGEMENT, experts=EXPERTS + 1, **({"reviewed": False} | more)
    )  # fmt: skip
    *experts, keeper = small.experts
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [keeper, FAR, small.batch_id])
    names = {chr(ord("A") + at): person_id for at, person_id in enumerate(experts)}
    Person.objects.filter(id__in=experts).update(tz="UTC")
    return Ring(small, race, draw, keeper, names)
