"""Other terms made from terms: the full rate to the end, and a floor of law or of a platform beside them."""

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

from fairhand_pay.compute import drafted
from fairhand_pay.currency import parse_minor, parse_share
from fairhand_pay.engine import effective
from fairhand_pay.facts import Facts
from fairhand_pay.primitives.mult import MultParams
from fairhand_pay.primitives.rate import RateParams
from fairhand_pay.primitives.time import TimeParams as FirstTimeParams
from fairhand_pay.primitives.time2 import TimeParams
from fairhand_pay.terms import Terms, highest, resolved

_FLOORS = Path(__file__).with_name("floors.toml")


def at_full_rate(terms: Terms) -> Terms:
    """The same plan with no drop after the full-rate limit: the full rate runs up to the paid-time maximum.

    It holds while an estimate is under review, and where too few samples stand behind one. Rates that rise, stay. For
    the terms of one person (`resolved`): where shares of a rate and amounts mix, the higher depends on the card's row.
    """
    changed = []
    for each in terms.primitives:
        if isinstance(each.params, FirstTimeParams | TimeParams):
            full = each.params.segments[0].rate
            kept = [
                segment if _higher(segment.rate, full, terms) else segment.model_copy(update={"rate": full})
                for segment in each.params.segments
            ]
            each = replace(each, params=each.params.model_copy(update={"segments": tuple(kept)}))
        changed.append(each)
    return Terms.parse(replace(terms, primitives=tuple(changed)).to_json())


SURGE = "surge"


def with_surge(terms: Terms, factor: str) -> Terms:
    """The same plan with a supplement on what it pays for time and units; `factor` from 1 to 3, as text."""
    written = terms.to_json()
    supplement = {"primitive": "MULT", "version": 1, "by": SURGE, "steps": [{"at": "1", "factor": factor}]}
    return Terms.parse({**written, "primitives": [*written["primitives"], supplement]})


def flags_of(terms: Terms) -> frozenset[str]:
    """What held when an offer on these terms was made: they carry its supplement, so every claim on them earns it."""
    made = (each.params for each in terms.primitives if isinstance(each.params, MultParams))
    return frozenset(SURGE for params in made if params.by == SURGE)


def _higher(rate: str, full: str, terms: Terms) -> bool:
    """Whether a segment's rate is above the first one's; a share and an amount are compared at the highest card row."""
    return _value(rate, terms) > _value(full, terms)


def _value(rate: str, terms: Terms) -> Fraction:
    if not rate.endswith("%"):
        return Fraction(parse_minor(rate, terms.currency))
    cards = (each.params for each in highest(terms).primitives if isinstance(each.params, RateParams))
    return parse_minor(next(cards).rows[0].rate, terms.currency) * parse_share(rate)


@dataclass(frozen=True, slots=True)
class WageFloor:
    """A row of floors.toml: who publishes it, and when it was written down, unchecked. The operator checks it."""

    place: str
    begins: date
    currency: str
    per_hour_minor: int
    source: str
    noted_on: date
    example: bool


@cache
def floors() -> tuple[WageFloor, ...]:
    """Every row of floors.toml, by place and date. It is data with its source, no claim about anybody's law."""
    rows = tomllib.loads(_FLOORS.read_text(encoding="utf-8"))["floor"]
    found = [
        WageFloor(row["place"], row["from"], row["currency"], parse_minor(row["per_hour"], row["currency"]),
                  row["source"], row["noted_on"], row["example"])
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda row: (row.place, row.begins)))


def floor_of(place: str, on: date) -> WageFloor | None:
    """The row that holds for a place (a country's two letters, or a platform) on a day; None where there is none."""
    held = [row for row in floors() if row.place == place and row.begins <= on]
    return held[-1] if held else None


def below_floor(terms: Terms, floor: WageFloor, typical_ms: int, dims: dict[str, str] | None = None) -> int | None:
    """Minor units an hour that a claim of typical length falls short of a floor; None if it doesn't, or can't be said.

    Terms of another currency and terms that are not paid by time or by the task alone are not compared.
    """
    if terms.currency != floor.currency or typical_ms <= 0:
        return None
    own = resolved(terms, dims or {})
    units = {name.removeprefix("units."): 1 for each in own.primitives for name in each.part.asks(each.params)
             if name.startswith("units.")}  # fmt: skip
    facts = Facts(
        typical_ms, units, wall_ms=typical_ms, timesheet_ms=typical_ms, median_ms=typical_ms, flags=flags_of(own)
    )  # fmt: skip
    earned = sum(made.amount_minor for _, _, made in drafted(own.of_scope("task"), facts, own.frame))
    wage = effective(earned, typical_ms).per_hour_minor or 0
    return floor.per_hour_minor - wage if wage < floor.per_hour_minor else None
