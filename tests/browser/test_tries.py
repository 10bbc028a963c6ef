"""A prompt tried on models while it is written, in a real browser: by keys, with files, changed, reloaded, read."""

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Locator, Page, expect

from fairhand.files.models import Attachment
from fairhand.files.store import key_of, store
from fairhand.inference.models import Generation, ModelOrder
from fairhand.review.models import Review
from fairhand.work.models import Submission
from tests import samples
from tests.attachments import look_at_all
from tests.browser.axe import violations
from tests.browser.by_keys import choose_file, press
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.commands_of import command, environment, wait_until
from tests.counts import count
from tests.databases import TestDatabase
from tests.model_server import ModelServer, model_server
from tests.modelled import endpoint, tried, working

TRIES = "#q-answer-talk [data-tries]"
SHOWN = f"{TRIES} .panel-answers:not([hidden])"
WORDS = "#q-answer-talk [data-turn]:nth-child(1) textarea"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ModelServer]:
    with override_settings(FILES=str(tmp_path / "files")), model_server() as found, working():
        yield found


def _attach(page: Page, at: int, file: Path) -> None:
    choose_file(page, "#q-answer-talk [data-turn]:nth-child(1) [data-act=attach]", file)
    row = page.locator("#q-answer-talk [data-turn]").first.locator("[data-file]").nth(at)
    expect(row.locator("[data-part=said]")).to_have_text("being checked")
    look_at_all()
    expect(row.locator("progress")).to_be_hidden()


def _column(page: Page, slot: str) -> Locator:
    return page.locator(f"{SHOWN} [data-answer={slot}]")


def _stored(name: str) -> bytes:
    row, place = Attachment.objects.get(name=name), store()
    assert place is not None
    return b"".join(place.read(key_of(row.org_id, row.sha256), 0, row.size or 0))


def _files_sent(server: ModelServer) -> list[bytes]:
    parts = server.asked[0][1]["messages"][0]["content"][1:]
    told = [each.get("image_url", {}).get("url") or each["file"]["file_data"] for each in parts]
    return [base64.b64decode(each.partition(";base64,")[2]) for each in told]


def test_a_prompt_with_a_picture_and_a_document_is_tried_changed_tried_again_and_handed_in(
    visitors: Visitors, server: ModelServer, tmp_path: Path
) -> None:
    visitors.allowed.append("422")
    for name in ("good", "held"):
        endpoint(name, server.url, silence_s=60, total_s=120)
    who = cast(template=tried("good", "held", system="optional", fails_least=1, reference="optional", most=2))
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    _says_its_key_and_what_is_missing(page)
    for at, (name, content) in enumerate((("street.jpg", samples.jpeg()), ("lease.pdf", samples.pdf()))):
        (tmp_path / name).write_bytes(content)
        _attach(page, at, tmp_path / name)
    press(page, WORDS)
    page.keyboard.type("Who pays?")
    page.keyboard.press("Alt+Enter")
    order = list(_order().names)
    good, held = "ab"[order.index("good")], "ab"[order.index("held")]
    expect(_column(page, good).locator("[data-part=verdicts]")).to_be_visible()
    expect(_column(page, held).locator("[data-part=text]")).to_contain_text("held on 'Who pays?'")
    assert _files_sent(server) == [_stored("street.jpg"), _stored("lease.pdf")]
    assert b"Typst" in samples.pdf()
    assert b"Typst" not in _stored("lease.pdf"), "it was cleaned before it was kept"
    page.keyboard.press(str(order.index("good") * 3 + 3))  # while no words are written, a digit judges
    expect(_column(page, good).locator("[value=wrong]")).to_be_checked()
    _reloads_and_stops(page, good, held)
    server.gate.set()
    press(page, f"{SHOWN} [data-answer={held}] [data-act=again]", "Enter")
    expect(_column(page, held).locator("[data-part=tries]")).to_have_text("2 / 2")
    expect(_column(page, held).locator("[data-part=verdicts]")).to_be_visible()
    _judges_what_is_not_judged(page, held, "partly")  # what it said before it was stopped
    _judges_what_is_not_judged(page, held, "right")
    _other_words_and_back(page, {good: "wrong", held: "right"})
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")

    made = Submission.objects.get(claim_id=claim.id).answer["talk"]
    assert [file["name"] for file in made["turns"][0]["files"]] == ["street.jpg", "lease.pdf"]
    assert sorted((each["slot"], each["verdict"], "stopped" in each) for each in made["tries"]) == sorted(
        [(good, "wrong", False), (held, "partly", True), (held, "right", False)]
    )
    assert sorted(each["text"] for each in made["tries"]) == sorted(Generation.objects.values_list("text", flat=True))
    review = who.small.claim(who.reviewer, "review")
    reads = visitors.page(who.reviewer, language="ar", narrow=True)
    reads.goto(f"{visitors.site}/work/{review.id}/")
    expect(reads.locator(".tries-read").first.locator(".tag.bad")).to_have_count(1)
    expect(reads.locator(".tries-read").first.locator(".tag", has_text="أُوقف")).to_have_count(1)
    assert violations(reads) == []
    assert reads.evaluate("document.documentElement.scrollWidth") <= reads.viewport_size["width"]  # type: ignore[index]
    _mends_a_verdict(reads, held)


