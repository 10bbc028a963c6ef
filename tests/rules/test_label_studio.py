"""Label Studio's configurations as templates: what each becomes, what is lost and said to be, tasks there and back."""

import json
import random
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from fairhand.cli import label_studio as command
from fairhand.cli.main import COMMANDS, subparser
from fairhand.cli.output import CliError
from fairhand.kernel.limits import LABEL_STUDIO_BYTES_MAX, LABEL_STUDIO_TAGS_MAX
from fairhand.tasks.importers import IMPORTERS
from fairhand.tasks.importers._importer import Row
from fairhand.tasks.label_studio import BadConfig, answer_of, payload_of, result_of, task_of, translate
from fairhand.tasks.label_studio.read import read
from fairhand.tasks.template import bound, check_answer, check_payload
from tests.counts import count

FOLDER = Path(__file__).parents[1] / "data" / "label_studio"
CASES = sorted(path.stem for path in FOLDER.glob("*.xml"))
# What each configuration loses, as (tag, whole); the others lose nothing.
LOST = {
    "choices-sentiment": [("Choices", False), ("Choices", False)],
    "html-and-relations": [("HyperText", True), ("Relations", True), ("Relation", True), ("DateTime", True)],
    "labels-entities": [("Labels", False)],
    "pairwise-preference": [("Style", True)],
    "paragraphs-marks": [("ParagraphLabels", True)],
    "ranker-buckets": [("Ranker", True)],
    "textarea-several": [("TextArea", False)],
}
KINDS = {"image": "image/png", "audio": "audio/wav", "video": "video/mp4", "pdf": "application/pdf"}


def config_of(name: str) -> str:
    return (FOLDER / f"{name}.xml").read_text(encoding="utf-8")


