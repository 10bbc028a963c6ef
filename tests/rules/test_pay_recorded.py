"""What the engine once said of a plan and paid for facts is said and paid again, to the letter."""

import json

import pytest

from fairhand_pay import Terms, terms_from_preset
from fairhand_pay.primitives import PRIMITIVES
from tests.pay.recorded import FILE, PRESETS, digest, of_case, of_plan

ROWS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("part", range(8))
def test_recorded_plans_are_computed_again_to_the_letter(part: int) -> None:
    for row in ROWS[part::8]:
        terms = Terms.parse(row["terms"])
        said = of_plan(terms)
        assert digest(said) == row["digest"], f"plan {row['number']} says something else: {json.dumps(said)}"
        for case in row["cases"]:
            paid = of_case(terms, case)
            assert digest(paid) == case["digest"], f"plan {row['number']} of {case['facts']}: {json.dumps(paid)}"


def test_every_primitive_stands_in_a_recorded_plan() -> None:
    used = {(each["primitive"], each["version"]) for row in ROWS for each in row["terms"]["primitives"]}
    assert set(PRIMITIVES) - used == {("ADJUST", 1)}, "ADJUST stands in no plan: it is the difference of two"


@pytest.mark.parametrize("number", range(len(PRESETS)))
def test_presets_compose_the_plans_that_were_recorded(number: int) -> None:
    name, asked = PRESETS[number]
    assert terms_from_preset(name, asked, "USD").to_json() == ROWS[number]["terms"], name
