"""The panel in a real browser: a talk by keys, words as they come, stop, another answer, reloads, what goes wrong."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect

from fairhand.audit.actor import COMMAND
from fairhand.delivery.formats import FORMATS
from fairhand.delivery.models import Delivery
from fairhand.delivery.queries import file_lines
from fairhand.flow.release_delivery import release_delivery
from fairhand.inference.models import Generation, ModelOrder
from fairhand.kernel.clock import utc_now
from fairhand.projects.models import Project
from fairhand.tasks.library import ready
from fairhand.work.models import Submission
from tests.browser.axe import violations
from tests.browser.by_keys import enter, press
from tests.browser.conftest import Visitors
from tests.browser.keys import told_of_keys
from tests.browser.people import Cast, cast
from tests.building import check_books
from tests.commands_of import wait_until
from tests.counts import LARGE
from tests.model_server import WORDS, ModelServer, model_server
from tests.modelled import endpoint, panel, working

TALK = "#q-answer-talk"
TURN = f"{TALK} [data-talked]:last-child"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ModelServer]:
    with override_settings(FILES=str(tmp_path / "files")), model_server() as found, working():
        yield found


def _open(visitors: Visitors, who: Cast, **more: Any) -> tuple[Page, Any]:
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert, **more)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    return page, claim


def _say(page: Page, text: str) -> None:
    press(page, f"{TALK} [data-part=compose] textarea")
    page.keyboard.type(text)
    page.keyboard.press("Alt+Enter")


def _answered(page: Page, n: int = 1) -> None:
    """Every column shows an answer that is over."""
    expect(page.locator(f"{TURN} [data-answer] .prose[aria-busy=false]:not(:empty)")).to_have_count(n)


@pytest.mark.parametrize("language", ["en", "ar"] if LARGE or "FAIRHAND_PICTURES" in os.environ else ["ar"])
def test_a_talk_with_two_models_is_held_judged_and_handed_in_by_keys_alone(
    visitors: Visitors, server: ModelServer, language: str
) -> None:
    found = ready("chat-arena")
    assert found is not None
    example = found.examples[0]
    for name in ("arena_1", "arena_2"):
        endpoint(name, server.url, model="scripted", key=name)
    pay = ("hourly", {"rate": "36.00", "paid_s_max": 3600})
    who = cast(template=found.template, payload=example.payload, pay=pay, want=1, tasks=1)
    turns = example.answer["talk"]["turns"]
    page = visitors.page(who.expert, language=language)
    page.goto(f"{visitors.site}/projects/{who.slug}/")
    page.keyboard.press("n")
    page.wait_for_url("**/work/**")
    for place, turn in enumerate(turns):
        said = {each["slot"]: each["text"] for each in turn["answers"]}
        _say(page, turn["text"])
        if not place:
            order = _wait_order()
            server.script = {}
        server.script |= {(turn["text"], order[at]): said["ab"[at]] for at in range(2)}
        _answered(page, 2)
        for slot, text in said.items():
            expect(page.locator(f"{TURN} [data-answer={slot}] .prose")).to_have_text(text)
        page.keyboard.press(str(turn["preference"] + 4))  # while no words are written, a digit is a step
        press(page, f"{TURN} [data-part=reason]")
        page.keyboard.type(turn["reason"])
    labels = {each["name"]: each["label"][language] for each in found.template["questions"]}
    told_of_keys(page, labels["talk"], labels["whole"])
    rest = {"questions": [each for each in found.template["questions"] if each["name"] != "talk"]}
    enter(page, rest, example.answer)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    if language == "en" and (folder := os.environ.get("FAIRHAND_PICTURES")):  # for docs/images, when asked
        page.set_viewport_size({"width": 1280, "height": 1150})
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=Path(folder) / "ready-chat-arena.png")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")
    made = Submission.objects.get(person_id=who.expert)
    kept = [_named(turn) for turn in made.answer["talk"]["turns"]]
    assert kept == [_named(turn) for turn in turns]
    assert {key: made.answer[key] for key in ("whole", "decided")} == {
        key: example.answer[key] for key in ("whole", "decided")
    }

    _reviewed_and_delivered(visitors, who, language, made, turns[0]["answers"][0]["text"])
    assert "arena" not in page.content()


def _reviewed_and_delivered(visitors: Visitors, who: Cast, language: str, made: Submission, said: str) -> None:
    claim = who.small.claim(who.reviewer, "review")
    reads = visitors.page(who.reviewer, language=language)
    reads.goto(f"{visitors.site}/work/{claim.id}/")
    expect(reads.locator(".panel-answer.chosen").first).to_contain_text(said)
    assert "arena" not in reads.content(), "which model it was is nobody's to read here"
    assert violations(reads) == []
    who.small.now = utc_now()
    who.small.submit(claim, {"verdict": "accept"})
    delivery = release_delivery(project=Project.objects.get(id=who.small.project.id), actor=COMMAND, now=utc_now())
    assert isinstance(delivery, Delivery), delivery
    form: Any = FORMATS.newest("jsonl")
    (row,) = [json.loads(line) for line in b"".join(file_lines(delivery, form)).splitlines()]
    assert row["answer"] == made.answer
    ids = {each["id"] for turn in made.answer["talk"]["turns"] for each in turn["answers"]}
    told = row["provenance"]["models"]
    assert set(told) == ids
    assert {each["name"] for each in told.values()} == {"arena_1", "arena_2"}
    assert all(each["temperature"] == "0.7" and each["seed"] >= 0 and each["tokens_out"] > 0 for each in told.values())
    check_books()


def _wait_order() -> list[str]:
    wait_until(ModelOrder.objects.exists, "a model was asked")
    return list(ModelOrder.objects.get().names)


def _named(turn: dict[str, Any]) -> dict[str, Any]:
    """A turn with its answers by their place instead of their ids."""
    slots = {each["id"]: each["slot"] for each in turn["answers"]}
    answers = [{"slot": each["slot"], "text": each["text"]} for each in turn["answers"]]
    return {**turn, "answers": answers, "choice": slots[turn["choice"]]}


def test_words_are_seen_as_they_come_and_are_stopped_and_asked_for_again(
    visitors: Visitors, server: ModelServer
) -> None:
    endpoint("held", server.url, model="held")
    who = cast(template=panel("held", most=2))
    page, _ = _open(visitors, who)
    _say(page, "Hello **you**")
    words = page.locator(f"{TURN} [data-answer] [data-part=text]")
    expect(words).to_contain_text("held on 'Hello **you**'")
    expect(words).to_have_attribute("aria-busy", "true")
    page.reload()  # in the middle of it
    expect(page.locator(f"{TURN} [data-part=text]").first).to_have_text("Hello **you**")
    expect(words).to_contain_text("held on 'Hello **you**'")
    page.keyboard.press("Control+Enter")  # not while it is written
    expect(page.locator(f"{TALK} [data-part=wrong]")).to_contain_text("still being written")
    press(page, f"{TURN} [data-act=stop]", "Enter")
    expect(page.locator(f"{TURN} [data-part=state]")).to_have_text("stopped")
    expect(page.locator(f"{TALK} [data-part=told]")).to_have_text("Answer: stopped")
    server.gate.set()
    press(page, f"{TURN} [data-act=again]", "Enter")
    expect(page.locator(f"{TURN} [data-part=tries]")).to_have_text("2 / 2")
    _answered(page)
    expect(words).to_contain_text(WORDS[-1])
    expect(words.locator("strong").last).to_have_text("several")  # drawn once it is whole
    press(page, f"{TURN} [data-act=earlier]", "Enter")
    expect(page.locator(f"{TURN} [data-part=tries]")).to_have_text("1 / 2")
    press(page, f"{TURN} [data-act=later]", "Enter")
    press(page, f"{TURN} [data-act=back]", "Enter")  # and said otherwise
    expect(page.locator(f"{TALK} [data-part=compose] textarea")).to_have_value("Hello **you**")
    page.keyboard.type(" two")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"{TALK} [data-part=wrong]")).to_contain_text("not sent yet")
    page.keyboard.press("Alt+Enter")
    _answered(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")
    (turn,) = Submission.objects.get().answer["talk"]["turns"]
    assert (turn["text"], len(turn["answers"])) == ("Hello **you** two", 1)
    assert sorted(Generation.objects.values_list("state", flat=True)) == ["done", "done", "stopped"]


@pytest.mark.parametrize(
    ("model", "said"), [("fails", "server failed"), ("breaks", "broke before"), ("busy", "too much just now")]
)
def test_what_goes_wrong_is_said_and_can_be_asked_again(
    visitors: Visitors, server: ModelServer, model: str, said: str
) -> None:
    endpoint("one", server.url, model=model)
    who = cast(template=panel("one"))
    page, _ = _open(visitors, who)
    _say(page, "Hello")
    expect(page.locator(f"{TURN} [data-part=why]")).to_contain_text(said)
    assert violations(page) == []
    endpoint("one", server.url, model="good")
    press(page, f"{TURN} [data-act=again]", "Enter")
    _answered(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")


def test_hostile_words_of_a_model_stay_words(visitors: Visitors, server: ModelServer) -> None:
    endpoint("one", server.url, model="hostile")
    who = cast(template=panel("one"))
    page, _ = _open(visitors, who, narrow=True, dark=True)
    _say(page, "<b>Hello</b>")
    _answered(page)
    said = page.locator(f"{TURN} [data-answer] .prose")
    expect(said).to_contain_text("<script>window.ran=1</script>")
    # Its formulas are drawn, as on any page; what they may not do stands there as it was written.
    look = "e => [e.namespaceURI, e.textContent, e.getBoundingClientRect().height > 5]"
    assert said.locator("msup").first.evaluate(look) == ["http://www.w3.org/1998/Math/MathML", "x2", True]
    expect(said.locator("code", has_text="href")).to_have_text("$\\href{javascript:window.ran=1}{y}$")
    expect(said.locator("math mtext")).to_have_text("<img src=x onerror=window.ran=1>")
    expect(said.get_by_role("group", name="Formula")).to_have_count(1)  # wider than its place: a box that scrolls
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(page) == []
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")
    assert page.evaluate("window.ran") is None
    assert page.locator(".panel-answer :is(img, script, a[href^=javascript])").count() == 0
    expect(page.locator(".panel-answer math")).to_have_count(3)


def test_money_that_is_used_up_is_said_before_anything_is_asked(visitors: Visitors, server: ModelServer) -> None:
    visitors.allowed.append("422")
    endpoint("one", server.url, model="good", price_out="10000")
    who = cast(template=panel("one"), models_minor=1)
    page, _ = _open(visitors, who)
    _say(page, "Hello")
    expect(page.locator(f"{TALK} [data-part=wrong]")).to_contain_text("money for models is used up")
    expect(page.locator(f"{TALK} [data-part=compose] textarea")).to_have_value("Hello")
    assert server.asked == []
