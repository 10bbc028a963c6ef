"""A page that shows every component once, for whoever builds pages; only with FAIRHAND_DEBUG=1."""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi

from fairhand.people.access import ANYONE
from fairhand.web.charts import line
from fairhand.web.entry import opens
from fairhand.web.figures import amount
from fairhand.web.terms import meter, terms_view

_WORKED_S = 744
_FIRST = datetime(2026, 11, 2, tzinfo=UTC)


@opens(ANYONE)
def style(request: HttpRequest) -> HttpResponse:
    """Every component once. Its figures are invented."""
    timed, by_piece = terms_view(_TIMED), terms_view(_BY_PIECE)
    running = {"work_ms": _WORKED_S * 1000, "for_clock": timed.for_clock(_WORKED_S), "earned_minor": 868, "live": True}
    rows = [(_FIRST + timedelta(days=day), day * day * 3) for day in range(22)]
    context = {
        "timed": timed,
        "by_piece": by_piece,
        "meter": meter(timed, _WORKED_S, get_language_bidi()),
        "running": running,
        "line": line(rows, 2000, get_language_bidi()),
        "bars": [
            {"label": "author", "value": 1396, "most": 1396, "shown": amount(1396, "USD")},
            {"label": "review", "value": 490, "most": 1396, "shown": amount(490, "USD")},
        ],
    }
    return render(request, "style.html", context)


_FRAME = {"lease_s": 1800, "claim_s_max": 7200, "idle_s": 180, "review_deadline_h": 72, "ceiling_minor": 3000}
_TIMED = _FRAME | {
    "pay": {"currency": "USD", "paid_s_max": 3300, "primitives": [{
        "primitive": "TIME", "version": 1, "basis": "active",
        "segments": [{"upto_s": 2400, "rate": "42.00"}, {"upto_s": None, "rate": "21.16"}],
    }]},
    "estimate": {"p50_s": 840, "p80_s": 1620, "n": 40},
}  # fmt: skip
_BY_PIECE = _FRAME | {
    "pay": {"currency": "USD", "paid_s_max": None, "primitives": [{
        "primitive": "UNIT", "version": 1, "unit": "judgement", "units_max": 1,
        "bands": [{"upto": None, "price": "0.12"}],
    }]},
    "estimate": {},
}  # fmt: skip
