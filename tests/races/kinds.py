"""Kinds of races about claims: each a round of verbs at the same moment, and the model's verbs beside them.

A round begins in a ring (tests/races/ring.py); `ring.run` holds results and tables against every order of the verbs.
The first line of each kind says who wins; the list in the docs is made from these.
"""

from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.models import PersonLoad, Seat, Slot
from fairhand.flow.move_project import move_project
from fairhand.people.models import Person
from tests.races.model import Model
from tests.races.ring import Ring

Kind = Callable[[Ring], None]
RACES: dict[str, Kind] = {}
MORE: dict[str, dict[str, Any]] = {}  # what the ring of a kind is made with, beside the usual


def race(name: str, **more: Any) -> Callable[[Kind], Kind]:
    """Puts a kind into the table under its name."""

    def put(kind: Kind) -> Kind:
        assert name not in RACES
        RACES[name], MORE[name] = kind, more
        return kind

    return put


@race("two claims, one slot")
def two_claims_one_slot(ring: Ring) -> None:
    """One of the two is given the slot, the other hears that there is no work."""
    ring.begin()
    said = ring.run(
        [ring.claim("A", "a"), ring.claim("B", "b")], [lambda m: m.claim("A", "a"), lambda m: m.claim("B", "b")]
    )
    assert sorted(said) == ["claimed", "no_work"]


@race("four claims, the last two slots")
def four_claims_two_slots(ring: Ring) -> None:
    """Two are given a slot each, two hear that there is no work."""
    ring.begin(2)
    who = ["A", "B", "C", "D"]
    said = ring.run(
        [ring.claim(one, one.lower()) for one in who], [lambda m, one=one: m.claim(one, one.lower()) for one in who]
    )
    assert sorted(said) == ["claimed", "claimed", "no_work", "no_work"]


@race("one request, sent three times")
def one_request_thrice(ring: Ring) -> None:
    """One claim is made, and all three are told of it."""
    ring.begin(2)
    ring.run([ring.claim("A", "a")] * 3, [lambda m: m.claim("A", "a")] * 3)


@race("two requests, one place under the open cap")
def open_cap(ring: Ring) -> None:
    """One is given a slot, the other hears of the cap."""
    ring.begin(2)
    PersonLoad.objects.filter(person_id=ring.names["A"]).update(open_max=1)
    ring.model.people["A"].open_max = 1
    said = ring.run(
        [ring.claim("A", "a"), ring.claim("A", "b")], [lambda m: m.claim("A", "a"), lambda m: m.claim("A", "b")]
    )
    assert sorted(said) == ["cap_open", "claimed"]


@race("two requests, one left of the day")
def day_cap(ring: Ring) -> None:
    """One is given a slot, the other hears of the cap."""
    ring.begin(2)
    Seat.objects.filter(project=ring.small.project, person_id=ring.names["A"]).update(day_max=1)
    ring.model.people["A"].left = 1
    said = ring.run(
        [ring.claim("A", "a"), ring.claim("A", "b")], [lambda m: m.claim("A", "a"), lambda m: m.claim("A", "b")]
    )
    assert sorted(said) == ["cap_seat", "claimed"]


@race("two requests, one left of the project")
def total_cap(ring: Ring) -> None:
    """One is given a slot, the other hears of the cap."""
    ring.begin(2)
    seat = Seat.objects.get(project=ring.small.project, person_id=ring.names["A"])
    Seat.objects.filter(id=seat.id).update(total_max=seat.total_n + 1)
    ring.model.people["A"].left = 1
    said = ring.run(
        [ring.claim("A", "a"), ring.claim("A", "b")], [lambda m: m.claim("A", "a"), lambda m: m.claim("A", "b")]
    )
    assert sorted(said) == ["cap_seat", "claimed"]


@race("claims either side of midnight in the expert's zone, one a day")
def midnight(ring: Ring) -> None:
    """The one after midnight always wins; the one before it only if it came first: no day is counted twice."""
    ring.begin(2)
    person = ring.names["A"]
    Person.objects.filter(id=person).update(tz="Africa/Cairo")
    Seat.objects.filter(project=ring.small.project, person_id=person).update(day_max=1)
    # Rounds go on through many years, and Cairo's summer time comes and goes.
    tomorrow = ring.small.now.date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), ZoneInfo("Africa/Cairo")).astimezone(UTC)
    before, after = copy(ring.small), copy(ring.small)
    before.now, after.now = midnight - timedelta(seconds=2), midnight + timedelta(seconds=2)

    def early(model: Model) -> str:
        if "next day" in model.flags:
            return "cap_seat"
        return model.claim("A", "a")

    def later(model: Model) -> str:
        model.flags.add("next day")
        return model.claim("A", "b")

    said = ring.run([ring.claim("A", "a", before), ring.claim("A", "b", after)], [early, later])
    assert said[1] == "claimed"
    Person.objects.filter(id=person).update(tz="UTC")


