"""Rubric, fact check and data validation of a task's own criteria, claims and table: answered by keys alone."""

from typing import Any

from playwright.sync_api import Page

from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions.rubric.sums import sum_of
from fairhand.work.models import Submission
from tests.browser.axe import violations
from tests.browser.by_keys import press
from tests.browser.conftest import Visitors
from tests.browser.people import cast

PAYLOAD: dict[str, Any] = {
    "criteria": [
        {"criterion": "States the dose", "weight": 6, "section": "Safety"},
        {"criterion": "Advises a harmful mixture", "weight": -4, "section": "Safety"},
        {"criterion": "Is clear", "weight": 2, "steps": ["Not at all", "In part", "Throughout"]},
        {"criterion": "Names the hospital", "weight": 5},
    ],
    "claims": "The bridge was opened in 1932.\nIt is beautiful.",
    "rows": {"columns": ["city", "people"], "rows": [["Amman", 4000000], ["Akka", None], ["Haifa", 280000]]},
}


def _template() -> dict[str, Any]:
    fields = [
        {"name": name, "type": kind, "version": 1, "label": {"en": name.title()}}
        for name, kind in (("criteria", "rubric"), ("claims", "text"), ("rows", "table"))
    ]
    asked: list[dict[str, Any]] = [
        {"name": "score", "type": "rubric", "of": "criteria", "not_applicable": True},
        {"name": "facts", "type": "factcheck", "of": "claims", "written": 2},
        {"name": "cells", "type": "validation", "of": "rows"},
    ]
    questions = []
    for terms in asked:
        kind = QUESTIONS.get(terms["type"])
        assert kind is not None
        model = kind.terms.model_validate({**terms, "label": terms["name"].title()})
        questions.append(model.model_dump(mode="json", exclude_none=True))
    return {"version": 1, "fields": fields, "questions": questions}


def _keys(page: Page, *keys: str) -> None:
    """Single keys are pressed; what is longer than a key's name is typed."""
    for key in keys:
        if key.startswith("type "):
            page.keyboard.type(key.removeprefix("type "))
        else:
            page.keyboard.press(key)


def test_a_task_is_judged_by_keys_alone(visitors: Visitors) -> None:
    who = cast(template=_template(), payload=PAYLOAD, want=1, tasks=1)
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{claim.id}/")

    _keys(page, "j", "1", "e", "type line 2", "Escape", "j", "2", "j", "2")
    assert page.locator("#q-answer-score [data-part=points]").inner_text() == "7"
    assert page.locator("#q-answer-score [data-part=percent]").inner_text() == "54"
    _keys(page, "j", "0", "k", "3")
    assert page.locator("#q-answer-score .walk-sum").inner_text().split() == [
        "Scored", "4", "/", "4", "Points", "8", "/", "8", "Share", "100", "%",
    ]  # fmt: skip

    press(page, "[name='answer.facts.given.c1.verdict']")
    _keys(page, "2", "Tab", "type https://example.org/bridge", "Tab", "type opened in 1931")
    press(page, "[data-part=add-source]")
    _keys(page, "Enter", "type A second book", "Tab", "type also 1931", "Tab", "Tab")
    _keys(page, "Escape", "j", "4")
    press(page, "[data-part=add-claim]")
    _keys(page, "Enter", "type It is of steel.", "Tab", "4")

    press(page, "#q-answer-cells td")
    _keys(page, "v", "f", "type 4100000", "Enter")
    _keys(page, "w", "Enter", "type twice", "Enter", "f", "type 48000", "Enter", "ArrowLeft", "Enter")
    assert page.locator("#q-answer-cells [data-part=looked]").inner_text() == "3"
    assert "Row 2: " in page.locator("#q-answer-cells .flags li").inner_text()  # the reason, below the table
    assert violations(page) == []

    page.wait_for_timeout(500)  # a draft is kept after a moment of rest
    page.reload()
    assert page.locator("#q-answer-cells td.fixed").count() == 2
    assert page.locator("#q-answer-facts [data-own]").first.is_visible()
    _keys(page, "Control+Enter")
    page.wait_for_url("**/submissions/**")
    assert Submission.objects.get(claim_id=claim.id).answer == {
        "score": {
            "c1": {"score": 1, "evidence": "line 2"}, "c2": {"score": 0}, "c3": {"score": 2}, "c4": {"score": None},
        },
        "facts": [
            {"claim": "c1", "verdict": "refuted", "sources": [
                {"source": "https://example.org/bridge", "quote": "opened in 1931"},
                {"source": "A second book", "quote": "also 1931"},
            ]},
            {"claim": "c2", "verdict": "not_a_claim"},
            {"text": "It is of steel.", "verdict": "not_a_claim"},
        ],
        "cells": {
            "looked": [1, 2, 3],
            "cells": {"1:2": {"fix": "4100000"}, "2:1": {"flag": "twice"}, "2:2": {"fix": "48000"}},
        },
    }  # fmt: skip
    said = page.locator("main").inner_text()
    assert "8 / 8" in said
    assert "48000" in said


def test_the_share_on_the_page_is_the_one_that_is_stored(visitors: Visitors) -> None:
    criteria = [{"criterion": "Names it", "weight": 29}, {"criterion": "Proves it", "weight": 171}]
    who = cast(template=_template(), payload={**PAYLOAD, "criteria": criteria}, want=1, tasks=1)
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    _keys(page, "j", "1", "j", "2")
    assert page.locator("#q-answer-score [data-part=points]").inner_text() == "29"
    shown = page.locator("#q-answer-score [data-part=percent]").inner_text()
    stored = sum_of([{**one, "value": f"c{n}"} for n, one in enumerate(criteria)], {"c0": 1, "c1": 0})
    assert shown == stored.percent == "15"  # 14.5: a half goes up
