"""The dispatch plan of a project: which policies rank its slots and order its queues. Parsed, checked, composed. Pure.

Body: {"version": 1, "slot": [choice, ...], "queue": [choice, ...], "redundancy": choice | null}, a choice being
{"name", "version", "terms"}. Tiers of slot policies are added, TIER_LAST at most; ranks of queue policies are compared
one after the other, in the order of the plan.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ValidationError

from fairhand.dispatch.policies._facts import ExpertFacts, QueueFacts, SlotFacts, drawn, share_drawn
from fairhand.dispatch.policies.queue import QUEUE_POLICIES
from fairhand.dispatch.policies.slot import SLOT_POLICIES
from fairhand.kernel.limits import QUEUES_PER_CLAIM_MAX, TIER_LAST

VERSION = 1
# What is set aside for a cohort one is in, then rework, calibration, the rest: where no policy decides.
_LANES = {"rework": 0, "calibration": 1, "real": 2, "gold": 3, "held": 4}
_TIER, _GOLD = "tier", "gold_share"
# What a person wishes is theirs: it is written down as a draw.
_UNSAID = frozenset({"wishes"})
_PRIORITIES = 10
_ROTATED = QUEUES_PER_CLAIM_MAX // 4
_KEYS = frozenset({"version", "slot", "queue", "redundancy"})
_CHOICE_KEYS = frozenset({"name", "version", "terms"})


@dataclass(frozen=True, slots=True)
class Choice:
    """A policy that a project chose, with its terms parsed."""

    name: str
    version: int
    terms: Any
    policy: Any

    def to_json(self) -> dict[str, Any]:
        """As a plan stores it."""
        return {"name": self.name, "version": self.version, "terms": self.terms.model_dump(mode="json")}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a plan. `field`: slot.deadline.hours, queue, version; `why`: an English sentence."""

    field: str
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What comes next in a project. `redundancy` is a choice of `review.redundancy`, as stored; None: not said."""

    slot: tuple[Choice, ...]
    queue: tuple[Choice, ...]
    redundancy: Mapping[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """The canonical body."""
        return {
            "version": VERSION, "slot": [each.to_json() for each in self.slot],
            "queue": [each.to_json() for each in self.queue], "redundancy": self.redundancy,
        }  # fmt: skip

    def tier(self, facts: SlotFacts) -> int:
        """0 to TIER_LAST: the sum of all policies' tiers."""
        tier: int = sum(each.policy.tier(facts, each.terms) for each in self.slot)
        return min(TIER_LAST, tier)

    def order(self, facts: SlotFacts) -> tuple[int, ...]:
        """What slots of one launch and tier are sorted by; at last their attempt and their place in the batch."""
        said = [part for each in self.slot for part in each.policy.order(facts, each.terms)]
        return (*said, facts.seq, facts.place)

    @property
    def needs_expert(self) -> bool:
        """Whether ordering its queues takes more of a person than a seed."""
        return any(each.name not in ("tier", "weights") for each in self.queue)

    @property
    def has_gold(self) -> bool:
        """Whether it draws gold at all."""
        return self.chooses("queue", _GOLD)

    def draws_gold(self, expert: ExpertFacts) -> bool:
        """Whether this claim is to be on gold."""
        return any(each.policy.draws(expert, each.terms) for each in self.queue if each.name == _GOLD)

    def chooses(self, kind: str, name: str) -> bool:
        """Whether a policy is part of it."""
        return any(each.name == name for each in (self.slot if kind == "slot" else self.queue))


@dataclass(frozen=True, slots=True)
class Ordered:
    """Queues in the order to try. `why`: queue id -> short code of what put it before the next one."""

    ids: list[int]
    why: Mapping[int, str]


def arrange(plan: Plan, queues: Sequence[QueueFacts], expert: ExpertFacts) -> Ordered:
    """Every queue once, none else. Ranks of the plan's policies first, then cohort, lane, tier; then a draw.

    The same seed gives the same order.
    """
    columns: list[tuple[str, Mapping[int, int]]] = [
        (each.name, each.policy.ranks(queues, expert, each.terms)) for each in plan.queue
    ]
    columns.append(("set_aside", {queue.id: int(not queue.own) for queue in queues}))
    columns.append(("lane", {queue.id: _LANES[queue.lane] for queue in queues}))
    if not plan.chooses("queue", _TIER):
        columns.append((_TIER, {queue.id: queue.tier for queue in queues}))
    columns.append(("draw", {queue.id: drawn(expert.seed, queue.id) for queue in queues}))
    keys = {queue.id: tuple(ranks[queue.id] for _, ranks in columns) for queue in queues}
    ids = sorted(keys, key=lambda queue_id: (keys[queue_id], queue_id))
    return Ordered(ids, _why([name for name, _ in columns], keys, ids))


def _why(names: Sequence[str], keys: Mapping[int, tuple[int, ...]], ids: Sequence[int]) -> dict[int, str]:
    """What told each queue from the one after it: the first rank in which they differ."""
    found = {ids[-1]: "last" if len(ids) > 1 else "only"} if ids else {}
    for this, following in pairwise(ids):
        told = next(name for name, a, b in zip(names, keys[this], keys[following], strict=True) if a != b)
        found[this] = "draw" if told in _UNSAID else told
    return found


