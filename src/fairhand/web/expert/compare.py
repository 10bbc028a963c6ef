"""Effective wages here and elsewhere, side by side: from a table that is read, answered and forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from fairhand.insight.wages import Wage, own_by_week
from fairhand.kernel.limits import COMPARE_BYTES_MAX, COMPARE_FAULTS_SHOWN_MAX, COMPARE_ROWS_MAX
from fairhand.people.access import OWN_ROWS
from fairhand.web import own_files, words
from fairhand.web.entry import Signed, opens
from fairhand.web.expert.elsewhere import COLUMNS, Fault, Row, Total, read, totals
from fairhand.web.figures import kept_in, per_hour
from fairhand.web.manager.frame import Mistake

_EXAMPLE = (
    ("platform-a", "2026-11-02", "6.5", "180.00", "USD"), ("platform-a", "2026-11-03", "7:15", "201.50", "USD"),
    ("platform-b", "2026-W45", "12", "310.00", "EUR"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of the table, and its bar in the drawing. `here`: what was measured in this installation."""

    name: str
    here: bool
    currency: str
    minor: int
    ms: int
    per_hour: int
    paid_per_hour: int | None = None


@opens(OWN_ROWS, "GET", "POST")
def compare(request: Signed) -> HttpResponse:
    """The form; after a file the wages side by side. Nothing of it is written down."""
    if request.method == "GET":
        return _page(request, {})
    sent = request.FILES.get("table")
    if sent is None:
        return _refused(request, [Fault(1, "compare_no_file")])
    # One byte more than may be: what is longer is refused without reading it all.
    rows, faults = read(sent.read(COMPARE_BYTES_MAX + 1))
    if faults:
        return _refused(request, faults)
    return _page(request, {"groups": _groups(request, rows), "rows_n": len(rows)})


@opens(OWN_ROWS)
def template(request: Signed) -> HttpResponse:
    """A table to begin with: the columns, and rows to write over."""
    return own_files.table("earnings-elsewhere.csv", COLUMNS, _EXAMPLE)


def _page(request: Signed, context: dict[str, Any], status: int = 200) -> HttpResponse:
    common = {"columns": COLUMNS, "rows_max": COMPARE_ROWS_MAX}
    return render(request, "expert/compare.html", common | context, status=status)


def _refused(request: Signed, faults: Sequence[Fault]) -> HttpResponse:
    shown = faults[:COMPARE_FAULTS_SHOWN_MAX]
    problems = [
        Mistake("f-table", _("Line %(n)s") % {"n": fault.line}, words.problem(fault.code, fault.code))
        for fault in shown
    ]  # fmt: skip
    return _page(request, {"problems": problems, "more": len(faults) - len(shown)}, 422)


def _groups(request: Signed, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """By currency: amounts of two currencies are never compared by a rate that somebody made up."""
    found = totals(rows)
    mine = _here(request, rows)
    groups = []
    for currency in dict.fromkeys(total.currency for total in found):
        compared = [_mine(mine[currency])] if currency in mine else []
        compared += [_theirs(total) for total in found if total.currency == currency]
        most = max((each.per_hour for each in compared), default=0) or 1
        bars = [
            {"label": each.name, "value": each.per_hour, "most": most, "shown": per_hour(each.per_hour, currency)}
            for each in compared
        ]  # fmt: skip
        groups.append({"currency": currency, "rows": compared, "bars": bars})
    return groups


def _here(request: Signed, rows: Sequence[Row]) -> dict[str, Wage]:
    """One's own measured work in the weeks that the file is about, by currency."""
    first, last = min(row.day for row in rows), max(row.day for row in rows)
    since = datetime.combine(first, time(), timezone.get_current_timezone()).astimezone(UTC)
    weeks = own_by_week(request.viewer.person_id, since, timezone.get_current_timezone_name())
    found: dict[str, Wage] = {}
    for week in weeks:
        if week.first <= last:
            found[week.wage.currency] = _added(found.get(week.wage.currency), week.wage)
    return {currency: wage for currency, wage in found.items() if wage.all_ms}


def _added(one: Wage | None, other: Wage) -> Wage:
    if one is None:
        return other
    return Wage(
        one.currency, one.minor + other.minor, one.paid_ms + other.paid_ms, one.all_ms + other.all_ms,
        one.claims + other.claims, one.handed_in + other.handed_in,
    )  # fmt: skip


def _mine(wage: Wage) -> Compared:
    return Compared(_("Here"), True, wage.currency, wage.minor, wage.all_ms, wage.all_per_hour or 0, wage.paid_per_hour)


def _theirs(total: Total) -> Compared:
    return Compared(kept_in(total.platform), False, total.currency, total.minor, total.ms, total.per_hour)
