"""Files that are written while they are read: tables for a spreadsheet, none of whose cells can be a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse

# A spreadsheet takes what begins so as a formula; a quotation mark before it makes it text.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# Spreadsheets know by it that the file is UTF-8.
_MARK = "\ufeff"


class _Echo:
    def write(self, text: str) -> str:
        """What the writer would write."""
        return text


def cell(value: Any) -> str:
    """A cell's text. Numbers stay numbers; text that looks like a formula becomes text."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if not isinstance(value, (int, Decimal)) and text.lstrip(" ").startswith(_FORMULA) else text


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A CSV file of that name, streamed; `rows` are read one after the other."""
    response = StreamingHttpResponse(_lines(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield _MARK + writer.writerow([cell(each) for each in head])
    for row in rows:
        yield writer.writerow([cell(each) for each in row])
