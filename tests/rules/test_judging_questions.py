"""Rubric, fact check and data validation by hand: sums, distances, grades, what a task may bring, what forms send."""

import csv
import json
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from fairhand.kernel.limits import CLAIMS_CHECKED_MAX, CRITERION_CHARS_MAX, RUBRIC_CRITERIA_MAX, VALIDATION_ROWS_MAX
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions.factcheck.rows import claims_in, is_link
from fairhand.tasks.questions.rubric.sums import sum_of
from fairhand.tasks.questions.validation import lines
from fairhand.tasks.template import bound, check_answer, check_payload
from tests.counts import count
from tests.parts import example, terms_of


def part(name: str) -> Any:
    found = QUESTIONS.get(name)
    assert found is not None
    return found


def stored(name: str, **terms: Any) -> dict[str, Any]:
    """Terms as a template stores them."""
    model = part(name).terms.model_validate({"name": "q", "type": name, "label": "Q", **terms})
    return dict(model.model_dump(mode="json", exclude_none=True))


def codes(name: str, answer: object, terms: dict[str, Any]) -> list[str]:
    return [problem.code for problem in part(name).check(answer, terms)]


# Rubric. The example: dose +10 (met or not), harm -5 (met or not), clear +4 (steps 0, 1, 2).
def scored(dose: int | None, harm: int | None, clear: int | None) -> dict[str, Any]:
    return {"dose": {"score": dose}, "harm": {"score": harm}, "clear": {"score": clear}}


@pytest.mark.parametrize(
    ("answer", "points", "most", "percent"),
    [
        (scored(1, 0, 2), "14", "14", "100"),
        (scored(1, 1, 1), "7", "14", "50"),
        (scored(0, 1, 0), "-5", "14", "0"),  # a fault alone takes away all, and not more
        (scored(None, 0, 1), "2", "4", "50"),  # what does not apply counts in neither
        (scored(None, 1, None), "-5", "0", ""),
        ({}, "0", "14", "0"),
    ],
)
def test_sums_of_a_rubric(answer: dict[str, Any], points: str, most: str, percent: str) -> None:
    found = sum_of(terms_of(part("rubric"))["criteria"], {name: said["score"] for name, said in answer.items()})
    assert (found.points, found.most, found.percent) == (points, most, percent)


def test_sums_are_rounded_to_two_decimals_a_half_up() -> None:
    criteria = [{"value": "a", "weight": 1, "steps": ["0", "1", "2", "3"]}, {"value": "b", "weight": 7}]
    assert sum_of(criteria, {"a": 2, "b": 0}).points == "0.67"
    assert sum_of(criteria, {"a": 3, "b": 0}).percent == "13"  # one of eight is 12.5
    assert sum_of(criteria, {"a": 3, "b": 1}).percent == "100"


def test_rubrics_are_apart_by_weight() -> None:
    rubric, terms = part("rubric"), terms_of(part("rubric"))

    def apart(a: Any, b: Any) -> Fraction:
        return Fraction(rubric.distance(a, b, terms))

    assert apart(scored(1, 0, 0), scored(0, 0, 0)) == Fraction(10, 19)
    assert apart(scored(1, 0, 0), scored(1, 0, 1)) == Fraction(2, 19)
    assert apart(scored(1, None, 0), scored(1, 0, 0)) == Fraction(5, 19)
    assert apart(scored(None, None, None), scored(None, None, None)) == 0
    assert apart(scored(0, 1, 0), scored(1, 0, 2)) == 1
    words = {**scored(1, 0, 0), "dose": {"score": 1, "evidence": "line 2"}}
    assert apart(words, scored(1, 0, 0)) == 0
    assert rubric.grade(scored(1, 0, 1), scored(1, 0, 2), terms) == Fraction(17, 19)


