"""A second pay engine, written from the specification alone: fractions, nothing of the first one.

It reads terms and facts as JSON and returns amounts in minor units: what each primitive pays, line by line, with lines
of nought left out. Where the first engine walks segments, this one takes differences of running totals.
"""

from fractions import Fraction
from typing import Any

Json = dict[str, Any]
Paid = list[tuple[str, int]]
_DIGITS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
_HALF = Fraction(1, 2)


def half_up(value: Fraction) -> int:
    """ROUND_HALF_UP, once for each line."""
    return (value + _HALF).__floor__() if value >= 0 else -((_HALF - value).__floor__())


class Second:
    """One claim or one period on some terms."""

    def __init__(self, terms: Json) -> None:
        self.terms = terms
        self.unit = 10 ** _DIGITS[terms["currency"]]
        self.longest = terms["paid_s_max"]

    def money(self, text: str) -> Fraction:
        return Fraction(text) * self.unit

    def of(self, *names: str, scope: str = "task") -> list[Json]:
        return [p for p in self.terms["primitives"] if p["primitive"] in names and p.get("scope", "task") == scope]

    # One claim

    def claim(self, facts: Json) -> tuple[Paid, int]:
        """(what is paid, how much of it is held)."""
        rate = self._rate(facts)
        base: list[tuple[str, Fraction]] = []
        for p in self.of("TIME", "UNIT", "EVENT"):
            base += [(p["primitive"], part) for part in self._base(p, facts, rate)]
        extra: list[tuple[str, Fraction]] = []
        for p in self.of("MULT"):
            wanted = {name.upper() for name in p["of"]}
            on = sum((part for name, part in base if name in wanted), Fraction(0))
            if p["how"] == "compounding":
                on += sum((part for _, part in extra), Fraction(0))
            extra.append(("MULT", (self._factor(p, facts) - 1) * on))
        printed = [(name, half_up(part)) for name, part in (*base, *extra)]
        # Neither caps nor floors look at referrals and the like.
        work = sum(n for _, n in printed) - sum(half_up(part) for part in self._gifts(facts))
        for p in self.of("CAP"):
            too_much = work - half_up(self.money(p["amount"]))
            if too_much > 0:
                printed.append(("CAP", -too_much))
                work -= too_much
        for p in self.of("FLOOR"):
            printed.append(("FLOOR", half_up(max(Fraction(0), self._floor(p, facts) - work))))
        held = 0
        for p in self.of("HOLD"):
            whole = max(0, sum(n for _, n in printed))
            exact = whole * Fraction(p["share"][:-1]) / 100
            # Largest remainder of two parts; what is free comes first, so it has the odd half cent.
            held = whole - half_up(whole - exact)
        return [(name, n) for name, n in printed if n], held

    def _rate(self, facts: Json) -> Fraction:
        best: tuple[int, Fraction] = (-1, Fraction(0))
        for p in self.of("RATE"):
            for row in p["rows"]:
                if all(facts["dims"].get(name) == value for name, value in row["when"].items()):
                    best = max(best, (len(row["when"]), self.money(row["rate"])))
        return best[1]

    def _base(self, p: Json, facts: Json, rate: Fraction) -> list[Fraction]:
        if p["primitive"] == "TIME":
            return self._time(p, facts, rate)
        if p["primitive"] == "EVENT":
            return self._events(p, facts)
        count = min(facts["units"][p["unit"]], p["units_max"])
        if p["version"] == 2:
            return [Fraction(count * p["parts"] * p["part_s"], 3600) * rate]
        return _slices(Fraction(count), [(band["upto"], self.money(band["price"])) for band in p["bands"]])

    def _time(self, p: Json, facts: Json, rate: Fraction) -> list[Fraction]:
        seconds = Fraction(facts[f"{p['basis']}_ms"], 1000)
        if p.get("tick_s"):
            seconds = Fraction(-((-seconds / p["tick_s"]).__floor__()) * p["tick_s"])
        seconds = min(max(seconds, Fraction(p.get("min_s", 0))), Fraction(self.longest))
        steps = []
        for segment in p["segments"]:
            text = segment["rate"]
            per_hour = rate * Fraction(text[:-1]) / 100 if text.endswith("%") else self.money(text)
            steps.append((segment["upto_s"], per_hour / 3600))
        return _slices(seconds, steps)

    def _events(self, p: Json, facts: Json) -> list[Fraction]:
        gone, left, found = set(facts["paid_keys"]), p.get("events_max", 1), []
        for event in facts["events"]:
            if event["kind"] != p["kind"]:
                continue
            if event["key"] not in gone and left:
                left -= 1
                found.append(self._event(p, event))
            gone.add(event["key"])
        return found

    def _event(self, p: Json, event: Json) -> Fraction:
        if "share" not in p:
            return self.money(p["amount"])
        if "vests_from" in p and event["base"] < self.money(p["vests_from"]):
            return Fraction(0)
        return min(event["base"] * Fraction(p["share"][:-1]) / 100, self.money(p["cap"]))

    def _gifts(self, facts: Json) -> list[Fraction]:
        kinds = ("referral", "expense", "bonus")
        return [part for p in self.of("EVENT") if p["kind"] in kinds for part in self._events(p, facts)]

    def _factor(self, p: Json, facts: Json) -> Fraction:
        if p["by"] == "score":
            level = None if facts["score"] is None else Fraction(facts["score"])
            if level is None and "unscored" in facts["flags"]:  # accepted, and nobody scored it: as the best
                level = max(Fraction(s["at"]) for s in p["steps"])
        elif p["by"] in facts["units"]:
            level = Fraction(facts["units"][p["by"]])
        else:
            level = Fraction(1 if p["by"] in facts["flags"] else 0)
        reached = [Fraction(s["factor"]) for s in p["steps"] if level is not None and Fraction(s["at"]) <= level]
        return max(reached, default=Fraction(1))

    def _floor(self, p: Json, facts: Json) -> Fraction:
        if "amount" in p:
            return self.money(p["amount"])
        ms = facts[f"{p.get('basis', 'active')}_ms"]
        if ms is None:
            return Fraction(0)
        return self.money(p["rate"]) * min(Fraction(ms, 1000), Fraction(p["upto_s"])) / 3600

    # One period

    def period(self, told: Json) -> Paid:
        """What closing a day, week or window adds."""
        scope, done = told["scope"], told["done"]
        found: Paid = []
        for p in self.of("GOAL", scope=scope):
            level = Fraction(done["ms"], 1000) if p["of"] == "hours" else Fraction(done[p["of"]])
            reached = [half_up(self.money(tier["amount"])) for tier in p["tiers"] if tier["at"] <= level]
            found += [("GOAL", n) for n in (reached if p["how"] == "cumulative" else reached[-1:])]
        for p in self.of("FLOOR", scope=scope):
            if done["tasks"] < p.get("from_tasks", 0):
                continue
            had = sum(each["amount"] for each in told["lines"] if each["counts"]) + sum(n for _, n in found)
            floor = self._floor(p, {"active_ms": done["ms"]})
            found.append(("FLOOR", half_up(max(Fraction(0), floor - had))))
        for p in self.of("CAP", scope=scope):
            if "hours_s" in p:  # it stops the offers: what our clock let run is paid
                continue
            whole = sum(each["amount"] for each in told["lines"] if each["counts"]) + sum(n for _, n in found)
            if p["over"] == "cut":
                found.append(("CAP", min(0, half_up(self.money(p["amount"])) - whole)))
        return [(name, n) for name, n in found if n]


def _slices(amount: Fraction, steps: list[tuple[int | None, Fraction]]) -> list[Fraction]:
    """Each step's part of a running total: what is worth `price` up to `end`."""
    found, before = [], Fraction(0)
    for end, price in steps:
        upto = amount if end is None else min(amount, Fraction(end))
        found.append(max(Fraction(0), upto - before) * price)
        before = max(before, upto)
    return found
