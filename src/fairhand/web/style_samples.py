"""What the style page shows in its components: invented figures and texts, in each of our languages."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from fairhand.insight.offer_card import Figures, OwnHere, Past
from fairhand.insight.wages import Spread
from fairhand.web import charts
from fairhand.web.cards import CardView
from fairhand.web.figures import amount
from fairhand.web.pay_curve import pay_curve
from fairhand.web.shown import Part
from fairhand.web.terms import meter, terms_view

_WORKED_S = 744
_FIRST = datetime(2026, 11, 2, 8, tzinfo=UTC)
_ID = UUID(int=0x7F2C)

_TEXTS = Path(__file__).parent / "templates" / "style" / "texts.json"  # language -> name -> text


def samples(language: str, rtl: bool, pane: str) -> dict[str, Any]:
    """Context of the examples. `pane` keeps ids apart where a page shows an example twice."""
    say = json.loads(_TEXTS.read_text(encoding="utf-8"))[language]
    return {
        "say": say, "p": pane, "timed": terms_view(_TIMED), "by_piece": terms_view(_BY_PIECE),
        "meter": meter(terms_view(_TIMED), _WORKED_S, rtl),
        "running": {
            "work_ms": _WORKED_S * 1000, "for_clock": terms_view(_TIMED).for_clock(_WORKED_S), "earned_minor": 868,
            "live": True,
        },
        "card": CardView(terms_view(_TIMED), 12, "sample"), **_offers(rtl),
        "tabs": [(key, f"#{key}", say[key]) for key in ("one", "two", "three")],
        "steps": [("one", say["one"], "#one"), ("two", say["two"], ""), ("three", say["three"], "")],
        "options": [(key, say[key]) for key in ("one", "two", "three")], "some": ["two"],
        "problems": [Part("", pane, say["name"], "", {}, "", pane, say["problem"])],
        "rows": _life(say), "lines": _difference(say), **_charts(say, rtl), **_rows(say),
    }  # fmt: skip


def _offers(rtl: bool) -> dict[str, Any]:
    spread = Spread(people=11, claims=204, p10=2710, median=3340, p90=3980, unpaid_share=8)
    past = Past(
        people=11, handed_in=204, reviewed=61, returned=4, timed=190, over_typical=101, over_long=47, decided=61,
        decided_after_s=29_000, contested=3, corrected=2,
    )  # fmt: skip
    timed, by_piece = terms_view(_TIMED), terms_view(_BY_PIECE)
    known = Figures(_FIRST, spread, past)
    curves = [
        pay_curve(view.pay, rtl=rtl, p50_s=view.p50_s or 30, p80_s=view.p80_s or 60) if view.pay else None
        for view in (timed, by_piece)
    ]  # fmt: skip
    return {
        "curve": curves[0], "curve_by_piece": curves[1],
        "offer": CardView(timed, 12, "sample", known, OwnHere(18, 802_000, 3510), curves[0]),
        "offer_by_piece": CardView(by_piece, 0, "sample", None, None, curves[1]),
    }  # fmt: skip


def _life(say: dict[str, Any]) -> list[dict[str, Any]]:
    hours = (0, 3, 5, 29)
    return [
        {"at": _FIRST + timedelta(hours=hours[0]), "title": say["one"], "who": say["who"]},
        {
            "at": _FIRST + timedelta(hours=hours[1]), "title": say["happened"], "who": say["who"], "tone": "wait",
            "body": say["text"], "facts": [(say["count"], 3), (say["author"], amount(1396, "USD"))],
        },
        {"at": _FIRST + timedelta(hours=hours[2]), "title": say["two"], "tone": "ok", "href": "#c-timeline"},
        {"at": _FIRST + timedelta(hours=hours[3]), "title": say["three"], "tone": "bad", "body": say["long"]},
    ]  # fmt: skip


def _difference(say: dict[str, Any]) -> list[dict[str, Any]]:
    before, word, after = say["new"]
    return [
        {"kind": "same", "text": say["text"]},
        {"kind": "removed", "text": say["old"]},
        {"kind": "added", "parts": [(before, False), (word, True), (after, False)]},
        {"kind": "skipped", "n": 11},
    ]


def _charts(say: dict[str, Any], rtl: bool) -> dict[str, Any]:
    rows = [(_FIRST + timedelta(days=day), day * day * 3) for day in range(22)]
    end = rows[-1][0]
    ahead = [
        charts.Ahead(end + timedelta(days=5), 1500, 1650, 1800),
        charts.Ahead(end + timedelta(days=9), 1700, 2000, 2100),
    ]
    states = [(say["one"], 318, "open"), (say["two"], 41, "going"), (say["three"], 166, "wait"), ("7F2C", 9, "bad")]
    return {
        "line": charts.line(rows, 2000, rtl),
        "forecast": charts.line(rows, 2000, rtl, ahead, [(_FIRST + timedelta(days=9), say["mark"])]),
        "stack": charts.stack([*states, (say["name"], 1412, "done")], rtl),
        "spark": charts.spark([3, 9, 4, 12, 11, 17], rtl), "flat": charts.spark([4, 4, 4], rtl),
        "bars": [
            {"label": say["author"], "value": 1396, "most": 1396, "shown": amount(1396, "USD")},
            {"label": say["review"], "value": 490, "most": 1396, "shown": amount(490, "USD")},
        ],
    }  # fmt: skip


def _rows(say: dict[str, Any]) -> dict[str, Any]:
    project = SimpleNamespace(name=say["name"], slug="contracts", currency="USD", state="open")
    stage = SimpleNamespace(project=project, kind="attempt")
    progress = SimpleNamespace(tasks=2000, wanted=2000, accepted=1412, spent_minor=3_120_400, funded_minor=4_400_000)
    person = SimpleNamespace(
        alias="E-4F2", kind="person", handed_in=212, accepted=187, returned=9, reviews=3, typical_ms=744_000,
        earned_minor=98_750,
    )  # fmt: skip
    work = SimpleNamespace(
        submission_id=_ID, project_name=say["name"], kind="attempt", short="7F2C", round=2, surplus=True,
        state="pending", submitted_at=_FIRST, work_ms=744_000, earned_minor=868, currency="USD",
    )  # fmt: skip
    file = {"rows": 1412, "bytes": 340_000, "sha256": "9f" * 32}
    return {
        "claims": [SimpleNamespace(
            id=_ID, slot=SimpleNamespace(stage=stage), claimed_at=_FIRST, expires_at=_FIRST + timedelta(hours=2)
        )],
        "projects": [(project, progress)], "currency": "USD",
        "people": [person, SimpleNamespace(**vars(person) | {"alias": "E-91C", "kind": "synthetic"})],
        "work": [work, SimpleNamespace(**vars(work) | {"state": "accepted", "round": 1, "surplus": False})],
        "delivery": SimpleNamespace(number=3, files={"jsonl": file}), "forms": [SimpleNamespace(name="jsonl")],
    }  # fmt: skip


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
