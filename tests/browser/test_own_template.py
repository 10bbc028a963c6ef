"""A template of one's own through the page: brought along from Label Studio, mended, tried by keys, started with."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from fairhand.projects.models import Guideline, Project, Stage
from fairhand.tasks.models import Batch
from tests.browser.axe import violations
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.building import check_books
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("db")
FOLDER = Path(__file__).parents[1] / "data" / "label_studio"


def test_a_configuration_is_brought_along_tried_and_started_with(visitors: Visitors) -> None:
    visitors.allowed.append("422")
    who = cast()
    page = visitors.page(who.manager)
    page.goto(f"{visitors.site}/start/")
    page.get_by_role("link", name="A template of your own").click()
    config = (FOLDER / "choices-condition.xml").read_text()
    page.get_by_label("Template", exact=True).fill(config.replace("</View>\n</View>", "</View>\n<Relations/>"))
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator(".errors")).to_contain_text("no whole XML")
    page.get_by_label("Template", exact=True).fill(config.replace("</View>\n</View>", "</View>\n<Relations/></View>"))
    page.get_by_label("First tasks").first.fill((FOLDER / "choices-condition.json").read_text())
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("table", name="Not carried over")).to_contain_text("relations between marks")
    expect(page.get_by_role("main")).to_contain_text("2 of 2 fit the template.")
    expect(page.locator(".shown-task")).to_contain_text("What is north of the pole?")

    page.get_by_role("button", name="Check the answer").click()
    expect(page.locator("[id^=q-answer-answerable]").first).to_contain_text("answer")
    page.get_by_role("radio", name="No", exact=True).check()
    page.get_by_label("Why not?").fill("Nothing is.")
    page.get_by_role("button", name="Check the answer").click()
    expect(page.locator(".said")).to_contain_text('"why": "Nothing is."')
    assert violations(page) == []

    page.get_by_text("Start a project with it").click()
    page.get_by_label("Name, in English").fill("Answerable or not")
    page.get_by_label("In a sentence, in English").fill("Say whether it can be answered.")
    page.get_by_label("Name of the new client").fill("Acme")
    page.get_by_label("Amount").fill("30")
    page.get_by_label("Guideline, in English").fill("# Answerable\n\n## Read the whole question")
    page.get_by_label("Full rate for, in minutes").fill("60")
    page.get_by_role("button", name="Start it as a draft").click()
    expect(page.locator(".errors")).to_contain_text("Rate after that")
    page.get_by_label("Rate after that, an hour").fill("20")
    page.get_by_label("Reviewed, in percent").fill("0")
    page.get_by_role("button", name="Start it as a draft").click()
    page.wait_for_url("**/manage/answerable-or-not/batches/")
    project = Project.objects.get(slug="answerable-or-not")
    assert [each["type"] for each in Stage.objects.get(project=project).template.body["questions"]] == [
        "choice",
        "text",
    ]
    assert Guideline.objects.get(project=project).texts == {"en": "# Answerable\n\n## Read the whole question"}
    assert Batch.objects.filter(project=project).count() == 0
    check_books()


def test_a_ready_made_one_is_changed_in_arabic_and_only_managers_may(visitors: Visitors) -> None:
    who = cast()
    assert client_of(who.expert).get("/start/own/").status_code == 404
    assert client_of(who.expert).post("/start/own/", {"template": "{}"}).status_code == 404
    page = visitors.page(who.manager, language="ar")
    page.goto(f"{visitors.site}/start/own/?from=pairwise-preference")
    text = json.loads(page.locator("#f-template").input_value())
    assert text["layout"]["kind"] == "pair"
    expect(page.locator(".shown-task")).to_be_visible()
    assert violations(page) == []
    assert client_of(who.manager).get("/start/own/?from=../../etc").status_code == 200
