"""Ready-made templates: one real task of each by real keys alone, and a project started with one on the pages.

What models say comes from the test server, word for word as the examples have it.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from fairhand.audit.actor import COMMAND
from fairhand.delivery.formats import FORMATS
from fairhand.delivery.models import Delivery
from fairhand.delivery.queries import file_lines
from fairhand.files.models import Attachment
from fairhand.flow.ask_model import asking
from fairhand.flow.release_delivery import release_delivery
from fairhand.kernel.clock import utc_now
from fairhand.projects.models import Project
from fairhand.tasks.attached import exchanged, files_in
from fairhand.tasks.library import ready, ready_names
from fairhand.work.models import Submission
from tests.attachments import stand_in
from tests.browser.axe import violations
from tests.browser.by_keys import enter
from tests.browser.conftest import Visitors
from tests.browser.keys import told_of_keys
from tests.browser.people import cast
from tests.building import check_books
from tests.counts import LARGE
from tests.model_server import model_server
from tests.modelled import endpoint, working

NAMES = [name for name in ready_names() if name != "chat-arena"]  # a talk turn by turn: test_panel.py
LANGUAGES = ("en", "ar")
# Alternating in small runs, both in large ones.
BOTH = LARGE or "FAIRHAND_PICTURES" in os.environ
ONCE = [(name, LANGUAGES[(place + turn) % 2]) for place, name in enumerate(NAMES) for turn in range(2 if BOTH else 1)]


@pytest.fixture(autouse=True)
def _files(tmp_path: Path) -> Iterator[None]:
    """A place for files, until the last page is closed."""
    with override_settings(FILES=str(tmp_path / "files")):
        yield


@pytest.mark.parametrize(("name", "language"), ONCE)
def test_a_task_of_each_is_done_by_keys_alone(visitors: Visitors, tmp_path: Path, name: str, language: str) -> None:
    found = ready(name)
    assert found is not None
    example = found.examples[0]
    pay = ("hourly", {"rate": "36.00", "paid_s_max": 3600})
    who = cast(template=found.template, payload=example.payload, pay=pay, want=1, tasks=1, reviewed=False)
    contents = {path.name: path.read_bytes() for path in found.files.values()}
    stand_in(who.small.project, who.manager, example.payload, tmp_path, contents)
    page = visitors.page(who.expert, language=language)
    page.goto(f"{visitors.site}/projects/{who.slug}/")
    page.keyboard.press("n")  # take the next
    page.wait_for_url("**/work/**")
    told_of_keys(page)
    with _models(found.template, example.answer):
        enter(page, found.template, example.answer, found.files)
    told_of_keys(page)  # with the questions that are asked after some answers only
    assert violations(page) == []
    if language == "en" and (folder := os.environ.get("FAIRHAND_PICTURES")):  # for docs/images, when asked
        page.set_viewport_size({"width": 1280, "height": 1150})
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=Path(folder) / f"ready-{name}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")

    made = Submission.objects.get(person_id=who.expert)
    # What was sent for it has ids of its own, and a picture or a document that was written anew bytes of its own.
    known = {file["name"]: file for file in files_in(example.answer)}
    assert _unnamed(exchanged(made.answer, known)) == _unnamed(example.answer)
    kept = {file["name"]: file for file in files_in(made.answer)}
    rows = {row.name: row for row in Attachment.objects.filter(person_id=who.expert)}
    assert {name: file["sha256"] for name, file in kept.items()} == {name: rows[name].sha256 for name in kept}
    assert all(kept[name]["sha256"] == known[name]["sha256"] for name in known if not _written_anew(known[name]))
    delivery = release_delivery(project=Project.objects.get(id=who.small.project.id), actor=COMMAND, now=utc_now())
    assert isinstance(delivery, Delivery), delivery
    form: Any = FORMATS.newest("jsonl")
    (row,) = [json.loads(line) for line in b"".join(file_lines(delivery, form)).splitlines()]
    assert (row["payload"], row["answer"]) == (example.payload, made.answer)


@contextmanager
def _models(template: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[None]:
    """While it lasts, the models of a template say of its prompts what the example's tries say."""
    asked = asking(template)
    if not asked:
        yield
        return
    with model_server() as server, working():
        for terms in asked:
            given = answer[terms["name"]]
            for each in given["tries"]:
                (name,) = terms["models"]
                endpoint(name, server.url, model="scripted", key=name)
                server.script[given["turns"][-1]["text"], name] = each["text"]
        yield


