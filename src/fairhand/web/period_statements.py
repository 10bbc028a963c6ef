"""A person's statement of a month or of chosen days: page, table, JSON and PDF, for its owner and for finance alike."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext, pgettext

from fairhand.insight import statements_of_period as reads
from fairhand.insight.statement_pdf import Paper, PaperCurrency, PaperRow, pdf_of
from fairhand.kernel.limits import ROWS_PER_PAGE_MAX, STATEMENT_MONTHS_SHOWN_MAX, STATEMENT_PDF_LINES_MAX
from fairhand.kernel.money import format_minor
from fairhand.kernel.period import DAYS_MAX, Period, month_of, period_between, period_of
from fairhand.ledger.queries import Span, span_of
from fairhand.web import own_files, words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import found_or_404
from fairhand.web.figures import text_of
from fairhand.web.line_sheet import LINE_HEAD, decimal, line_cells
from fairhand.web.typed import Wrong
from fairhand_pay import sentence_of

_KINDS = (("pdf", gettext_noop("PDF")), ("csv", gettext_noop("Table (CSV)")), ("json", gettext_noop("JSON")))
_PART = gettext_noop("Part of the statement")
_ISOLATED = "\u2068{}\u2069"
_LTR = "\u2066{}\u2069"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose statement it is, where its pages are (`of`: "" for the list, else a period), and where one came from."""

    person_id: UUID
    name: str
    of: Callable[[str], str]
    back: str
    back_label: str
    section: str
    own: bool


def index(request: HttpRequest, whose: Whose) -> HttpResponse:
    """The months there are, and a form for any days; with days in the address, on to their statement."""
    typed = {name: request.GET.get(name, "").strip()[:10] for name in ("first", "last")}
    wrong: list[Wrong] = []
    if any(typed.values()):
        period, wrong = _typed(typed)
        if period is not None:
            return redirect(whose.of(period.word))
    months = [month_of(each) for each in reads.months_of(whose.person_id, STATEMENT_MONTHS_SHOWN_MAX)]
    context = {
        "whose": whose, "months": [(_title(each), whose.of(each.word)) for each in months], "typed": typed,
        "wrong": wrong, "problems": {each.name: each.problem for each in wrong}, "here": whose.of(""),
    }  # fmt: skip
    return render(request, "statements/index.html", context, status=422 if wrong else 200)


def _typed(typed: Mapping[str, str]) -> tuple[Period | None, list[Wrong]]:
    days: dict[str, date] = {}
    wrong = []
    for name, label in (("first", _("First day")), ("last", _("Last day"))):
        try:
            days[name] = date.fromisoformat(typed[name])
        except ValueError:
            wrong.append(Wrong(name, label, _("A day is needed, such as 2026-11-03.")))
    if wrong:
        return None, wrong
    period = period_between(days["first"], days["last"])
    if period is None:
        said = _("The last day must not lie before the first, and at most %(n)s days fit on a statement.")
        wrong = [Wrong("last", _("Last day"), said % {"n": DAYS_MAX})]
    return period, wrong


def page(request: HttpRequest, whose: Whose, word: str) -> HttpResponse:
    """Opening, movements by kind, closing; the lines a page at a time."""
    period, span = _found(word)
    found = reads.period_statement(whose.person_id, span)
    read = reads.period_lines(whose.person_id, span, before_of(request), ROWS_PER_PAGE_MAX + 1)
    lines, older = page_of(read, place=lambda line: (line.made_at, line.line_id))
    base = whose.of(period.word)
    context = {
        "whose": whose, "title": _title(period), "said": _days(period), "span": span, "statement": found,
        "note": _note(span), "tables": [_shown(each) for each in found.currencies], "lines": lines, "older": older,
        "first": bool(request.GET.get("before")), "back_to": whose.of(""),
        "files": [(f"{base}statement.{kind}", _(label)) for kind, label in _KINDS] if span.closed else [],
    }  # fmt: skip
    return render(request, "statements/period.html", context)


def file(whose: Whose, word: str, kind: str) -> HttpResponseBase:
    """The statement as `pdf`, `csv` (a row per line) or `json` (all of it; the same bytes each time)."""
    period, span = _found(word)
    found_or_404(kind if kind in dict(_KINDS) else None)
    name = f"fairhand-statement-{period.word}-{str(whose.person_id)[-5:]}.{kind}"
    if kind == "csv":
        return own_files.table(name, [_(each) for each in (_PART, *LINE_HEAD)], _cells(whose.person_id, span))
    told = reads.document(whose.person_id, span)
    if kind == "json":
        return _download(told, name, "application/json")
    return _download(pdf_of(_paper(whose, period, span, told)), name, "application/pdf")


def _cells(person_id: UUID, span: Span) -> Iterator[tuple[object, ...]]:
    """Beginnings, lines, movements without a line, ends: all but the ends of a currency add up to its end."""
    found = reads.period_statement(person_id, span)
    start, line, other, end = _("At the beginning"), _("Line"), _("Movement without a line"), _("At the end")
    kinds = [[words.word("entry", row.kind) for row in each.unlined] for each in found.currencies]
    lines = line_cells(reads.period_lines_streamed(person_id, span), translation.get_language() or "en")

    def balance(part: str, minor: int, currency: str) -> tuple[object, ...]:
        return (part, None, None, None, None, decimal(minor, currency), currency, None, None)

    # Written after the request's language was put away: every word above is ready.
    def rows() -> Iterator[tuple[object, ...]]:
        yield from (balance(start, each.opening.total_minor, each.currency) for each in found.currencies)
        yield from ((line, *cells) for cells in lines)
        for each, said in zip(found.currencies, kinds, strict=True):
            for row, kind in zip(each.unlined, said, strict=True):
                amount = decimal(row.by.total_minor, each.currency)
                at = f"{row.at:%Y-%m-%d %H:%M:%S}"
                yield (other, at, None, None, kind, amount, each.currency, row.entry_id, None)
        yield from (balance(end, each.closing.total_minor, each.currency) for each in found.currencies)

    return rows()


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _found(word: str) -> tuple[Period, Span]:
    period = found_or_404(period_of(word))
    return period, span_of(period.first, period.last)


