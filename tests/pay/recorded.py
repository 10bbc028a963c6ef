"""What the engine said of random plans once, to the letter: what was paid then must be computed again for ever.

    python -m tests.pay.recorded

adds the plans that are not in tests/pay/recorded.jsonl yet, and leaves the others as they stand. Whoever changes what
a primitive writes into its lines gives it a new version, since experts hold exports of the old lines.
"""

import hashlib
import json
from pathlib import Path
from random import Random
from typing import Any

from fairhand_pay import (
    FactsError,
    Terms,
    TermsError,
    asks,
    at_full_rate,
    ceiling,
    counts,
    describe,
    flags_of,
    held,
    highest,
    lines,
    needs_time,
    resolved,
    score_steps,
    sentence,
    terms_from_preset,
    total,
    units_of,
    week_cap,
    window_ceiling,
    window_lines,
    with_surge,
)
from fairhand_pay.recompute import recalled
from tests.pay.plans import PERIODS, facts_of, period_of, some_facts, some_period, some_terms

FILE = Path(__file__).parent / "recorded.jsonl"
PLANS, CASES = 180, 3
Json = dict[str, Any]
# Every preset as it stands, and with everything that can be said of it.
PRESETS: tuple[tuple[str, Json], ...] = (
    ("fairhand", {}),
    ("fairhand", {"rates": {"tier=chemist:3": "45.00"}, "card": 2, "typical_min": 20, "full_rate_limit_min": 35,
                  "paid_max_min": 90, "quality_from": "4", "quality_factor": "1.25", "week_guarantee": "400.00",
                  "week_guarantee_from_hours": 8, "mission_tasks": 15, "mission_amount": "30.00"}),
    ("hourly", {"rate": "15.00", "paid_s_max": 2700}),
    ("hourly", {"rate": "40.00", "rates": {"language=ar": "42.00"}, "full_rate_s": 3600, "after_rate": "21.16"}),
    ("mercor", {}),
    ("mercor", {"rate": "45.50", "weekly_cap_h": 12, "paid_max_h": 30, "zone": "Asia/Kolkata"}),
    ("mercor-deliverable", {}),
    ("mercor-deliverable", {"price": "99.00", "deliverables_max": 3}),
    ("mindrift", {}),
    ("mindrift", {"rate": "28.00", "rates": {"zone=DE": "31.00"}, "base_units": 94, "card": 3}),
    ("mindrift-set", {}),
    ("mindrift-set", {"reward": "24.00", "sets_max": 4}),
    ("outlier", {}),
    ("outlier", {"rate": "50.00", "full_rate_limit_min": 40, "reduced_rate": "25.00", "paid_max_min": 100,
                 "rates": {"tier=law:2": "55.00"}}),
    ("outlier-classic", {}),
    ("outlier-classic", {"rate": "45.00", "later_rate": "40.00", "announced_on": "2026-01-01",
                         "later_from": "2026-01-15", "full_rate_limit_min": 30, "paid_max_min": 45}),
    ("outlier-estimate", {}),
    ("outlier-estimate", {"rate": "35.00", "estimate_min": 25, "full_rate_limit_min": 50}),
    ("per_unit", {"unit": "judgement", "price": "0.12"}),
    ("per_unit", {"unit": "word", "price": "0.03", "units_max": 500}),
    ("prolific", {}),
    ("prolific", {"reward": "5.00", "floor_rate": "9.00", "median_max_min": 60}),
    ("remotasks", {}),
    ("remotasks", {"price": "3.00", "day_tasks": 10, "week_hours": 15, "floor_rate": "6.00", "floor_hours": 20}),
    ("turns", {}),
    ("turns", {"price": "20.00", "factors": {"3": "1.3", "6": "1.5"}, "hold_share": "10%", "release_days": 5}),
)  # fmt: skip


def drawn(number: int) -> Json:
    """The plan of this number, with facts and periods."""
    random = Random(f"recorded {number}")
    terms = terms_from_preset(*PRESETS[number], "USD").to_json() if number < len(PRESETS) else some_terms(random)
    cases = [
        {
            "facts": _with_a_gap(random, some_facts(random, terms)),
            "periods": [some_period(random, terms, scope) for scope in PERIODS],
        }
        for _ in range(CASES)
    ]
    return {"number": number, "terms": terms, "cases": cases}


def _with_a_gap(random: Random, facts: Json) -> Json:
    """Now and then something that the plan may ask for is missing."""
    name = random.choice(("active_ms", "wall_ms", "timesheet_ms", "score", "units", "dims", "", "", "", ""))
    return facts | ({name: {} if name in ("units", "dims") else None} if name else {})


def of_plan(terms: Terms) -> Json:
    """What holds of the terms themselves."""
    return {
        "json": terms.to_json(), "asks": asks(terms), "time": needs_time(terms), "units": units_of(terms),
        "week": week_cap(terms), "ceiling": ceiling(terms), "highest": highest(terms).to_json(),
        "windows": {scope: window_ceiling(terms, scope) for scope in PERIODS},
        "said": [[each.key, each.args] for each in describe(terms)],
        "full": at_full_rate(terms).to_json(), "flags": sorted(flags_of(terms)), "steps": score_steps(terms),
        "surge": _or_why(lambda: with_surge(terms, "1.5").to_json()),
    }  # fmt: skip


def of_case(terms: Terms, case: Json) -> Json:
    """What it pays for one set of facts."""
    facts = facts_of(case["facts"])
    return {
        "lines": _or_why(lambda: _paid(lines(facts, terms))),
        "own": _or_why(lambda: resolved(terms, facts.dims).to_json()),
        "again": _or_why(lambda: _paid(lines(recalled([each.inputs for each in lines(facts, terms)]), terms))),
        "periods": [_or_why(lambda told=told: _paid(window_lines(period_of(told), terms))) for told in case["periods"]],
    }


def _paid(found: Any) -> Json:
    rows = [[each.key, each.amount_minor, counts(each), sentence(each, "en"), each.hash] for each in found]
    return {"rows": rows, "total": total(found), "held": held(found)}


def _or_why(compute: Any) -> Any:
    try:
        return compute()
    except (FactsError, TermsError) as error:
        return {"refused": [error.path, error.why]}


def digest(said: Json) -> str:
    """Sixteen hex digits over all of it."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def main() -> None:
    """Add what is missing."""
    kept = FILE.read_text(encoding="utf-8").splitlines() if FILE.exists() else []
    rows = [json.loads(line) for line in kept]
    for number in range(len(rows), PLANS):
        row = drawn(number)
        terms = Terms.parse(row["terms"])
        row["digest"] = digest(of_plan(terms))
        for case in row["cases"]:
            case["digest"] = digest(of_case(terms, case))
        kept.append(json.dumps(row, sort_keys=True, ensure_ascii=False))
    FILE.write_text("\n".join(kept) + "\n", encoding="utf-8")
    print(f"{len(kept)} plans, {len(kept) - len(rows)} of them new")


if __name__ == "__main__":
    main()
