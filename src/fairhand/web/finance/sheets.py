"""The books as tables for a spreadsheet: entries, and the lines of a statement. Moments in UTC, amounts as numbers."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext_noop

from fairhand.insight.entries import EntryRow
from fairhand.insight.statements import StatementLine
from fairhand.kernel.money import exponent
from fairhand.web import words
from fairhand.web.figures import text_of
from fairhand_pay import sentence_of

ENTRY_HEAD = (
    gettext_noop("Entry"), gettext_noop("Kind"), gettext_noop("Made at (UTC)"), gettext_noop("Amount"),
    gettext_noop("Currency"), gettext_noop("From"), gettext_noop("To"), gettext_noop("Reference"), gettext_noop("Key"),
)  # fmt: skip
LINE_HEAD = (
    gettext_noop("Made at (UTC)"), gettext_noop("Project"), gettext_noop("Submission"),
    gettext_noop("How it was computed"), gettext_noop("Amount"), gettext_noop("Currency"), gettext_noop("Entry"),
    gettext_noop("Line"),
)  # fmt: skip


# Rows are written after the request's language was put away, so each is made in `language`.


def entry_cells(rows: Iterable[EntryRow], language: str) -> Iterator[tuple[object, ...]]:
    """A line per entry."""
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


def line_cells(rows: Iterable[StatementLine], language: str) -> Iterator[tuple[object, ...]]:
    """A line per pay line, with its sentence."""
    for row in rows:
        with translation.override(language):
            project, said = text_of(row.project_name), sentence_of(row.sentence_key, row.sentence_args, language)
        yield (
            f"{row.made_at:%Y-%m-%d %H:%M:%S}", project, row.submission_id, said,
            decimal(row.amount_minor, row.currency), row.currency, row.entry_id, row.line_id,
        )  # fmt: skip


def decimal(minor: int, currency: str) -> Decimal:
    """Minor units as a number of whole ones."""
    return Decimal(minor).scaleb(-exponent(currency))