def _mends_a_verdict(page: Page, slot: str) -> None:
    """A judge says otherwise of an answer; the prompt's words stay, or its tries are left out."""
    page.locator("[value=accept_with_fixes]").check()
    section = page.locator("#q-answer-fixed-talk [data-tries]")
    answer = section.locator("article", has_text="held on").last
    answer.locator("[value=partly]").check()
    words = page.locator("#q-answer-fixed-talk [data-turn] textarea").first
    words.press("End")
    words.press("Space")
    expect(section.locator("[data-part=moved]")).to_be_hidden()
    words.press("x")
    expect(section.locator("[data-part=moved]")).to_be_visible()
    assert page.locator("[name='answer.fixed.talk.tries']").input_value() == ""
    words.press("Backspace")
    expect(section.locator("[data-part=moved]")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: "/work/" not in url)
    (fixed,) = Review.objects.values_list("fixed_answer", flat=True)
    assert {each["slot"]: each["verdict"] for each in fixed["talk"]["tries"]}[slot] == "partly"


def _says_its_key_and_what_is_missing(page: Page) -> None:
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys of this page")
    expect(keys.locator("li", has_text="Try the prompt").locator("kbd")).to_have_text("Alt ⏎")
    page.keyboard.press("Escape")
    press(page, f"{TRIES} [data-part=try]", "Enter")
    expect(page.locator(f"{TRIES} [data-part=wrong]")).to_contain_text("fewer turns")
    expect(page.locator(SHOWN)).to_have_count(0)


def _reloads_and_stops(page: Page, good: str, held: str) -> None:
    """A reload while one is whole and the other is being written goes on with both; one of them is stopped."""
    expect(page.locator("[data-part=saved]")).to_be_visible()
    page.reload()
    expect(_column(page, good).locator("[value=wrong]")).to_be_checked()
    expect(_column(page, held).locator("[data-part=text]")).to_have_attribute("aria-busy", "true")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"{TRIES} [data-part=wrong]")).to_contain_text("still being written")
    assert violations(page) == []
    press(page, f"{SHOWN} [data-act=stop]:not([hidden])", "Enter")
    expect(_column(page, held).locator("[data-part=state]")).to_have_text("stopped")
    expect(_column(page, held).locator("[data-part=verdicts]")).to_be_visible()


def _judges_what_is_not_judged(page: Page, slot: str, verdict: str) -> None:
    """Handing in leads to it."""
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"{TRIES} [data-part=wrong]")).to_contain_text("Say of every try")
    expect(_column(page, slot).locator("[value=right]")).to_be_focused()
    mark = _column(page, slot).locator(f"[value={verdict}]")
    mark.press("Space")
    expect(mark).to_be_checked()


def _other_words_and_back(page: Page, verdicts: dict[str, str]) -> None:
    """What was said to earlier words stands aside, is not handed in, and comes back with the words."""
    kept = page.locator("[name='answer.talk.tries']")
    first = _ids(kept.input_value())
    assert len(first) == 3
    press(page, WORDS, "End")
    page.keyboard.type("  ")
    assert sorted(_ids(kept.input_value())) == sorted(first), "one more blank makes no other prompt"
    page.keyboard.type("And why?")
    expect(page.locator(f"{TRIES} [data-part=moved]")).to_contain_text("earlier words")
    expect(page.locator(f"{SHOWN} [value=right]").first).to_be_disabled()
    assert _ids(kept.input_value()) == []
    assert violations(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator(".error", has_text="Try the prompt as it stands now")).to_be_visible()
    press(page, WORDS, "End", *["Backspace"] * 10)
    expect(page.locator(f"{TRIES} [data-part=moved]")).to_be_hidden()
    for slot, verdict in verdicts.items():
        press(page, f"{SHOWN} [data-answer={slot}] [data-part=verdicts] input")
        mark = _column(page, slot).locator(f"[value={verdict}]")
        if not mark.is_checked():  # the page was made anew by the refusal
            mark.check()
    (held,) = [slot for slot, verdict in verdicts.items() if verdict == "right"]
    _column(page, held).locator("[data-act=earlier]").click()
    expect(_column(page, held).locator("[data-part=state]")).to_have_text("stopped")
    _column(page, held).locator("[value=partly]").check()
    assert sorted(_ids(kept.input_value())) == sorted(first)


