"""An expert's export computed again: 0.00, or every difference by name. By the command, without a database."""

import copy
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fairhand.cli import pay as command
from fairhand.cli.main import COMMANDS, subparser
from fairhand.cli.output import CliError
from fairhand_pay import Facts, FactsError, Terms, lines, recomputed, terms_from_preset
from tests.pay.plans import facts_of, some_facts, some_terms

ROOT = Path(__file__).parents[2]
PAY = next(each for each in COMMANDS if each.name == "pay")


def exported(*works: tuple[Terms, Facts]) -> dict[str, Any]:
    """An export as the platform writes it, of some claims and their lines."""
    found: dict[str, Any] = {"made_at": "2026-11-22T10:00:00+00:00", "claims": [], "submissions": [], "pay_lines": []}
    for n, (terms, facts) in enumerate(works):
        found["claims"].append({"id": f"c{n}", "terms": {"version": 1, "pay": terms.to_json()}})
        found["submissions"].append({"id": f"s{n}", "claim": f"c{n}", "work_ms": facts.active_ms})
        for place, line in enumerate(lines(facts, terms)):
            found["pay_lines"].append({
                "id": f"l{n}-{place}", "submission": f"s{n}", "primitive": line.primitive, "version": line.version,
                "inputs": line.inputs, "exact": line.exact, "amount_minor": line.amount_minor,
                "currency": line.currency, "made_at": "2026-11-20T10:00:00+00:00",
            })  # fmt: skip
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


OUTLIER = terms_from_preset("outlier", {}, "USD")
TWO = exported((OUTLIER, Facts(4_500_000)), (OUTLIER, Facts(1_500_000)))


