"""Drafts in a real browser: on the server within two seconds, back on another device, never lost to a second one."""

import time
from typing import Any

from playwright.sync_api import Page, expect

from fairhand.work.models import Draft, Submission
from tests.browser.axe import violations
from tests.browser.conftest import Visitors
from tests.browser.people import cast

COMMENT = "[name='answer.comment']"
TEMPLATE = {
    "version": 1,
    "fields": [{"name": "prompt", "type": "text", "version": 1, "label": {"en": "Prompt"}, "blank": False}],
    "questions": [
        {
            "name": "winner", "type": "choice", "version": 1, "label": {"en": "Which is better?"}, "required": False,
            "options": [
                {"value": value, "label": {"en": value}, "key": key} for key, value in (("1", "left"), ("2", "right"))
            ],
        },
        {"name": "comment", "type": "text", "version": 1, "label": {"en": "Why?"}, "required": False, "chars_max": 500},
    ],
}  # fmt: skip
WITH: dict[str, Any] = {"template": TEMPLATE, "payload": {"prompt": "A question"}, "want": 1}


def _saved(claim_id: object, text: str) -> None:
    """Waits until the server has it."""
    for _ in range(150):
        found = Draft.objects.filter(claim_id=claim_id).first()
        if found is not None and ["answer.comment", text] in found.fields:
            return
        time.sleep(0.1)
    raise AssertionError(
        f"the server never had {text!r}, but {Draft.objects.filter(claim_id=claim_id).values_list('fields', 'number')}"
    )


def _type(page: Page, text: str) -> None:
    page.locator(COMMENT).press("Control+End")
    page.keyboard.type(text)


def test_an_answer_comes_back_on_another_device(visitors: Visitors) -> None:
    who = cast(**WITH)
    claim = who.small.claim(who.expert)
    desk, address = visitors.page(who.expert), f"{visitors.site}/work/{claim.id}/"
    desk.goto(address)
    desk.keyboard.press("2")
    _type(desk, "It is clearer")
    _saved(claim.id, "It is clearer")
    expect(desk.get_by_text("Saved: it comes back on any of your devices.")).to_be_visible()

    phone = visitors.page(who.expert, narrow=True)  # a browser that knows nothing of it
    phone.goto(address)
    expect(phone.locator(COMMENT)).to_have_value("It is clearer")
    assert phone.locator("[name='answer.winner']:checked").get_attribute("value") == "right"
    phone.get_by_role("button", name="Submit", exact=False).first.click()
    phone.wait_for_url("**/submissions/**")
    assert Submission.objects.get(claim_id=claim.id).answer == {"winner": "right", "comment": "It is clearer"}


def test_two_devices_choose_and_lose_nothing(visitors: Visitors) -> None:
    visitors.allowed.append("409")  # the browser tells of the answer that was refused
    who = cast(**WITH)
    claim = who.small.claim(who.expert)
    address = f"{visitors.site}/work/{claim.id}/"
    desk, phone = visitors.page(who.expert), visitors.page(who.expert, narrow=True, language="ar")
    for page in (desk, phone):
        page.goto(address)
    _type(desk, "first")
    _saved(claim.id, "first")
    _type(phone, "ثانيًا")
    moved = phone.get_by_role("alert").filter(has=phone.locator("[data-part=take-other]"))
    expect(moved).to_be_visible()
    assert violations(phone) == []
    assert Draft.objects.get(claim_id=claim.id).fields == [["answer.comment", "first"]]
    moved.locator("[data-part=take-other]").click()
    expect(phone.locator(COMMENT)).to_have_value("first")
    _type(phone, " and second")
    _saved(claim.id, "first and second")

    _type(desk, "!")
    other = desk.locator("[data-part=moved]")
    expect(other).to_be_visible()
    desk.reload()  # what was typed is still here, and the choice still open
    expect(desk.locator(COMMENT)).to_have_value("first!")
    expect(other).to_be_visible()
    other.locator("[data-part=keep-mine]").click()
    _saved(claim.id, "first!")


def test_without_the_net_it_is_kept_and_sent_afterwards(visitors: Visitors) -> None:
    visitors.allowed += ["ERR_INTERNET_DISCONNECTED", "Failed to fetch"]
    who = cast(**WITH)
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    page.context.set_offline(True)
    _type(page, "written on a train")
    expect(page.get_by_text("Kept in this browser; a reload loses nothing.")).to_be_visible()
    assert not Draft.objects.exists()
    page.context.set_offline(False)
    _saved(claim.id, "written on a train")
