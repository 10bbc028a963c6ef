"""Prompts with files: attached, pasted, dropped, moved and taken out; read by whoever judges; without a script too."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Locator, Page, expect

from fairhand.files.models import Attachment
from fairhand.files.rules import value_of
from fairhand.files.store import key_of, store
from fairhand.tasks.attached import files_in
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.library import ready
from fairhand.tasks.messages import chat_messages
from fairhand.tasks.questions import QUESTIONS
from fairhand.work.models import Submission
from tests import samples
from tests.attachments import look_at_all, stand_in
from tests.browser.axe import violations
from tests.browser.by_keys import choose_file
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.parts import stored

TERMS = {
    **stored(QUESTIONS.get("prompt")), "most": 3, "files_most": 3, "chars_max": 2000, "speakers": "user",
    "reference": "none",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(FILES=str(tmp_path / "files")):
        yield


def _cast(**more: Any) -> Cast:
    template = {"version": 1, "fields": [stored(FIELDS.get("text"))], "questions": [TERMS | more]}
    return cast(template=template, payload={"prompt": "A question about a street."}, want=1)


def _looked_at(row: Locator) -> None:
    """The file came whole; what the worker does is done, and the page hears of it."""
    expect(row.locator("[data-part=said]")).to_have_text("being checked")
    look_at_all()
    expect(row.locator("progress")).to_be_hidden()


# What a person's paste or drop hands to the page: there are no keys for dragging a file in from another window.
_HAND = """(element, [kind, name, type, body]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(body), c => c.charCodeAt(0))], name, {type}));
  const how = {bubbles: true, cancelable: true};
  element.dispatchEvent(kind === "paste" ? new ClipboardEvent("paste", {...how, clipboardData: data})
                                         : new DragEvent("drop", {...how, dataTransfer: data}));
}"""


def _hand(target: Locator, kind: str, name: str, media_type: str, content: bytes) -> None:
    target.evaluate(_HAND, [kind, name, media_type, base64.b64encode(content).decode()])


def _turn(page: Page, at: int) -> Locator:
    return page.locator("[data-prompt] [data-turn]").nth(at - 1)


def _compose(page: Page, tmp_path: Path) -> None:
    """Two turns: a picture chosen and a PDF pasted into the first, a sound dropped on the second."""
    shot = tmp_path / "street.jpg"
    shot.write_bytes(samples.jpeg())
    _turn(page, 1).get_by_role("textbox", name="What is said in this turn").fill("How many houses are there?")
    choose_file(page, "[data-turn]:nth-child(1) [data-act=attach]", shot)
    _looked_at(_turn(page, 1).locator("[data-file]").nth(0))
    _turn(page, 1).get_by_label("What the picture shows: street.jpg").fill("Four houses on a street")
    _hand(_turn(page, 1).locator("textarea"), "paste", "lease.pdf", "application/pdf", samples.pdf())
    _looked_at(_turn(page, 1).locator("[data-file]").nth(1))
    page.get_by_role("button", name="Add a turn").press("Enter")
    expect(_turn(page, 2).locator("textarea")).to_be_focused()
    page.keyboard.type("And what is this?")
    _hand(_turn(page, 2), "drop", "tone.wav", "audio/wav", samples.wav())
    _looked_at(_turn(page, 2).locator("[data-file]").nth(0))


def test_a_prompt_is_composed_moved_restored_handed_in_and_read(visitors: Visitors, tmp_path: Path) -> None:
    who = _cast()
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    _compose(page, tmp_path)
    _hand(_turn(page, 2), "drop", "more.png", "image/png", samples.png())
    expect(page.locator("[data-prompt] [data-part=told]")).to_have_text("There are as many files as are allowed.")

    # Taken out, a file is not lost: it is put into another turn from the list below.
    _turn(page, 1).get_by_role("button", name="Take it out: lease.pdf").press("Enter")
    into = page.get_by_label("lease.pdf: the turn it stands in")
    into.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # Put it there
    expect(_turn(page, 2).locator("[data-file]")).to_have_count(2)
    _turn(page, 2).locator("textarea").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(_turn(page, 1).locator("textarea")).to_be_focused()
    expect(_turn(page, 1).locator("textarea")).to_have_value("And what is this?")
    assert violations(page) == []

    expect(page.locator("[data-part=saved]")).to_be_visible()
    page.reload()
    expect(_turn(page, 1).locator("textarea")).to_have_value("And what is this?")
    expect(_turn(page, 1).locator("[data-file]")).to_have_count(2)
    expect(_turn(page, 2).get_by_label("What the picture shows: street.jpg")).to_have_value("Four houses on a street")
    expect(page.locator("[data-prompt] [data-part=rest]")).to_be_hidden()
    assert _turn(page, 2).locator("img").evaluate("it => it.decode().then(() => it.naturalWidth)") == 240
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")

    made = Submission.objects.get(claim_id=claim.id)
    rows = {row.name: row for row in Attachment.objects.filter(claim_id=claim.id)}
    files = {name: value_of(row) for name, row in rows.items()}
    assert made.answer == {"prompt": {"turns": [
        {"role": "user", "text": "And what is this?", "files": [files["tone.wav"], files["lease.pdf"]]},
        {"role": "user", "text": "How many houses are there?",
         "files": [{**files["street.jpg"], "alt": "Four houses on a street"}]},
    ]}}  # fmt: skip
    _goes_to_a_model(made.answer["prompt"]["turns"], rows)
    judge = visitors.page(who.reviewer)
    review = who.small.claim(who.reviewer, "review")
    judge.goto(f"{visitors.site}/work/{review.id}/")
    picture = judge.get_by_alt_text("Four houses on a street").first
    assert picture.evaluate("it => it.decode().then(() => it.naturalWidth)") == 240
    for person, status in ((who.client, 404), (who.stranger, 404), (who.colleague, 404), (who.manager, 200)):
        answer = visitors.page(person).request.get(f"{visitors.site}/files/{rows['street.jpg'].id}/")
        assert answer.status == status, person


def _goes_to_a_model(turns: Any, rows: dict[str, Attachment]) -> None:
    """Byte for byte as it lies in the store."""
    place = store()
    assert place is not None
    by_id = {str(row.id): row for row in rows.values()}

    def data_of(file: Any) -> bytes:
        row = by_id[file["file"]]
        return b"".join(place.read(key_of(row.org_id, row.sha256), 0, row.size))

    first, second = chat_messages(turns, data_of)
    assert [part["type"] for part in first["content"]] == ["text", "input_audio", "file"]
    assert base64.b64decode(first["content"][1]["input_audio"]["data"]) == samples.wav()
    document = base64.b64decode(first["content"][2]["file"]["file_data"].partition(",")[2])
    assert hashlib.sha256(document).hexdigest() == rows["lease.pdf"].sha256
    assert second["content"][1]["image_url"]["url"].startswith("data:image/jpeg;base64,")


def test_what_a_model_does_not_take_is_refused_where_it_is_sent(visitors: Visitors) -> None:
    who = _cast()
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert, language="ar", narrow=True)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    film = ready("video-events")
    assert film is not None
    _hand(_turn(page, 1), "drop", "walk.webm", "video/webm", film.files["crossing.webm"].read_bytes())
    said = _turn(page, 1).locator("[data-file] [data-part=said]")
    expect(said).to_have_text("قيد الفحص")
    look_at_all()
    expect(said).to_have_attribute("role", "alert")
    assert Attachment.objects.get(claim_id=claim.id).why == "kind_not_taken"
    assert page.locator("[data-prompt] [data-part=kept]").input_value() == "", "it is no part of the answer"
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    assert violations(page) == []


def test_without_a_script_files_are_sent_and_put_into_turns(visitors: Visitors) -> None:
    who = _cast(alt="required")
    claim = who.small.claim(who.expert)
    signed = visitors.page(who.expert)
    plain = visitors.browser.new_context(java_script_enabled=False, storage_state=signed.context.storage_state())
    plain.set_default_timeout(15_000)
    page = plain.new_page()
    page.goto(f"{visitors.site}/work/{claim.id}/")
    page.locator("[name='answer.prompt.0.text']").fill("What is this?")
    page.locator("[name='sent.prompt']").set_input_files(
        {"name": "map.png", "mimeType": "image/png", "buffer": samples.png()}
    )
    page.get_by_role("button", name="Send the file").click()
    look_at_all()
    page.get_by_role("button", name="Submit").first.click()  # comes back: no file stands in a turn yet
    expect(page.locator("[name='answer.prompt.0.text']")).to_have_value("What is this?")
    page.locator("[name='answer.prompt.file.0.turn']").select_option("0")
    page.locator("[name='answer.prompt.file.0.alt']").fill("A map")
    page.get_by_role("button", name="Submit").first.click()
    page.wait_for_url("**/submissions/**")
    made = Submission.objects.get(claim_id=claim.id).answer["prompt"]["turns"]
    assert [(turn["text"], [file["alt"] for file in turn["files"]]) for turn in made] == [("What is this?", ["A map"])]
    assert next(files_in(made))["name"] == "map.png"
    plain.close()


def test_the_sample_film_plays_and_shows_its_stretches(visitors: Visitors, tmp_path: Path) -> None:
    found = ready("video-events")
    assert found is not None
    example = found.examples[0]
    who = cast(template=found.template, payload=example.payload, want=1, tasks=1)
    contents = {path.name: path.read_bytes() for path in found.files.values()}
    stand_in(who.small.project, who.manager, example.payload, tmp_path, contents)
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    film = page.locator("[data-segments] video")
    expect(page.locator("[data-segments] [data-part=where]")).to_have_text("0:00.000 / 0:08.000")
    assert film.evaluate("it => [it.videoWidth, it.videoHeight, it.duration]") == [320, 180, 8]
    page.locator("[data-segments] [data-part=canvas]").focus()
    page.keyboard.press("v")
    film.evaluate(
        """it => new Promise(done => it.addEventListener("timeupdate", () => it.currentTime > 0.3 && done()))"""
    )
    page.keyboard.press("v")
    assert film.evaluate("it => it.paused && it.getVideoPlaybackQuality().totalVideoFrames > 0")
    for at, red in ((1, False), (3.5, True), (6, False)):  # it comes to any place, and shows what is there
        colour = film.evaluate(
            """(it, at) => new Promise(done => {
              it.addEventListener('seeked', () => {
                const canvas = document.createElement('canvas');
                [canvas.width, canvas.height] = [it.videoWidth, it.videoHeight];
                const pen = canvas.getContext('2d');
                pen.drawImage(it, 0, 0);
                done([...pen.getImageData(208, 36, 1, 1).data]);
              }, {once: true});
              it.currentTime = at;
            })""",
            at,
        )
        assert (colour[0] > 150 > colour[1]) is red, (at, colour)
    page.keyboard.press("Home")
    page.keyboard.press("1")
    page.keyboard.press("i")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("o")
    expect(page.locator("[data-segments] rect.stretch.shape-0")).to_have_count(1)