def _unnamed(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer without the ids of what models said, which each asking makes anew."""
    return {
        name: {**given, "tries": [{**each, "id": ""} for each in given["tries"]]}
        if isinstance(given, dict) and "tries" in given else given
        for name, given in answer.items()
    }  # fmt: skip


def _written_anew(file: Any) -> bool:
    """Pictures and documents have bytes of their own once they are kept."""
    return str(file["media_type"]).startswith(("image/", "application/pdf"))


def test_a_manager_starts_a_project_on_the_pages(visitors: Visitors) -> None:
    visitors.allowed.append("422")  # the form comes back
    who = cast()
    manager = visitors.page(who.manager, language="ar")
    manager.goto(f"{visitors.site}/manage/")
    manager.get_by_role("link", name="بدء مشروع").click()
    manager.get_by_role("link", name="المفاضلة بين إجابتين").click()
    manager.get_by_label("الاسم بالإنجليزية").fill("Which answer?")
    manager.get_by_label("في جملة، بالإنجليزية").fill("Compare two answers.")
    manager.get_by_label("اسم العميل الجديد").fill("مختبر الإجابات")
    manager.get_by_label("المبلغ").fill("٤٠")
    manager.get_by_label("الأجر الكامل حتى، بالدقائق").fill("60")
    manager.get_by_role("button", name="ابدأه مسودة").click()
    expect(manager.locator(".errors")).to_contain_text("الأجر بعد ذلك")
    assert violations(manager) == []
    manager.get_by_label("الأجر بعد ذلك، للساعة").fill("21.16")
    manager.get_by_label("عن كل مراجعة").fill("3.50")
    manager.get_by_role("button", name="ابدأه مسودة").click()
    manager.wait_for_url("**/manage/which-answer/batches/")
    project = Project.objects.get(slug="which-answer")
    assert (project.state, project.source["template"]) == ("draft", "pairwise-preference")
    manager.goto(f"{visitors.site}/manage/which-answer/guideline/")
    expect(manager.get_by_role("heading", name="للمراجعين").first).to_be_visible()
    check_books()


def test_keys_are_shown_and_can_be_changed(visitors: Visitors) -> None:
    found = ready("text-classification")
    assert found is not None
    pay = ("hourly", {"rate": "36.00", "paid_s_max": 3600})
    who = cast(template=found.template, payload=found.examples[0].payload, pay=pay, want=1, tasks=1)
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert, language="ar")
    page.goto(f"{visitors.site}/work/{claim.id}/")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="مفاتيح هذه الصفحة")
    expect(sheet.locator("li", has_text="تحكيم").locator("kbd")).to_have_text("1")
    sheet.get_by_role("button", name="تغيير: تحكيم").press("Enter")
    page.keyboard.press("2")
    expect(sheet.get_by_role("status")).to_contain_text("تعديل من طرف واحد")  # that key is taken
    page.keyboard.press("v")
    expect(sheet.locator("li", has_text="تحكيم").locator("kbd")).to_have_text("V")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("1")
    assert page.locator("[name='answer.kind']:checked").count() == 0
    page.reload()  # kept in this browser
    page.keyboard.press("v")
    assert page.locator("[name='answer.kind']:checked").get_attribute("value") == "arbitration"
    page.keyboard.press("?")
    sheet.get_by_role("button", name="إعادة كل المفاتيح كما كانت").press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    assert page.locator("[name='answer.kind']:checked").get_attribute("value") == "unilateral_change"
    # A key that was moved elsewhere gives way to a key of this page, and the page says so.
    page.evaluate("localStorage.setItem('fairhand:keys', JSON.stringify({s: 'q', g: 'z'}))")
    page.reload()
    expect(page.get_by_text("أحد مفاتيحك لا يعمل هنا")).to_be_visible()
    page.keyboard.press("q")
    assert page.locator("[name='answer.sure']:checked").get_attribute("value") == "sure"
    page.keyboard.press("?")
    expect(sheet.locator("li", has_text="تخطٍّ")).to_contain_text("لشيء آخر هنا مفتاحك Q")
    told_of_keys(page)
