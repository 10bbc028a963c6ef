"""The table of answers: every cell comes back as it was, and no spreadsheet runs one."""

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from fairhand.delivery.formats import FORMATS
from fairhand.delivery.formats._format import Record
from fairhand.delivery.formats.csv_table import guarded, unguarded
from fairhand.tasks.library import ready, ready_names
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.template import bound

REVIEWS: list[Mapping[str, Any]] = [
    {"reviewer": "R-1", "verdict": "return", "scores": {}, "note": "?", "fixed_answer": None},
    {"reviewer": "R-2", "verdict": "accept_with_fixes", "scores": {"tone": 3}, "note": "=1+1",
     "fixed_answer": {"a": 1}},
]  # fmt: skip


def record(payload: Mapping[str, Any], answer: Mapping[str, Any], version: int = 1, **more: Any) -> Record:
    return Record(**{
        "submission": "s", "task": "t", "payload": payload, "answer": answer, "expert": "E-1", "expert_kind": "person",
        "stage": "attempt", "round": 1, "work_ms": 5, "submitted_at": datetime(2026, 3, 2, tzinfo=UTC),
        "decided_by": "review", "content_hash": "0", "guideline_version": 1, "template_version": version, "reviews": [],
        **more,
    })  # fmt: skip


def written(records: list[Record], templates: dict[int, Any]) -> bytes:
    form = FORMATS.newest("csv")
    assert form is not None
    return b"".join(form.lines(iter(records), {}, lambda: templates))


def read(content: bytes) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))
    return [{name: unguarded(cell) for name, cell in row.items()} for row in rows]


def question(name: str, type_: str = "text", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, "version": 1, "label": {"en": name}, **more}


def options(*values: str) -> list[dict[str, Any]]:
    return [{"value": value, "label": {"en": value}} for value in values]


@given(st.text(alphabet=st.sampled_from("=+-@\t\r\n' '0.5a;,\"\uff1d\u00a0"), max_size=8))
@example("'=1+1")
@example("\t=cmd|' /C calc'!A0")
@example(" \u00a0=1")
@example("-1+1")
def test_a_guarded_cell_is_no_formula_and_comes_back(cell: str) -> None:
    safe = guarded(cell)
    assert unguarded(safe) == cell
    begins = safe.lstrip()[:1]
    assert begins not in {*"=+@\uff1d"}
    assert safe[:1] not in {"\t", "\r", "\n"}
    assert begins != "-" or float(safe) <= 0, "a negative number is none"


def test_what_is_no_formula_is_left_as_it_is() -> None:
    for cell in ("", "-3", "-0.25", "'tis", "a=b", "مرحبا", "— so"):
        assert guarded(cell) == cell
    assert guarded("- a list") == "'- a list"


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0")), st.text(max_size=5))
def test_texts_come_back_through_python_s_reader(text: str, prompt: str) -> None:
    template = {"version": 1, "fields": [question("prompt")], "questions": [question("said")]}
    prompt = prompt.replace("\0", "")
    (row,) = read(written([record({"prompt": prompt}, {"said": text})], {1: template}))
    assert (row["payload.prompt"], row["said"]) == (prompt, text)


def test_every_ready_made_template_fills_the_columns_it_lists() -> None:
    for found in filter(None, map(ready, ready_names())):
        one = found.examples[0]
        template = dict(found.template)
        content = written([record(one.payload, one.answer)], {1: template})
        assert content == written([record(one.payload, one.answer)], {1: template})
        assert content.startswith(b"\xef\xbb\xbftask.key,")
        (row,) = read(content)
        for terms in bound(template, one.payload)["questions"]:
            part = QUESTIONS.get(terms["type"], terms["version"])
            assert part is not None
            values = part.export_values(one.answer.get(terms["name"]), terms)
            assert [row[column] for column in part.export_columns(terms)] == list(values), found.slug


def test_versions_of_a_template_make_one_table() -> None:
    kind = question("kind", "choice", options=options("a"))
    first = {"version": 1, "fields": [question("prompt")], "questions": [kind]}
    second = {
        "version": 1, "fields": [question("prompt"), question("more", "markdown"), question("shown", "image")],
        "questions": [question("kind", "choices", options=options("a", "b")), question("kind_b"), question("why")],
    }  # fmt: skip
    records = [
        record({"prompt": "p"}, {"kind": "a"}),
        record({"prompt": "q", "more": "m", "shown": {}}, {"kind": ["b"], "kind_b": "text"}, 2, reviews=REVIEWS),
    ]
    content = written(records, {2: second, 1: first})
    assert content.decode("utf-8-sig").splitlines()[0].split(",")[:8] == [
        "task.key", "payload.prompt", "payload.more", "kind", "kind_a", "kind_b", "kind_b.kind_b", "why"
    ]  # fmt: skip
    one, two = read(content)
    assert (one["kind"], one["kind_a"], one["why"], one["payload.more"]) == ("a", "", "", "")
    assert (two["kind"], two["kind_a"], two["kind_b"], two["kind_b.kind_b"], two["why"]) == ("", "0", "1", "text", "")
    assert (one["review.count"], one["review.verdict"], two["review.count"]) == ("0", "", "2")
    assert (two["review.reviewer"], two["review.verdict"], two["review.note"]) == ("R-2", "accept_with_fixes", "=1+1")
    assert json.loads(two["review.fixed_answer"]) == {"a": 1}
    assert b",'=1+1," in content
    assert (two["provenance.template_version"], two["provenance.expert"]) == ("2", "E-1")


def test_a_final_answer_stands_beside_each_attempt() -> None:
    template = {"version": 1, "fields": [], "questions": [question("said")]}
    final = {"adjudicator": "R-9", "answer": {"said": "ب"}, "note": "", "template_version": 1, "guideline_version": 3}
    (row,) = read(written([record({}, {}, adjudication=final)], {1: template}))
    assert (row["said"], row["adjudication.adjudicator"], row["adjudication.guideline_version"]) == ("", "R-9", "3")
    assert json.loads(row["adjudication.answer"]) == {"said": "ب"}
