"""What a good pack says, what its streams give, and what the shipped packs hold."""

import csv
import json
import re
import tomllib
from pathlib import Path

import pytest

from fairhand.kernel.canonical import canonical_json
from fairhand.packs import PackRefused, find_pack, read_pack, shipped_packs
from fairhand.packs.project import FILE as PROJECT_FILE
from fairhand.packs.schema import main as write_schema
from fairhand.packs.schema import schema_text, template_schema_text
from fairhand.packs.spec import PackSpec, Stage
from fairhand.packs.toml_lines import line_of, lines_of
from fairhand_pay import Facts, ceiling, lines, total
from tests.rules.pack_cases import PROJECT, add, drop, line_with, make_good, swap

_DOCS = Path(__file__).parents[2] / "docs" / "reference"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return make_good(tmp_path / "good")


def test_what_the_good_pack_says(good: Path) -> None:
    pack = read_pack(good)
    assert (pack.spec.slug, pack.spec.name["ar"], pack.spec.summary) == (
        "pairs",
        "أزواج",
        {"en": "Which answer is better?"},
    )
    assert set(pack.guideline) == {"en", "ar"}
    assert [stage.kind for stage in pack.stages] == ["attempt", "review"]
    assert pack.stages[0].terms.paid_s_max == 900
    assert pack.stages[1].review_policy == {"name": "sample", "version": 1, "terms": {"share": "0.5", "seed": "s"}}
    assert pack.template["layout"] == {"kind": "pair", "left": "answer_1", "right": "answer_2"}
    assert canonical_json(pack.template)
    counts = pack.counts
    assert (counts.tasks, counts.wanted, counts.gold, counts.experts) == (2, 5, 1, 3)
    assert (counts.judgements, counts.played, counts.doubles) == (5, 4, 1)


def test_what_a_launch_needs_is_computed_by_hand(good: Path) -> None:
    pack = read_pack(good)
    # 900 s at $15.00/h are $3.75; 5 attempts $18.75, a tenth more $1.875 -> $1.88, 3 of 5 reviews at $0.08 = $0.24.
    assert ceiling(pack.stages[0].terms) == 375
    assert pack.needed_minor == 1875 + 188 + 24
    assert pack.budget_minor == 10_000
    swap(PROJECT_FILE, '"100.00"', '"20.87"')(good)
    assert read_pack(good).budget_minor == 2087


def test_the_streams_give_what_was_written(good: Path) -> None:
    pack = read_pack(good)
    tasks = list(pack.tasks())
    assert [(task.key, task.want, task.line) for task in tasks] == [("t1", 2, 1), ("t2", 3, 2)]
    assert tasks[1].payload["answer_2"] == "   ", "a blank answer is shown as such, never refused"
    (gold,) = pack.gold()
    assert (gold.answer, gold.reason, gold.use) == ({"winner": "left"}, {"en": "A is right."}, "training")
    played = [(row.number, row.line, row.expert, row.task_key, row.answer, row.seconds) for row in pack.judgements()]
    assert played == [
        (1, 2, "w1", "t1", {"winner": "left"}, 12),
        (2, 3, "w2", "t1", {"winner": "right", "comment": "Better, and\nshorter"}, 30),
        (3, 5, "w1", "t2", {"winner": "right"}, 7),
        (5, 7, "w3", "t2", {"winner": "left"}, 900),
    ]
    (double,) = pack.double_judgements
    assert (double.number, double.line, double.expert, double.task_key) == (4, 6, "w1", "t2")
    assert pack.experts == ("w1", "w2", "w3")
    assert all(row.stage is None for row in pack.judgements())


def test_a_pack_may_have_no_history_and_no_gold(good: Path) -> None:
    history = PROJECT[PROJECT.index("[history]") : PROJECT.index("[delivery]")]
    for change in (swap(PROJECT_FILE, history, ""), drop("judgements.csv"), drop("gold.jsonl")):
        change(good)
    pack = read_pack(good)
    assert list(pack.judgements()) == list(pack.gold()) == []
    assert pack.counts.judgements == 0


def test_links_inside_the_folder_are_followed(good: Path) -> None:
    (good / "gold.jsonl").rename(good / ".gold")
    (good / "gold.jsonl").symlink_to(".gold")
    assert read_pack(good).counts.gold == 1


