"""judgements.csv: one judgement a row, in the order in which they were made."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fairhand.kernel.limits import PACK_CSV_COLUMNS_MAX, PACK_CSV_ROW_BYTES_MAX, PACK_JUDGEMENTS_MAX
from fairhand.packs.errors import Errors
from fairhand.packs.files import TextLines
from fairhand.packs.project import Project
from fairhand.tasks.template import check_answer
from fairhand.tasks.wording import key_problem, shown
from fairhand_pay import needs_time

FILE = "judgements.csv"
_SECONDS_DIGITS_MAX = 9


@dataclass(frozen=True, slots=True)
class PackJudgement:
    """One row. `number` counts the rows from 1, `line` the file's lines; `seconds` is None where none were recorded."""

    number: int
    line: int
    expert: str
    task_key: str
    answer: dict[str, Any]
    seconds: int | None
    stage: str | None


class _Rows:
    """The lines of one CSV row at a time: an open quote must not swallow the file."""

    def __init__(self, lines: TextLines) -> None:
        self._lines = iter(lines)
        self.first = self.last = 0
        self._chars = 0

    def new_row(self) -> None:
        """The next line begins a row."""
        self.first = 0

    def __iter__(self) -> "_Rows":
        return self

    def __next__(self) -> str:
        number, text = next(self._lines)
        if self.first == 0:
            self.first, self._chars = number, 0
        self._chars += len(text)
        if self._chars > PACK_CSV_ROW_BYTES_MAX:
            raise csv.Error(f"one row is longer than {PACK_CSV_ROW_BYTES_MAX} characters; is a quote left open?")
        self.last = number
        return text


def judgements_in(lines: TextLines, project: Project, errors: Errors) -> Iterator[PackJudgement]:
    """The rows without a fault of their own; faults are noted. Whether expert and task exist is not looked at here."""
    rows = _Rows(lines)
    reader = csv.reader(rows, strict=True)
    history = project.spec.history
    if history is None:
        return
    header: dict[str, int] | None = None
    number = 0
    try:
        for cells in reader:
            line = rows.first
            rows.new_row()
            if header is None:
                header = _header(cells, line, project, errors)
                columns = len(cells)
                if header is None:
                    return
                continue
            number += 1
            if number > PACK_JUDGEMENTS_MAX:
                errors.add(FILE, line, None, f"has more than {PACK_JUDGEMENTS_MAX} rows")
                return
            if len(cells) != columns:
                why = f"has {len(cells)} cells; the first line names {columns} columns" if cells else "is an empty line"
                errors.add(FILE, line, None, why)
                continue
            judgement = _judgement(number, line, cells, header, project, errors)
            if judgement is not None:
                yield judgement
    except csv.Error as error:
        errors.add(FILE, rows.first or rows.last or None, None, f"is not CSV: {error}")


def _header(cells: list[str], line: int, project: Project, errors: Errors) -> dict[str, int] | None:
    """Column name -> place; None if the rows cannot be read with it."""
    before = errors.count
    if len(cells) > PACK_CSV_COLUMNS_MAX:
        errors.add(FILE, line, None, f"names {len(cells)} columns; at most {PACK_CSV_COLUMNS_MAX} are read")
        return None
    for place, name in enumerate(cells):
        if name in cells[:place]:
            errors.add(FILE, line, shown(name), "is the name of two columns")
    history = project.spec.history
    if history is not None:
        columns = history.columns
        named = [columns.expert, columns.task, columns.seconds, columns.stage, *columns.answers.values()]
        for name in dict.fromkeys(filter(None, named)):
            if name not in cells:
                errors.add(FILE, line, shown(name), "is missing; project.toml names this column under history.columns")
    return {name: place for place, name in enumerate(cells)} if errors.count == before else None


def _judgement(
    number: int, line: int, cells: list[str], header: Mapping[str, int], project: Project, errors: Errors
) -> PackJudgement | None:
    history = project.spec.history
    if history is None:
        return None
    before = errors.count
    columns = history.columns

    def cell(column: str) -> str:
        return cells[header[column]]

    expert, task_key = cell(columns.expert), cell(columns.task)
    for column, name in ((columns.expert, expert), (columns.task, task_key)):
        if (problem := key_problem(name)) is not None:
            errors.add(FILE, line, column, f"{shown(name)} {problem}" if name else problem)
    answer = _answer(line, cell, project, errors)
    seconds = _seconds(line, cell(columns.seconds), columns.seconds, project, errors) if columns.seconds else None
    stage = cell(columns.stage) if columns.stage else None
    if stage is not None and stage != project.attempt.name:
        errors.add(FILE, line, columns.stage, f"{shown(stage)} is not the attempt stage, {project.attempt.name}")
    if errors.count != before:
        return None
    return PackJudgement(number, line, expert, task_key, answer, seconds, stage)


def _answer(line: int, cell: Any, project: Project, errors: Errors) -> dict[str, Any]:
    history = project.spec.history
    answer: dict[str, Any] = {}
    if history is None:
        return answer
    columns = history.columns.answers
    unmapped = False
    for question, column in columns.items():
        raw = cell(column)
        table = history.values.get(question)
        if raw == "":
            continue
        if table is not None and raw not in table:
            unmapped = True
            why = f"{shown(raw)} is not in project.toml's history.values.{question}"
            errors.add(FILE, line, column, why)
            continue
        answer[question] = raw if table is None else table[raw]
    if not unmapped:
        for problem in check_answer(project.template, answer):
            errors.add(FILE, line, columns.get(problem.field, problem.field), problem.why)
    return answer


def _seconds(line: int, raw: str, column: str, project: Project, errors: Errors) -> int | None:
    terms = project.attempt.terms
    if raw == "":
        if needs_time(terms):
            errors.add(FILE, line, column, "is empty, and the attempts are paid by time")
        return None
    if not (raw.isascii() and raw.isdigit()) or len(raw) > _SECONDS_DIGITS_MAX:
        errors.add(FILE, line, column, f"{shown(raw)} is not a whole number of seconds")
        return None
    seconds = int(raw)
    for limit, name in ((terms.paid_s_max, "paid_s_max"), (project.attempt.claim_s_max, "claim_s_max")):
        if limit is not None and seconds > limit:
            errors.add(FILE, line, column, f"{seconds} seconds are above {name} ({limit}) of the stage")
            return None
    return seconds
