"""A project's template through its pages: written in a form beside what it makes, tried, checked, published, compared;
and what an expert, a reviewer and a program see of two versions at once."""

import json
import re
from copy import deepcopy
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.models import Claim
from fairhand.flow.publish_guideline import publish_guideline
from fairhand.insight import template_fit
from fairhand.kernel.clock import utc_now
from fairhand.projects.models import Guideline, Template
from fairhand.tasks.commands import NewTask, make_batch
from fairhand.tasks.own_template import whole_template
from tests.browser.axe import violations
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.building import LEFT, PER_JUDGEMENT, TEMPLATE, check_books
from tests.commands.test_publish_template import WHY, publish, published, version
from tests.contracts.test_api_work import Caller
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("db")


def editor(visitors: Visitors, who: Cast, **more: Any) -> Page:
    page = visitors.page(who.manager, **more)
    page.goto(f"{visitors.site}/manage/{who.slug}/template/edit/")
    return page


def part(page: Page, name: str) -> Any:
    """A part of the form, opened."""
    found = page.locator("details.part").filter(has=page.locator("summary", has_text=name)).first
    if found.get_attribute("open") is None:
        found.locator("summary").click()
    return found


def test_a_version_is_written_in_the_form_seen_live_tried_checked_and_published(visitors: Visitors) -> None:
    visitors.allowed.append("422")
    who = cast(tasks=3, pay=PER_JUDGEMENT)
    page = editor(visitors, who)
    expect(page.locator("[data-swap=preview]")).to_contain_text("Nothing differs.")
    first = part(page, "Which is better?")
    first.get_by_label("English").first.fill("Which one is better, all in all?")
    expect(page.locator("[data-swap=preview] legend").first).to_contain_text("all in all?")
    expect(page.locator(".differences")).to_contain_text("Label: English")
    expect(page.get_by_role("textbox", name="Template", include_hidden=True).first).to_have_value(
        json_of(page)
    )  # the text beside the form keeps up
    assert first.get_by_label("English").first.evaluate("e => e === document.activeElement"), "typing goes on"

    page.locator("select[name='add.questions']").select_option("text")
    page.locator("button[value='add.questions']").click()
    expect(page.locator(".errors").first).to_contain_text("questions.1.text.label.en")
    second = part(page, "no label yet")
    second.get_by_label("English").first.fill("Why?")
    second.get_by_label("Name in the data").fill("why")
    expect(page.locator("[data-swap=errors] .errors")).to_have_count(0)
    expect(page.locator("[data-swap=preview] textarea[name='answer.why']")).to_be_visible()
    second.get_by_label("the answer to").fill("winner")
    second.get_by_label("is one of").fill("left")
    page.locator(".shown-task").first.scroll_into_view_if_needed()
    expect(page.locator("[data-swap=preview] [data-when]")).to_have_count(1)
    expect(page.locator("[data-swap=preview] [data-when]")).to_be_hidden()
    second.get_by_label("Help", exact=True).get_by_label("English").or_(second.locator("[name$='help.en']")).first.fill(
        "In a word."
    )
    page.get_by_role("radio", name="Left", exact=True).check()
    page.locator("[data-swap=preview] textarea[name='answer.why']").fill("It says so.")
    page.get_by_role("button", name="Check the answer").click()
    expect(page.locator(".said")).to_contain_text('"why": "It says so."')
    expect(second.locator("[name$='help.en']")).to_have_value("In a word.")  # typed a moment before, and still there
    assert violations(page) == []

    page.get_by_role("button", name="Check them all").click()
    expect(page.locator("[data-swap=check]")).to_contain_text("3 of 3 looked at, 0 of them don't fit.")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#errors")).to_contain_text("What changed")
    page.get_by_label("What changed").fill("Say why it is the left one.")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="Template, version 2")).to_be_visible()
    made = Template.objects.get(project=who.small.project, version=2)
    assert made.body["questions"][1]["show_if"] == {"question": "winner", "any_of": ["left"]}
    expect(page.get_by_role("main")).to_contain_text("Say why it is the left one.")
    page.get_by_role("link", name="Compare").click()
    expect(page.get_by_role("table").first).to_contain_text("Which one is better, all in all?")
    assert violations(page) == []
    page.goto(f"{visitors.site}/manage/{who.slug}/template/1/")
    expect(page.get_by_role("heading", name="Template, version 1")).to_be_visible()
    assert violations(page) == []
    check_books()