@race("a claim and a seat that is paused")
def seat_paused(ring: Ring) -> None:
    """The claim comes first and stays, or hears that the seat rests."""
    ring.begin()
    seat = Seat.objects.filter(project=ring.small.project, person_id=ring.names["A"])

    def pause() -> str:
        seat.update(state="paused")
        return "paused"

    def paused(model: Model) -> str:
        model.people["A"].barred = "cap_seat"
        return "paused"

    ring.run([ring.claim("A", "a"), pause], [lambda m: m.claim("A", "a"), paused])


@race("a claim and a lower cap for the day")
def cap_lowered(ring: Ring) -> None:
    """The claim comes first and stays, or hears of the cap."""
    ring.begin()
    seat = Seat.objects.filter(project=ring.small.project, person_id=ring.names["A"])

    def lower() -> str:
        seat.update(day_max=0)
        return "capped"

    def lowered(model: Model) -> str:
        model.people["A"].left = 0
        return "capped"

    ring.run([ring.claim("A", "a"), lower], [lambda m: m.claim("A", "a"), lowered])


@race("a claim handed in twice")
def submit_twice(ring: Ring) -> None:
    """One submission, paid once; the other call is told of it."""
    ring.begin()
    ring.hold("A", "a")
    said = ring.run([ring.submit("a"), ring.submit("a")], [lambda m: m.submit("a")] * 2)
    assert sorted(said) == ["repeat", "taken"]


@race("handing in and expiry")
def submit_expire(ring: Ring) -> None:
    """The work is taken and paid once, whether its claim ran out before it or not."""
    ring.begin()
    ring.hold("A", "a")
    ring.small.wait(601)
    ring.model.claims["a"].over = True
    said = ring.run([ring.submit("a"), ring.expire("a")], [lambda m: m.submit("a"), lambda m: m.end("a", "expired")])
    assert said[0] == "taken"


@race("handing in and giving back")
def submit_skip(ring: Ring) -> None:
    """Either the work is taken and paid, or the slot is open again."""
    ring.begin()
    ring.hold("A", "a")
    ring.run([ring.submit("a"), ring.skip("a")], [lambda m: m.submit("a"), lambda m: m.end("a", "skipped")])


@race("handing in and staff who take it back")
def submit_release(ring: Ring) -> None:
    """The work is taken and paid either way, since late work is taken while its slot is free."""
    ring.begin()
    ring.hold("A", "a")
    said = ring.run([ring.submit("a"), ring.release("a")], [lambda m: m.submit("a"), lambda m: m.end("a", "released")])
    assert said[0] == "taken"


@race("giving back and expiry")
def skip_expire(ring: Ring) -> None:
    """The claim ends once, and its slot opens once."""
    ring.begin()
    ring.hold("A", "a")
    ring.small.wait(601)
    ring.model.claims["a"].over = True
    ring.run([ring.skip("a"), ring.expire("a")], [lambda m: m.end("a", "skipped"), lambda m: m.end("a", "expired")])


@race("giving back and staff who take it back")
def skip_release(ring: Ring) -> None:
    """The claim ends once, and its slot opens once."""
    ring.begin()
    ring.hold("A", "a")
    said = ring.run(
        [ring.skip("a"), ring.release("a")], [lambda m: m.end("a", "skipped"), lambda m: m.end("a", "released")]
    )
    assert sorted(said) == ["claim_ended", "ended"]


@race("two of staff who take the same claim back")
def release_twice(ring: Ring) -> None:
    """One of them does it, the other hears that it has ended."""
    ring.begin()
    ring.hold("A", "a")
    said = ring.run([ring.release("a"), ring.release("a")], [lambda m: m.end("a", "released")] * 2)
    assert sorted(said) == ["claim_ended", "ended"]


