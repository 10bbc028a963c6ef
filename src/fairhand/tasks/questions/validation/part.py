"""A table of the task looked through cell by cell: each is accepted, corrected, or flagged with a reason.

Stored is what was not accepted, and which rows were looked at: all of them, before it can be handed in.
"""

import csv
import json
from collections.abc import Mapping
from fractions import Fraction
from io import StringIO
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import (
    CELL_CHARS_MAX,
    LABEL_CHARS_MAX,
    TABLE_COLUMNS_MAX,
    VALIDATION_CELLS_MAX,
    VALIDATION_ROWS_MAX,
)
from fairhand.tasks.questions._apart import apart
from fairhand.tasks.questions._option import Item, no_two_alike
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.questions.validation import lines
from fairhand.tasks.wording import Identifier, Problem, shown, storable_problem, unfit

_DO = {"fix", "flag"}


class ValidationTerms(QuestionTerms):
    """`of`: the table. `columns`: which are judged; all, if none is named. `reasons`: of a flag; in words, if none."""

    of_types: ClassVar[tuple[str, ...]] = ("table",)
    type: Literal["validation"]
    of: Identifier
    columns: Annotated[list[Annotated[str, Field(min_length=1)]], Field(max_length=TABLE_COLUMNS_MAX)] = []
    reasons: Annotated[list[Item], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _unique(self) -> Self:
        no_two_alike(self.reasons)
        if len(set(self.columns)) < len(self.columns):
            raise unfit("column_named_twice", "names a column twice")
        return self

    def shows_field(self) -> bool:
        """Always."""
        return True


class Validation:
    """answer: {"looked": [rows, from 1], "cells": {"row:column", both from 1: {"fix": text} or {"flag": reason}}}."""

    name = "validation"
    version = 1
    terms = ValidationTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: no_table, not_an_object, unknown_row, not_all_looked, and those of a cell."""
        question, table = str(terms["name"]), terms.get("given")
        if not isinstance(table, Mapping):
            return [Problem(question, "no_table", "has no table: the task brings none along")]
        if not isinstance(answer, Mapping) or set(answer) != {"looked", "cells"}:
            return [Problem(question, "not_an_object", "is answered with the rows looked at, and cells")]
        looked, cells = answer["looked"], answer["cells"]
        rows = range(1, len(table["rows"]) + 1)
        if not isinstance(looked, list) or not isinstance(cells, Mapping):
            return [Problem(question, "not_an_object", "is answered with a list of rows and a table of cells")]
        if any(not isinstance(row, int) or isinstance(row, bool) or row not in rows for row in looked):
            return [Problem(question, "unknown_row", "names a row that the table does not have")]
        if missing := sorted(set(rows) - set(looked)):
            return [
                Problem(question, "not_all_looked", f"has {len(missing)} rows not looked at yet, from {missing[0]} on")
            ]
        if looked != list(rows):
            return [Problem(question, "unknown_row", "names its rows in order, each once")]
        for name, said in cells.items():
            if (found := _cell_problem(str(name), said, terms)) is not None:
                return [Problem(question, found[0], f"{shown(name)} {found[1]}")]
        return []

    def check_given(self, value: Any, terms: Mapping[str, Any]) -> list[Problem]:
        """Whether a task's table can be looked through. Codes: blank, too_many, no_column."""
        field, rows, columns = str(terms["of"]), len(value["rows"]), len(value["columns"])
        if not rows:
            return [Problem(field, "blank", "has no row to look at")]
        if rows > VALIDATION_ROWS_MAX or rows * columns > VALIDATION_CELLS_MAX:
            most = f"{VALIDATION_ROWS_MAX} rows and {VALIDATION_CELLS_MAX:,} cells"
            return [Problem(field, "too_many", f"has {rows} rows of {columns} cells; {most} are allowed")]
        if missing := [name for name in terms.get("columns", []) if name not in value["columns"]]:
            return [Problem(field, "no_column", f"has no column {shown(missing[0])}")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """Two texts: rows ("1-12, 15"), and a line for each cell ("3:2 = new value", "4:1 ! reason")."""
        table = terms.get("given")
        rows = len(table["rows"]) if isinstance(table, Mapping) else 0
        looked = lines.rows_read(one(posted, f"{name}.looked"), rows)
        cells = lines.cells_read(one(posted, f"{name}.cells"))
        if len(looked) == rows:  # what is accepted one by one is kept only as long as rows are missing
            cells = {name: said for name, said in cells.items() if lines.ACCEPT not in said}
        return {"looked": looked, "cells": cells} if looked or cells else None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """`columns`: (number, name, whether it is judged); `rows`: (number, cells); the two texts of the form.

        A cell is (text, what was said on it or None). `said`: the same row by row, to read: (row, column, old, said).
        """
        table = terms.get("given")
        looked, cells = _parts(value)
        columns, rows = (table["columns"], table["rows"]) if isinstance(table, Mapping) else ([], [])
        judged = set(terms.get("columns") or columns)
        said = _told(cells, terms)
        return {
            "columns": [(at, name, name in judged) for at, name in enumerate(columns, start=1)],
            "rows": [(at, [lines.text_of(cell) for cell in row]) for at, row in enumerate(rows, start=1)],
            "looked": lines.rows_written(looked), "cells": lines.cells_written(cells), "said": said,
            "n_rows": len(rows), "n_looked": len(looked), "chars_max": CELL_CHARS_MAX,
            "reason_chars_max": LABEL_CHARS_MAX, "fixed": sum("fix" in each for *_, each, _ in said),
            "flagged": sum("flag" in each for *_, each, _ in said),
        }  # fmt: skip

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        return [
            ("arrows", "cells"), ("v", ""), ("f", ""), ("w", ""), ("enter", ""), ("c", ""), ("f2", "fix"),
            ("esc", "leave_cell"),
        ]  # fmt: skip

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """Of the cells that either did not accept, the share that was not treated alike; a flag's words aside."""
        return apart(_treated(a, terms), _treated(b, terms))

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 minus the distance: what was missed costs as much as what was found where nothing is wrong."""
        return 1 - self.distance(answer, gold, terms)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """How many cells were corrected and flagged, each of them, and the corrected table."""
        return tuple(f"{terms['name']}_{column}" for column in ("fixed", "flagged", "cells", "table"))

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """Two counts, the cells as JSON, and the table with its corrections as CSV."""
        if answer is None:
            return ("",) * 4
        cells = answer["cells"]
        done = [next(iter(each)) for each in cells.values()]
        said = json.dumps(cells, ensure_ascii=False, separators=(",", ":"))
        return str(done.count("fix")), str(done.count("flag")), said, _corrected(terms.get("given"), cells)


def _parts(value: Any) -> tuple[list[Any], Mapping[Any, Any]]:
    """Rows and cells of what `read` gave, which may be wrong or None."""
    given = value if isinstance(value, Mapping) else {}
    looked, cells = given.get("looked"), given.get("cells")
    return looked if isinstance(looked, list) else [], cells if isinstance(cells, Mapping) else {}


def _told(cells: Mapping[Any, Any], terms: Mapping[str, Any]) -> list[tuple[int, str, str, Mapping[str, str], Any]]:
    """(row, column, what stood there, what was said on it, its reason as shown) for each cell of the table."""
    named = {reason["value"]: reason["label"] for reason in terms.get("reasons", [])}
    told = []
    for name, said in cells.items():
        if (at := _place(str(name), terms)) is not None and _is_said(said):
            row, column = at
            table, reason = terms["given"], said.get("flag")
            old = lines.text_of(table["rows"][row - 1][column - 1])
            told.append((row, table["columns"][column - 1], old, said, named.get(reason, reason)))
    return sorted(told, key=lambda each: each[0])


def _is_said(said: object) -> bool:
    return isinstance(said, Mapping) and len(said) == 1 and set(said) <= _DO and all(map(_is_text, said.values()))


def _is_text(text: object) -> bool:
    return isinstance(text, str)


def _place(name: str, terms: Mapping[str, Any]) -> tuple[int, int] | None:
    """(row, column) of a cell's name, both from 1; None where the table has no such cell."""
    table, at = terms.get("given"), lines.place_of(name)
    if at is None or not isinstance(table, Mapping):
        return None
    return at if 1 <= at[0] <= len(table["rows"]) and 1 <= at[1] <= len(table["columns"]) else None


def _cell_problem(name: str, said: object, terms: Mapping[str, Any]) -> tuple[str, str] | None:
    """(code, why). Codes: unknown_cell, not_an_object, not_text, too_long, bad_character, same_value, no_reason, …"""
    if (at := _place(name, terms)) is None or name != f"{at[0]}:{at[1]}":
        return "unknown_cell", "is no cell of the table"
    table, (row, column) = terms["given"], at
    judged = terms.get("columns")
    if judged and table["columns"][column - 1] not in judged:
        return "unknown_cell", "is in a column that is not judged"
    if not isinstance(said, Mapping) or len(said) != 1 or not set(said) <= _DO:
        return "not_an_object", "is corrected (fix) or flagged (flag)"
    ((do, text),) = said.items()
    if not isinstance(text, str):
        return "not_text", "takes text"
    if len(text) > (CELL_CHARS_MAX if do == "fix" else LABEL_CHARS_MAX):
        return "too_long", "has a text that is too long"
    if (problem := storable_problem(text)) is not None:
        return "bad_character", problem
    if do == "fix":
        same = text == lines.text_of(table["rows"][row - 1][column - 1])
        return ("same_value", "is corrected to what stands there already") if same else None
    reasons = [reason["value"] for reason in terms.get("reasons", [])]
    if reasons:
        return None if text in reasons else ("not_an_option", "is flagged with a reason that is not one of them")
    return None if text.strip() else ("no_reason", "is flagged without a reason")


def _treated(answer: Any, terms: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    listed = bool(terms.get("reasons"))
    found = {}
    for name, said in answer["cells"].items():
        ((do, text),) = said.items()
        found[name] = (do, text.strip() if do == "fix" or listed else "")
    return found


def _corrected(table: Any, cells: Mapping[str, Mapping[str, str]]) -> str:
    if not isinstance(table, Mapping):
        return ""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table["columns"])
    for number, row in enumerate(table["rows"], start=1):
        texts = [lines.text_of(cell) for cell in row]
        writer.writerow([cells.get(f"{number}:{at}", {}).get("fix", text) for at, text in enumerate(texts, start=1)])
    return out.getvalue()


PART = Validation()
