"""What is owed to whoever worked under an estimate that promised too little time. Minor units, never below 0.

Every claim is computed again, with its own facts, on its own frozen terms with a longer full-rate limit (or, for pay by
the piece that promised a wage, with prices grown as the typical time did). The difference to what it was paid is owed,
as a line that says so. Offers stay as they are.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Any, Protocol

from fairhand.estimates.rules.estimate import LIMIT_OF_TYPICAL
from fairhand_pay import (
    PAID_S_MAX_MAX,
    AdjustParams,
    Facts,
    Line,
    Terms,
    adjust,
    lines,
    needs_time,
    scored_since,
    total,
)
from fairhand_pay.currency import parse_minor, plain_minor
from fairhand_pay.presets.hourly import PAID_OVER_LIMIT

ESTIMATE = AdjustParams(cause="estimate")
# Causes of lines that a claim got since because of its time or its score: what they paid isn't owed again.
OF_TIME = ("estimate", "limit", "time", "median", "score", "unscored")
_PART_S_MAX = 3_600
# Terms that were moved on already: many claims stand on one offer. By the identity of the old ones and the new limit.
_Moved = dict[tuple[int, int], Terms]


class Times(Protocol):
    """What of an estimate pay depends on, in seconds: its typical time, and the full-rate limit to offer."""

    @property
    def p50_s(self) -> int:
        """The typical time."""

    @property
    def limit_s(self) -> int:
        """The full-rate limit."""


@dataclass(frozen=True, slots=True)
class PaidClaim:
    """An accepted claim, the facts it was paid on and its frozen terms. `promised_s`: the typical time on its card,
    None if none stood there. `added`: lines it got since because of its time or its score, from earlier reviews,
    corrections and its decision; `more_ms`: what those corrections added to its time."""

    claim: str
    person: str
    facts: Facts
    terms: Terms
    promised_s: int | None
    added: tuple[Line, ...] = ()
    more_ms: int = 0

    @property
    def corrected(self) -> Facts:
        """The facts with the time as it was corrected, and the score that came since."""
        facts = scored_since(self.facts, self.added)
        if facts.worked_ms is None or not self.more_ms:
            return facts
        return facts.lasting(facts.worked_ms + self.more_ms)


@dataclass(frozen=True, slots=True)
class Owed:
    """One claim's difference: `line` says it, its amount being `new_minor` - `old_minor`, above 0.

    `old_s`, `new_s`: the full-rate limit then and now; for pay by the piece, the typical time.
    """

    claim: str
    person: str
    line: Line
    old_minor: int
    new_minor: int
    old_s: int
    new_s: int


@dataclass(frozen=True, slots=True)
class BackPay:
    """One batch. `first`: the claim that was the first to take longer than promised; None if none was.

    `looked_at`: accepted claims from that one on, `owed` being those of them that are short of something.
    """

    owed: tuple[Owed, ...]
    first: str | None
    looked_at: int

    @property
    def totals(self) -> Mapping[str, int]:
        """Currency -> minor units."""
        found: Counter[str] = Counter()
        for each in self.owed:
            found[each.line.currency] += each.line.amount_minor
        return found

    @property
    def people(self) -> int:
        """How many people get something."""
        return len({each.person for each in self.owed})


def differences(
    claims: Sequence[PaidClaim], new: Times, *, pieces: bool, cause: AdjustParams = ESTIMATE, began: bool = False
) -> BackPay:  # fmt: skip
    """What is owed for claims, in the order they were handed in, had the estimate been `new` all along.

    pieces: whether pay by the piece promised a wage, so that it grows with the typical time. Plans that pay for time
    get a longer full-rate limit instead. Everybody counts who worked, whether they are still there or not. began: the
    first that took longer came before these.
    """
    start = 0 if began and claims else next((place for place, claim in enumerate(claims) if overran(claim)), None)
    if start is None:
        return BackPay((), None, 0)
    moved: _Moved = {}
    found = [owed(claim, new, pieces=pieces, cause=cause, moved=moved) for claim in claims[start:]]
    return BackPay(tuple(each for each in found if each is not None), claims[start].claim, len(found))


def overran(claim: PaidClaim) -> bool:
    """Whether a claim took longer than its full-rate limit; where the plan has none, than its card called typical."""
    promised_s, worked_ms = limit_of(claim.terms) or claim.promised_s, claim.corrected.worked_ms
    return promised_s is not None and worked_ms is not None and worked_ms > promised_s * 1000


def owed(
    claim: PaidClaim, new: Times, *, pieces: bool, cause: AdjustParams = ESTIMATE, moved: _Moved | None = None
) -> Owed | None:  # fmt: skip
    """What one claim is short of, had its estimate been `new`; None if nothing.

    Counted as paid is what it was paid when it was handed in and what was added since because of its time: nothing is
    paid twice, whatever came first, a correction or a review.
    """
    facts, terms = claim.corrected, claim.terms
    if needs_time(terms):
        old_s = limit_of(terms) or terms.paid_s_max or 0
        new_s = new_limit(claim, new)
        terms = terms_under(claim, new, moved)
        # Rules that look at the typical time of this work look at the new one.
        facts = replace(facts, median_ms=max(facts.median_ms or 0, new.p50_s * 1000))
    elif pieces and claim.promised_s:
        old_s, new_s = claim.promised_s, new.p50_s
        terms = with_prices(terms, Fraction(max(old_s, new_s), old_s))
    else:
        return None
    paid = (*lines(claim.facts, claim.terms), *claim.added)
    again = lines(facts, terms)
    found = adjust(paid, again, cause)
    if not found or total(found) <= 0:
        return None
    return Owed(claim.claim, claim.person, found[0], total(paid), total(paid) + total(found), old_s, max(old_s, new_s))


def terms_under(claim: PaidClaim, new: Times, moved: _Moved | None = None) -> Terms:
    """The claim's terms, had the estimate been `new`; those of plans that pay no time as they are."""
    if not needs_time(claim.terms):
        return claim.terms
    new_s = new_limit(claim, new)
    moved = {} if moved is None else moved
    key = id(claim.terms), new_s
    found = moved[key] = moved.get(key) or with_limit(claim.terms, new_s)
    return found


