"""Pay lines as a table for a spreadsheet. Moments in UTC, amounts as numbers."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext_noop

from fairhand.insight.statements import StatementLine
from fairhand.kernel.money import exponent
from fairhand.web.figures import text_of
from fairhand_pay import sentence_of

LINE_HEAD = (
    gettext_noop("Made at (UTC)"), gettext_noop("Project"), gettext_noop("Submission"),
    gettext_noop("How it was computed"), gettext_noop("Amount"), gettext_noop("Currency"), gettext_noop("Entry"),
    gettext_noop("Line"),
)  # fmt: skip


def line_cells(rows: Iterable[StatementLine], language: str) -> Iterator[tuple[object, ...]]:
    """A row per pay line, with its sentence in `language`: rows are written after the request's was put away."""
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