def test_a_rubric_may_need_its_evidence_and_refuse_what_does_not_apply() -> None:
    one = [{"value": "a", "label": "A"}]
    asks = stored("rubric", criteria=one, evidence="required", not_applicable=True)
    assert codes("rubric", {"a": {"score": 1}}, asks) == ["evidence"]
    assert codes("rubric", {"a": {"score": 1, "evidence": " "}}, asks) == ["evidence"]
    assert codes("rubric", {"a": {"score": 1, "evidence": "line 2"}}, asks) == []
    assert codes("rubric", {"a": {"score": None}}, asks) == []
    plain = stored("rubric", criteria=one, evidence="none")
    assert codes("rubric", {"a": {"score": None}}, plain) == ["not_in_range"]
    assert codes("rubric", {"a": {"score": 1, "evidence": "x"}}, plain) == ["not_an_object"]
    assert codes("rubric", {"a": {"score": 1, "evidence": "x" * 2_001}}, stored("rubric", criteria=one)) == ["too_long"]


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"of": "criteria", "criteria": [{"value": "a", "label": "A"}]},
        {"criteria": [{"value": "a", "label": "A", "weight": 0}]},
        {"criteria": [{"value": "a", "label": "A", "steps": ["one"]}]},
        {"criteria": [{"value": "a", "label": "A"}] * 2},
        {"criteria": [{"value": f"c{n}", "label": "A"} for n in range(RUBRIC_CRITERIA_MAX + 1)]},
    ],
)
def test_rubrics_that_are_no_rubrics(terms: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        stored("rubric", **terms)


def with_rubric() -> dict[str, Any]:
    field = {"name": "criteria", "type": "rubric", "version": 1, "label": {"en": "Criteria"}}
    return {"version": 1, "fields": [field], "questions": [stored("rubric", of="criteria")]}


def test_each_task_may_bring_its_own_rubric() -> None:
    payload = {"criteria": [{"criterion": "Names it", "weight": 3}, {"criterion": "Is rude", "weight": -1}]}
    template = with_rubric()
    assert check_payload(template, payload) == ()
    long = [{"criterion": "x" * (CRITERION_CHARS_MAX + 1), "weight": 1}]
    assert [problem.code for problem in check_payload(template, {"criteria": long})] == ["bad_criterion"]
    task = bound(template, payload)
    answer = {"q": {"c1": {"score": 1}, "c2": {"score": 1, "evidence": "“no”"}}}
    assert check_answer(task, answer) == ()
    assert [problem.code for problem in check_answer(task, {"q": {"c1": {"score": 1}}})] == ["not_all_scored"]
    assert [problem.code for problem in check_answer(task, {"q": {"c3": {"score": 1}}})] == ["unknown_row"]
    assert [problem.code for problem in check_answer(bound(template, {}), answer)] == ["no_criteria"]
    (terms,) = task["questions"]
    values = part("rubric").export_values(answer["q"], terms)
    assert part("rubric").export_columns(terms) == ("q_scores", "q_points", "q_percent", "q_evidence")
    assert values == ('{"c1":1,"c2":1}', "2", "67", '{"c2":"“no”"}')


def test_a_physicians_rubric_of_real_points_scores_by_its_own_rule() -> None:
    """HealthBench: points of what is met, of the positive points there are, cut to 0 and 1."""
    points = [10, 9, 7, -10, 8, -7, 5]
    criteria = [{"criterion": f"Point {n}", "weight": weight} for n, weight in enumerate(points, start=1)]
    template = with_rubric()
    assert check_payload(template, {"criteria": criteria}) == ()
    met = [1, 0, 1, 1, 0, 0, 1]
    (terms,) = bound(template, {"criteria": criteria})["questions"]
    answer = {f"c{n}": {"score": score} for n, score in enumerate(met, start=1)}
    assert part("rubric").export_values(answer, terms)[1:3] == ("12", "31")  # 12 of 39


# Fact check.
def on(**verdicts: str) -> list[dict[str, Any]]:
    return [{"claim": name, "verdict": verdict} for name, verdict in verdicts.items()]


def test_fact_checks_are_apart_by_their_verdicts() -> None:
    check, terms = part("factcheck"), terms_of(part("factcheck"))
    a, b = on(bridge="supported", longest="refuted"), on(bridge="supported", longest="not_enough")
    assert check.distance(a, b, terms) == Fraction(1, 2)
    own = {"text": "It is of steel.", "verdict": "supported"}
    assert check.distance([*a, own], a, terms) == Fraction(1, 3)
    assert check.distance([*a, own], [*a, {**own, "text": "it is OF steel"}], terms) == 0
    assert check.grade([*a, own], a, terms) == 1
    assert check.grade(b, a, terms) == Fraction(1, 2)
    assert check.grade(a, [*a, own], terms) == Fraction(2, 3)


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("https://example.org", True),
        ("http://example.org:8080/a?b=c#d", True),
        ("https://موقع.example/صفحة", True),
        ("https://192.0.2.1/", True),
        ("https://[2001:db8::1]/", True),
        ("https://example.org/a b", False),
        ("https://user:secret@example.org", False),
        ("https://localhost", False),
        ("https://", False),
        ("https://example.org:99999", False),
        ("javascript://example.org/%0aalert(1)", False),
        ("ftp://example.org", False),
        ("example.org", False),
        ("Darwin 1859, p. 4", False),
    ],
)
def test_what_is_an_address(source: str, link: bool) -> None:
    assert is_link(source) is link
    terms = stored("factcheck", claims=[{"value": "a", "label": "A"}], sources="optional")
    row = {"claim": "a", "verdict": "supported", "sources": [{"source": source}]}
    assert codes("factcheck", [row], terms) == ([] if link or "://" not in source else ["bad_address"])