def _order() -> ModelOrder:
    wait_until(ModelOrder.objects.exists, "a model was asked")
    return ModelOrder.objects.get()


def _ids(kept: str) -> list[Any]:
    return [each["id"] for each in json.loads(kept)["tries"]]


def test_hostile_words_of_a_model_that_is_tried_stay_words(visitors: Visitors, server: ModelServer) -> None:
    endpoint("one", server.url, model="hostile")
    who = cast(template=tried("one", judged="none", kinds=[]))
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert, narrow=True, dark=True, language="ar")
    page.goto(f"{visitors.site}/work/{claim.id}/")
    assert page.locator("[data-act=attach]").count() == 0, "this prompt has no files"
    press(page, WORDS)
    page.keyboard.type("<b>Hello</b>")
    page.keyboard.press("Alt+Enter")
    expect(page.locator(f"{SHOWN} .prose[aria-busy=false]")).to_contain_text("<script>window.ran=1</script>")
    assert violations(page) == []
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")
    assert page.evaluate("window.ran") is None
    assert page.locator(".panel-answer :is(img, script, a[href^=javascript])").count() == 0
    reads = visitors.page(who.reviewer)
    reads.goto(f"{visitors.site}/work/{who.small.claim(who.reviewer, 'review').id}/")
    expect(reads.locator(".tries-read .prose").first).to_contain_text("<script>window.ran=1</script>")
    assert reads.evaluate("window.ran") is None


# When the key was pressed, and when the first word stood on the page: in milliseconds since 1970.
_WATCH = """() => {
  window.key = window.word = 0;
  document.addEventListener("keydown", event => {
    if (event.altKey && event.key === "Enter") [window.key, window.word] = [Date.now(), 0];
  }, true);
  new MutationObserver(() => {
    const text = document.querySelector("[data-tries] .panel-answers:not([hidden]) [data-part=text]");
    if (window.key && !window.word && text && text.textContent) window.word = Date.now();
  }).observe(document.querySelector("[data-tries]"), {childList: true, subtree: true, characterData: true});
}"""


def test_how_long_somebody_waits_for_the_first_word(
    db: TestDatabase, visitors: Visitors, tmp_path: Path, printed: Callable[[str], None]
) -> None:
    """With a worker as it runs in the product, and a model that answers at once."""
    times = count(3, 40)
    more = {"FAIRHAND_DATABASE_URL": db.url, "FAIRHAND_SECRET_KEY": settings.SECRET_KEY}
    with model_server() as server, subprocess.Popen(command("worker"), env=environment(tmp_path, more)) as worker:
        try:
            endpoint("one", server.url, model="good")
            who = cast(template=tried("one", judged="none", kinds=[], asked_max=400, tokens_max=100_000))
            page = visitors.page(who.expert)
            page.goto(f"{visitors.site}/work/{who.small.claim(who.expert).id}/")
            press(page, WORDS)
            page.keyboard.type("Hello")
            page.evaluate(_WATCH)
            parts = [_waited(page) for _ in range(times + 1)][1:]  # the first one waits for the worker to start
        finally:
            worker.terminate()
    key, first, seen = (median(each[at] for each in parts) for at in range(3))
    printed(
        f"first word of a model that answers at once (median of {times}): {key + first + seen:.0f} ms from the key to "
        f"the page; {key:.0f} until it is asked, {first:.0f} until the word lies in its row, {seen:.0f} until it shows"
    )
    assert key + first + seen < 10_000, "on the busiest machine"


def _waited(page: Page) -> tuple[float, float, float]:
    """Milliseconds until the question was taken, until the first word lay in its row, until it stood on the page."""
    before = Generation.objects.count()
    page.evaluate("window.key = 0")
    page.keyboard.press("Alt+Enter")
    page.wait_for_function("() => window.word > 0", timeout=60_000)
    expect(page.locator(f"{SHOWN} [data-part=text]")).to_have_attribute("aria-busy", "false")
    row = Generation.objects.order_by("asked_at").last()
    assert row is not None
    assert row.first_at is not None
    assert Generation.objects.count() == before + 1
    key, word = page.evaluate("[window.key, window.word]")
    asked, first = row.asked_at.timestamp() * 1000, row.first_at.timestamp() * 1000
    return asked - key, first - asked, word - first
