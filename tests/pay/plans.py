"""Plans of every primitive, written by hand or at random from a seed, with facts that like the edges."""

from decimal import Decimal
from random import Random
from typing import Any

from fairhand_pay import Earned, Facts, Happened, PeriodFacts, Terms

DIGITS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
UNITS = ("judgement", "review", "task", "turn", "item", "word")
PERIODS = ("day", "week", "window")
DIMS = {"role": ("attempter", "reviewer"), "tier": ("1", "2", "3"), "language": ("en", "ar"), "zone": ("A", "B")}
Json = dict[str, Any]


def plan(currency: str, paid_s_max: int | None, *primitives: Json) -> Terms:
    return Terms.parse({"currency": currency, "paid_s_max": paid_s_max, "primitives": list(primitives)})


def unit(name: str, units_max: int, *bands: tuple[int | None, str]) -> Json:
    rows = [{"upto": upto, "price": price} for upto, price in bands]
    return {"primitive": "UNIT", "version": 1, "unit": name, "units_max": units_max, "bands": rows}


def time2(*segments: tuple[int | None, str], basis: str = "active", **more: int) -> Json:
    rows = [{"upto_s": upto_s, "rate": per_hour} for upto_s, per_hour in segments]
    return {"primitive": "TIME", "version": 2, "basis": basis, "segments": rows, **more}


def rate(*rows: tuple[dict[str, str], str]) -> Json:
    return {"primitive": "RATE", "version": 1, "card": 7, "rows": [{"when": when, "rate": each} for when, each in rows]}


