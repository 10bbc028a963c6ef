"""A table for spreadsheets and data frames: one row for each answer, its columns those that the template lists.

RFC 4180 in UTF-8 with a byte order mark, by which Excel knows Arabic from noise. One file for all versions of a
template: their columns are put together, since a client who asks for a table wants one. A cell that a spreadsheet would
run as a formula begins with an apostrophe (`guarded`), which `unguarded` takes off again.
"""

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fairhand.delivery.formats._format import Record, Templates
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.fields._text import TextValue
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.template import bound

_MARK = "\ufeff"
# What a spreadsheet takes for a formula (=, +, -, @, the full-width ones too), also after space, which some strip.
_RISKY = re.compile(r"['\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]")
_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")
_PROVENANCE = ("submission", "expert", "expert_kind", "stage", "round", "work_ms", "submitted_at", "decided_by",
               "guideline_version", "template_version", "sha256", "models")  # fmt: skip
_REVIEW = ("reviewer", "reviewer_kind", "verdict", "scores", "note", "work_ms", "fixed_answer", "template_version")
_ADJUDICATION = ("adjudicator", "answer", "note", "template_version", "guideline_version")


class CsvTable:
    """The last review stands in the row, and how many there are; `jsonl` has them all, and fields that are no text."""

    name = "csv"
    version = 1
    suffix = "csv"
    media_type = "text/csv"
    heads = 1

    def lines(self, records: Iterable[Record], settings: Mapping[str, Any], templates: Templates) -> Iterator[bytes]:
        """The names of the columns, then a row for each record. Takes no settings."""
        known = templates()
        table = _table_of(known)
        yield _MARK.encode() + _line(table.heading())
        for record in records:
            yield _line([guarded(cell) for cell in table.row(known[record.template_version], record)])


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs; a negative number stays one."""
    return f"'{cell}" if cell and _RISKY.match(cell) and not _NUMBER.fullmatch(cell) else cell


def unguarded(cell: str) -> str:
    """What a cell held before: whatever it was, nothing is lost."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell


@dataclass(frozen=True, slots=True)
class _Table:
    fields: Sequence[str]
    columns: Mapping[tuple[str, str], str]  # (question, its column) -> the name in the table

    def heading(self) -> list[str]:
        return [
            "task.key", *(f"payload.{field}" for field in self.fields), *self.columns.values(), "review.count",
            *(f"review.{name}" for name in _REVIEW), *(f"adjudication.{name}" for name in _ADJUDICATION),
            *(f"provenance.{name}" for name in _PROVENANCE),
        ]  # fmt: skip

    def row(self, template: Mapping[str, Any], record: Record) -> list[str]:
        cells = _answer_cells(template, record)
        texts = _text_fields(template)
        review = record.reviews[-1] if record.reviews else {}
        final = record.adjudication or {}
        return [
            record.task, *(record.payload.get(field, "") if field in texts else "" for field in self.fields),
            *(cells.get(column, "") for column in self.columns), str(len(record.reviews)),
            *(_cell(review.get(name)) for name in _REVIEW), *(_cell(final.get(name)) for name in _ADJUDICATION),
            *(_cell(value) for value in _origin(record)),
        ]  # fmt: skip


def _table_of(templates: Mapping[int, Mapping[str, Any]]) -> _Table:
    versions = [template for _, template in sorted(templates.items())]
    fields = list(dict.fromkeys(name for template in versions for name in _text_fields(template)))
    columns: dict[tuple[str, str], str] = {}
    taken = {f"payload.{field}" for field in fields}
    for question, part in (asked for template in versions for asked in _asked(template)):
        for column in part.export_columns(question):
            key = (str(question["name"]), column)
            if key not in columns:
                columns[key] = _free(*key, taken)
                taken.add(columns[key])
    return _Table(fields, columns)


def _free(question: str, column: str, taken: Collection[str]) -> str:
    """The column's own name; after its question's where another question has a column of that name."""
    while column in taken:
        column = f"{question}.{column}"
    return column


def _text_fields(template: Mapping[str, Any]) -> list[str]:
    return [
        field["name"] for field in template["fields"]
        if isinstance(FIELDS.get(field["type"], field.get("version", 1)), TextValue)
    ]  # fmt: skip


def _asked(template: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Any]]:
    for question in template["questions"]:
        part = QUESTIONS.get(question["type"], question.get("version", 1))
        if part is not None:
            yield question, part


def _answer_cells(template: Mapping[str, Any], record: Record) -> dict[tuple[str, str], str]:
    cells: dict[tuple[str, str], str] = {}
    for question, part in _asked(bound(template, record.payload)):
        name = question["name"]
        values = part.export_values(record.answer.get(name), question)
        cells |= {(name, column): value for column, value in zip(part.export_columns(question), values, strict=True)}
    return cells


def _origin(record: Record) -> tuple[Any, ...]:
    return (
        record.submission, record.expert, record.expert_kind, record.stage, record.round, record.work_ms,
        record.submitted_at.isoformat(), record.decided_by, record.guideline_version, record.template_version,
        record.content_hash, record.models,
    )  # fmt: skip


def _cell(value: Any) -> str:
    """Text as it is, nothing as an empty cell, and the rest as JSON."""
    if value is None or value == {}:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue().encode()


PART = CsvTable()
