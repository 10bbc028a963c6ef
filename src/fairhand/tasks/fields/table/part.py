"""A table of named columns. Cells are texts, numbers, true or false, or empty; they are shown as they are, not run."""

from collections.abc import Mapping
from typing import Any, Literal

from fairhand.kernel.limits import TABLE_COLUMNS_MAX, TABLE_ROWS_MAX
from fairhand.tasks.fields._field import FieldTerms
from fairhand.tasks.fields._text import kind_of, text_problems
from fairhand.tasks.wording import Problem


class TableTerms(FieldTerms):
    """Nothing beside what every field has."""

    type: Literal["table"]


class TableField:
    """value: {"columns": [names], "rows": [[cells]]}, each row as long as the columns."""

    name = "table"
    version = 1
    terms = TableTerms

    def check(self, value: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_table, too_many, bad_row, bad_cell, bad_character, too_long."""
        field = str(terms["name"])
        if not isinstance(value, Mapping) or set(value) != {"columns", "rows"}:
            return [Problem(field, "not_a_table", "must be a table with columns and rows, and nothing else")]
        columns, rows = value["columns"], value["rows"]
        if not isinstance(columns, list) or not columns or not all(isinstance(name, str) for name in columns):
            return [Problem(field, "not_a_table", "needs a list of columns' names, at least one")]
        if not isinstance(rows, list):
            return [Problem(field, "not_a_table", "needs a list of rows")]
        if len(columns) > TABLE_COLUMNS_MAX or len(rows) > TABLE_ROWS_MAX:
            most = f"{TABLE_COLUMNS_MAX} columns and {TABLE_ROWS_MAX:,} rows"
            return [Problem(field, "too_many", f"is larger than {most}")]
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, list) or len(row) != len(columns):
                return [Problem(field, "bad_row", f"row {number} is no list of {len(columns)} cells")]
            if strange := [cell for cell in row if not isinstance(cell, str | int | float | bool | None)]:
                return [Problem(field, "bad_cell", f"row {number} has a cell that is {kind_of(strange[0])}")]
        return text_problems(field, self.search_text(value), blank=True)

    def search_text(self, value: Any) -> str:
        """The columns' names and all cells."""
        cells = [cell for row in value["rows"] for cell in row]
        return "\n".join(str(each) for each in [*value["columns"], *cells] if each is not None)


PART = TableField()