class Dice:
    """Random plans in one currency."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.currency = random.choice(tuple(DIGITS))

    def amount(self, below: int = 20_000, least: int = 0) -> str:
        digits = DIGITS[self.currency]
        random = self.random
        minor = max(least, random.choice((0, 1, random.randrange(below), random.randrange(1, below))))
        return str(Decimal(minor).scaleb(-digits).quantize(Decimal(1).scaleb(-digits)))

    def some(self, chance: float) -> bool:
        return self.random.random() < chance

    def ends(self, below: int, most: int) -> list[int]:
        places = range(1, below)
        return sorted(self.random.sample(places, min(len(places), self.random.randrange(0, most + 1))))

    def share(self) -> str:
        return f"{self.random.choice((1, 10, 33, 50, 65, 99, 100))}%"

    def steps(self, whole: bool) -> list[Json]:
        count = self.random.randrange(1, 4)
        ats = sorted(self.random.sample(range(1, 12), count))
        factors = sorted(self.random.choices(("1", "1.05", "1.1", "1.25", "1.333", "2", "3"), k=count))
        return [
            {"at": str(at) if whole else f"{at}.5", "factor": factor} for at, factor in zip(ats, factors, strict=True)
        ]


def some_terms(random: Random) -> Json:
    """Any plan, as JSON: every primitive may stand in it, in any order."""
    dice = Dice(random)
    timed, carded = dice.some(0.7), dice.some(0.5)
    paid_s_max = random.choice((1, 60, 3600, random.randrange(1, 604_801))) if timed else None
    found: list[Json] = [_card(dice)] if carded else []
    if timed:
        found.append(_time(dice, paid_s_max or 1, carded))
    for name in random.sample(UNITS, random.randrange(0 if timed else 1, 3)):
        found.append(_unit(dice, name, carded))
    if dice.some(0.3):
        found += _events(dice)
    for by in random.sample(("score", "turn", "item", "surge", "difficult"), random.choice((0, 0, 1, 2))):
        found.append(_mult(dice, by))
    if dice.some(0.2):
        found.append({"primitive": "CAP", "version": 1, "scope": "task", "amount": dice.amount(9000, 1), "over": "cut"})
    if dice.some(0.3):
        found.append(_task_floor(dice))
    if dice.some(0.3):
        found.append(
            {"primitive": "HOLD", "version": 1, "share": dice.share(), "release_days": random.randrange(1, 15)}
        )
    for scope in PERIODS:
        if dice.some(0.2):
            found += _period(dice, scope)
    found = found[:16]
    # A plan that could pay nothing is refused; a floor makes sure that it can.
    if not any(each["primitive"] == "FLOOR" and each["scope"] == "task" for each in found):
        found[15:] = [{"primitive": "FLOOR", "version": 1, "scope": "task", "amount": dice.amount(50, 1)}]
    random.shuffle(found)
    return {"currency": dice.currency, "paid_s_max": paid_s_max, "primitives": found}


def _card(dice: Dice) -> Json:
    rows, seen = [{"when": {}, "rate": dice.amount(6000, 1)}], {()}
    for _ in range(dice.random.randrange(0, 5)):
        names = dice.random.sample(tuple(DIMS), dice.random.randrange(1, 3))
        when = {name: dice.random.choice(DIMS[name]) for name in names}
        if (who := tuple(sorted(when.items()))) not in seen:
            seen.add(who)
            rows.append({"when": when, "rate": dice.amount(6000, 1)})
    return {"primitive": "RATE", "version": 1, "card": dice.random.randrange(1, 9), "rows": rows}


def _time(dice: Dice, paid_s_max: int, carded: bool) -> Json:
    second = carded or dice.some(0.5)
    ends = dice.ends(paid_s_max, 3)

    def per_hour() -> str:
        return dice.random.choice(("100%", "52.9%", "150%")) if carded and dice.some(0.6) else dice.amount()

    segments = [{"upto_s": end, "rate": per_hour()} for end in (*ends, None)]
    if not second:
        return {"primitive": "TIME", "version": 1, "basis": "active", "segments": segments}
    basis = dice.random.choice(("active", "wall", "timesheet"))
    tick_s, min_s = dice.random.choice((0, 0, 1, 30, 900)), dice.random.choice((0, 0, min(60, paid_s_max)))
    return {"primitive": "TIME", "version": 2, "basis": basis, "segments": segments, "tick_s": tick_s, "min_s": min_s}


def _unit(dice: Dice, name: str, carded: bool) -> Json:
    units_max = dice.random.choice((1, 5, dice.random.randrange(1, 1000)))
    if carded and dice.some(0.4):
        return {"primitive": "UNIT", "version": 2, "unit": name, "units_max": units_max,
                "parts": dice.random.randrange(1, 200), "part_s": dice.random.choice((1, 30, 60))}  # fmt: skip
    return unit(name, units_max, *((end, dice.amount()) for end in (*dice.ends(units_max, 2), None)))


def _events(dice: Dice) -> list[Json]:
    flat = {"primitive": "EVENT", "version": 1, "kind": "meeting", "amount": dice.amount(), "events_max": 2}
    share = {"primitive": "EVENT", "version": 1, "kind": "referral", "share": dice.share(), "cap": dice.amount(),
             "events_max": dice.random.randrange(1, 4)}  # fmt: skip
    if dice.some(0.3):
        share["vests_from"] = dice.amount()
    return dice.random.sample([flat, share], dice.random.randrange(1, 3))


def _mult(dice: Dice, by: str) -> Json:
    steps = [{"at": "1", "factor": "1.2"}] if by in ("surge", "difficult") else dice.steps(by != "score")
    of = dice.random.sample(("time", "unit", "event"), dice.random.randrange(1, 4))
    if not {"time", "unit"} & set(of):
        of = ["time", "unit"]
    how = dice.random.choice(("additive", "compounding"))
    return {"primitive": "MULT", "version": 1, "by": by, "steps": steps, "of": of, "how": how}


def _task_floor(dice: Dice) -> Json:
    if dice.some(0.5):
        return {"primitive": "FLOOR", "version": 1, "scope": "task", "amount": dice.amount(9000, 1)}
    basis, upto_s = dice.random.choice(("active", "median")), dice.random.randrange(3600, 20_000)
    return {"primitive": "FLOOR", "version": 1, "scope": "task", "rate": dice.amount(9000, 1), "basis": basis,
            "upto_s": upto_s}  # fmt: skip


def _period(dice: Dice, scope: str) -> list[Json]:
    ats = sorted(dice.random.sample(range(1, 40), dice.random.randrange(1, 4)))
    how = dice.random.choice(("highest", "cumulative"))
    pays = [dice.amount(9000, 1) for _ in ats]
    tiers = [{"at": at, "amount": pay} for at, pay in zip(ats, sorted(pays, key=Decimal), strict=True)]
    of = dice.random.choice(("tasks", "good_tasks", "hours"))
    if of == "hours":
        tiers = [{**tier, "at": tier["at"] * 1800} for tier in tiers]
    found: list[Json] = [
        {"primitive": "GOAL", "version": 1, "scope": scope, "of": of, "tiers": tiers, "how": how},
        {"primitive": "FLOOR", "version": 1, "scope": scope, "amount": dice.amount(40_000, 1), "from_tasks": 5},
        {"primitive": "CAP", "version": 1, "scope": scope, "amount": dice.amount(60_000, 1),
         "over": dice.random.choice(("paid", "cut"))},
    ]  # fmt: skip
    if dice.some(0.5):
        found[1] = {"primitive": "FLOOR", "version": 1, "scope": scope, "rate": dice.amount(3000, 1),
                    "upto_s": dice.random.randrange(3600, 400_000)}  # fmt: skip
    if scope == "week" and dice.some(0.3):
        found.append({"primitive": "CAP", "version": 2, "scope": "week", "hours_s": dice.random.randrange(3600, 90_000),
                      "zone": dice.random.choice((None, "Asia/Kolkata"))})  # fmt: skip
    return dice.random.sample(found, dice.random.randrange(1, 4))


def some_facts(random: Random, terms: Json) -> Json:
    """What happened, as JSON, near the edges of a plan."""
    edges = [0, terms["paid_s_max"] or 60]
    for each in terms["primitives"]:
        edges += [segment["upto_s"] for segment in each.get("segments", ()) if segment["upto_s"]]
        edges += [each["upto_s"]] if each.get("upto_s") else []
    numbers = [0, 1, 5, 11, random.randrange(1000)]
    numbers += [each["units_max"] for each in terms["primitives"] if "units_max" in each]

    def ms() -> int:
        near = random.choice(edges) * 1000 + random.choice((-1, 0, 1, 450))
        return max(0, random.choice((near, random.randrange(2 * max(edges) * 1000 + 1))))

    events = [
        {
            "kind": random.choice(("meeting", "referral", "bonus")),
            "key": random.choice("abc"),
            "base": random.randrange(99_999),
        }
        for _ in range(random.randrange(0, 5))
    ]
    flags = [flag for flag in ("surge", "difficult", "unscored") if random.random() < 0.5]
    score = random.choice((None, "0", "1.5", "4.499", "4.5", "7.5", "12"))
    return {
        "active_ms": ms(), "wall_ms": ms(), "timesheet_ms": ms(), "median_ms": random.choice((None, ms())),
        "units": {name: random.choice(numbers) for name in UNITS}, "score": score, "flags": flags, "events": events,
        "paid_keys": random.choice(([], ["a"])),
        "dims": {name: random.choice(values) for name, values in DIMS.items() if random.random() < 0.8},
    }  # fmt: skip


def some_period(random: Random, terms: Json, scope: str) -> Json:
    """A period, as JSON."""
    ends = [tier["at"] for each in terms["primitives"] for tier in each.get("tiers", ())]
    near = random.choice([*ends, 1, 5])
    done = {name: max(0, near + random.choice((-1, 0, 1))) for name in ("tasks", "good_tasks")}
    ms = random.choice((near * 1000, near * 1000 - 1, random.randrange(500_000_000)))
    lines = [
        {"amount": random.randrange(30_000), "counts": random.random() < 0.8} for _ in range(random.randrange(0, 5))
    ]
    return {"scope": scope, "done": {**done, "ms": max(0, ms)}, "lines": lines}


def facts_of(told: Json) -> Facts:
    events = tuple(Happened(each["kind"], each["key"], each["base"]) for each in told["events"])
    return Facts(
        told["active_ms"], told["units"], wall_ms=told["wall_ms"], timesheet_ms=told["timesheet_ms"],
        median_ms=told["median_ms"], score=told["score"], flags=frozenset(told["flags"]), dims=told["dims"],
        events=events, paid_keys=frozenset(told["paid_keys"]),
    )  # fmt: skip


def period_of(told: Json) -> PeriodFacts:
    lines = (Earned(f"l{n}", each["amount"], f"{n:064}", each["counts"]) for n, each in enumerate(told["lines"]))
    return PeriodFacts(told["scope"], told["done"], tuple(lines))