def _title(period: Period) -> str:
    if period.is_month:
        month = f"{formats.date_format(period.first, 'F')} {period.first.year}"
        return _("Statement of %(month)s") % {"month": month}
    return _("Statement of %(days)s") % {"days": _days(period)}


def _days(period: Period) -> str:
    first, last = (_ISOLATED.format(formats.date_format(day, "j M Y")) for day in (period.first, period.last))
    return first if period.first == period.last else f"{first} – {last}"


def _note(span: Span) -> str | None:
    if span.final:
        return None
    if span.closed is None:
        return _("None of these days is closed yet. Each is closed in the night after it, a quarter past midnight UTC.")
    day = _ISOLATED.format(formats.date_format(span.closed, "j M Y"))
    said = _("Not finished: it holds what was booked up to %(day)s, the last of these days that is closed.")
    return said % {"day": day}


@dataclass(frozen=True, slots=True)
class _Row:
    label: str
    by: reads.Balances
    strong: bool = False


@dataclass(frozen=True, slots=True)
class _Table:
    each: reads.InCurrency
    rows: tuple[_Row, ...]


def _shown(each: reads.InCurrency) -> _Table:
    moved = [
        _Row(words.word("entry", row.kind) + (f" × {row.entries:,}" if row.entries > 1 else ""), row.by)
        for row in each.moved
    ]
    return _Table(each, (_Row(_("At the beginning"), each.opening, True), *moved,
                         _Row(_("At the end"), each.closing, True)))  # fmt: skip


def balance_head() -> tuple[str, ...]:
    """Heads of the balances' columns, the first of them empty."""
    return ("", _("Pending"), _("Payable"), _("In transit"), pgettext("money", "Together"))


def _paper(whose: Whose, period: Period, span: Span, told: bytes) -> Paper:
    language = translation.get_language() or "en"
    found = reads.period_statement(whose.person_id, span)
    lines = _paper_lines(reads.period_lines_streamed(whose.person_id, span), language)
    kept = list(islice(lines, STATEMENT_PDF_LINES_MAX))
    rest = found.lines_n - len(kept)
    said = ngettext(
        "%(n)s more line is in the table and in the JSON.", "%(n)s more lines are in the table and in the JSON.", rest
    )
    more = said % {"n": rest} if rest > 0 else None
    return Paper(
        language=language, title=_title(period),
        facts=((_("Name"), _ISOLATED.format(whose.name)), (_("Days (UTC)"), _days(period)),
               (_("Number of the account holder"), _LTR.format(whose.person_id))),
        note=_note(span), currencies=tuple(_paper_currency(each) for each in found.currencies),
        lines_title=_("Pay lines"),
        lines_head=(_("Made at (UTC)"), _("How it was computed"), _("Project"), _("Amount")),
        lines=kept, more=more, proof=_proof(span, told), foot=f"{_title(period)} · {_ISOLATED.format(whose.name)}",
    )  # fmt: skip


def _proof(span: Span, told: bytes) -> tuple[tuple[str, str], ...]:
    mine = (_("Fingerprint of this statement's JSON (SHA-256)"), reads.fingerprint(told))
    if span.head is None:
        return (mine,)
    said = _("Head of the books up to entry %(entry)s; with it anybody can prove later that nothing was altered")
    return ((said % {"entry": span.until_id}, span.head), mine)


def _paper_currency(each: reads.InCurrency) -> PaperCurrency:
    rows = tuple(
        PaperRow(row.label, tuple(format_minor(minor, each.currency) for minor in (
            row.by.pending_minor, row.by.payable_minor, row.by.transit_minor, row.by.total_minor)), row.strong)
        for row in _shown(each).rows
    )  # fmt: skip
    return PaperCurrency(each.currency, balance_head(), rows, said_of(each))


def said_of(each: reads.InCurrency) -> str:
    """What pay lines come to, and whether they and the ledger say the same."""
    facts = {
        "earned": _LTR.format(format_minor(each.earned_minor, each.currency)),
        "corrected": _LTR.format(format_minor(each.corrected_minor, each.currency)),
    }
    said = _("Pay lines come to %(earned)s, lines that were added to earlier ones to %(corrected)s.") % facts
    if each.adds_up:
        more = _("Together with what no line explains, they are the difference between beginning and end.")
    else:
        more = _("This does not add up with the balances: show it to the operator, and keep this copy.")
    return f"{said} {more}"


def _paper_lines(lines: Any, language: str) -> Iterator[tuple[str, str, str, str]]:
    for line in lines:
        said = sentence_of(line.sentence_key, line.sentence_args, language)
        yield (
            f"{line.made_at:%Y-%m-%d %H:%M}", said, text_of(line.project_name),
            format_minor(line.amount_minor, line.currency),
        )  # fmt: skip