def run(*words: str) -> tuple[int, dict[str, Any]]:
    """Exit code and the JSON of `fairhand pay …`, in this process."""
    printed: list[dict[str, Any]] = []
    args = subparser(PAY).parse_args([*words, "--json"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "emit", lambda _args, result, _said: printed.append(result))
        code = command.run(args)
    return code, printed[0]


def test_what_the_platform_wrote_comes_to_nothing(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    works = []
    for _ in range(60):
        written = some_terms(random)
        facts = facts_of(some_facts(random, written))
        # As the platform has it: a timesheet holds the work time that is recorded (fairhand.pay.rules.facts_of).
        works.append((Terms.parse(written), replace(facts, timesheet_ms=facts.active_ms)))
    whole = exported(*works)
    compared = recomputed(whole)
    assert compared.clean, f"seed {seed}: {compared.differences[:3]}"
    assert compared.recorded_minor == compared.recomputed_minor
    assert (compared.submissions_n, compared.lines_n) == (60, len(whole["pay_lines"]))
    file = tmp_path / "export.json"
    file.write_text(json.dumps(whole))
    assert run("recompute", str(file))[0] == 0


DAMAGE = [
    (("pay_lines", 0, "amount_minor"), 3999, "amount_minor: recorded 3999, computed 4000", -1),
    (("pay_lines", 1, "exact"), "530", "exact: recorded 530", 0),
    (("pay_lines", 1, "currency"), "EUR", "currency: recorded EUR", 0),
    (("pay_lines", 1, "primitive"), "UNIT", "the terms of its claim pay no such line", 529),
    (("pay_lines", 1, "primitive"), "LUCK", "its rule is not known here", None),
    (("pay_lines", 1, "submission"), None, "does not hold the submission", None),
    (("claims", 0, "terms"), {}, "does not hold the terms", None),
    (("claims", 0, "terms", "pay", "primitives", 0, "segments", 0, "rate"), "41.00", "rate", None),
    (("submissions", 0, "work_ms"), 4_500_001, "the submission records 4500001 ms", None),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "why", "difference"), DAMAGE)
def test_every_damage_is_told(path: tuple[Any, ...], value: object, why: str, difference: int | None) -> None:
    whole = copy.deepcopy(TWO)
    place = whole
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    compared = recomputed(whole)
    assert not compared.clean
    told = [each for each in compared.differences if why in each.why]
    assert told
    if difference is not None:
        assert told[0].difference_minor == difference


def test_a_line_left_out_or_put_in_is_told() -> None:
    without = {**TWO, "pay_lines": TWO["pay_lines"][:1] + TWO["pay_lines"][2:]}
    (lost,) = recomputed(without).differences
    assert (lost.difference_minor, "was not recorded" in lost.why) == (-529, True)
    none = {**TWO, "pay_lines": TWO["pay_lines"][:2]}
    (nothing,) = recomputed(none).differences
    assert "no pay lines at all" in nothing.why
    twice = {**TWO, "pay_lines": [*TWO["pay_lines"], TWO["pay_lines"][0]]}
    assert [each.difference_minor for each in recomputed(twice).differences] == [4000]


@pytest.mark.parametrize("wrong", [None, [], {}, {"claims": 1}, {**TWO, "pay_lines": [1]}, {**TWO, "claims": {}}])
def test_what_is_no_export_is_refused(wrong: object) -> None:
    with pytest.raises(FactsError):
        recomputed(wrong)


def test_the_command_tells_a_difference_with_1_and_a_bad_file_with_2(tmp_path: Path) -> None:
    file = tmp_path / "export.json"
    whole = copy.deepcopy(TWO)
    whole["pay_lines"][0]["amount_minor"] = 3999
    file.write_text(json.dumps(whole))
    code, told = run("recompute", str(file))
    assert (code, told["totals"]["USD"]) == (1, {"recorded_minor": 6195, "recomputed_minor": 6196})
    assert told["differences"][0]["line"] == "l0-0"
    for bad in ("not json", "[" * 100_000, "{}", '{"claims": [], "submissions": [], "pay_lines": [{"id": 1}]}'):
        file.write_text(bad)
        with pytest.raises(CliError):
            run("recompute", str(file))
    with pytest.raises(CliError):
        run("recompute", str(tmp_path / "none.json"))


EXPLAINED = [
    ("--preset outlier --set rate=40 full_rate_limit_min=60 reduced_rate=21.16 --minutes 75", 4529, 10_348),
    ("--preset outlier --set rate=40 --set full_rate_limit_min=60 --minutes 25", 1667, 10_348),
    ("--preset outlier --minutes 100", 5411, 10_348),
    ("--preset outlier-estimate --minutes 75", 3058, 3058),
    ("--preset outlier-classic --minutes 60", 4500, 10_848),
    ("--preset outlier-classic --minutes 60 --who date=2026-02-02", 4000, 10_848),
    ("--preset turns --units turn=7", 1500, 3450),
    ("--preset prolific --median 40", 533, 3200),
    ("--preset fairhand --set full_rate_limit_min=120 --minutes 90 --score 4.6", 6600, 35_200),
    ("--preset mercor --set rate=65 --minutes 1356 --week hours=22.6", 146_900, 390_000),
    ("--preset remotasks --day tasks=20 --week hours=20 earned=50", 5250, 250),
    ("--preset per_unit --set unit=turn price=1.50 units_max=9 --units turn=3", 450, 1350),
    ("--preset hourly --set rate=1500 paid_s_max=7200 --minutes 20 --currency JPY", 500, 3000),
]  # fmt: skip


@pytest.mark.parametrize(("words", "total", "most"), EXPLAINED)
def test_a_preset_is_explained(words: str, total: int, most: int) -> None:
    code, told = run("explain", *words.split())
    assert (code, told["total_minor"], told["ceiling_minor"]) == (0, total, most)
    assert sum(line["amount_minor"] for line in told["lines"]) == total
    assert all(line["sentence"] and len(line["hash"]) == 64 for line in told["lines"])


@pytest.mark.parametrize(
    "words",
    ["--preset nope", "--preset outlier --set rate=x", "--preset outlier --set rate", "--preset outlier --minutes -1",
     "--preset outlier --set surprise=1", "--preset turns --units turn=x", "--preset outlier --week tasks=1",
     "--preset remotasks --week luck=1", "--preset remotasks --week earned=x", "--preset outlier --score high",
     "--preset outlier --currency ZZZ", "--preset turns --set factors=x", "--terms /none", "--terms / --set a=b"],
)  # fmt: skip
def test_what_cannot_be_explained_is_said_in_a_sentence(words: str) -> None:
    with pytest.raises(CliError) as refused:
        run("explain", *words.split())
    assert str(refused.value).endswith(".")


def test_terms_of_an_offer_and_a_curve(tmp_path: Path) -> None:
    file = tmp_path / "terms.json"
    file.write_text(json.dumps(OUTLIER.to_json()))
    assert run("explain", "--terms", str(file), "--minutes", "75")[1]["total_minor"] == 4529
    points = run("explain", "--preset", "outlier", "--curve")[1]["points"]
    assert points[-1] == {"minutes": 240, "total_minor": 10_348, "effective_minor_per_hour": 2587}
    assert [each["total_minor"] for each in points] == sorted(each["total_minor"] for each in points)


def test_it_runs_without_a_database_or_a_data_folder(tmp_path: Path) -> None:
    """As somebody would who has only the package: no settings, no home, no database is touched."""
    words = [sys.executable, "-m", "fairhand.cli.main", "pay", "explain", "--preset", "outlier", "--minutes", "75"]
    home = tmp_path / "none"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FAIRHAND", "DJANGO"))}
    env = kept | {"PYTHONPATH": str(ROOT / "src"), "FAIRHAND_HOME": str(home)}
    done = subprocess.run([*words, "--language", "ar", "--json"], env=env, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["total_minor"] == 4529
    assert not home.exists()
    shown = subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout
    assert "$45.29  total" in shown
    assert "$36.23  an hour" in shown
    assert "$103.48  is the most" in shown
