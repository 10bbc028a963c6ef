"""The list of entries as a table for a spreadsheet. Moments in UTC, amounts as numbers."""

from collections.abc import Iterable, Iterator

from django.utils import translation
from django.utils.translation import gettext_noop

from fairhand.insight.entries import EntryRow
from fairhand.web import words
from fairhand.web.line_sheet import decimal

ENTRY_HEAD = (
    gettext_noop("Entry"), gettext_noop("Kind"), gettext_noop("Made at (UTC)"), gettext_noop("Amount"),
    gettext_noop("Currency"), gettext_noop("From"), gettext_noop("To"), gettext_noop("Reference"), gettext_noop("Key"),
)  # fmt: skip


def entry_cells(rows: Iterable[EntryRow], language: str) -> Iterator[tuple[object, ...]]:
    """A row per entry, in `language`: rows are written after the request's was put away."""
    for row in rows:
        with translation.override(language):
            kind = words.word("entry", row.kind)
            sources, targets = (
                ", ".join(words.word("purpose", purpose) for purpose in each) for each in (row.sources, row.targets)
            )
        yield (
            row.entry_id, kind, f"{row.at:%Y-%m-%d %H:%M:%S}", decimal(row.moved_minor, row.currency), row.currency,
            sources, targets, row.reference, row.key,
        )  # fmt: skip
