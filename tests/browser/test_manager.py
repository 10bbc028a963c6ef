"""A manager's pages in a real browser: a file with a fault, mended, launched, and a task's life watched to its end."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from fairhand.kernel.clock import utc_now
from fairhand.projects.models import Guideline
from fairhand.projects.queries import guidelines_of
from fairhand.tasks.models import Batch, Task
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.building import ACCEPT, PER_JUDGEMENT

pytestmark = pytest.mark.usefixtures("db")


def rows(*keys: str, blank: str = "") -> str:
    """A file's text; the row with the key `blank` has a blank prompt."""
    prompts = {key: " " if key == blank else f"Prompt of {key} <b>x</b>" for key in keys}
    return "".join(json.dumps({"key": key, "payload": {"prompt": prompts[key]}}) + "\n" for key in keys)


def send(page: Page, folder: Path, text: str) -> None:
    """Choose a file and have it read."""
    file = folder / "new.jsonl"
    file.write_text(text)
    page.set_input_files("#f-file", str(file))
    page.get_by_role("button", name="Read the file").click()


def manager_on(visitors: Visitors, who: Cast, place: str = "", **more: bool | str) -> Page:
    """The manager's browser on a page of the project."""
    page = visitors.page(who.manager, **more)  # type: ignore[arg-type]
    page.goto(f"{visitors.site}/manage/{who.slug}/{place}")
    return page


def test_a_file_is_mended_looked_at_and_launched_and_its_task_is_followed(visitors: Visitors, tmp_path: Path) -> None:
    who = cast(tasks=1, want=1, pay=PER_JUDGEMENT, budget_minor=100_000)
    who.small.submit(who.small.claim(who.expert))
    who.small.review(ACCEPT)
    visitors.allowed.append("422")
    page = manager_on(visitors, who, "batches/")
    page.keyboard.press("i")
    page.get_by_label("Attempts per task").fill("none")
    send(page, tmp_path, rows("n-1"))
    expect(page.locator("#errors")).to_be_visible()
    page.get_by_label("Attempts per task").fill("1")
    send(page, tmp_path, rows("n-1", "n-2", blank="n-2"))
    fault = page.get_by_role("row", name="blank")
    expect(fault).to_contain_text("prompt")
    expect(fault.locator("td").first).to_have_text("2")
    expect(page.get_by_role("button", name="Import 1 right row")).to_have_count(0)
    expect(page.get_by_text("Prompt of n-1 <b>x</b>")).to_be_visible()
    assert not Task.objects.filter(key="n-1").exists()

    page.get_by_role("link", name="Send the mended file").click()
    send(page, tmp_path, rows("n-1", "n-2"))
    page.get_by_role("button", name="Import 2 tasks as a draft").click()
    expect(page.locator(".said")).to_contain_text("draft batch")
    expect(page.get_by_role("cell", name="$0.24", exact=True)).to_be_visible()
    page.get_by_role("button", name="Launch and set").click()
    expect(page.locator(".said")).to_contain_text("2 slots are open")

    who.small.now = utc_now()
    claim = who.small.claim(who.expert)
    who.small.submit(claim)
    who.small.review(ACCEPT)
    key = Task.objects.get(id=claim.task_id).key
    page.get_by_role("link", name="Its tasks").click()
    page.get_by_role("link", name=key).click()
    life = page.get_by_role("list", name="Its whole life")
    told = [each.strip() for each in life.locator("li b:first-child").all_inner_texts()]
    opened = "Opened for somebody, with its money reserved"
    titles = ["Imported with its batch", "Batch launched", "Taken", "Handed in", opened, "Accepted"]
    places = [next(n for n, each in enumerate(told) if each.startswith(title)) for title in titles]
    assert places == sorted(places)
    expect(life).to_contain_text("$0.12")
    assert "@" not in life.inner_text(), "nobody's address, only pseudonyms"


def test_a_launch_that_the_budget_can_not_carry_says_what_is_missing(visitors: Visitors, tmp_path: Path) -> None:
    who = cast(tasks=1, want=1, pay=PER_JUDGEMENT, budget_minor=22)
    page = manager_on(visitors, who, "batches/import/")
    send(page, tmp_path, rows("n-1"))
    page.get_by_role("button", name="Import 1 task as a draft").click()
    expect(page.get_by_text("The budget is short by $0.22.")).to_be_visible()
    expect(page.get_by_role("button", name="Launch")).to_have_count(0)
    assert Batch.objects.filter(state="draft").count() == 1


def test_a_guideline_is_previewed_compared_and_published_in_arabic(visitors: Visitors) -> None:
    who = cast()
    visitors.allowed.append("422")
    page = manager_on(visitors, who, "guideline/write/", language="ar")
    assert page.evaluate("document.dir") == "rtl"
    page.locator("[name='text.en']").fill("# Guideline\n\nSay *why*. <script>bad()</script>")
    page.locator("button[name=preview]").click()
    expect(page.locator(".prose em")).to_have_text("why")
    expect(page.locator(".prose")).to_contain_text("<script>bad()</script>")
    page.locator("button[name=publish]").click(force=True)
    assert Guideline.objects.count() == 1, "a note on what changed is needed"
    page.locator("[name=note]").fill("Reasons are asked for.")
    page.locator("button[name=publish]").click()
    expect(page.locator(".said")).to_contain_text("2")
    page.goto(f"{visitors.site}/manage/{who.slug}/guideline/compare/")
    expect(page.locator(".diff ins").first).to_contain_text("why")
    assert [each.version for each in guidelines_of(who.small.project.id)] == [2, 1]


def test_settings_pause_the_project_with_a_reason(visitors: Visitors) -> None:
    who = cast()
    page = manager_on(visitors, who, "settings/", narrow=True)
    page.locator("summary", has_text="Pause").click()
    page.locator("#f-reason-paused").fill("The client changes the brief.")
    page.get_by_role("button", name="Pause the project").click()
    expect(page.locator(".said")).to_contain_text("paused")
    expect(page.get_by_text("The client changes the brief.")).to_be_visible()
    page.get_by_label("Whom experts ask").fill("Layla, project room")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".said")).to_contain_text("Saved")
    who.small.project.refresh_from_db()
    assert (who.small.project.state, who.small.project.contact) == ("paused", "Layla, project room")