def test_the_hash_tells_any_change_and_no_other(good: Path, tmp_path: Path) -> None:
    first = read_pack(good).content_hash
    assert read_pack(make_good(tmp_path / "again")).content_hash == first
    add("guideline.ar.md", " ")(good)
    changed = read_pack(good).content_hash
    assert changed != first
    drop("LICENSE")(good)
    assert read_pack(good).content_hash not in (first, changed)


def test_a_file_that_changes_after_the_check_is_noticed(good: Path) -> None:
    pack = read_pack(good)
    swap("tasks.jsonl", "Say hi", "Say ho")(good)
    with pytest.raises(PackRefused, match="changed while it was read"):
        list(pack.tasks())
    add("judgements.csv", "w3,t2,0,,1,0\n")(good)
    with pytest.raises(PackRefused, match="changed while it was read"):
        list(pack.judgements())
    drop("gold.jsonl")(good)
    with pytest.raises(PackRefused, match=r"gold\.jsonl: is missing"):
        list(pack.gold())


def test_progress_is_told() -> None:
    told: list[tuple[str, int]] = []
    read_pack(find_pack("weather"), lambda file, done: told.append((file, done)))
    assert told
    assert {file for file, _ in told} <= {"tasks.jsonl", "judgements.csv"}


def test_lines_of_a_project_are_found() -> None:
    found = lines_of(PROJECT)
    expected = {
        ("slug",): "slug =",
        ("licence", "url"): "url =",
        ("template", "fields", 2): 'name = "answer_2"',
        ("template", "fields", 2, "blank"): 'name = "answer_2"',
        ("template", "questions", 1, "chars_max"): "chars_max",
        ("template", "questions", 0, "options", 1, "label"): 'value = "right"',
        ("stages", 1, "policy", "share"): "policy =",
        ("history", "values", "winner", "1"): '1 = "right"',
    }
    assert {path: line_of(found, path) for path in expected} == {
        path: line_with(PROJECT, text) for path, text in expected.items()
    }


def test_lines_are_found_around_texts_of_many_lines() -> None:
    several = 'a = """\n[no]\nb = 1\n"""\nc = \'\'\'\n"""\n\'\'\' # x\n'
    text = several + '"q.r".s = [ # y\n  1,\n  { t = "#]" },\n]\n[[u]]\n[u.v]\nw = 1\n[[u]]\nw = 2\n'
    tomllib.loads(text)
    found = lines_of(text)
    paths = [("a",), ("b",), ("c",), ("q.r", "s"), ("q.r", "s", 1, "t"), ("u", 0, "v", "w"), ("u", 1, "w")]
    assert [line_of(found, path) for path in paths] == [1, None, 5, 8, 10, 14, 16]


def test_find_pack() -> None:
    assert shipped_packs() == ["llmfao", "rte", "weather"]
    assert find_pack("rte").name == "rte"
    assert find_pack(str(find_pack("rte"))) == find_pack("rte")
    for name in ("", "nothing", "../packs", "a\0b", "x" * 5000, "/etc/hostname", "rte/"):
        with pytest.raises(PackRefused, match="llmfao, rte, weather"):
            find_pack(name)


def test_llmfao_holds_what_its_source_holds() -> None:
    pack = read_pack(find_pack("llmfao"))
    counts = pack.counts
    assert (counts.tasks, counts.judgements, counts.experts, counts.doubles) == (2139, 8931, 124, 0)
    assert (counts.wanted, counts.wanted - counts.played, counts.gold) == (10_695, 1764, 7)
    blank = [
        task for task in pack.tasks() if not (task.payload["answer_1"].strip() and task.payload["answer_2"].strip())
    ]
    assert len(blank) == 289
    chosen = [row.answer["winner"] for row in pack.judgements()]
    assert [chosen.count(value) for value in ("left", "right", "tie")] == [2911, 2549, 3471]
    assert all(row.seconds is None for row in pack.judgements()), "the source has no times, so none are made up"
    assert "System A" in pack.guideline["en"]
    assert "النظام أ" in pack.guideline["ar"]
    assert (ceiling(pack.stages[0].terms), ceiling(pack.stages[1].terms)) == (12, 8)
    assert pack.needed_minor == 128_340 + 12_834 + (450 + 1025) * 8