@dataclass(frozen=True, slots=True)
class Turn:
    """A project among several. `priority`: 0 first, 9 last; `tier`: its queues' lowest; `ids`: in its own order."""

    project: str
    priority: int
    tier: int
    ids: Sequence[int]


def merge(turns: Sequence[Turn], seed: str) -> list[int]:
    """Queues of several projects in one order: every project's first, then every project's second, and so on.

    The projects' turns are drawn: one of priority 0 weighs ten times as much as one of priority 9, and lower tiers
    weigh more; nothing is ever left out, so no project starves.
    """
    drawn_at = {turn.project: -math.log(share_drawn(seed, "turn", turn.project)) / _weight(turn) for turn in turns}
    in_turn = sorted((turn for turn in turns if turn.ids), key=lambda turn: (drawn_at[turn.project], turn.project))
    longest = max((len(turn.ids) for turn in in_turn), default=0)
    return [turn.ids[at] for at in range(longest) for turn in in_turn if at < len(turn.ids)]


def _weight(turn: Turn) -> float:
    return (_PRIORITIES - turn.priority) / (1 + turn.tier)


def windows(ids: Sequence[int], seed: str, size: int = QUEUES_PER_CLAIM_MAX) -> list[list[int]]:
    """The queues in calls of at most `size`: each once. Of more than one call's, the first one's last quarter is drawn
    from those behind, so that the last is looked at too before everything before it is empty."""
    if len(ids) <= size:
        return [list(ids)] if ids else []
    first, behind = list(ids[: size - _ROTATED]), list(ids[size - _ROTATED :])
    start = drawn(seed, "window") % len(behind)
    called = [*behind[start:], *behind[:start]][:_ROTATED]
    taken = set(called)
    rest = [queue_id for queue_id in behind if queue_id not in taken]
    return [first + called, *(rest[at : at + size] for at in range(0, len(rest), size))]


def parse(body: object) -> Plan | list[Problem]:
    """A plan from its JSON, or everything wrong with it. Terms of redundancy are judged by `review.redundancy`."""
    if not isinstance(body, Mapping):
        return [Problem("", "not_a_table", "a plan is a table")]
    found = [Problem(str(key), "unknown", "is not a part of a plan") for key in body if key not in _KEYS]
    if body.get("version") != VERSION:
        found.append(Problem("version", "unknown_version", f"is {VERSION}"))
    slot = _choices("slot", body.get("slot", []), SLOT_POLICIES, found)
    queue = _choices("queue", body.get("queue", []), QUEUE_POLICIES, found)
    redundancy = body.get("redundancy")
    if redundancy is not None and (not isinstance(redundancy, Mapping) or set(redundancy) != _CHOICE_KEYS):
        found.append(Problem("redundancy", "not_a_choice", "is a policy with name, version and terms, or null"))
    return found or Plan(tuple(slot), tuple(queue), redundancy)


def _choices(kind: str, given: object, registry: Any, found: list[Problem]) -> list[Choice]:
    if not isinstance(given, list) or len(given) > len(registry.names()):
        found.append(Problem(kind, "not_a_list", "is a list of policies, each at most once"))
        return []
    chosen: list[Choice] = []
    for one in given:
        if not isinstance(one, Mapping) or not set(one) <= _CHOICE_KEYS or not isinstance(one.get("name"), str):
            found.append(Problem(kind, "not_a_choice", "holds something that is no policy with name, version, terms"))
            continue
        name, version = one["name"], one.get("version", 1)
        policy = registry.get(name, version) if type(version) is int else None
        if policy is None:
            found.append(Problem(f"{kind}.{name}", "unknown_policy", "is not a policy of this version of Fairhand"))
        elif any(each.name == name for each in chosen):
            found.append(Problem(f"{kind}.{name}", "twice", "stands in the plan twice"))
        elif isinstance(terms := _terms(policy.terms, one.get("terms", {})), list):
            found += [Problem(f"{kind}.{name}.{field}" if field else f"{kind}.{name}", "bad_terms", why)
                      for field, why in terms]  # fmt: skip
        else:
            chosen.append(Choice(name, version, terms, policy))
    return chosen


def _terms(model: type[BaseModel], given: object) -> BaseModel | list[tuple[str, str]]:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        return [
            (str(each["loc"][0]) if each["loc"] else _only_term(model), each["msg"].removeprefix("Value error, "))
            for each in error.errors(include_url=False, include_input=False, include_context=False)
        ]


def _only_term(model: type[BaseModel]) -> str:
    """A mistake of the terms as a whole is said at their first field."""
    return next(iter(model.model_fields), "")


def _default() -> Plan:
    plan = parse({
        "version": VERSION, "slot": [{"name": "breadth_first", "version": 1, "terms": {"tiers": 0}}],
        "queue": [{"name": "wishes", "version": 1, "terms": {}}], "redundancy": None,
    })  # fmt: skip
    if not isinstance(plan, Plan):
        raise TypeError(f"the default plan doesn't hold: {plan}")
    return plan


# Where a project has said nothing: every task once before any task twice, low tiers first.
DEFAULT = _default()
