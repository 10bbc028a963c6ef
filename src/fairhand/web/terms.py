"""The terms strip: a claim's whole bargain, read from a card or a frozen offer. Pure but for the words around it.

The strip's bar is drawn in percent of an axis of work time, so that it needs no style and mirrors for Arabic.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from fairhand.insight.offer_terms import BASE, EXTRAS, Segment, holds_of, price_of, said_of, segments_of
from fairhand.kernel.money import SIGNS, exponent, round_minor
from fairhand_pay import Terms

_FULL_AT = 72  # where the full-rate limit stands on the bar, in percent
_APART = 17  # labels nearer than this, in percent, become one
# Room that a label takes, in percent of the narrowest bar that has labels (style sheet, terms.css).
_ROOM = {"typical": 13, "long": 12, "both": 21, "limit": 18}
_ROOM_UNMEASURED, _ROOM_UNPAID, _ROOM_RATE = 23, 11, 19


@dataclass(frozen=True, slots=True)
class Mark:
    """A tick on the bar. `kind`: typical, long, both, limit. `x` counts from the reader's start side."""

    kind: str
    x: str
    seconds: int
    second_s: int | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the bar at one rate."""

    x: str
    width: str
    middle: str
    segment: Segment
    until_s: int
    after: bool


@dataclass(frozen=True, slots=True)
class TermsView:
    """Everything a card or strip says. `price_minor` and `unit` for pay by the piece, `segments` for pay by time.

    `said`, `extras`, `caps`: the plan's own sentences, of what pays, what is added, what bounds it. `held`: percent
    that waits for a review, and days at most. `full_rate`: why the full rate runs to the end (`few`, `review`, or "").
    """

    currency: str
    ceiling_minor: int
    segments: tuple[Segment, ...]
    price_minor: int | None
    unit: str | None
    paid_s_max: int | None
    p50_s: int | None
    p80_s: int | None
    measured_n: int | None
    measured_how: Mapping[str, str] | str | None
    estimate_by: str
    pilots: int
    lease_s: int
    claim_s_max: int
    idle_s: int
    review_deadline_h: int
    pause_s_max: int = 0
    extension_s_max: int = 0
    extension_s_auto: int = 0
    kind: str = "attempt"
    terms_hash: str = ""
    said: tuple[Any, ...] = field(default=())
    extras: tuple[Any, ...] = field(default=())
    caps: tuple[Any, ...] = field(default=())
    held: tuple[int, int] | None = None
    full_rate: str = ""
    pilot: bool = False
    blind: bool = False
    pay: Terms | None = None
    # Of a window of high demand: percent more, and till when a task has to be taken for it.
    surge: tuple[str, datetime] | None = None

    @property
    def timed(self) -> bool:
        """Whether work time is what is paid."""
        return bool(self.segments)

    @property
    def full_rate_s(self) -> int | None:
        """Where the full rate ends; None where it holds as long as anything is paid."""
        return self.segments[0].upto_s if self.segments else None

    @property
    def decided_within_s(self) -> int:
        """How long a decision may take."""
        return self.review_deadline_h * 3600

    @property
    def rate_minor(self) -> int | None:
        """The full rate per hour."""
        return self.segments[0].rate_minor if self.segments else None

    @property
    def after(self) -> Segment | None:
        """What comes after the full rate."""
        return self.segments[1] if len(self.segments) > 1 else None

    def axis_s(self, worked_s: int) -> int:
        """Length of the bar: the limit at its place, or room for the long time; never beyond what is paid."""
        longest = self.paid_s_max or 0
        wanted = (self.full_rate_s or 0) * 100 // _FULL_AT
        if self.full_rate_s is None:
            wanted = 2 * (self.p80_s or self.p50_s or longest)
        return max(1, min(longest, max(wanted, worked_s * 11 // 10)))

    def for_clock(self, worked_s: int) -> str:
        """What the page's clock needs to know, as JSON; in a window of high demand with its supplement."""
        more = 1 + Fraction(self.surge[0]) / 100 if self.surge else Fraction(1)
        fixed_minor = None if self.price_minor is None else round_minor(more * self.price_minor)
        return json.dumps({
            "segments": [{"upto_s": s.upto_s, "rate_minor": round_minor(more * s.rate_minor)} for s in self.segments],
            "paid_s_max": self.paid_s_max,
            "fixed_minor": fixed_minor,
            "mark": SIGNS.get(self.currency, self.currency + "\u00a0"),
            "digits": exponent(self.currency),
            "axis_s": self.axis_s(worked_s) if self.timed else None,
        })  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meter:
    """The bar, laid out. `start_x`, `end_x`: its two ends as the reader goes. `unmeasured`: said at its start.

    `crowded`: its labels don't find room beside one another, and the facts stand below it in their place.
    """

    spans: tuple[Span, ...]
    marks: tuple[Mark, ...]
    done_x: str
    done_width: str
    start_x: str
    end_x: str
    unmeasured: bool
    crowded: bool