def test_what_a_fact_check_asks_for_is_asked_for() -> None:
    one = [{"value": "a", "label": "A"}]
    row: dict[str, Any] = {"claim": "a", "verdict": "supported"}
    assert codes("factcheck", [row], stored("factcheck", claims=one, sources="none")) == []
    assert codes("factcheck", [row], stored("factcheck", claims=one, sources="none", why="required")) == ["no_why"]
    said = {**row, "sources": [{"source": "x", "quote": "y"}]}
    assert codes("factcheck", [said], stored("factcheck", claims=one, sources="none")) == ["not_an_object"]
    assert codes("factcheck", [{**said, "stars": 1}], stored("factcheck", claims=one)) == ["not_an_object"]
    assert codes("factcheck", [], stored("factcheck", written=2)) == ["required"]
    own = {"text": "Water is wet.", "verdict": "not_a_claim"}
    assert codes("factcheck", [own], stored("factcheck", written=2)) == []
    assert codes("factcheck", [own, {**own, "text": "water is WET"}], stored("factcheck", written=2)) == ["claim_twice"]
    with pytest.raises(ValidationError):
        stored("factcheck")
    with pytest.raises(ValidationError):
        stored("factcheck", claims=one, column="claim")


def test_claims_come_with_the_task_as_lines_or_as_a_column() -> None:
    table = {"columns": ["n", "claim"], "rows": [[1, "A"], [2, None], [3, " B "]]}
    assert [(each["value"], each["label"]) for each in claims_in(table, {"column": "claim"})] == [
        ("c1", "A"),
        ("c3", "B"),
    ]
    assert [each["label"] for each in claims_in(table, {})] == ["1", "2", "3"]
    assert [each["value"] for each in claims_in("A\n\nB\n", {})] == ["c1", "c2"]
    terms = stored("factcheck", of="claims", column="claim")
    wrong = part("factcheck").check_given
    assert wrong(table, terms) == []
    assert [problem.code for problem in wrong({**table, "columns": ["n", "m"]}, terms)] == ["no_column"]
    assert [problem.code for problem in wrong({**table, "rows": []}, terms)] == ["blank"]
    assert [problem.code for problem in wrong("a\n" * (CLAIMS_CHECKED_MAX + 1), terms)] == ["too_many"]


# Data validation. The example: three rows of city, people, capital.
def looked(**cells: Any) -> dict[str, Any]:
    return {"looked": [1, 2, 3], "cells": {name.lstrip("c").replace("_", ":"): said for name, said in cells.items()}}