def tasks_of(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def with_files(template: Any, payload: Any) -> Any:
    """Each file that a payload names, as it is once the project has it."""
    found = dict(payload)
    for terms in template["fields"]:
        if terms["type"] in KINDS:
            found[terms["name"]] = {
                "file": "0" * 8 + "-0000-4000-8000-" + "0" * 12, "name": payload[terms["name"]]["file"], "bytes": 9,
                "media_type": KINDS[terms["type"]], "sha256": "0" * 64, "width": 800, "height": 600,
            }  # fmt: skip
    return found


def plain(results: Any) -> list[str]:
    return sorted(
        json.dumps({key: each for key, each in row.items() if key != "id"}, sort_keys=True) for row in results
    )


def test_there_are_thirty_and_more() -> None:
    assert len(CASES) >= 30
    assert set(LOST) <= set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_configuration_becomes_a_template_and_its_tasks_go_there_and_back(name: str) -> None:
    made = translate(config_of(name))
    assert made.template is not None, made.lost
    assert [(each.tag, each.whole) for each in made.lost] == LOST.get(name, [])
    for task in tasks_of(name):
        payload, wrong = payload_of(made, task["data"])
        assert wrong == []
        payload = with_files(made.template, payload)
        assert check_payload(made.template, payload) == ()
        left = {key: each for key, each in task["data"].items() if f"${key}" in config_of(name) and key != "html"}
        assert task_of(made, payload) == left
        for annotation in task["annotations"]:
            answer, wrong = answer_of(made, annotation["result"], task["data"])
            assert wrong == []
            assert check_answer(bound(made.template, payload), answer) == ()
            assert plain(result_of(made, answer, payload)) == plain(annotation["result"])


def test_labels_are_headings_hotkeys_are_keys_and_conditions_are_conditions() -> None:
    sentiment = translate(config_of("choices-sentiment")).template
    assert sentiment is not None
    (question,) = sentiment["questions"]
    assert question["label"] == {"en": "Choose text sentiment:"}
    assert [each.get("key") for each in question["options"]] == [None, None, None]  # taken on every page
    why = translate(config_of("choices-condition")).template
    assert why is not None
    assert why["questions"][1]["show_if"] == {"question": "answerable", "any_of": ["no"]}
    better = translate(config_of("pairwise-preference")).template
    assert better is not None
    assert better["layout"] == {"kind": "pair", "left": "answer1", "right": "answer2"}
    assert better["fields"][0]["label"] == {"en": "Prompt"}
    assert better["questions"][0]["label"] == {"en": "Which answer is better?"}


@pytest.mark.parametrize(("config", "line", "said"), [
    ("<View>", 1, "no element found"),
    ("", 1, "no element found"),
    ('<!DOCTYPE x [<!ENTITY a "aaaa">]>\n<View>&a;</View>', 1, "document type"),
    ('<!DOCTYPE View SYSTEM "file:///etc/passwd"><View/>', 1, "document type"),
    ("<View>\n<Text></View>", 2, "mismatched tag"),
    ("<View>" + "<Text/>" * (LABEL_STUDIO_TAGS_MAX + 1) + "</View>", 1, "more than"),
    ("<a>" * 50 + "</a>" * 50, 1, "deep"),
    ("<View>" + "x" * 600_000 + "</View>", 1, "longer than"),
])  # fmt: skip
def test_what_is_no_configuration_is_refused_with_its_line(config: str, line: int, said: str) -> None:
    with pytest.raises(BadConfig, match=said) as refused:
        translate(config)
    assert refused.value.line == line


@pytest.mark.parametrize(("control", "said"), [
    ('<Rating name="r" toName="t" maxRating="1"/>', "its scale ends at"),
    ('<Choices name="c" toName="t"/>', "no options"),
    ('<Choices name="c" toName="t"><Choice value="A"/><Choice value="A"/></Choices>', "are the same"),
    ('<Choices name="c" toName="t"><Choice value="$a"/><Choice value="B"/></Choices>', "from the data"),
    ('<Choices name="c" toName="gone"><Choice value="A"/><Choice value="B"/></Choices>', "not among the fields"),
    ('<Choices name="c" toName="t" perRegion="true"><Choice value="A"/><Choice value="B"/></Choices>', "each mark"),
    ('<Number name="n" toName="t" min="some"/>', "no numbers"),
    ('<Pairwise name="p" toName="t"/>', "compares two"),
    ('<Ranker name="r" toName="t"/>', "orders a List"),
    ('<Labels name="l" toName="t"/>', "has 0 labels"),
    ('<RectangleLabels name="l" toName="t"><Label value="A"/></RectangleLabels>', "than a picture"),
    ('<Labels name="l" toName="t" maxUsages="2"><Label value="A"/></Labels>', "no counterpart"),
    ('<Rating name="r" toName="t" visibleWhen="region-selected"/>', "asked always"),
    ('<Gauge name="g" toName="t"/>', "is like it"),
])  # fmt: skip
def test_what_cannot_be_carried_over_is_said(control: str, said: str) -> None:
    made = translate(f'<View><Text name="t" value="$t"/>\n{control}</View>')
    assert [each for each in made.lost if said in each.why and each.line == 2], made.lost


@pytest.mark.parametrize(("name", "result", "said"), [
    ("choices-sentiment", [{"from_name": "sentiment", "value": {"choices": ["Angry"]}}], "is not one of its options"),
    ("choices-sentiment", [{"from_name": "sentiment", "value": {"choices": ["Positive", "Negative"]}}], "several"),
    ("choices-sentiment", [{"from_name": "mood", "value": {"choices": ["Positive"]}}], "was not carried over: mood"),
    ("choices-sentiment", ["rubbish"], "have no value"),
    ("rating-stars", [{"from_name": "rating", "value": {"rating": 11}}], "not a number from 1 to 10"),
    ("number-count", [{"from_name": "count", "value": {"number": "five"}}], "no number"),
    ("pairwise-text", [{"from_name": "pw", "value": {"selected": "both"}}], "neither left nor right"),
    ("taxonomy-library", [{"from_name": "taxonomy", "value": {"taxonomy": [["Fungi"]]}}], "not in its tree"),
    ("ranker-results", [{"from_name": "rank", "value": {"ranker": {"rank": ["1", "2"]}}}], "each thing"),
    ("labels-entities", [{"from_name": "label", "value": {"start": 1, "end": 4, "text": "Ada", "labels": ["PER"]}}],
     "something else"),
    ("labels-entities", [{"from_name": "label", "value": {"labels": ["PER"]}}], "no start and end"),
    ("image-boxes", [{"from_name": "tag", "value": {"rectanglelabels": ["Car"]}}], "how large"),
    ("image-boxes", [{"from_name": "tag", "original_width": 10, "original_height": 10, "value": {
        "x": 1, "y": 1, "width": 5, "height": 5, "rotation": 3, "rectanglelabels": ["Car"]}}], "is turned"),
    ("image-boxes", [{"from_name": "tag", "original_width": 10, "original_height": 10, "value": {
        "x": 1, "y": 1, "width": 500, "height": 5, "rectanglelabels": ["Car"]}}], "outside"),
])  # fmt: skip
def test_a_result_that_is_no_answer_is_named(name: str, result: Any, said: str) -> None:
    _, wrong = answer_of(translate(config_of(name)), result, tasks_of(name)[0]["data"])
    assert any(said in each for each in wrong), wrong


@pytest.mark.parametrize(("name", "data", "said"), [
    ("choices-sentiment", {}, "no 'text'"),
    ("choices-sentiment", {"text": ["x"]}, "no text"),
    ("paragraphs-dialogue", {"dialogue": "x"}, "who said what"),
    ("ranker-results", {"query": "x", "items": []}, "holds 0 things"),
    ("image-choices", {"image": 5}, "no address"),
    ("table-check", {"record": []}, "names and values"),
])  # fmt: skip
def test_data_that_a_field_cannot_show_are_named(name: str, data: Any, said: str) -> None:
    _, wrong = payload_of(translate(config_of(name)), data)
    assert any(said in each for each in wrong), wrong


def test_no_tag_and_no_setting_is_dropped_in_silence(seed: int) -> None:
    """Configurations put together at random: every tag that asks or shows is in the template or in the list."""
    draw = random.Random(seed)  # makes configurations, guards nothing
    lines = [line for name in CASES for line in config_of(name).splitlines() if "<" in line]
    for _ in range(count(300, 20_000)):
        body = "\n".join(draw.choices(lines, k=draw.randrange(1, 12)))
        body = body.replace("toName", draw.choice(("toName", "toname")), draw.randrange(2))
        try:
            made = translate(f"<View>{body}</View>")
        except BadConfig:
            continue
        told = {(each.line, each.tag) for each in made.lost}
        held = {id(each) for one in made.asked for each in one.also}
        held |= {id(each.tag) for each in (*made.asked, *made.shown)}
        named = {each.attrs.get("name") for each in (*(one.tag for one in (*made.asked, *made.shown)),)}
        for tag in read(f"<View>{body}</View>").walk():
            if tag.name in ("View", "Collapse", "Panel", "Choice", "Label", "Bucket", "Header"):
                continue
            assert tag.attrs.get("name") in named or (tag.line, tag.name) in told, (tag, body)


def test_what_stands_behind_a_heading_and_is_lost_is_told() -> None:
    body = '<Header value="Mark"/><Relations><Relation value="is about"/></Relations><Text name="t" value="$t"/>'
    told = [each.tag for each in translate(f'<View>{body}<TextArea name="a" toName="t"/></View>').lost]
    assert {"Relations", "Relation"} <= set(told)


def _run(*words: str) -> tuple[int, Any]:
    printed: list[Any] = []
    known = next(each for each in COMMANDS if each.name == "label-studio")
    args = subparser(known).parse_args([*words, "--json"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "emit", lambda _args, result, said: printed.append((result, said)))
        code = command.run(args)
    return code, printed[0]


def test_the_command_writes_what_an_import_takes_and_a_delivery_goes_back(tmp_path: Path) -> None:
    config, tasks = str(FOLDER / "ranker-results.xml"), tmp_path / "tasks.json"
    tasks.write_text(json.dumps([*tasks_of("ranker-results"), {"query": "no list"}]), encoding="utf-8")
    code, (told, said) = _run("translate", config, "--tasks", str(tasks), "--out", str(tmp_path / "made"))
    assert (code, told["tasks"], told["answers"]) == (1, 1, 1)
    assert told["refused"] == ["task ls-2: results: its data have no 'items'"]
    assert "asks   rank (ranking): Rank" in said
    lines = enumerate((tmp_path / "made" / "tasks.jsonl").read_text().splitlines(), start=1)
    rows = list(IMPORTERS.get("jsonl", 1).rows(lines, told["template"]["fields"]))
    assert [isinstance(row, Row) and row.key for row in rows] == ["ls-1"]
    made = json.loads((tmp_path / "made" / "answers.jsonl").read_text())
    delivered = tmp_path / "delivered.jsonl"
    delivered.write_text(json.dumps({"task": made["key"], "payload": made["payload"], "answer": made["answer"]}))
    code, (told, _) = _run("export", str(delivered), config, "--out", str(tmp_path / "back.json"))
    (back,) = json.loads((tmp_path / "back.json").read_text())
    assert (code, told) == (0, {"tasks": 1, "annotations": 1})
    assert back["data"] == tasks_of("ranker-results")[0]["data"]
    assert plain(back["annotations"][0]["result"]) == plain(tasks_of("ranker-results")[0]["annotations"][0]["result"])


def test_the_command_says_what_it_cannot_read(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text("<View>")
    for words in (["translate", str(tmp_path / "gone.xml")], ["translate", str(broken)]):
        with pytest.raises(CliError, match=r"can't be read"):
            _run(*words)
    good = FOLDER / "choices-sentiment.xml"
    broken.write_text("[1]")
    with pytest.raises(CliError, match="task 1 has no data"):
        _run("translate", str(good), "--tasks", str(broken))
    broken.write_text('{"task": "a"}')
    with pytest.raises(CliError, match="line 1: it is no record"):
        _run("export", str(broken), str(good), "--out", str(tmp_path / "x.json"))
    broken.write_text("<View/>")
    assert _run("translate", str(broken))[0] == 1


def test_a_configuration_of_many_lines_is_read_in_time() -> None:
    began = process_time()
    blank = "\n" * (LABEL_STUDIO_BYTES_MAX - 200)
    made = translate(f'<View><Text name="a" value="$a"/>{blank}<Rating name="r" toName="a"/></View>')
    assert made.template is not None
    assert process_time() - began < 2


def test_annotations_that_are_none_are_refused_in_words(tmp_path: Path) -> None:
    config, given = tmp_path / "config.xml", tmp_path / "tasks.json"
    controls = '<Rating name="r" toName="a"/><Labels name="l" toName="a"><Label value="z"/></Labels>'
    config.write_text(f'<View><Text name="a" value="$a"/>{controls}</View>')
    odd: list[Any] = [7, [5], {"result": 1}, [{"result": [{"value": {}, "from_name": []}]}]]
    odd += [[{"result": [{"value": {"labels": value}, "from_name": "l", "id": []}]}] for value in (None, 5, [{}])]
    odd.append([{"result": [{"value": {"rating": 1e400}, "from_name": "r"}]}])
    tasks: list[Any] = [{"data": {"a": "x"}, "annotations": each} for each in odd]
    given.write_text(json.dumps([*tasks, {"data": {"a": "\ud800"}}]))
    code, (told, _said) = _run("translate", str(config), "--tasks", str(given), "--out", str(tmp_path / "made"))
    assert (code, told["answers"]) == (1, 0)
    found = " ".join(told["refused"])
    assert found.count("no list of tables") == 3
    for why in ("of which control they are", "not as this control writes them", "U+D800"):
        assert why in found, why