def terms_view(terms: Mapping[str, Any], terms_hash: str = "") -> TermsView:
    """Read a card's terms (`dispatch.offers.card_of`) or an offer's frozen ones, which have the same shape."""
    pay = Terms.parse(terms["pay"])
    price, unit = price_of(pay) or (None, None)
    estimate = terms.get("estimate") or {}
    return TermsView(
        currency=pay.currency, ceiling_minor=terms["ceiling_minor"], segments=segments_of(pay), price_minor=price,
        unit=unit, paid_s_max=pay.paid_s_max, p50_s=estimate.get("p50_s"), p80_s=estimate.get("p80_s"),
        measured_n=estimate.get("n"), measured_how=estimate.get("basis"),
        estimate_by=estimate.get("source", ""), pilots=estimate.get("pilots", 0), lease_s=terms["lease_s"],
        claim_s_max=terms["claim_s_max"], idle_s=terms["idle_s"], review_deadline_h=terms["review_deadline_h"],
        pause_s_max=terms.get("pause_s_max", 0), extension_s_max=terms.get("extension_s_max", 0),
        extension_s_auto=terms.get("extension_s_auto", 0), kind=terms.get("kind", "attempt"),
        terms_hash=terms_hash, said=said_of(pay, BASE), extras=said_of(pay, EXTRAS),
        caps=said_of(pay, frozenset({"CAP"})), held=holds_of(pay), full_rate=str(terms.get("full_rate", "")),
        pilot="pilot" in terms, blind="blind" in terms, pay=pay, surge=_surge(terms.get("surge")),
    )  # fmt: skip


def _surge(written: Any) -> tuple[str, datetime] | None:
    """(percent more, till when); None for what nothing of ours wrote."""
    try:
        more = (Fraction(written["factor"]) - 1) * 100
        until = datetime.fromisoformat(written["until"])
    except (TypeError, KeyError, ValueError, ZeroDivisionError):
        return None
    return f"{float(more):g}", until


def meter(view: TermsView, worked_s: int, rtl: bool) -> Meter | None:
    """Lay the bar out; None for terms that pay by the piece. `rtl` mirrors it."""
    if not view.timed:
        return None
    axis = view.axis_s(worked_s)

    def at(seconds: int) -> float:
        return min(100.0, 100 * seconds / axis)

    def place(percent: float, width: float = 0) -> str:
        return f"{100 - percent - width if rtl else percent:.2f}%"

    spans, narrow = [], False
    for number, segment in enumerate(view.segments):
        until = min(segment.upto_s or axis, axis)
        start, end = at(segment.from_s), at(until)
        if end > start:
            middle = place((start + end) / 2)
            narrow = narrow or end - start < _ROOM_RATE
            last = segment.upto_s or view.paid_s_max or axis
            spans.append(Span(place(start, end - start), f"{end - start:.2f}%", middle, segment, last, number > 0))
    wanted = _marks(view)
    marks = _joined([mark for mark in wanted if mark.seconds <= axis], at)
    placed = tuple(Mark(m.kind, place(at(m.seconds)), m.seconds, m.second_s) for m in marks)
    unmeasured = not (view.p50_s or view.p80_s)
    beyond = any(mark.seconds > axis for mark in wanted)
    done = at(worked_s)
    return Meter(
        tuple(spans), placed, place(0, done) if rtl else "0", f"{done:.2f}%", place(0), place(100), unmeasured,
        narrow or beyond or _crowded([(at(m.seconds), _ROOM[m.kind]) for m in marks], unmeasured),
    )  # fmt: skip


def _crowded(labels: list[tuple[float, int]], unmeasured: bool) -> bool:
    """Whether labels below the bar would lie over one another, or over what stands beside it. Each is (its middle, its
    room); at the start it may say that nothing is measured, and at the end what comes when nothing is paid any more."""
    free, end = _ROOM_UNMEASURED if unmeasured else -4.0, 100.0 - _ROOM_UNPAID
    for middle, room in sorted(labels):
        if middle - room / 2 < free or middle + room / 2 > end:
            return True
        free = middle + room / 2
    return False


def _marks(view: TermsView) -> list[Mark]:
    wanted = (("typical", view.p50_s), ("long", view.p80_s), ("limit", view.full_rate_s))
    return [Mark(kind, "", seconds) for kind, seconds in wanted if seconds]


def _joined(marks: list[Mark], at: Any) -> list[Mark]:
    """Typical and long as one label where two would overlap."""
    both = [mark for mark in marks if mark.kind != "limit"]
    if len(both) == 2 and at(both[1].seconds) - at(both[0].seconds) < _APART:
        joined = Mark("both", "", both[0].seconds, both[1].seconds)
        return [joined, *(mark for mark in marks if mark.kind == "limit")]
    return marks