def test_validations_are_apart_by_the_cells_that_either_did_not_accept() -> None:
    check, terms = part("validation"), terms_of(part("validation"))
    a = looked(c1_1={"fix": "x"}, c2_2={"flag": "one reason"})
    assert check.distance(a, looked(c1_1={"fix": " x "}, c2_2={"flag": "other words"}), terms) == 0
    assert check.distance(a, looked(c1_1={"fix": "y"}, c2_2={"flag": "z"}), terms) == Fraction(1, 2)
    assert check.distance(a, looked(c1_1={"flag": "x"}), terms) == 1
    assert (check.distance(looked(), looked(), terms), check.distance(a, looked(), terms)) == (0, 1)
    assert check.grade(looked(c1_1={"fix": "x"}), a, terms) == Fraction(1, 2)
    named = {
        **terms,
        "reasons": [{"value": "twice", "label": {"en": "Twice"}}, {"value": "old", "label": {"en": "Old"}}],
    }
    assert check.distance(looked(c1_1={"flag": "twice"}), looked(c1_1={"flag": "old"}), named) == 1
    assert codes("validation", looked(c1_1={"flag": "new"}), named) == ["not_an_option"]


def test_the_corrected_table_is_whole_csv() -> None:
    terms = {**terms_of(part("validation")), "given": {"columns": ["a,b", "c"], "rows": [["x\ny", None], [True, 1.5]]}}
    answer = {"looked": [1, 2], "cells": {"1:2": {"fix": '=1+"2"'}, "2:1": {"flag": "?"}}}
    assert codes("validation", answer, terms) == []
    *_, table = part("validation").export_values(answer, terms)
    assert list(csv.reader(StringIO(table))) == [["a,b", "c"], ["x\ny", '=1+"2"'], ["true", "1.5"]]


def test_only_the_columns_that_are_named_are_judged() -> None:
    terms = {**terms_of(part("validation")), "columns": ["city"]}
    assert codes("validation", looked(c1_1={"fix": "x"}), terms) == []
    assert codes("validation", looked(c1_2={"fix": "x"}), terms) == ["unknown_cell"]
    wrong = part("validation").check_given
    table = {"columns": ["town"], "rows": [["x"]]}
    assert [problem.code for problem in wrong(table, terms)] == ["no_column"]
    long = {"columns": ["city"], "rows": [["x"]] * (VALIDATION_ROWS_MAX + 1)}
    assert [problem.code for problem in wrong(long, terms)] == ["too_many"]
    assert [problem.code for problem in wrong({**long, "rows": []}, terms)] == ["blank"]


def test_a_task_that_a_question_cannot_be_asked_of_is_refused_where_it_comes_in() -> None:
    field = {"name": "rows", "type": "table", "version": 1, "label": {"en": "Data"}}
    template = {"version": 1, "fields": [field], "questions": [stored("validation", of="rows")]}
    assert check_payload(template, {"rows": {"columns": ["a"], "rows": [["b"]]}}) == ()
    (problem,) = check_payload(template, {"rows": {"columns": ["a"], "rows": []}})
    assert (problem.field, problem.code) == ("rows", "blank")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1-3", [1, 2, 3]), ("3, 1", [1, 3]), ("٢-٤، 9", [2, 3, 4, 9]), ("0, 99", []), ("8-99999", [8, 9, 10]),
        ("2-1", []), ("all", []), ("", []), ("1,,2,x", [1, 2]),
    ],
)  # fmt: skip
def test_rows_written_by_hand(text: str, rows: list[int]) -> None:
    assert lines.rows_read(text, 10) == rows
    assert lines.rows_read(lines.rows_written(rows), 10) == rows


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["c1", "1:1", "supported"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["dose", "score", "evidence", "claim", "text", "verdict", "sources", "source", "quote", "why",
                         "looked", "cells", "1:1", "9:9", "fix", "flag", "accept", "x"]), inner, max_size=3,
    ),
    max_leaves=12,
)  # fmt: skip


