"""Plans and facts at random from a seed, and a second pay engine that shares no code with the first."""

import decimal
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

MINOR_DIGITS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
UNITS = ("judgement", "review", "task", "turn", "item", "word")


@dataclass(frozen=True)
class Case:
    """Terms as JSON, and what happened."""

    terms: dict[str, Any]
    active_ms: int | None
    units: dict[str, int]


def amount_text(random: Random, currency: str, below: int) -> str:
    digits = MINOR_DIGITS[currency]
    minor = random.choice((0, 1, random.randrange(below), random.randrange(1, below)))
    return str(Decimal(minor).scaleb(-digits).quantize(Decimal(1).scaleb(-digits)))


def some_case(random: Random) -> Case:
    """Any plan the canonical form can say, with facts that like the edges."""
    currency = random.choice(tuple(MINOR_DIGITS))
    timed = random.random() < 0.7
    counted = random.sample(UNITS, random.randrange(0 if timed else 1, 3))
    primitives: list[dict[str, Any]] = []
    edges_s = [0]
    paid_s_max = None
    if timed:
        paid_s_max = random.choice((1, 60, 3600, random.randrange(1, 604_801)))
        time, edges_s = _time(random, currency, paid_s_max)
        primitives.append(time)
    units: dict[str, int] = {}
    for unit in counted:
        written = _unit(random, currency, unit)
        primitives.append(written)
        units[unit] = random.choice((0, 1, written["units_max"], random.randrange(2 * written["units_max"] + 2)))
    # A plan that could never pay is refused; give it one price that does.
    terms = {"currency": currency, "paid_s_max": paid_s_max, "primitives": primitives}
    if sum(second_opinion(Case(terms, (paid_s_max or 0) * 1000, dict.fromkeys(UNITS, 10**6)))) == 0:
        first = primitives[0].get("segments") or primitives[0]["bands"]
        first[0]["rate" if timed else "price"] = "3600"
    random.shuffle(primitives)
    active_ms = None
    if timed:
        edge_ms = random.choice(edges_s) * 1000 + random.choice((-1, 0, 1, 450))
        active_ms = max(0, random.choice((edge_ms, random.randrange(2 * (paid_s_max or 1) * 1000))))
    return Case(terms, active_ms, units)


def _time(random: Random, currency: str, paid_s_max: int) -> tuple[dict[str, Any], list[int]]:
    places = range(1, paid_s_max)
    ends = sorted(random.sample(places, min(len(places), random.randrange(0, 4))))
    segments = [{"upto_s": end, "rate": amount_text(random, currency, 20_000)} for end in (*ends, None)]
    time = {"primitive": "TIME", "version": 1, "basis": "active", "segments": segments}
    return time, [0, *ends, paid_s_max]


def _unit(random: Random, currency: str, unit: str) -> dict[str, Any]:
    units_max = random.choice((1, 5, random.randrange(1, 1000)))
    places = range(1, units_max)
    ends = sorted(random.sample(places, min(len(places), random.randrange(0, 3))))
    bands = [{"upto": end, "price": amount_text(random, currency, 20_000)} for end in (*ends, None)]
    return {"primitive": "UNIT", "version": 1, "unit": unit, "units_max": units_max, "bands": bands}


def second_opinion(case: Case) -> list[Decimal]:
    """Every line's amount in whole units of the currency, by decimals and by differences of running totals."""
    found: list[Decimal] = []
    with decimal.localcontext(prec=80):
        cent = Decimal(1).scaleb(-MINOR_DIGITS[case.terms["currency"]])
        for written in case.terms["primitives"]:
            if written["primitive"] == "TIME":
                steps = [(s["upto_s"] and Decimal(s["upto_s"]), Decimal(s["rate"])) for s in written["segments"]]
                done = min(Decimal(case.active_ms or 0) / 1000, Decimal(case.terms["paid_s_max"]))
                per = Decimal(3600)
            else:
                steps = [(b["upto"] and Decimal(b["upto"]), Decimal(b["price"])) for b in written["bands"]]
                done = Decimal(min(case.units[written["unit"]], written["units_max"]))
                per = Decimal(1)
            for number, (upto, price) in enumerate(steps):
                before = steps[number - 1][0] if number else Decimal(0)
                if number and done <= (before or 0):
                    break
                amount = (min(done, upto or done) - (before or 0)) * price / per
                found.append(amount.quantize(cent, rounding=ROUND_HALF_UP))
    return found
