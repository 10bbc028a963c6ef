"""Accounts, each with its legs; and entries, each with all of theirs and what caused it."""

from datetime import date, datetime, timedelta

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from fairhand.insight import accounts as books
from fairhand.insight.entries import EntryFilter, entries_streamed
from fairhand.insight.entries import entries as entries_of
from fairhand.insight.entry_page import entry_page
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CSV_ROWS_MAX, FUND_REFERENCE_CHARS_MAX, ROWS_PER_PAGE_MAX
from fairhand.people.access import SEE_BOOKS
from fairhand.web import own_files, words
from fairhand.web.entry import Signed, found_or_404, opens
from fairhand.web.finance.frame import entry_before, moment_word, more, number_before, page, tabs
from fairhand.web.finance.sheets import ENTRY_HEAD, entry_cells

_SLUG_CHARS_MAX = 100


@opens(SEE_BOOKS)
def accounts(request: Signed) -> HttpResponse:
    """Every account, the latest opened first."""
    asked = {name: request.GET.get(name, "").strip().replace("\x00", "")[:_SLUG_CHARS_MAX] for name in _FILTERS}
    wanted = books.AccountFilter(**asked)
    found = books.accounts(wanted, number_before(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page(found, lambda row: row.account_id)
    context = {
        "tabs": tabs(), "rows": rows, "asked": asked, "active": any(asked.values()),
        "owners": _choices("owner", books.OWNER_KINDS), "purposes": _choices("purpose", books.PURPOSES),
        "currencies": [("", _("All")), *((code, code) for code in books.currencies())], **more(request, older),
    }  # fmt: skip
    return render(request, "finance/accounts.html", context)


_FILTERS = ("owner_kind", "purpose", "currency", "project", "client")


@opens(SEE_BOOKS)
def account(request: Signed, account_id: int) -> HttpResponse:
    """One account with its legs, the newest first, and the balance after each."""
    found = found_or_404(books.account(account_id))
    read = books.legs_of(account_id, number_before(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page(read, lambda row: row.seq)
    context = {"tabs": tabs(), "account": found, "rows": rows, **more(request, older)}
    # The newest leg says what the balance is; a balance that says otherwise is shown loudly.
    context["wrong"] = bool(read) and number_before(request) is None and read[0].net_after_minor != found.net_minor
    return render(request, "finance/account.html", context)


@opens(SEE_BOOKS)
def entries(request: Signed) -> HttpResponse:
    """Every entry, the newest first; by kind, by days, by reference or id."""
    wanted = _wanted(request)
    read = entries_of(wanted, entry_before(request), ROWS_PER_PAGE_MAX + 1)
    rows, older = page(read, lambda row: f"{moment_word(row.at)}_{row.entry_id}")
    query = request.GET.copy()
    query.pop("before", None)
    context = {
        "tabs": tabs(), "rows": rows, "kinds": _choices("entry", words.codes("entry")), "asked": request.GET,
        "active": wanted != EntryFilter(), "file_query": query.urlencode(), "file_rows": CSV_ROWS_MAX,
        **more(request, older),
    }  # fmt: skip
    return render(request, "finance/entries.html", context)


@opens(SEE_BOOKS)
def entries_file(request: Signed) -> HttpResponseBase:
    """The same entries as a table for a spreadsheet, streamed."""
    rows = entry_cells(entries_streamed(_wanted(request), CSV_ROWS_MAX), translation.get_language() or "en")
    return own_files.table(f"fairhand-entries-{utc_now():%Y-%m-%d}.csv", [_(each) for each in ENTRY_HEAD], rows)


@opens(SEE_BOOKS)
def entry(request: Signed, entry_id: int) -> HttpResponse:
    """One entry: all its legs, what caused it, what it pays, and the event that tells of it."""
    found = entry_page(entry_id)
    if found is None or not found.legs:
        raise Http404
    return render(request, "finance/entry.html", {"tabs": tabs(), "entry": found})


def _wanted(request: Signed) -> EntryFilter:
    until = _day(request.GET.get("until", ""))
    return EntryFilter(
        kind=request.GET.get("kind", "")[:_SLUG_CHARS_MAX].replace("\x00", ""),
        since=_midnight(_day(request.GET.get("from", ""))),
        until=_midnight(until + timedelta(days=1) if until and until < date.max else until),
        text=request.GET.get("text", "").strip().replace("\x00", "")[:FUND_REFERENCE_CHARS_MAX],
    )


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # Far from the ends of the calendar, so that no zone carries it beyond them.
    return found if 1900 <= found.year <= 9000 else None


def _midnight(day: date | None) -> datetime | None:
    """When the day begins where the reader is."""
    return timezone.make_aware(datetime(day.year, day.month, day.day)) if day else None  # noqa: DTZ001


def _choices(kind: str, codes: object) -> list[tuple[str, str]]:
    return [("", _("All")), *((code, words.word(kind, code)) for code in codes)]  # type: ignore[attr-defined]