def new_limit(claim: PaidClaim, new: Times) -> int:
    """The full-rate limit that a claim would have had: that of the new estimate; as a part of the typical time, where
    its plan gave less of it than is usual (as plans do that drop the rate at the estimate)."""
    old_s, promised_s = limit_of(claim.terms), claim.promised_s
    if old_s is not None and promised_s and old_s < LIMIT_OF_TYPICAL * promised_s:
        return ceil(Fraction(old_s * new.p50_s, promised_s))
    return new.limit_s


def limit_of(terms: Terms) -> int | None:
    """The full-rate limit that terms name, in seconds; None where the full rate runs to the end."""
    segments = next((_segments(each) for each in terms.to_json()["primitives"] if _segments(each)), [])
    return segments[0]["upto_s"] if segments else None


def with_limit(terms: Terms, limit_s: int) -> Terms:
    """Terms with a full-rate limit of at least so many seconds, what comes after it as long as before, and a paid-time
    maximum that leaves room for it. Never less than they pay now."""
    written = terms.to_json()
    if written["paid_s_max"] is None:
        return terms
    most_s = max(written["paid_s_max"], min(PAID_OVER_LIMIT * limit_s, PAID_S_MAX_MAX))
    for each in written["primitives"]:
        if segments := _segments(each):
            each["segments"] = _moved(segments, limit_s, most_s)
    return Terms.parse({**written, "paid_s_max": most_s})


def with_prices(terms: Terms, factor: Fraction) -> Terms:
    """Terms whose pieces pay so many times as much (1 or more), each price rounded up to a minor unit; where a piece
    counts as some time, that time grows, in whole seconds."""
    written = terms.to_json()
    for each in written["primitives"]:
        if each["primitive"] != "UNIT":
            continue
        for band in each.get("bands") or ():
            price_minor = ceil(parse_minor(band["price"], terms.currency) * factor)
            band["price"] = plain_minor(price_minor, terms.currency)
        if "part_s" in each:
            each["part_s"] = min(ceil(each["part_s"] * factor), _PART_S_MAX)
    return Terms.parse(written)


def _segments(primitive: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The segments of an hourly rate in their written form."""
    return list(primitive.get("segments") or []) if primitive["primitive"] == "TIME" else []


def _moved(segments: Sequence[Mapping[str, Any]], limit_s: int, most_s: int) -> list[dict[str, Any]]:
    """Segments with their ends moved on by what the first one gets longer; those beyond the maximum fall away."""
    first_s = segments[0]["upto_s"]
    if first_s is None:
        return [dict(each) for each in segments]
    ends = [None if each["upto_s"] is None else each["upto_s"] + max(0, limit_s - first_s) for each in segments]
    last = next(place for place, end in enumerate(ends) if end is None or end >= most_s)
    kept = [{**each, "upto_s": end} for each, end in zip(segments[: last + 1], ends, strict=False)]
    kept[-1]["upto_s"] = None
    return kept