@race("late work and a colleague's claim")
def late_and_claim(ring: Ring) -> None:
    """The slot goes to one of the two; late work that comes second is a surplus, and paid."""
    ring.begin()
    ring.hold("A", "a")
    ring.small.wait(601)
    ring.model.claims["a"].over = True
    assert ring.expire("a")() == ring.model.end("a", "expired") == "ended"
    said = ring.run([ring.submit("a"), ring.claim("B", "b")], [lambda m: m.submit("a"), lambda m: m.claim("B", "b")])
    assert said in {("taken", "no_work"), ("surplus", "claimed")}


@race("giving back and a colleague's claim")
def skip_and_claim(ring: Ring) -> None:
    """The colleague is given the slot if it came back first."""
    ring.begin()
    ring.hold("A", "a")
    ring.run([ring.skip("a"), ring.claim("B", "b")], [lambda m: m.end("a", "skipped"), lambda m: m.claim("B", "b")])


@race("expiry and a colleague's claim")
def expire_and_claim(ring: Ring) -> None:
    """The colleague is given the slot if it came back first."""
    ring.begin()
    ring.hold("A", "a")
    ring.small.wait(601)
    ring.model.claims["a"].over = True
    ring.run([ring.expire("a"), ring.claim("B", "b")], [lambda m: m.end("a", "expired"), lambda m: m.claim("B", "b")])


@race("expiry at work twice")
def expire_twice(ring: Ring) -> None:
    """The claim ends once."""
    ring.begin()
    ring.hold("A", "a")
    ring.small.wait(601)
    ring.model.claims["a"].over = True
    ring.run([ring.expire("a"), ring.expire("a")], [lambda m: m.end("a", "expired")] * 2)


@race("a claim and a set-aside for somebody else")
def claim_and_keep(ring: Ring) -> None:
    """The slot is claimed or kept, not both."""
    ring.begin()
    said = ring.run(
        [ring.claim("A", "a"), ring.keep("B", "s0")], [lambda m: m.claim("A", "a"), lambda m: m.keep("B", "s0")]
    )
    assert said in {("claimed", "not_kept"), ("no_work", "kept")}


@race("two set-asides of one slot")
def keep_twice(ring: Ring) -> None:
    """It is kept for one of the two."""
    ring.begin()
    said = ring.run(
        [ring.keep("A", "s0"), ring.keep("B", "s0")], [lambda m: m.keep("A", "s0"), lambda m: m.keep("B", "s0")]
    )
    assert sorted(said) == ["kept", "not_kept"]


@race("the claim of a set-aside and its end")
def claim_and_give_back(ring: Ring) -> None:
    """Its person is given the slot, before or after it came to everybody."""
    ring.begin()
    assert ring.keep("A", "s0")() == ring.model.keep("A", "s0") == "kept"
    Slot.objects.filter(id=ring.slots["s0"]).update(for_until=ring.small.now + timedelta(seconds=1))
    later = copy(ring.small)
    ring.small.wait(2)
    said = ring.run(
        [ring.claim("A", "a", later, asks=4), ring.give_back()],
        [lambda m: m.claim("A", "a"), lambda m: m.give_back("s0")],
    )
    assert said[0] == "claimed"


@race("the end of a set-aside and two claims")
def give_back_and_claims(ring: Ring) -> None:
    """The slot goes to one of the two, or to its person if they came before its end."""
    ring.begin()
    assert ring.keep("A", "s0")() == ring.model.keep("A", "s0") == "kept"
    Slot.objects.filter(id=ring.slots["s0"]).update(for_until=ring.small.now + timedelta(seconds=1))
    later = copy(ring.small)
    ring.small.wait(2)
    ring.run(
        [ring.give_back(), ring.claim("A", "a", later, asks=4), ring.claim("B", "b")],
        [lambda m: m.give_back("s0"), lambda m: m.claim("A", "a"), lambda m: m.claim("B", "b")],
    )


@race("a claim and a project that rests")
def claim_and_rest(ring: Ring) -> None:
    """The claim comes first and stays, or hears that the project rests."""
    ring.begin()

    def rest() -> str:
        move(ring, "paused")
        return "rests"

    def rests(model: Model) -> str:
        model.rests = True
        return "rests"

    ring.run([ring.claim("A", "a"), rest], [lambda m: m.claim("A", "a"), rests])
    move(ring, "open")


def move(ring: Ring, to: str) -> None:
    """Pause or open the project."""
    done = move_project(project_id=ring.small.project.id, to=to, reason="A race.", actor=COMMAND, now=ring.small.now)
    assert done == 0
