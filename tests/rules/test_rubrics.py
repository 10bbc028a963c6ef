"""Rubrics: files of other houses there and back, their scores, hints on words, and outlines as forms send them."""

import argparse
import copy
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.cli import rubric as command
from fairhand.cli.output import CliError
from fairhand.kernel.limits import RUBRIC_CRITERIA_MAX, RUBRIC_DEPTH_MAX, RUBRIC_FILE_DEPTH_MAX
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions.rubricdraft.outline import rows_of, tree_of, weight_of
from fairhand.tasks.rubrics.files import FIELD, HEALTHBENCH, PAPERBENCH, RubricFileError, read, score, write
from fairhand.tasks.rubrics.lint import CODES, lint
from fairhand.tasks.rubrics.tree import Node, leaves, nodes_of, points, weighted
from fairhand.web import words_of_rubrics
from tests.counts import count

DATA = Path(__file__).parents[1] / "data" / "rubrics"
PAPER: dict[str, Any] = json.loads((DATA / "paperbench_part.json").read_text(encoding="utf-8"))
HEALTH: dict[str, Any] = json.loads((DATA / "healthbench_record.json").read_text(encoding="utf-8"))
TERMS: dict[str, Any] = {"name": "q", "type": "rubricdraft", "least": 1, "most": RUBRIC_CRITERIA_MAX, "weight_max": 10}
PART: Any = QUESTIONS.get("rubricdraft")


def test_files_come_back_as_they_were() -> None:
    assert write(read(PAPER), PAPERBENCH) == PAPER
    assert write(read(HEALTH), HEALTHBENCH) == {name: HEALTH[name] for name in ("rubrics", "prompt")}
    assert write(read(HEALTH["rubrics"]), HEALTHBENCH) == {"rubrics": HEALTH["rubrics"]}
    for given_ in (PAPER, HEALTH):
        field: Any = FIELDS.get("rubric")
        items = write(read(given_), FIELD)
        assert field.check(items, {"name": "criteria"}) == []
        assert len(items) == len(leaves(read(given_).nodes))
    assert field.check(HEALTH["rubrics"], {"name": "criteria"}) == []


def test_a_paper_scores_the_weighted_mean_up_the_tree() -> None:
    graded = copy.deepcopy(PAPER)
    assert score(read(graded)) is None
    group, *others = graded["sub_tasks"]
    for leaf, met in zip(group["sub_tasks"], (1, 0, 1), strict=True):  # weights 2, 1, 2
        leaf["score"] = met
    for place, leaf in enumerate(others):  # weights 2 six times, then 1
        leaf["score"] = int(place < 3)
    assert score(read(graded)) == (2 * Fraction(4, 5) + 6) / 15
    others[-1]["score"] = 1.0
    assert score(read(graded)) == (2 * Fraction(4, 5) + 7) / 15


def test_a_health_record_scores_points_met_of_positive_points_cut_at_both_ends() -> None:
    graded = copy.deepcopy(HEALTH)
    marks = {7: False, -7: True, 8: True, -10: False, -4: True, 5: False}
    for item in graded["rubrics"]:
        item["criteria_met"] = marks[item["points"]]
    weights = [item["points"] for item in HEALTH["rubrics"]]
    met = sum(weight for weight in weights if marks[weight])
    assert (met, sum(weight for weight in weights if weight > 0)) == (8 * 4 - 7 - 4, 70)
    assert score(read(graded)) == Fraction(21, 70)
    for item in graded["rubrics"]:
        item["criteria_met"] = item["points"] < 0
    rubric = read(graded)
    assert points(rubric.nodes) == Fraction(-21, 70)
    assert score(rubric) == 0
    del graded["rubrics"][0]["criteria_met"]
    assert score(read(graded)) is None


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ([], "no rubric"), ({"rubrics": []}, "list of 1"), ({"rubrics": [4]}, "criterion 1"),
        ({"rubrics": [{"criterion": "a", "points": True}]}, "points"),
        ({"rubrics": [{"criterion": "a", "points": float("nan")}]}, "points"),
        ({"rubrics": [{"criterion": " ", "points": 1}]}, "criterion 1: `criterion`"),
        ({"rubrics": [{"criterion": "a", "points": 1, "criteria_met": 1}]}, "criteria_met"),
        ({"requirements": "a", "weight": -1, "sub_tasks": []}, "no negative"),
        ({"requirements": "a", "weight": 1, "sub_tasks": [{"requirements": "b"}]}, "the tree, 1: `weight`"),
        ({"requirements": "a", "weight": 1, "score": 2, "sub_tasks": []}, "between 0 and 1"),
        ({"criteria": [{"criterion": "a", "weight": 1, "score": 2}]}, "outside its scale"),
    ],
)  # fmt: skip
def test_what_is_no_rubric_is_said_with_its_place(given_: Any, said: str) -> None:
    with pytest.raises(RubricFileError, match=said):
        read(given_)