def json_of(page: Page) -> str:
    """The text that the server has of the form, as the hidden one of the trial has it."""
    hidden = page.locator("[data-swap=preview] textarea[name=template]")
    expect(hidden).to_have_value(re.compile("all in all"))
    return hidden.input_value()


def test_parts_and_things_in_lists_are_moved_and_taken_out_by_keys_in_arabic(visitors: Visitors) -> None:
    visitors.allowed.append("422")
    who = cast(pay=PER_JUDGEMENT, template=version())
    page = editor(visitors, who, language="ar", narrow=True)
    page.locator("button[value='up.questions.1']").evaluate("e => e.closest('details').open = true")
    page.locator("button[value='up.questions.1']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("input[name='questions.0.name']")).to_have_value("why")
    page.locator("#part-questions-1 summary").click()
    page.locator("button[value='row.questions.1.options']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("input[name='questions.1.options.2.value']")).to_have_value("option_3")
    page.locator("button[value='cut.questions.1.options.0']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("input[name='questions.1.options.0.value']")).to_have_value("right")
    page.locator("input[name='questions.1.options.1.label.en']").fill("Neither")
    expect(page.locator("[data-swap=errors] .errors")).to_have_count(0)
    page.locator("button[value='drop.questions.0']").evaluate("e => e.closest('details').open = true")
    page.locator("button[value='drop.questions.0']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("details.part")).to_have_count(2)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than a phone"
    assert violations(page) == []


def test_a_text_is_taken_instead_of_the_form_and_label_studio_is_said_in_arabic(visitors: Visitors) -> None:
    visitors.allowed.append("422")
    who = cast(pay=PER_JUDGEMENT)
    page = editor(visitors, who, language="ar")
    page.locator("[data-as-text] summary").click()
    page.locator("#f-template").fill(json.dumps(version()))
    page.locator("button[value=take]").click()
    expect(page.locator("input[name='questions.1.name']")).to_have_value("why")
    page.locator("[data-as-text] summary").click()
    page.locator("#f-template").fill(
        '<View><Text name="prompt" value="$prompt"/><Relations/><Choices name="c" toName="prompt">'
        '<Choice value="A"/><Choice value="B"/></Choices></View>'
    )
    page.locator("button[value=take]").click()
    expect(page.get_by_role("table").first).to_contain_text("لا يوجد سؤال عن العلاقات")
    page.locator("button[value=form]").click()
    expect(page.locator("input[name='questions.0.name']")).to_have_value("c")
    page.locator("[data-as-text] summary").click()
    page.locator("#f-template").fill("{")
    page.locator("button[value=take]").click()
    expect(page.locator(".errors").first).to_contain_text("ليس JSON سليمًا ابتداءً من المحرف")
    expect(page.locator("#f-template")).to_have_value("{")
    page.locator("#f-template").fill(json.dumps({**version(), "extra": 1}))
    page.locator("button[value=look]").last.click()
    expect(page.locator(".errors").first).to_contain_text("extra – لا إعداد هنا بهذا الاسم")


def test_tasks_that_do_not_fit_are_listed_in_words_and_looked_through_to_the_last(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitors.allowed.extend(["422"])
    monkeypatch.setattr(template_fit, "TEMPLATE_TASKS_CHECKED_MAX", 2)
    who = cast(tasks=5, want=1, pay=PER_JUDGEMENT)
    tasks = [NewTask(key="blank one", payload={"prompt": "?"}, want=1)]
    make_batch(project=who.small.project, kind="real", tasks=tasks, actor=COMMAND, now=utc_now())
    page = editor(visitors, who)
    page.locator("[data-as-text] summary").click()
    chat = {"name": "prompt", "type": "chat", "version": 1, "label": {"en": "Talk"}}
    page.locator("#f-template").fill(json.dumps(version(fields=[chat])))
    page.locator("button[value=take]").click()
    expect(page.locator("[data-swap=preview]")).to_contain_text("0 of 6 fit the template.")
    page.get_by_role("button", name="Check them all").click()
    expect(page.locator("[data-swap=check]")).to_contain_text("6 of 6 looked at, 6 of them don't fit.")
    page.get_by_label("What changed").fill("It is a talk.")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".errors").first).to_contain_text("6 tasks that may still be given out don't fit")
    expect(page.locator(".errors").first).to_contain_text("blank one")
    assert Template.objects.filter(project=who.small.project).count() == 1


def test_an_expert_a_reviewer_and_a_program_see_each_work_in_its_version(visitors: Visitors) -> None:
    who = cast(tasks=4, want=1, pay=PER_JUDGEMENT)
    who.small.submit(who.small.claim(who.expert), LEFT)
    held = who.small.claim(who.expert)
    published(who.small)
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{held.id}/")
    expect(page.locator("textarea[name='answer.why']")).to_have_count(0)
    new = who.small.claim(who.colleague)
    other = visitors.page(who.colleague)
    other.goto(f"{visitors.site}/work/{new.id}/")
    expect(other.locator("textarea[name='answer.why']")).to_be_visible()
    caller = Caller(who.expert)
    assert [each["name"] for each in caller.get(f"/claims/{held.id}")["template"]["questions"]] == ["winner"]
    assert Caller(who.colleague).get(f"/claims/{new.id}")["template"] is None
    review = who.small.claim(who.reviewer, "review")
    assert isinstance(review, Claim)
    reviewing = visitors.page(who.reviewer)
    reviewing.goto(f"{visitors.site}/work/{review.id}/")
    expect(reviewing.get_by_role("main")).to_contain_text("Which is better?")
    expect(reviewing.locator("[name='answer.fixed.why']")).to_have_count(0)


def test_programs_read_versions_and_publish_the_next(visitors: Visitors) -> None:
    who = cast(pay=PER_JUDGEMENT)
    caller, address = Caller(who.manager), f"/projects/{who.slug}/templates"
    assert [each["version"] for each in caller.get(address)["rows"]] == [1]
    assert caller.get(f"{address}/1")["body"] == TEMPLATE
    made = caller.post(address, {"base": 1, "body": version(), "note": "Say why."}, 201)
    assert (made["version"], made["body"]) == (2, whole_template(version()))
    late = caller.post(address, {"base": 1, "body": version(), "note": "Again."}, 409)
    assert late["code"] == "template_moved"
    other = {"name": "text", "type": "text", "label": {"en": "Text"}}
    unfit = caller.post(address, {"base": 2, "body": version(fields=[other]), "note": "Other."}, 409)
    assert (unfit["code"], unfit["unfit_n"], len(unfit["unfit"])) == ("tasks_unfit", 4, 4)
    wrong = caller.post(address, {"base": 2, "body": {}, "note": "Nothing."}, 422)
    assert {(each["field"], each["code"]) for each in wrong["fields"]} == {("template", "missing")}
    caller.get(f"{address}/9", 404)
    for stranger in (who.expert, who.client, who.other_client, who.stranger):
        Caller(stranger).get(address, 404)
        Caller(stranger).post(address, {"base": 2, "body": version(), "note": "Mine."}, 404)


def test_hostile_forms_break_nothing(visitors: Visitors) -> None:
    who = cast(pay=PER_JUDGEMENT)
    signed, address = client_of(who.manager), f"/manage/{who.slug}/template/edit/"
    base = {"mode": "form", "base": "1"}
    hostile: list[dict[str, str]] = [
        {"fields.0.type": "nothing"}, {"fields.0.type": "text", "fields.0": "x", "fields.0.label.en": "y"},
        {"questions.999999999.type": "text"}, {"questions.0.type": "choice", "questions.0.options": "x"},
        {"questions.0.type": "tree", **{f"questions.0.options{'.0.options' * n}.0.value": "x" for n in range(60)}},
        {"questions.0.type": "text", "questions.0.show_if": "x", "questions.0.chars_max": "٣" * 30},
        {"questions.0.type": "submission", "questions.0.asked.json": "[" * 10_000},
        {"fields.0.type": "submission", "fields.0.name": "a", "fields.0.asked.json": "[" * 10_000},
        {"fields.0.type": "text", "fields.0.name": "\x00", "fields.0.label.en": "\x00"},
        {"layout": "a,b,c,d,e,f,g"}, {"do": "up.fields.-1"}, {"do": "cut.fields.0.x.y.z"}, {"do": "row.questions.0."},
        {"do": "add.fields", "add.fields": "__class__"}, {"do": "drop.layout.0"}, {"do": "...."}, {"do": "publish"},
        {"do": "check", "check_before": "x", "check_looked": "-9"}, {"base": "x", "do": "publish", "mode": "text"},
        {"mode": "text", "template": "<!DOCTYPE x [<!ENTITY a 'b'>]><View>&a;</View>"},
        {"mode": "text", "template": "[]"},
    ]  # fmt: skip
    for sent in hostile:
        assert signed.post(address, base | sent).status_code in (200, 422), sent
    assert Template.objects.filter(project=who.small.project).count() == 1
    assert publish(who.small, deepcopy(dict(TEMPLATE)) | {"questions": [WHY]})


def test_only_who_manages_writes_and_a_closed_project_gets_no_version(visitors: Visitors) -> None:
    who = cast(pay=PER_JUDGEMENT)
    for person in (who.expert, who.client, who.other_client, who.stranger):
        for place in ("", "edit/", "1/", "compare/"):
            assert client_of(person).get(f"/manage/{who.slug}/template/{place}").status_code == 404
    assert client_of(who.manager).get(f"/manage/{who.slug}/template/7/").status_code == 404
    assert client_of(who.manager).get(f"/manage/{who.slug}/template/compare/?from=7&to=x").status_code == 404


def test_formulas_are_drawn_in_a_guideline_left_to_right_in_arabic_too(visitors: Visitors) -> None:
    who = cast(pay=PER_JUDGEMENT)
    texts = {
        "en": "# G\n\nLet $x^2$.",
        "ar": "# د\n\nليكن $\\frac{a}{b}$ و $$\\sum_{i=1}^n i$$ ثم $\\href{javascript:x}{y}$.",
    }
    made = publish_guideline(
        project_id=who.small.project.id, base=1, texts=texts, note="Formulas.", actor=COMMAND, now=utc_now()
    )
    assert isinstance(made, Guideline)
    page = visitors.page(who.expert, language="ar")
    page.goto(f"{visitors.site}/projects/{who.slug}/")
    formulas = page.locator(".prose math")
    expect(formulas).to_have_count(2)
    assert formulas.first.evaluate("e => [e.namespaceURI, getComputedStyle(e).direction]") == [
        "http://www.w3.org/1998/Math/MathML", "ltr",
    ]  # fmt: skip
    assert formulas.first.evaluate("e => e.querySelector('mfrac').getBoundingClientRect().height") > 10
    expect(page.locator(".prose code")).to_have_text("$\\href{javascript:x}{y}$")
    assert page.locator(".prose a").count() == 0
    assert violations(page) == []

    # One that is wider than a phone scrolls by itself, by keys too; in a window that has room it is a formula again.
    wide = "a_{1}+" * 12 + "a_{2}"
    texts = {"en": f"# G\n\nLet $x^2$, and ${wide}$ be.\n\n- $$ {wide} $$"}
    made = publish_guideline(
        project_id=who.small.project.id, base=2, texts=texts, note="Wide.", actor=COMMAND, now=utc_now()
    )
    assert isinstance(made, Guideline)
    page = visitors.page(who.expert, narrow=True)
    page.goto(f"{visitors.site}/projects/{who.slug}/")
    boxes = page.locator(".prose").get_by_role("group", name="Formula")
    expect(boxes).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than a phone"
    for box in boxes.all():
        box.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("e => e.scrollLeft > 0", arg=box.element_handle())
    assert violations(page) == []
    page.set_viewport_size({"width": 1_360, "height": 800})
    expect(boxes).to_have_count(0)
    expect(page.locator(".formula[tabindex]")).to_have_count(0)
