"""From ended claims to observations: what was seen whole, what only says "at least so long", and how much each weighs.

A claim that ran out, was taken back or went over its limit took at least the time that was seen. Leaving it out would
leave out the slow work, and every estimate would promise too little time; so it stays, as an open end.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log
from typing import Literal

SHARE_MAX = 0.10  # of all weight, for one person; under ten people an equal share
WINSOR = 10  # times the middle; longer counts as so long
SKIP_S_MIN = 120  # of work before a claim that was given back counts as an attempt

# As a claim's states say it: handed in, given back by its expert, run out, taken back by staff or by an outage.
End = Literal["submitted", "skipped", "expired", "released"]


@dataclass(frozen=True, slots=True)
class Worked:
    """One ended claim, first round only. Times are work time in seconds; None where none was recorded.

    `limit_s`: the full-rate limit it was worked under; None while the full rate ran on. `promised_s`: the typical time
    that its card said. `ordinal`: 1 for the person's first claim in the project. `person`: any stable name.
    """

    person: str
    work_s: float | None
    end: End
    limit_s: float | None = None
    promised_s: float | None = None
    ordinal: int = 2

    @property
    def over(self) -> bool:
        """Whether it went on past its full-rate limit."""
        return self.limit_s is not None and self.work_s is not None and self.work_s > self.limit_s


@dataclass(frozen=True, slots=True)
class Observation:
    """`log_s`: logarithm of seconds, or of a multiple of what was promised. `whole` False: it took at least so long."""

    log_s: float
    whole: bool
    weight: float = 1.0
    person: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """Observations in the order the claims ended, their weights adding up to their number; and what was left out."""

    observations: tuple[Observation, ...] = ()
    people: int = 0
    share: float = 0.0  # the largest part of the weight that one person has
    firsts: int = 0  # left out: each person's first
    others: int = 0  # left out: given back at once, or without a recorded time

    @property
    def n(self) -> int:
        """How many observations."""
        return len(self.observations)

    @property
    def whole(self) -> int:
        """How many of them tell the whole time."""
        return sum(each.whole for each in self.observations)

    @property
    def censored_share(self) -> float:
        """The part that tells only "at least so long", from 0 to 1."""
        return 1 - self.whole / self.n if self.n else 0.0

    @property
    def effective_n(self) -> float:
        """How many observations of equal weight would say as much (Kish)."""
        squares = sum(each.weight**2 for each in self.observations)
        return sum(each.weight for each in self.observations) ** 2 / squares if squares else 0.0


def left_out(claim: Worked, *, promised: bool) -> Literal["first", "other"] | None:
    """Why a claim is no observation; None if it is one."""
    seen_s = claim.work_s or 0.0
    if seen_s <= 0 or (claim.end == "skipped" and seen_s < SKIP_S_MIN) or (promised and not claim.promised_s):
        return "other"
    return "first" if claim.ordinal <= 1 else None


def sample_of(claims: Sequence[Worked], *, promised: bool = False, latest: int | None = None) -> Sample:
    """Claims in the order they ended, made ready. `latest`: only so many observations, the last ones.

    promised: times as a multiple of what each claim's card promised; claims that were promised nothing are left out.
    A time over the full-rate limit counts as "at least the limit": what is worked at a lower rate is worked otherwise.
    """
    firsts = others = 0
    used: list[tuple[str, float, bool]] = []
    for claim in claims:
        if why := left_out(claim, promised=promised):
            firsts, others = firsts + (why == "first"), others + (why == "other")
            continue
        seen_s = min(claim.work_s or 0.0, claim.limit_s or inf)
        unit_s = claim.promised_s if promised and claim.promised_s else 1.0
        used.append((claim.person, seen_s / unit_s, claim.end == "submitted" and not claim.over))
    used = used[-latest:] if latest else used
    if not used:
        return Sample(firsts=firsts, others=others)

    n, per_person = len(used), Counter(person for person, _, _ in used)
    weight = person_weights(per_person)
    weights = [weight[person] / per_person[person] for person, _, _ in used]
    most = WINSOR * _middle([(time, part) for (_, time, _), part in zip(used, weights, strict=True)])
    observations = tuple(
        Observation(log(min(time, most)), whole, part * n, person)
        for (person, time, whole), part in zip(used, weights, strict=True)
    )
    return Sample(observations, len(per_person), max(weight.values()), firsts, others)


def person_weights(counts: Counter[str]) -> dict[str, float]:
    """Person -> part of the whole, adding up to 1: by how much they did, nobody above SHARE_MAX (or an equal share)."""
    people = [person for person, _ in counts.most_common()]
    if len(people) * SHARE_MAX <= 1:
        return dict.fromkeys(people, 1 / len(people))
    capped, rest = 0, counts.total()
    while counts[people[capped]] > SHARE_MAX * rest / (1 - SHARE_MAX * capped) * (1 + 1e-12):
        rest -= counts[people[capped]]
        capped += 1
    # Those at the cap have SHARE_MAX each; the others share what is left by how much they did.
    part = (1 - SHARE_MAX * capped) / rest
    return {person: SHARE_MAX if n < capped else counts[person] * part for n, person in enumerate(people)}


def _middle(values: list[tuple[float, float]]) -> float:
    """The weighted median of (value, weight): the first value at which half of the weight is reached."""
    half = sum(weight for _, weight in values) / 2
    reached = 0.0
    for value, weight in sorted(values):
        reached += weight
        if reached >= half:
            return value
    return max(value for value, _ in values)
