"""Every kind of field and question on one page: answered by keys alone, judged, delivered as it was given."""

from pathlib import Path

from django.test import override_settings
from playwright.sync_api import Page, expect

from fairhand.files.models import Attachment
from fairhand.files.rules import value_of
from fairhand.work.models import Submission
from tests import samples
from tests.attachments import look_at_all, stand_in
from tests.browser.axe import violations
from tests.browser.by_keys import choose_file, press
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.parts import everything


def _send(page: Page, question: str, file: Path) -> None:
    """Choose a file by the keys that open its dialogue, and wait until it is part of the answer."""
    choose_file(page, f"[name='sent.{question}']", file)
    expect(page.locator(f"[data-question={question}] .file-row [data-part=said]")).to_have_text("قيد الفحص")
    assert look_at_all() == ["clean"]
    expect(page.locator(f"[name='answer.{question}']")).to_be_checked()


def test_everything_is_answered_by_keys_alone(visitors: Visitors, tmp_path: Path) -> None:
    with override_settings(FILES=str(tmp_path / "files")):
        _everything_by_keys(visitors, tmp_path)


def _everything_by_keys(visitors: Visitors, tmp_path: Path) -> None:
    template, payload = everything()
    who = cast(template=template, payload=payload, pay=("hourly", {"rate": "36.00", "paid_s_max": 3600}), want=1)
    stand_in(who.small.project, who.manager, payload, tmp_path)
    shot = tmp_path / "shot.png"
    shot.write_bytes(samples.png())
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert, language="ar")
    page.goto(f"{visitors.site}/work/{claim.id}/")
    _first_half(page, shot)
    _second_half(page)
    assert violations(page) == []
    page.reload()  # the draft comes back, every kind of it
    assert page.locator("[name='answer.choices_x'][value=form]").is_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")
    found = Submission.objects.get(claim_id=claim.id).answer
    sent = {row.question: value_of(row) for row in Attachment.objects.filter(claim_id=claim.id)}
    assert found == {
        "choice_x": "left", "choices_x": ["tone", "form"], "number_x": "12.5", "preference_x": 2,
        "ranking_x": [["b"], ["a", "c"]], "rating_x": {"truth": 2, "clarity": 4}, "text_x": "الثانية أوضح",
        "rewrite_x": {"text": "The Nile flows south through Egypt.\nIt is 6,650 km long. فعلًا."},
        "spans_x": {"marks": [{"start": 0, "end": 3, "label": "fact", "quote": "The"}]}, "tree_x": [["other"]],
        "turns_x": ["خطّط ليوم في أسوان.", "In 40 words.", "أقصر."],
        "factcheck_x": [
            {"claim": "bridge", "verdict": "not_a_claim"}, {"claim": "longest", "verdict": "not_a_claim"},
        ],
        "rubricdraft_x": [
            {"criterion": "تذكر المصدر", "weight": 5}, {"criterion": "Invents a source", "weight": -2},
        ],
        "steps_x": [{"step": number, "rating": number % 2} for number in range(1, 5)],
        "rubric_x": {"dose": {"score": 1}, "harm": {"score": 0}, "clear": {"score": 2}},
        "file_x": [sent["file_x"]],
        "prompt_x": {"turns": [{"role": "user", "text": "ما هذا؟", "files": [sent["prompt_x"]]}]},
        "bestworst_x": {"best": "1", "worst": "2"}, "slider_x": "-0.75",
        "regions_x": {"marks": [{"kind": "box", "label": "house", "at": [160, 120, 30, 30]}]},
        "segments_x": {"marks": [{"start": 0, "end": 100, "label": "caller", "text": "أهلًا"}]},
        "validation_x": {"looked": [1, 2, 3], "cells": {"1:1": {"fix": "عمّان"}}},
    }  # fmt: skip
    assert "12.5" in page.locator("main").inner_text()


def _first_half(page: Page, shot: Path) -> None:
    """The questions in the order of the page, up to the rubrics."""
    press(page, "[name='answer.bestworst_x.best']", "b", "j", "w")
    press(page, "[name='answer.choice_x']", "ArrowDown", "ArrowUp")
    press(page, "[name='answer.choices_x'][value=tone]", "Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    press(page, "[name='answer.factcheck_x.given.bridge.verdict']", "4", "j", "4")
    _send(page, "file_x", shot)
    press(page, "[name='answer.number_x']")
    page.keyboard.type("١٢٫٥")
    press(page, "[name='answer.preference_x']", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown")
    _prompt(page, shot)
    for item, place in (("a", "2"), ("b", "1"), ("c", "2")):
        press(page, f"[name='answer.ranking_x.{item}']", place)
    for row, steps in (("truth", 1), ("clarity", 3)):
        press(page, f"[name='answer.rating_x.{row}']", "Space", *["ArrowLeft"] * steps)
    corner = ("Shift+ArrowRight", "Shift+ArrowDown")
    press(page, "#q-answer-regions_x [data-part=canvas]", "Enter", *corner, "Enter")
    press(page, "#q-answer-rewrite_x textarea", "Control+End")
    page.keyboard.type(" فعلًا.")
    press(page, "[name='answer.rubric_x.dose']", "1", "j", "2", "j", "3")
    press(page, "#q-answer-rubricdraft_x [data-part=text]")
    page.keyboard.type("تذكر المصدر")
    page.keyboard.press("Tab")
    page.keyboard.type("٥")
    page.keyboard.press("Enter")
    page.keyboard.type("Invents a source")
    page.keyboard.press("Tab")
    page.keyboard.type("-2")


def _prompt(page: Page, shot: Path) -> None:
    """A turn with a picture, chosen by the keys that open the dialogue."""
    turn = "[data-question=prompt_x] [data-turn]:nth-child(1)"
    press(page, f"{turn} [data-part=text]")
    page.keyboard.type("ما هذا؟")
    choose_file(page, f"{turn} [data-act=attach]", shot)
    expect(page.locator(f"{turn} [data-part=said]")).to_have_text("قيد الفحص")
    assert look_at_all() == ["clean"]
    expect(page.locator(f"{turn} progress")).to_be_hidden()


def _second_half(page: Page) -> None:
    """The others."""
    press(page, "#q-answer-segments_x [data-part=canvas]", "i", "Shift+ArrowRight", "o", "Enter")
    page.keyboard.type("أهلًا")
    press(page, "#q-answer-slider_x [data-part=line]", "Home", "Space", "ArrowUp")
    press(page, "#q-answer-spans_x [data-part=text]", "Control+Home", "Control+Shift+ArrowRight", "f")
    press(page, "[name='answer.steps_x.1']", "1", "j", "2", "j", "1", "j", "2")
    press(page, "[name='answer.text_x']")
    page.keyboard.type("الثانية أوضح")
    press(page, "#q-answer-tree_x [role=treeitem]", "End", "Space")
    press(page, "[name='answer.turns_x.0']")
    page.keyboard.type("خطّط ليوم في أسوان.")
    press(page, "[name='answer.turns_x.1']")
    page.keyboard.type("In 40 words.")
    assert page.locator("[name='answer.turns_x.2']").is_hidden()
    press(page, "[data-add-turn]", "Enter")
    page.keyboard.type("أقصر.")
    press(page, "#q-answer-validation_x td", "f")
    page.keyboard.type("عمّان")
    for _ in range(4):
        page.keyboard.press("Enter")  # the new value, then row by row
