"""Files on the work page: pictures, sound and documents shown; files sent by keys, over a bad connection."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Frame, Page, Route, expect

from fairhand.files.commands import note_uses
from fairhand.files.models import Attachment
from fairhand.files.rules import value_of
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.library import shipped_files
from fairhand.tasks.models import Task
from fairhand.tasks.questions import QUESTIONS
from fairhand.work.models import Submission
from tests import samples
from tests.attachments import look_at_all, sent
from tests.browser.axe import violations
from tests.browser.by_keys import choose_file
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.parts import stored


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(FILES=str(tmp_path / "files")):
        yield


def _cast() -> Cast:
    """A project whose tasks show two pictures side by side, a recording and a document, and ask for a file."""
    kinds = {"left": "image", "right": "image", "audio": "audio", "pdf": "pdf"}
    fields = [{**stored(FIELDS.get(kind)), "name": name} for name, kind in kinds.items()]
    template = {
        "version": 1, "fields": fields, "questions": [stored(QUESTIONS.get("file"))],
        "layout": {"kind": "pair", "left": "left", "right": "right"},
    }  # fmt: skip
    return cast(template=template, payload={name: {} for name in kinds}, want=1)


def _show(who: Cast) -> None:
    project = who.small.project
    files = {
        "left": sent(project, who.manager, "street.jpg", samples.jpeg(640, 480)),
        "right": sent(project, who.manager, "map.png", samples.png(200, 200)),
        "audio": sent(project, who.manager, "greeting.wav", samples.wav(12)),
        "pdf": sent(project, who.manager, "lease – عقد.pdf", samples.pdf()),
    }
    payload: dict[str, Any] = {name: dict(value_of(row)) for name, row in files.items()}
    payload["left"]["alt"], payload["right"]["alt"] = "A street", "خريطة"
    payload["audio"]["transcript"] = "A tone that swells and fades."
    for task in Task.objects.filter(project_id=project.id):
        Task.objects.filter(id=task.id).update(payload=payload)
        note_uses(uses={(str(row.id), task.id) for row in files.values()}, project_id=project.id)


def test_files_are_seen_heard_and_sent_by_keys(
    visitors: Visitors, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = _cast()
    _show(who)
    monkeypatch.setattr("fairhand.web.files.FILE_PART_BYTES_MAX", 1_000)
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert, language="ar")
    page.goto(f"{visitors.site}/work/{claim.id}/")

    _look_and_listen(page)
    _send_over_a_bad_line(visitors, page, tmp_path)
    row = Attachment.objects.get(claim_id=claim.id)
    assert row.sent_bytes == len(samples.jpeg())
    expect(page.locator("[name='answer.file']")).to_be_checked()
    assert violations(page) == []

    page.reload()
    expect(page.locator("[name='answer.file']")).to_be_checked()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")
    assert Submission.objects.get(claim_id=claim.id).answer == {"file": [value_of(row)]}
    with page.expect_popup() as opened:
        page.get_by_role("link", name="لقطة.jpg").click()
    assert opened.value.locator("img").evaluate("it => it.naturalWidth") == 240


def test_a_pdf_is_read_in_the_page_where_the_browser_can(whole_visitors: Visitors) -> None:
    who = _cast()
    _show(who)
    page = whole_visitors.page(who.expert, language="ar")
    page.goto(f"{whole_visitors.site}/work/{who.small.claim(who.expert).id}/")
    page.get_by_text("عرضه هنا").focus()
    with page.expect_event("framenavigated", _viewer):
        page.keyboard.press("Enter")
    expect(page.locator("iframe.document")).to_have_attribute("title", "المستند")
    # The document of a ready-made example, to whoever starts projects with it.
    shipped = next(file for file, (value, _) in shipped_files().items() if value["media_type"] == "application/pdf")
    page = whole_visitors.page(who.manager)
    with page.expect_event("framenavigated", _viewer):
        page.evaluate(
            "path => { const frame = document.createElement('iframe'); frame.src = path; document.body.append(frame) }",
            f"/files/{shipped}/",
        )


def _viewer(frame: Frame) -> bool:
    """What draws documents in Chromium is an extension of its own; where it is forbidden to, there is no such frame."""
    return frame.url.startswith("chrome-extension:")


def test_a_pdf_is_a_link_where_the_browser_reads_none(visitors: Visitors) -> None:
    who = _cast()
    _show(who)
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{who.small.claim(who.expert).id}/")
    shown = page.evaluate("navigator.pdfViewerEnabled")
    expect(page.locator("details[data-pdf]")).to_be_visible(visible=shown)
    expect(page.get_by_role("link", name="Open the document")).to_be_visible()


def _look_and_listen(page: Page) -> None:
    """Enlarge a picture and find a place in the sound, by keys."""
    pictures = page.locator(".pair .media img")
    expect(pictures).to_have_count(2)
    assert pictures.evaluate_all("all => all.every(one => one.complete && one.naturalWidth > 0)")
    page.locator(".media .frame").first.focus()
    for key in ("+", "+", "-"):
        page.keyboard.press(key)
    expect(page.locator("[data-part=zoom]").first).to_have_text("125 %")
    page.keyboard.press("0")
    expect(page.locator("[data-part=zoom]").first).to_have_text("100 %")

    wave = page.locator("[data-part=wave]")
    expect(wave).to_be_visible()
    expect(wave).to_have_attribute("aria-valuemax", "12")
    wave.focus()
    page.keyboard.press("ArrowRight")
    expect(wave).to_have_attribute("aria-valuenow", "5")
    page.keyboard.press("End")
    expect(wave).to_have_attribute("aria-valuenow", "12")
    assert wave.locator("canvas").evaluate(
        "it => it.getContext('2d').getImageData(0, 0, it.width, it.height).data.some(byte => byte > 0)"
    )


def _send_over_a_bad_line(visitors: Visitors, page: Page, tmp_path: Path) -> None:
    shot = tmp_path / "لقطة.jpg"
    shot.write_bytes(samples.jpeg())
    broken: list[str] = []

    def sometimes(route: Route) -> None:
        """Every third part is lost on its way, and of every fourth the answer."""
        broken.append(route.request.url)
        if len(broken) % 3 == 0:
            route.abort("connectionreset")
        elif len(broken) % 4 == 0:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    visitors.allowed.append("net::ERR_")
    page.route("**/part/?at=*", sometimes)
    choose_file(page, "[name='sent.file']", shot)
    said = page.locator(".file-row [data-part=said]")
    expect(said).to_have_text("قيد الفحص", timeout=30_000)
    assert len(broken) > 4
    page.keyboard.press("Control+Enter")
    expect(said).to_contain_text("ما زال ملف في الطريق")
    expect(page.locator("[data-part=stop]")).to_be_focused()
    assert not Submission.objects.exists(), "an answer is not handed in without the file that it was given"
    assert look_at_all() == ["clean"]
