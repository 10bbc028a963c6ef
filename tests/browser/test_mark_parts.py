"""A number on a line, best and worst, marks on pictures and on time: by keys, by mouse and touch, without script."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from PIL import Image
from playwright.sync_api import Page, expect

from fairhand.tasks.questions import QUESTIONS
from fairhand.work.models import Submission
from tests.attachments import stand_in
from tests.browser.axe import violations
from tests.browser.by_keys import press
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.parts import example, stored
from tests.signed import SESSION, cookie_of


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> Iterator[None]:
    with override_settings(FILES=str(tmp_path / "files")):
        yield


def _asks(folder: Path, *names: str) -> Cast:
    """A task that asks these questions, as their examples have them."""
    kinds: list[Any] = [QUESTIONS.get(name) for name in names]
    told = [example(kind) for kind in kinds]
    of = [{"version": 1, **each["field"]} for each in told if "field" in each]
    fields = of or [{"name": "shown", "type": "text", "version": 1, "label": {"en": "Shown"}}]
    given = {each["field"]["name"]: each["given"] for each in told if "field" in each}
    template = {"version": 1, "fields": fields, "questions": [stored(kind) for kind in kinds]}
    who = cast(template=template, payload=given or {"shown": "A text"}, want=1, tasks=1)
    stand_in(who.small.project, who.manager, given, folder)
    return who


def _hand_in(page: Page, claim_id: Any) -> Any:
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")
    return Submission.objects.get(claim_id=claim_id).answer


def test_all_of_them_are_answered_by_keys_alone(visitors: Visitors, tmp_path: Path) -> None:
    visitors.allowed.append("422")  # the form comes back
    who = _asks(tmp_path, "slider", "bestworst", "regions", "segments")
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert, language="ar")
    page.goto(f"{visitors.site}/work/{claim.id}/")
    ends = _a_line_and_ends(page)
    _is_seen(page, ".regions [data-part=canvas]")
    picture = _a_picture(page)
    recording = _a_recording(page)
    _is_seen(page, ".segments [data-part=canvas]")
    assert violations(page) == []
    page.goto(f"{visitors.site}/work/{claim.id}/")  # the draft comes back
    for name, rows in (("seen", 3), ("heard", 2)):
        expect(page.locator(f"#q-answer-{name} [data-part=list] tbody tr")).to_have_count(rows)
    press(page, ".segments [data-part=canvas]", "Space")  # it can be heard
    expect(page.locator(".segments audio")).not_to_have_js_property("currentTime", 0)
    assert _hand_in(page, claim.id) == ends | picture | recording
    assert page.locator(".regions-picture .over .shape-1").count() == 2
    assert "كرة كبيرة" in page.locator("main").inner_text()


def _is_seen(page: Page, selector: str) -> None:
    """What is marked can be seen: nothing lies over it. Of a blank page every pixel is alike."""
    page.locator(selector).scroll_into_view_if_needed()
    expect(page.locator("img[src*='/files/']").first).to_have_js_property("complete", True)
    with Image.open(BytesIO(page.locator(selector).screenshot())) as found:
        grey = found.convert("L")
    darkest, lightest = grey.getextrema()
    alike = max(grey.histogram()) / (grey.width * grey.height)
    assert lightest - darkest > 60, (darkest, lightest)
    assert alike < 0.9, alike


def _a_line_and_ends(page: Page) -> dict[str, Any]:
    line, box = page.locator("[data-part=line]"), page.locator("[name='answer.warmth']")
    assert "لم يُختر شيء بعد" in (line.get_attribute("aria-valuetext") or "")
    press(page, "[name='answer.ends.best'][value='1']", "Space", "w", "j", "j", "w", "b")
    page.keyboard.press("Control+Enter")  # nobody touched the line, and one can't be both
    expect(page.locator("#q-answer-warmth .error")).to_be_visible()
    expect(page.locator("#q-answer-ends .error")).to_be_visible()
    press(page, "[data-part=line]", "Space")
    expect(box).to_have_value("0")  # the place it has
    page.keyboard.press("ArrowUp")
    expect(box).to_have_value("0.25")
    assert line.get_attribute("aria-valuetext") == "0.25 نقاط"
    press(page, "#q-answer-warmth [data-part=clear]", "Enter")  # and it is no answer again
    expect(box).to_have_value("")
    press(page, "[name='answer.warmth']")
    page.keyboard.type("-٠٫٧٥")
    expect(line).to_have_js_property("value", "-0.75")
    press(page, "[name='answer.ends.best'][value='3']", "Space", "k", "k", "w")
    return {"warmth": "-0.75", "ends": {"best": "3", "worst": "1"}}


def _a_picture(page: Page) -> dict[str, Any]:
    said = page.locator("#q-answer-seen [data-part=said]")
    # A box from 100, 60 to 160, 120; the cross begins in the middle, an arrow goes by 3, with Shift by 30.
    press(page, ".regions [data-part=canvas]", *["Shift+ArrowLeft"] * 2, *["Shift+ArrowUp"] * 2, "Enter")
    assert page.locator(".regions [data-part=where]").inner_text() == "x 100, y 60"
    for key in (*["Shift+ArrowRight"] * 2, *["Shift+ArrowDown"] * 2, "h", "Enter"):
        page.keyboard.press(key)
    expect(said).to_have_text("عُلِّم: بيت, مستطيل 100 60 60 60")
    # A polygon of three corners, the last of them taken back once and set anew; then a point, by one pixel.
    for key in ("z", "2", "Enter", "Shift+ArrowRight", "Enter", "ArrowDown", "Enter", "Backspace"):
        page.keyboard.press(key)
    expect(said).to_have_text("الزوايا الموضوعة: 2")
    for key in (
        "Shift+ArrowDown",
        "Enter",
        "f",
        "z",
        "3",
        "Control+ArrowLeft",
        "Enter",
        "ArrowLeft",
        "Enter",
        "Delete",
    ):
        page.keyboard.press(key)
    rows = page.locator("#q-answer-seen [data-part=list] tbody tr")
    expect(rows).to_have_count(3)
    # J and K go through the marks; the first gets another label, its numbers are mended, and it gets its comment.
    for key in ("k", "k", "k", "2"):
        page.keyboard.press(key)
    expect(rows.first.locator("select")).to_have_value("ball")
    press(page, ".regions [data-part=list] input", "End", "Backspace", "Backspace")
    assert page.locator(".regions [data-part=list] input").first.get_attribute("aria-invalid") == "true"
    page.keyboard.type("75")
    press(page, ".regions [data-part=list] textarea")
    page.keyboard.type("كرة كبيرة")
    return {"seen": {"marks": [
        {"kind": "box", "label": "ball", "at": [100, 60, 60, 75], "comment": "كرة كبيرة"},
        {"kind": "polygon", "label": "ball", "at": [160, 120, 190, 120, 190, 153]},
        {"kind": "point", "label": "edge", "at": [189, 153]},
    ]}}  # fmt: skip


def _a_recording(page: Page) -> dict[str, Any]:
    line = page.locator(".segments [data-part=canvas]")
    said = page.locator("#q-answer-heard [data-part=said]")
    press(
        page, ".segments [data-part=canvas]", "Shift+ArrowRight", "Shift+ArrowRight", "o"
    )  # without a beginning, from the start
    expect(said).to_have_text("عُلِّم: المتصل, 0:00.000 – 0:00.200")
    page.keyboard.press("Enter")
    page.keyboard.type("أهلا")
    page.keyboard.press("Escape")
    assert line.get_attribute("aria-valuetext") == "0:00.200 / 0:01.000"  # on with what comes after it
    assert page.locator(".segments .tick-name").first.text_content() == "0:00"
    for key in ("Home", "Shift+ArrowRight", "i"):
        page.keyboard.press(key)
    expect(said).to_have_text("يبدأ عند 0:00.100")
    for key in ("End", "2", "o"):
        page.keyboard.press(key)
    expect(said).to_contain_text("لا يجوز")  # it would lie over the first
    for key in ("Home", *["Shift+ArrowRight"] * 3, "i", "ArrowRight", "o"):
        page.keyboard.press(key)
    rows = page.locator("#q-answer-heard [data-part=list] tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.last.locator("select")).to_have_value("clerk")
    assert line.get_attribute("aria-valuetext") == "0:01.000 / 0:01.000"
    press(page, ".segments tr:last-child [data-part=end]", "Control+a")
    page.keyboard.type("٠٫٩٥")
    return {"heard": {"marks": [
        {"start": 0, "end": 200, "label": "caller", "text": "أهلا"}, {"start": 300, "end": 950, "label": "clerk"},
    ]}}  # fmt: skip


def test_a_picture_and_a_recording_are_marked_by_mouse(visitors: Visitors, tmp_path: Path) -> None:
    who = _asks(tmp_path, "regions", "segments")
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    canvas = page.locator(".regions [data-part=canvas]")
    canvas.scroll_into_view_if_needed()

    def at(x: float, y: float) -> tuple[float, float]:
        box = canvas.bounding_box()  # a click elsewhere may have scrolled
        assert box is not None
        return box["x"] + x * box["width"] / 320, box["y"] + y * box["width"] / 320

    page.mouse.move(*at(20, 40))
    page.mouse.down()
    page.mouse.move(*at(100, 100), steps=4)
    page.mouse.up()
    page.mouse.move(*at(100, 100))  # its lower corner is pulled over the upper one and beyond
    page.mouse.down()
    page.mouse.move(*at(10, 20), steps=4)
    page.mouse.up()
    page.locator("[data-shape=polygon]").click()
    page.locator("[data-label=ball]").click()
    for corner in ((200, 50), (260, 50), (260, 110), (200, 50)):  # the first corner again ends it
        page.mouse.click(*at(*corner))
    page.locator("[data-shape=point]").click()
    page.mouse.click(*at(5, 168))
    page.mouse.click(*at(5, 168))  # chooses what is there already
    page.locator(".regions [data-zoom-by=in]").click()
    line = page.locator(".segments [data-part=canvas]")
    line.scroll_into_view_if_needed()
    box = line.bounding_box()
    assert box is not None
    for left, right in ((0.1, 0.4), (0.5, 0.9)):
        page.mouse.move(box["x"] + left * box["width"], box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + right * box["width"], box["y"] + 20, steps=4)
        page.mouse.up()
    answer = _hand_in(page, claim.id)
    found = [mark["at"] for mark in answer["seen"]["marks"]]
    wanted = [[10, 20, 10, 20], [200, 50, 260, 50, 260, 110], [5, 168]]
    assert [len(at) for at in found] == [4, 6, 2]
    assert all(abs(a - b) <= 1 for at, meant in zip(found, wanted, strict=True) for a, b in zip(at, meant, strict=True))
    times = [time for mark in answer["heard"]["marks"] for time in (mark["start"], mark["end"])]
    assert all(abs(a - b) <= 10 for a, b in zip(times, (100, 400, 500, 900), strict=True))


def test_all_of_them_are_answered_by_touch_and_without_script(visitors: Visitors, tmp_path: Path) -> None:
    visitors.allowed.append("422")
    who = _asks(tmp_path, "slider", "bestworst", "regions", "segments")
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert, narrow=True)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    canvas = page.locator(".regions [data-part=canvas]")
    canvas.scroll_into_view_if_needed()
    for x, y in ((40, 60), (160, 120)):
        canvas.tap(position={"x": x, "y": y})
    expect(page.locator(".regions [data-part=list] tbody tr")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360

    context = visitors.browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    context.add_cookies([{"name": SESSION, "value": cookie_of(who.expert), "url": visitors.site}])
    plain = context.new_page()
    plain.goto(f"{visitors.site}/work/{claim.id}/")
    expect(plain.locator("[data-part=line]")).to_be_hidden()
    plain.get_by_role("textbox", name="How warm is the tone?").fill("0.5")
    plain.locator("[name='answer.ends.best'][value='2']").check()
    plain.locator("[name='answer.ends.worst'][value='4']").check()
    plain.locator("[name='answer.seen.0.label']").select_option("house")
    plain.locator("[name='answer.seen.0.at']").fill("٣٠٠، 10, 40 5")
    for row, (start, end, label) in enumerate((("0.5", "1", "clerk"), ("٠", "0:00.25", "caller"))):
        plain.locator(f"[name='answer.heard.{row}.start']").fill(start)
        plain.locator(f"[name='answer.heard.{row}.end']").fill(end)
        plain.locator(f"[name='answer.heard.{row}.label']").select_option(label)
    plain.locator("button[form=answer]").first.click()
    expect(plain.locator("#q-answer-seen .error")).to_have_text("A mark lies outside the picture.")
    plain.locator("[name='answer.seen.0.at']").fill("300 10 20 5")
    plain.locator("button[form=answer]").first.click()
    plain.wait_for_url("**/submissions/**")
    assert Submission.objects.get(claim_id=claim.id).answer == {
        "warmth": "0.5", "ends": {"best": "2", "worst": "4"},
        "seen": {"marks": [{"kind": "box", "label": "house", "at": [300, 10, 20, 5]}]},
        "heard": {"marks": [
            {"start": 0, "end": 250, "label": "caller"}, {"start": 500, "end": 1000, "label": "clerk"},
        ]},
    }  # fmt: skip
    context.close()
