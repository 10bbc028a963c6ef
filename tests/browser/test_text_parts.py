"""Rewrite, marks in a text, tree and order: by keys alone, by mouse, and on a page without script."""

import unicodedata
from typing import Any

from playwright.sync_api import Page, expect

from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions._language import words_in
from fairhand.work.models import Submission
from tests.browser.axe import violations
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.parts import everything, stored

# 8 is 🌊: one code point, two units of the page's own count.
NILE = "The Nile 🌊 is long. It flows to the sea. It flows north. <img src=x onerror=alert(1)>"
نهر = "النيل 🌊 نهر طويل. يجري شمالًا."


def _task(text: str, questions: list[dict[str, Any]] | None = None) -> tuple[Cast, Any]:
    template, _ = everything()
    asked = [{**stored(QUESTIONS.get(name)), "of": "answer"} for name in ("rewrite", "spans")]
    asked += [stored(QUESTIONS.get(name)) for name in ("tree", "ranking")]
    shown = {"name": "answer", "type": "text", "version": 1, "label": {"en": "Answer", "ar": "الإجابة"}}
    who = cast(
        template={**template, "fields": [shown], "questions": questions or asked}, payload={"answer": text}, want=1
    )
    return who, who.small.claim(who.expert)


def _on(page: Page, selector: str) -> None:
    """Come there by the tab key alone."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the tab key never comes to {selector}")


def _keys(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_text_questions_are_answered_by_keys_alone_in_arabic(visitors: Visitors) -> None:
    who, claim = _task(نهر)
    page = visitors.page(who.expert, language="ar")
    page.goto(f"{visitors.site}/work/{claim.id}/")

    _on(page, "[data-rewrite] textarea")
    _keys(page, "Control+End", *["Backspace"] * 7)
    page.keyboard.type("إلى البحر.")
    assert page.locator("[data-rewrite] del").inner_text() == "شمالًا."
    assert page.locator("[data-rewrite] ins").inner_text() == "إلى البحر."
    assert page.locator("[data-rewrite] [data-part=added]").inner_text() == "2"

    # In a text that runs from the right, the left arrow goes on. Shift takes along, Ctrl goes word by word.
    _on(page, "[data-part=text]")
    page.keyboard.type("abc")
    assert page.locator("[data-part=text]").inner_text() == نهر, "the text can't be written in"
    _keys(page, "Control+Home", "f")
    assert "حدّد نصًا" in page.locator(".spans [data-part=said]").inner_text()
    _keys(page, "Control+Shift+ArrowLeft", "f", "Enter")
    page.keyboard.type("أي نيل؟")
    _keys(page, "Enter", "Control+End", *["Shift+ArrowRight"] * 7, "2")
    _keys(page, "Control+Home", "ArrowLeft", "ArrowLeft", "Shift+ArrowLeft", "3")
    assert "لا يجوز" in page.locator(".spans [data-part=said]").inner_text(), "marks may not lie over each other here"

    _on(page, "[role=treeitem]")
    _keys(page, "ArrowLeft", "ArrowDown", "ArrowLeft", "ArrowDown", "Space", "ArrowRight", "ArrowRight", "ArrowRight")
    _keys(page, "ArrowDown", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowLeft", "Space")
    _on(page, "[name='answer.order.c']")
    page.keyboard.press("Alt+ArrowUp")
    _on(page, "[name='answer.order.a']")
    _keys(page, *["Alt+ArrowUp"] * 3)
    assert page.locator(".ranking + [data-part=said]").text_content() == "الإجابة أ: المرتبة 1"
    _on(page, "[name='answer.order.b']")
    page.keyboard.press("Alt+ArrowUp")
    assert violations(page) == []

    page.reload()  # everything comes back from the draft
    assert page.locator(".spans [data-part=list] tbody tr").count() == 2
    assert page.locator(".tree-chosen li").count() == 2
    assert page.evaluate("[...document.querySelectorAll('.ranking select')].map(each => each.name.at(-1))") == [*"acb"]
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")
    assert Submission.objects.get(claim_id=claim.id).answer == {
        "better": {"text": "النيل 🌊 نهر طويل. يجري إلى البحر."},
        "faults": {"marks": [
            {"start": 0, "end": 5, "label": "fact", "quote": "النيل", "comment": "أي نيل؟"},
            {"start": 23, "end": 30, "label": "style", "quote": "شمالًا."},
        ]},
        "topic": [["science", "physics", "optics"], ["arts", "music"]],
        "order": [["a"], ["c"], ["b"]],
    }  # fmt: skip
    assert page.locator("mark.mark-0").first.inner_text() == "النيل"


def test_by_mouse_and_with_the_search_of_the_tree(visitors: Visitors) -> None:
    who, claim = _task(NILE)
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    page.locator("[data-rewrite] input[type=checkbox]").check()
    text = page.locator("[data-part=text]")
    text.scroll_into_view_if_needed()
    text.dblclick(position={"x": 52, "y": 24})  # the word under the pointer
    page.locator("[data-label=cut]").click()
    assert page.locator(".spans q").inner_text() == "Nile"
    page.locator(".spans [data-part=label]").select_option("style")
    assert page.locator("[data-part=text] mark").get_attribute("class") == "mark-1"
    page.locator(".spans [data-part=drop]").click()
    assert page.locator("[data-part=text] mark").count() == 0
    page.locator(".spans [data-part=none]").check()

    page.locator("[role=treeitem]").first.focus()
    page.keyboard.type("so")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Something else"
    page.locator("[data-part=find]").fill("OPT")
    assert page.locator("[role=treeitem]").count() == 3, "what is found, and the branches it is in"
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    rows = page.locator(".ranking > div")
    page.locator("[name='answer.order.a']").select_option("1")
    rows.nth(2).scroll_into_view_if_needed()
    handle, onto = rows.nth(2).locator(".ranking-handle").bounding_box(), rows.nth(0).bounding_box()
    assert handle is not None
    assert onto is not None
    page.mouse.move(handle["x"] + 5, handle["y"] + 5)
    page.mouse.down()
    page.mouse.move(onto["x"] + 5, onto["y"] + 2, steps=4)
    page.mouse.up()
    places = "[...document.querySelectorAll('.ranking select')].map(each => each.value)"
    assert page.evaluate(places) == ["1", "2", ""], "what nobody moved has no place"
    page.locator("[name='answer.order.b']").focus()
    heard = []
    for _ in range(3):
        page.keyboard.press("Alt+ArrowUp")
        heard.append(page.locator(".ranking + [data-part=said]").text_content())
    assert heard == ["Answer B: place 3", "Answer B: place 2, shared", "Answer B: place 2"]
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")
    assert Submission.objects.get(claim_id=claim.id).answer == {
        "better": {"text": NILE}, "faults": {"marks": []}, "topic": [["science", "physics", "optics"]],
        "order": [["c"], ["a"], ["b"]],
    }  # fmt: skip


def test_text_questions_are_answered_without_script(visitors: Visitors) -> None:
    who, claim = _task(NILE)
    signed = visitors.page(who.expert).context
    context = visitors.browser.new_context(java_script_enabled=False)
    context.add_cookies(signed.cookies())  # type: ignore[arg-type]  # what one context gives, another takes
    page = context.new_page()
    page.goto(f"{visitors.site}/work/{claim.id}/")
    page.locator("[name='answer.better']").fill(NILE.replace("long", "very long"))
    page.locator("[name='answer.faults.0.label']").select_option("fact")
    page.locator("[name='answer.faults.0.quote']").fill("It flows")
    page.locator("[name='answer.faults.1.label']").select_option("cut")
    page.locator("[name='answer.faults.1.quote']").fill("🌊")
    page.locator("summary", has_text="Arts").click()
    page.locator("[name='answer.topic'][value='arts/music']").check()
    for item, place in (("a", "1"), ("b", "1"), ("c", "2")):
        page.locator(f"[name='answer.order.{item}']").select_option(place)
    hand_in = page.locator("button[form=answer]").first
    hand_in.click()
    assert page.locator(".spans", has_text="This stands there 2 times: say which one.").count() == 1
    page.locator("[name='answer.faults.0.nth']").fill("2")
    hand_in.click()
    page.wait_for_url("**/submissions/**")
    answer = Submission.objects.get(claim_id=claim.id).answer
    assert [(mark["start"], mark["label"]) for mark in answer["faults"]["marks"]] == [(41, "fact"), (9, "cut")]
    assert answer["order"] == [["a", "b"], ["c"]]
    assert page.locator("ins").inner_text().strip() == "very"
    context.close()


def test_the_words_of_a_text_are_counted_as_the_server_does_and_its_language_is_hinted(visitors: Visitors) -> None:
    said = {
        "name": "said", "type": "text", "version": 1, "label": {"en": "In Arabic", "ar": "بالعربية"}, "chars_max": 400,
        "words_least": 3, "words_max": 5, "language": "ar",
    }  # fmt: skip
    who, claim = _task("?", [said])
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    box, words = page.locator("[name='answer.said']"), page.locator("[data-words]")
    assert (box.get_attribute("dir"), box.get_attribute("lang")) == ("rtl", "ar")
    assert page.locator(".counts").inner_text().startswith("Words: 0 (3 to 5)")
    known = [chr(code) for code in range(1, 0x30000) if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Cc")]
    texts = ["".join(f"a{char}1 {char} " for char in known[at : at + 3000]) for at in range(0, len(known), 3000)]
    counted = """(box, texts) => texts.map(text => {
        box.value = text; box.dispatchEvent(new Event("input"));
        return Number(document.querySelector("[data-words]").textContent.replace(",", "")); })"""
    assert box.evaluate(counted, [*texts, ""]) == [*map(words_in, texts), 0]

    visitors.allowed.append("422")
    hint = page.locator("#q-answer-said-other")
    box.press_sequentially("This is English all the same.")
    expect(hint).to_contain_text("Arabic")
    assert words.inner_text() == "6"
    assert violations(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error", has_text="The text has more words than allowed.")).to_be_visible()
    box.fill("OK: a, b, c")
    expect(hint).to_be_empty()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")
    assert Submission.objects.get(claim_id=claim.id).answer == {"said": "OK: a, b, c"}
