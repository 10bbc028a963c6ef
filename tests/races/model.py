"""A small model of dispatch in plain Python: what may come of verbs that happen at the same moment.

A race is right if its results and its tables are those of its verbs done one after the other, in some order. The model
knows nothing of the database: a verb is a function of the model that returns what the product's own verb should say.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import permutations

Verb = Callable[["Model"], str]


@dataclass(slots=True)
class ModelSlot:
    """One unit of wanted work. `kept_for`: somebody it is set aside for."""

    state: str = "open"
    kept_for: str | None = None
    claim: str | None = None


@dataclass(slots=True)
class ModelClaim:
    """A claim by its name; `over`: its time is up as the race begins, so that expiry may end it."""

    person: str
    slot: str
    state: str = "live"
    over: bool = False
    paused: bool = False


@dataclass(slots=True)
class ModelPerson:
    """Caps as the claim function reads them. `left`: how many more the day or the project allows, None for no limit."""

    open_max: int = 3
    left: int | None = None
    barred: str | None = None
    met: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Model:
    """Everything that the verbs of one race can touch. A slot's name is its task's too: each task wants one attempt."""

    slots: dict[str, ModelSlot] = field(default_factory=dict)
    claims: dict[str, ModelClaim] = field(default_factory=dict)
    people: dict[str, ModelPerson] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)
    rests: bool = False
    flags: set[str] = field(default_factory=set)

    def open_n(self, person: str) -> int:
        """Live claims of a person."""
        return sum(one.person == person and one.state == "live" for one in self.claims.values())

    def claim(self, person: str, name: str) -> str:
        """The next slot for a person, under a request of this name."""
        if name in self.claims:
            return "claimed"
        who = self.people[person]
        if self.open_n(person) >= who.open_max:
            return "cap_open"
        if self.rests:
            return "project_rests"
        if who.barred:
            return who.barred
        if who.left is not None and who.left <= 0:
            return "cap_seat"
        for slot_name, slot in sorted(self.slots.items()):
            if slot.state == "open" and slot.kept_for in (None, person) and slot_name not in who.met:
                slot.state, slot.claim = "claimed", name
                self.claims[name] = ModelClaim(person, slot_name)
                who.met.add(slot_name)
                who.left = None if who.left is None else who.left - 1
                return "claimed"
        return "no_work"

    def submit(self, name: str) -> str:
        """Hand in: late work takes its slot back while it is free, else it is a surplus, and paid as well."""
        claim = self.claims[name]
        slot = self.slots[claim.slot]
        if claim.state == "submitted":
            return "repeat"
        if claim.state == "skipped":
            return "claim_ended"
        self.paid[claim.person] = self.paid.get(claim.person, 0) + 1
        free = claim.state == "live" or (slot.state == "open" and slot.kept_for in (None, claim.person))
        claim.state, claim.paused = "submitted", False
        if not free:
            return "surplus"
        slot.state, slot.claim, slot.kept_for = "settled", None, None
        return "taken"

    def end(self, name: str, state: str) -> str:
        """Skipped by its expert, expired by the clock, or released by staff: the slot opens again."""
        claim = self.claims[name]
        if claim.state != "live":
            return "claim_ended"
        if state == "expired" and not claim.over:
            return "not_due"
        claim.state, claim.paused = state, False
        slot = self.slots[claim.slot]
        slot.state, slot.claim = "open", None
        if state in ("skipped", "released"):
            slot.kept_for = None
        return "ended"

    def keep(self, person: str, slot_name: str) -> str:
        """Set an open slot aside for somebody."""
        slot = self.slots[slot_name]
        if slot.state != "open" or slot.kept_for is not None or slot_name in self.people[person].met:
            return "not_kept"
        slot.kept_for = person
        return "kept"

    def give_back(self, slot_name: str) -> str:
        """The time for which a slot was kept is over."""
        slot = self.slots[slot_name]
        if slot.state != "open" or slot.kept_for is None:
            return "nothing"
        slot.kept_for = None
        return "given_back"

    def shape(self) -> tuple[object, ...]:
        """What the tables must show, without names that the database chooses."""
        return (
            tuple(sorted((slot.state, slot.kept_for or "") for slot in self.slots.values())),
            tuple(sorted((claim.person, claim.state) for claim in self.claims.values())),
            tuple(sorted((person, self.open_n(person)) for person in self.people)),
            tuple(sorted((person, n) for person, n in self.paid.items() if n)),
        )


def serial(model: Model, verbs: Sequence[Verb]) -> set[tuple[tuple[str, ...], tuple[object, ...]]]:
    """What each verb says (in the order given) and what the tables show, for every order in which they may happen."""
    found = set()
    for order in permutations(range(len(verbs))):
        tried, said = deepcopy(model), [""] * len(verbs)
        for at in order:
            said[at] = verbs[at](tried)
        found.add((tuple(said), tried.shape()))
    return found