def test_a_file_that_is_too_deep_is_refused_and_a_format_that_cannot_hold_it_says_so() -> None:
    deep: dict[str, Any] = {"requirements": "a", "weight": 1, "sub_tasks": []}
    for _ in range(RUBRIC_FILE_DEPTH_MAX):
        deep = {"requirements": "a", "weight": 1, "sub_tasks": [deep]}
    with pytest.raises(RubricFileError, match="levels"):
        read(deep)
    with pytest.raises(RubricFileError, match="negative"):
        write(read(HEALTH), PAPERBENCH)
    graded = {"criteria": [{"criterion": "a", "weight": 1, "steps": ["no", "partly", "wholly"], "score": 1}]}
    assert score(read(graded)) == Fraction(1, 2)
    with pytest.raises(RubricFileError, match="graded"):
        write(read(graded), PAPERBENCH)


def _trees(depth: int) -> Any:
    leaf = st.builds(
        lambda weight, met: Node("a", Fraction(weight), score=Fraction(met)), st.integers(0, 9), st.integers(0, 1)
    )
    if depth == 1:
        return leaf
    group = st.builds(
        lambda weight, below: Node("g", Fraction(weight), tuple(below)),
        st.integers(0, 9), st.lists(_trees(depth - 1), min_size=1, max_size=3),
    )  # fmt: skip
    return leaf | group


@settings(max_examples=count(40, 2000), deadline=None)
@given(st.lists(_trees(4), min_size=1, max_size=4))
def test_the_score_of_a_tree_is_what_its_criteria_come_to_by_their_shares(nodes: list[Node]) -> None:
    """Told the other way round: each criterion's share of the whole, added up where it is met."""

    def met(below: list[Node], whole: Fraction) -> Fraction:
        total = sum(node.weight for node in below)
        if not total:
            return Fraction(0)
        return sum(
            (met(list(node.children), whole * node.weight / total) if node.children
             else whole * node.weight / total * (node.score or 0) for node in below), Fraction(0),
        )  # fmt: skip

    assert weighted(nodes) == met(nodes, Fraction(1))


HINTED = (
    ("States the dose by weight", ()),
    ("Advises rest and fluids", ()),
    ("Names causes and effects of the war", ()),
    ("States the dose and explains how it is measured", ("atomic",)),
    ("Cites the article; quotes its second paragraph", ("atomic",)),
    ("Gives the date. Names the court", ("atomic",)),
    ("Uses Class 1 recommendations (e.g. spp. in Old World regions)", ()),
    ("Explains what is mentioned above", ("alone",)),
    ("It names the court", ("alone",)),
    ("Meets criterion 3 in the second paragraph", ("alone",)),
    ("Warns of temperatures above 30 degrees", ()),
    ("Is appropriate and helpful", ("vague",)),
    ("Gives a high-quality summary", ("vague",)),
    ("تذكر الجرعة بحسب الوزن", ()),
    ("تذكر الجرعة وتشرح كيف تُقاس", ("atomic",)),
    ("تذكر الاسم وكذلك التاريخ", ("atomic",)),
    ("تذكر ما ورد أعلاه", ("alone",)),
    ("تقدم شرحًا مناسبًا", ("vague",)),
    ("تقدم شرحا مناسبا", ("vague",)),
    ("تقدم إجابة جيدة", ("vague",)),
    ("تصف القاضي العادل في المدينة", ()),
)


@pytest.mark.parametrize(("text", "codes"), HINTED)
def test_hints_are_read_off_the_words(text: str, codes: tuple[str, ...]) -> None:
    fault = Node("Invents a source", Fraction(-1))
    assert tuple(hint.code for hint in lint([Node(text), fault])) == codes


def test_hints_on_the_whole_and_between_criteria() -> None:
    twice = [Node("Names the court that decided the case"), Node("Names the court which decided the case", Fraction(2))]
    assert [(hint.place, hint.code) for hint in lint([Node("Facts", children=tuple(twice))])] == [
        (2, "overlap"), (None, "no_negative"),
    ]  # fmt: skip
    assert lint([]) == []
    assert set(words_of_rubrics.WORDS["hint"]) == set(CODES), "each has its sentence"
    assert {f"hint_{code}" for code in CODES} <= set(words_of_rubrics.PROBLEMS)
    long = "word " * 1000 + "a" * 5000
    assert len(lint([Node(f"{long}{n}") for n in range(count(20, 200))])) < 1000  # and comes to an end


def _drafts(level: int = 1) -> Any:
    text = st.text("ab c\nجيد.", min_size=1, max_size=12).map(str.strip).filter(bool)
    words_ = st.lists(st.text("xyz ", min_size=1, max_size=5).map(str.strip).filter(bool), min_size=2, max_size=3)
    leaf = st.fixed_dictionaries(
        {"criterion": text, "weight": st.integers(-10, 10).filter(bool)}, optional={"tags": words_, "steps": words_}
    )
    if level == RUBRIC_DEPTH_MAX:
        return leaf
    group = {"criterion": text, "weight": st.integers(1, 10)}
    return leaf | st.fixed_dictionaries({**group, "criteria": st.lists(_drafts(level + 1), min_size=1, max_size=3)})


