"""Files of tasks: whatever bytes come, every row is a task or a fault with its line, and nothing raises."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fairhand.kernel.limits import PACK_LINE_BYTES_MAX, UPLOAD_FAULTS_MAX
from fairhand.tasks.importers import IMPORTERS, for_file
from fairhand.tasks.importers._importer import Fault
from fairhand.tasks.importing import Imported, read_tasks, report_of

TEMPLATE = {
    "fields": [
        {"name": "prompt", "type": "text", "version": 1, "label": {"en": "Prompt"}},
        {"name": "answer", "type": "text", "version": 1, "label": {"en": "Answer"}, "blank": True},
    ],
    "questions": [],
}
JSONL, CSV = IMPORTERS.get("jsonl"), IMPORTERS.get("csv")
_texts = st.text(st.characters(blacklist_categories=["C"]), min_size=1, max_size=30).filter(str.strip)


def read(form: object, data: bytes, want: int = 1, cut: int = 7) -> list[Imported | Fault]:
    """In pieces, as an upload comes."""
    pieces = [data[start : start + cut] for start in range(0, len(data), cut)]
    return list(read_tasks(form, pieces, TEMPLATE, want))  # type: ignore[arg-type]


def codes(found: list[Imported | Fault]) -> list[tuple[int, str, str]]:
    """(line, field, code) of each fault."""
    return [(each.line, each.field, each.code) for each in found if isinstance(each, Fault)]


def line(key: str = "a", **more: object) -> dict[str, object]:
    """A right row, changed."""
    return {"key": key, "payload": {"prompt": "P", "answer": ""}} | more


def jsonl(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@given(st.sampled_from([JSONL, CSV]), st.binary(max_size=400))
@example(JSONL, b"\xef\xbb\xbf{}\n")
@example(CSV, b'key,prompt,answer\n"a')
@example(CSV, b"\x00\n")
def test_any_bytes_are_tasks_or_located_faults(form: object, data: bytes) -> None:
    found = read(form, data)
    assert all(1 <= each.line <= data.count(b"\n") + 1 for each in found)
    report = report_of(found)
    assert report.right == sum(isinstance(each, Imported) for each in found)
    assert report.faults_n == len(codes(found))
    json.dumps(report.to_json())


@given(st.lists(st.tuples(_texts, _texts), max_size=8), st.integers(1, 40))
def test_both_formats_say_the_same(texts: list[tuple[str, str]], cut: int) -> None:
    rows = [(f"k{n}", prompt, answer) for n, (prompt, answer) in enumerate(texts)]
    objects = [{"key": key, "payload": {"prompt": prompt, "answer": answer}} for key, prompt, answer in rows]
    quoted = ["key,prompt,answer"] + [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    one, other = read(JSONL, jsonl(*objects), 3, cut), read(CSV, "\n".join(quoted).encode(), 3, cut)
    assert [each.payload for each in one] == [each.payload for each in other]  # type: ignore[union-attr]
    assert [(row.key, row.want) for row in one] == [(key, 3) for key, _, _ in rows]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([line("a"), line("a")], (2, "key", "key_twice")),
        ([line(" a")], (1, "key", "key_bad")),
        ([line("=1+1")], (1, "key", "key_bad")),
        ([{"payload": {"prompt": "P", "answer": ""}}], (1, "key", "key_missing")),
        ([line(want=0)], (1, "want", "want_bad")),
        ([line(want=True)], (1, "want", "want_bad")),
        ([line(payload={"prompt": " ", "answer": ""})], (1, "prompt", "blank")),
        ([line(payload={"prompt": "P"})], (1, "answer", "required")),
        ([line(payload={"prompt": "P", "answer": "", "x": 1})], (1, "'x'", "unknown")),
        ([line(payload=[])], (1, "", "not_an_object")),
        ([line(payload={"prompt": "\u0007", "answer": ""})], (1, "prompt", "bad_character")),
        ([line(other=1)], (1, "'other'", "unknown")),
        ([[1]], (1, "", "json_no_object")),
    ],
)
def test_each_fault_is_named_where_it_is(rows: list[object], expected: tuple[int, str, str]) -> None:
    assert expected in codes(read(JSONL, jsonl(*rows)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("key,prompt\na,P\n", (1, "answer", "no_column")),
        ("key,prompt,answer,answer\n", (1, "'answer'", "column_twice")),
        ("key,prompt,answer,colour\n", (1, "'colour'", "unknown")),
        ("key,prompt,answer\na,P\n", (2, "", "columns")),
        ('key,prompt,answer\na,"P,Q\n', (2, "", "not_csv")),
        ("key,prompt,answer,want\na,P,,many\n", (2, "want", "want_bad")),
    ],
)
def test_each_fault_of_a_table_is_named_where_it_is(text: str, expected: tuple[int, str, str]) -> None:
    assert expected in codes(read(CSV, text.encode()))


def test_lines_that_are_no_text_are_named_and_the_others_are_read() -> None:
    good = jsonl(line("a"))
    data = good + b"\xff\xfe\n" + b"{" + b"x" * PACK_LINE_BYTES_MAX + b"\n" + jsonl(line("b"))
    found = read(JSONL, data, cut=100_000)
    assert codes(found) == [(2, "", "not_utf8"), (3, "", "line_too_long")]
    assert [(each.key, each.line) for each in found if isinstance(each, Imported)] == [("a", 1), ("b", 4)]


def test_a_row_that_spans_lines_is_named_by_its_first() -> None:
    found = read(CSV, b'key,prompt,answer\na,"one\ntwo",x\n,"three\nfour",y\n')
    assert [each.line for each in found] == [2, 4]
    assert codes(found) == [(4, "key", "key_missing")]


def test_a_report_lists_the_first_faults_and_counts_the_rest() -> None:
    report = report_of(read(JSONL, b"no\n" * (UPLOAD_FAULTS_MAX + 5) + jsonl(line("a", want=4)), cut=500))
    assert (len(report.faults), report.faults_n) == (UPLOAD_FAULTS_MAX, UPLOAD_FAULTS_MAX + 5)
    assert (report.rows, report.right, report.attempts) == (UPLOAD_FAULTS_MAX + 6, 1, 4)


def test_a_file_is_known_by_its_name() -> None:
    assert for_file("Tasks.CSV") is CSV
    assert for_file("x.ndjson") is JSONL
    assert for_file("x.xlsx") is None