def test_weather_is_paid_as_the_raw_file_says() -> None:
    pack = read_pack(find_pack("weather"))
    counts = pack.counts
    assert (counts.tasks, counts.judgements, counts.played, counts.doubles, counts.experts) == (300, 6030, 6025, 5, 110)
    assert counts.wanted == 6025
    with (pack.root / "judgements.csv").open(encoding="utf-8") as file:
        raw = list(csv.DictReader(file))
    seen: set[tuple[str, str]] = set()
    cents = 0
    for line in raw:
        if (line["worker"], line["task"]) not in seen:
            # 1500 cents an hour; half a cent is rounded up, each judgement by itself.
            cents += (int(line["seconds"]) * 1500 * 2 + 3600) // 7200
        seen.add((line["worker"], line["task"]))
    terms = pack.stages[0].terms
    paid = sum(total(lines(Facts((row.seconds or 0) * 1000, {}), terms)) for row in pack.judgements())
    assert paid == cents
    seconds = [row.seconds or 0 for row in pack.judgements()]
    assert (min(seconds), max(seconds)) == (1, 2397)
    assert pack.stages[0].claim_s_max > (terms.paid_s_max or 0) > 2397
    meant = {"0": "negative", "1": "neutral", "2": "positive", "3": "not_weather", "4": "cant_tell"}
    assert all(row.answer == {"label": meant[raw[row.number - 1]["label"]]} for row in pack.judgements())
    wanted: dict[str, int] = {}
    for _, key in seen:
        wanted[key] = wanted.get(key, 0) + 1
    assert {task.key: task.want for task in pack.tasks()} == wanted


def test_rte_is_whole_and_readable() -> None:
    pack = read_pack(find_pack("rte"))
    assert (pack.counts.tasks, pack.counts.judgements, pack.counts.experts, pack.counts.doubles) == (800, 8000, 164, 0)
    assert pack.stages[0].want == 10
    texts = [text for task in pack.tasks() for text in task.payload.values()]
    assert not any(re.search(r"&#?\w+;", text) for text in texts), "entities are written as characters"
    assert any("£" in text for text in texts)
    with (pack.root / "judgements.csv").open(encoding="utf-8") as file:
        raw = [line["label"] for line in csv.DictReader(file)]
    assert [row.answer["entailed"] == "yes" for row in pack.judgements()] == [label == "1" for label in raw]


def test_shipped_packs_are_small_and_attributed() -> None:
    bytes_in_all = 0
    for name in shipped_packs():
        folder = find_pack(name)
        bytes_in_all += sum(file.stat().st_size for file in folder.iterdir())
        attribution = (folder / "ATTRIBUTION.md").read_text(encoding="utf-8")
        pack = read_pack(folder)
        assert pack.spec.licence.name.split("-")[0] in attribution
        assert re.search(r"[0-9a-f]{40}", attribution), "the source's commit"
        assert pack.budget_minor > pack.needed_minor
        assert set(pack.guideline) == {"en", "ar"}
        assert pack.spec.slug == name
        assert pack.spec.history is not None
        assert all("synthetic" in reviewer for reviewer in pack.spec.history.reviewers)
        for part in (*pack.template["fields"], *pack.template["questions"]):
            assert part["label"]["ar"] != part["label"]["en"]
    assert bytes_in_all < 5_000_000


def test_the_schema_in_the_docs_is_fresh(tmp_path: Path) -> None:
    assert (_DOCS / "pack.schema.json").read_text(encoding="utf-8") == schema_text(), "stale"
    assert json.loads(schema_text())["properties"]["stages"]
    assert (_DOCS / "template.schema.json").read_text(encoding="utf-8") == template_schema_text(), "stale"
    assert write_schema(["--check", "--folder", str(tmp_path)]) == 1
    assert write_schema(["--folder", str(tmp_path)]) == 0
    assert write_schema(["--check", "--folder", str(tmp_path)]) == 0


def test_every_key_is_in_the_reference() -> None:
    page = (_DOCS / "packs.md").read_text(encoding="utf-8")
    for key in (*PackSpec.model_fields, *Stage.model_fields):
        assert f"`{key}`" in page, f"docs/reference/packs.md does not explain {key}"
