"""Drafts in a real browser: on the server within two seconds, back on another device, never lost to a second one."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from fairhand.kernel import clock
from fairhand.kernel.clock import utc_now
from fairhand.pay.models import PayLine
from fairhand.work.models import Draft, Submission
from tests.browser.axe import violations
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.browser.time_machine import Machine, MovedClock
from tests.building import check_books
from tests.counts import count

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


def test_a_lid_that_closes_saves_at_once(visitors: Visitors) -> None:
    """No timer runs any more: what is typed goes out as the page is hidden."""
    who = cast(**WITH)
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    page.clock.install()
    page.reload()
    page.clock.pause_at(utc_now().timestamp() + 60)
    _type(page, "the last word")
    assert not Draft.objects.exists()
    page.evaluate(
        "() => { Object.defineProperty(document, 'hidden', { get: () => true });"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    _saved(claim.id, "the last word")


def test_an_hour_without_the_net_loses_no_word_and_no_minute(
    visitors: Visitors, monkeypatch: pytest.MonkeyPatch, printed: Callable[[str], None]
) -> None:
    """The task expires meanwhile; its answer and time are taken and paid all the same. A quarter of an hour in
    `make test`, the hour in `make prove`; browser and server have clocks that are moved together."""
    monkeypatch.setattr(clock, "datetime", MovedClock)
    visitors.allowed += ["ERR_INTERNET_DISCONNECTED", "Failed to fetch", "404"]
    who = cast(**WITH, tasks=1)
    page = visitors.page(who.expert)
    page.clock.install()
    machine = Machine(visitors.site, page.context, page, idle_s=180)
    claim_id, began = machine.take(), machine.now()
    page.context.set_offline(True)
    for part in ("One. ", "Two. ", "Three."):
        _type(page, part)
        machine.work(count(300, 1200))
    assert not Draft.objects.exists()
    who.small.now = utc_now()
    assert who.small.expire() == 1
    worked_s = machine.now() - began
    page.context.set_offline(False)
    machine.work(3)
    _saved(claim_id, "One. Two. Three.")
    page.get_by_label("left").check()
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("Handed in.")).to_be_visible()
    made = Submission.objects.get(claim_id=claim_id)
    assert made.answer == {"winner": "left", "comment": "One. Two. Three."}
    assert made.work_ms is not None
    assert abs(made.work_ms / 1000 - worked_s) <= max(15.0, worked_s / 100)
    # A cent a second, for an hour at most.
    paid_s = sum(line.amount_minor for line in PayLine.objects.filter(submission_id=made.id))
    assert abs(paid_s - min(made.work_ms // 1000, 3600)) <= 1
    check_books()
    printed(f"without the net: {made.work_ms / 1000:.1f} s measured of {worked_s:.1f} s worked, {paid_s} s paid")


def test_what_the_quick_store_forgot_comes_from_the_database(visitors: Visitors) -> None:
    """As after a browser was killed without the net: words and minutes of the last moments are in IndexedDB alone."""
    visitors.allowed += ["ERR_INTERNET_DISCONNECTED", "Failed to fetch"]
    who = cast(**WITH)
    claim = who.small.claim(who.expert)
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{claim.id}/")
    _type(page, "first")
    _saved(claim.id, "first")
    stale = page.evaluate("JSON.stringify({...localStorage})")
    page.context.set_offline(True)
    _type(page, " and second")
    expect(page.locator("[data-part=clock]")).to_have_text(re.compile(r"0:(0[6-9]|[1-5]\d)"), timeout=30_000)
    page.goto("about:blank")
    page.context.set_offline(False)
    page.context.add_init_script(
        f"if (location.pathname.startsWith('/work/') && !sessionStorage.done) {{ sessionStorage.clear();"
        f" localStorage.clear(); Object.assign(localStorage, {stale}); sessionStorage.done = 1; }}"
    )
    page.goto(f"{visitors.site}/work/{claim.id}/")
    expect(page.locator(COMMENT)).to_have_value("first and second")
    _saved(claim.id, "first and second")
    page.get_by_role("button", name="Submit", exact=True).click()
    expect(page.get_by_text("Handed in.")).to_be_visible()
    made = Submission.objects.get(claim_id=claim.id)
    assert made.work_ms is not None
    assert made.work_ms >= 4_000, "the seconds without the net count"


_LEFT = """async () => {
  const asked = (request) => new Promise((say) => { request.onsuccess = () => say(request.result); });
  const found = await asked(indexedDB.open("fairhand", 1));
  const all = await asked(found.transaction("kept").objectStore("kept").getAll());
  found.close();
  const drafts = all.filter((each) => each.key.startsWith("fairhand:draft:"));
  return [JSON.stringify(drafts), JSON.stringify({...localStorage})];
}"""


def test_signing_out_leaves_nothing_behind_that_the_server_has(visitors: Visitors) -> None:
    visitors.allowed += ["ERR_INTERNET_DISCONNECTED", "Failed to fetch"]
    who = cast(tasks=2, **WITH)
    first, second = (who.small.claim(who.expert) for _ in range(2))
    page = visitors.page(who.expert)
    page.goto(f"{visitors.site}/work/{first.id}/")
    _type(page, "a secret of the client")
    _saved(first.id, "a secret of the client")
    expect(page.get_by_text("Saved: it comes back on any of your devices.")).to_be_visible()
    page.goto(f"{visitors.site}/work/{second.id}/")
    page.context.set_offline(True)
    _type(page, "what nobody has yet")
    expect(page.locator("[data-part=kept]")).to_be_visible()
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(f"{visitors.site}/")
    page.evaluate("document.querySelector(\"form[action$='sign-out/']\").requestSubmit()")
    page.wait_for_selector("[data-signed-out]")
    for _ in range(50):
        kept, quick = page.evaluate(_LEFT)
        if "a secret of the client" not in kept:
            break
        page.wait_for_timeout(100)
    assert "a secret of the client" not in kept + quick
    for stored in (kept, quick):
        assert "what nobody has yet" in stored, "it waits for its author"