def _with_one_thing_changed(value: Any, path: list[int], put: Any) -> Any:
    """A copy in which the place that the path leads to holds something else."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    if not path or not keys:
        return put
    key = keys[path[0] % len(keys)]
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[key] = _with_one_thing_changed(value[key], path[1:], put)
    return changed


@pytest.mark.parametrize("name", ["rubric", "factcheck", "validation"])
def test_no_answer_and_no_form_is_too_strange(name: str) -> None:
    """Whatever is sent is refused in words or taken whole, drawn again, and, if taken, compared and exported."""
    kind, terms, good = part(name), terms_of(part(name)), example(part(name))["good"]

    @settings(max_examples=count(200, 20_000))
    @given(
        st.sampled_from(good), st.lists(st.integers(0, 5), max_size=5), _json, st.lists(st.text(max_size=8), max_size=4)
    )
    def holds(base: Any, path: list[int], put: Any, sent: list[str]) -> None:
        answer = _with_one_thing_changed(base, path, put)
        kind.drawn(answer, terms)
        if not kind.check(answer, terms):
            assert kind.distance(answer, answer, terms) == 0
            assert len(kind.export_values(answer, terms)) == len(kind.export_columns(terms))
            assert json.loads(json.dumps(answer)) == answer
        fields = ("dose", "dose.evidence", "given.bridge.verdict", "own.1.text", "own.1.source.1", "looked", "cells")
        read = kind.read({f"q.{field}": sent for field in fields}, "q", terms)
        kind.drawn(read, terms)
        kind.check(read, terms)

    holds()


def test_what_is_accepted_one_by_one_is_kept_until_all_is_looked_at() -> None:
    check, terms = part("validation"), terms_of(part("validation"))
    form = {"q.looked": ["1"], "q.cells": ["2:1 ok\n2:2 = 5\n3:1 OK"]}
    found = check.read(form, "q", terms)
    assert codes("validation", found, terms) == ["not_all_looked"]
    assert check.drawn(found, terms)["cells"] == "2:1 ok\n2:2 = 5\n3:1 ok"
    whole = check.read({**form, "q.looked": ["1-3"]}, "q", terms)
    assert whole == looked(c2_2={"fix": "5"})
    assert codes("validation", looked(c2_1={"accept": ""}), terms) == ["not_an_object"]


def test_cells_written_by_hand() -> None:
    text = "3:2 = 48000\n ٤:١ ! مكرر\n3:3 =\n1:1 = a\\nb\\\\n\nno cell at all\n3:2 = 49000"
    assert lines.cells_read(text) == {
        "3:2": {"fix": "49000"}, "4:1": {"flag": "مكرر"}, "3:3": {"fix": ""}, "1:1": {"fix": "a\nb\\n"},
        "line 5": {"flag": "no cell at all"},
    }  # fmt: skip
    assert codes(
        "validation", {"looked": [1, 2, 3], "cells": lines.cells_read("4:1")}, terms_of(part("validation"))
    ) == ["unknown_cell"]


_text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1, max_size=30)


@settings(max_examples=count(150, 20_000))
@given(
    st.dictionaries(st.tuples(st.integers(1, 500), st.integers(1, 20)), st.tuples(st.booleans(), _text), max_size=5),
    st.sets(st.integers(1, 500), max_size=40),
)
def test_what_is_written_is_read_again(cells: dict[tuple[int, int], tuple[bool, str]], rows: set[int]) -> None:
    said = {f"{row}:{at}": {"fix" if fix else "flag": text} for (row, at), (fix, text) in cells.items()}
    assert lines.cells_read(lines.cells_written(said)) == said
    assert lines.rows_read(lines.rows_written(rows), 500) == sorted(rows)


@pytest.mark.parametrize("name", ["rubric", "factcheck", "validation"])
def test_an_exported_row_is_read_back_whole(name: str) -> None:
    """Through CSV and JSON: nothing of the answer is lost in the columns."""
    terms = terms_of(part(name))
    for answer in example(part(name))["good"]:
        assert json.loads(json.dumps(answer)) == answer
        out = StringIO()
        csv.writer(out).writerow(part(name).export_values(answer, terms))
        (again,) = csv.reader(StringIO(out.getvalue()))
        assert _answer_of(name, dict(zip(part(name).export_columns(terms), again, strict=True)), answer) == answer


def _answer_of(name: str, row: dict[str, str], asked_of: Any) -> Any:
    if name == "factcheck":
        return json.loads(row["facts_rows"])
    if name == "validation":
        return {"looked": [1, 2, 3], "cells": json.loads(row["cells_cells"])}
    words = {each: {"evidence": text} for each, text in json.loads(row["score_evidence"] or "{}").items()}
    scores = {each: row[f"score_{each}"] for each in asked_of}
    return {
        each: {"score": None if score == "na" else int(score)} | words.get(each, {}) for each, score in scores.items()
    }