@settings(max_examples=count(40, 2000), deadline=None)
@given(st.lists(_drafts(), min_size=1, max_size=4))
def test_a_tree_becomes_rows_and_the_same_tree_again(answer: list[dict[str, Any]]) -> None:
    terms = {**TERMS, "scoring": "tree", "depth": RUBRIC_DEPTH_MAX}
    assert PART.check(answer, terms) == []
    rows = [(row["level"], row["text"], row["weight"], row["tags"], row["steps"]) for row in rows_of(answer)]
    assert tree_of(rows, terms) == answer
    kept = json.dumps([[level, text, w, ",".join(tags), "\n".join(steps)] for level, text, w, tags, steps in rows])
    assert PART.read({"f.outline": [kept]}, "f", terms) == answer
    assert PART.distance(answer, answer, terms) == 0
    assert PART.grade(answer, answer, terms) == 1


def test_a_row_that_becomes_a_group_lets_go_of_what_only_a_criterion_has() -> None:
    rows = [(1, "Facts", "5", ["a"], ["no", "yes"]), (4, "Names it", "5", [], [])]
    inner = {"criterion": "Names it", "weight": 5}
    assert tree_of(rows, {**TERMS, "depth": 2}) == [{"criterion": "Facts", "criteria": [inner]}]
    assert tree_of(rows, {**TERMS, "depth": 2, "scoring": "tree"})[0] == {
        "criterion": "Facts", "weight": 5, "criteria": [inner],
    }  # fmt: skip
    assert tree_of(rows[1:], TERMS) == [inner], "nothing above it: it stands on the first level"


@pytest.mark.parametrize("kept", ["{", "[", "4", "[4]", '[["1", 2, 3, 4, 5]]', "[" * 100_000, '[[1,"a"]]'])
def test_what_no_script_of_ours_sent_is_no_answer(kept: str) -> None:
    assert PART.read({"f.outline": [kept]}, "f", TERMS) is None


def test_weights_are_read_however_they_are_typed() -> None:
    typed = ("5", "+5", "-5", "\u2212٥", "۵", "-0", "", "5.5", "five", "9" * 40)
    assert [weight_of(each) for each in typed] == [5, 5, -5, -5, 5, 0, "", "5.5", "five", "9" * 40]


def test_a_rubric_as_large_as_may_be_is_checked_drawn_and_delivered() -> None:
    answer = [
        {"criterion": f"Names the {n}th of them", "weight": -1 if n % 2 else 1} for n in range(RUBRIC_CRITERIA_MAX)
    ]
    assert PART.check(answer, TERMS) == []
    assert [problem.code for problem in PART.check([*answer, answer[0]], TERMS)] == ["too_many"]
    assert PART.drawn(answer, TERMS)["n"] == RUBRIC_CRITERIA_MAX
    second = json.loads(PART.export_values(answer, TERMS)[4])[1]
    assert second == {"criterion": "Names the 1th of them", "points": -1, "tags": []}
    group = [{"criterion": "Facts", "weight": 2, "criteria": [{"criterion": "a", "weight": 1}]}]
    assert [problem.code for problem in PART.check(group, TERMS)] == ["bad_weight"], "a heading has no points"
    assert PART.check(group, {**TERMS, "scoring": "tree"}) == []
    assert PART.grade([{"criterion": "b", "weight": 1}], [{"criterion": "b", "weight": 9}], TERMS) == 1
    assert PART.grade([{"criterion": "b", "weight": -1}], [{"criterion": "b", "weight": 9}], TERMS) == 0
    assert nodes_of("nonsense") == ()


def test_the_command_scores_a_graded_file_and_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graded = {"rubrics": [
        {"criterion": "Names the dose", "points": 3, "criteria_met": True},
        {"criterion": "Is good", "points": 1, "criteria_met": False},
        {"criterion": "Invents a source", "points": -2, "criteria_met": True},
    ]}  # fmt: skip
    file = tmp_path / "two.jsonl"
    file.write_text(f"{json.dumps(graded)}\n\n{json.dumps(HEALTH)}\n", encoding="utf-8")
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    command.add_arguments(parser)
    assert command.run(parser.parse_args(["check", str(file), "--json"])) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["score"] for each in told["rubrics"]] == [0.25, None]
    assert [hint["code"] for hint in told["rubrics"][0]["hints"]] == ["vague"]
    assert command.run(parser.parse_args(["check", str(file), "--strict"])) == 1
    assert "score 0.250000" in capsys.readouterr().out
    assert command.run(parser.parse_args(["convert", str(file), "--to", "field"])) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])[2] == {"criterion": "Invents a source", "weight": -2}
    for text, said in (("{", "line 1 is no JSON"), ('{"a": 1}', "no rubric"), ("", "no rubric in it")):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(CliError, match=said):
            command.run(parser.parse_args(["check", str(file)]))


def test_a_rubric_that_can_not_be_written_is_refused_where_it_is_read() -> None:
    for text in ("\ud800", "a\0b"):
        tagged = {"criterion": "a", "points": 1, "tags": [text]}
        for body in ({"rubrics": [{"criterion": text, "points": 1}]}, {"rubrics": [tagged]}):
            with pytest.raises(RubricFileError, match="cannot be stored"):
                read(body)
