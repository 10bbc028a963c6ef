"""Every kind of field and question on one page: answered by keys alone, judged, delivered as it was given."""

import inspect
import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from fairhand.tasks.fields import FIELDS
from fairhand.tasks.questions import QUESTIONS
from fairhand.work.models import Submission
from tests.browser.axe import violations
from tests.browser.conftest import Visitors
from tests.browser.people import cast


def _example(part: Any) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(Path(inspect.getfile(type(part))).with_name("example.json").read_text())
    terms = part.terms.model_validate(told["terms"]).model_dump(mode="json", exclude_none=True)
    return {**told, "terms": {**terms, "name": f"{part.name}_x"}}


def everything() -> tuple[dict[str, Any], dict[str, Any]]:
    """A template that shows and asks everything there is, and a payload for it."""
    shown, asked = [_example(part) for part in FIELDS.all()], [_example(part) for part in QUESTIONS.all()]
    template = {
        "version": 1,
        "fields": [each["terms"] for each in shown],
        "questions": [each["terms"] for each in asked],
    }
    return template, {each["terms"]["name"]: each["good"][0] for each in shown}


def _press(page: Page, selector: str, *keys: str) -> None:
    """Come to a field by the tab key alone, and press there."""
    for _ in range(120):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"the tab key never comes to {selector}")
    for key in keys:
        page.keyboard.press(key)


def test_everything_is_answered_by_keys_alone(visitors: Visitors) -> None:
    template, payload = everything()
    who = cast(template=template, payload=payload, pay=("hourly", {"rate": "36.00", "paid_s_max": 3600}), want=1)
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert, language="ar")
    page.goto(f"{visitors.site}/work/{claim.id}/")
    _press(page, "[name='answer.choice_x']", "ArrowDown", "ArrowUp")
    _press(page, "[name='answer.choices_x'][value=tone]", "Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    _press(page, "[name='answer.number_x']")
    page.keyboard.type("١٢٫٥")
    _press(page, "[name='answer.preference_x']", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown")
    for item, place in (("a", "2"), ("b", "1"), ("c", "2")):
        _press(page, f"[name='answer.ranking_x.{item}']", place)
    for row, steps in (("truth", 1), ("clarity", 3)):
        _press(page, f"[name='answer.rating_x.{row}']", "Space", *["ArrowLeft"] * steps)
    _press(page, "[name='answer.text_x']")
    page.keyboard.type("الثانية أوضح")
    assert violations(page) == []
    page.reload()  # the draft comes back, every kind of it
    assert page.locator("[name='answer.choices_x'][value=form]").is_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")
    found = Submission.objects.get(claim_id=claim.id).answer
    assert found == {
        "choice_x": "left", "choices_x": ["tone", "form"], "number_x": "12.5", "preference_x": 2,
        "ranking_x": [["b"], ["a", "c"]], "rating_x": {"truth": 2, "clarity": 4}, "text_x": "الثانية أوضح",
    }  # fmt: skip
    assert "12.5" in page.locator("main").inner_text()
