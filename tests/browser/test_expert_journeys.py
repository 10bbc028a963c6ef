"""Whole ways through the pages by keyboard, in a real browser, in both languages: expert, reviewer, client."""

import hashlib

import pytest
from playwright.sync_api import Page, expect

from fairhand.audit.actor import COMMAND
from fairhand.delivery.models import Delivery
from fairhand.flow.release_delivery import release_delivery
from fairhand.review.models import Review
from fairhand.work.models import Submission
from tests.browser.axe import violations
from tests.browser.conftest import Visitors
from tests.browser.people import cast
from tests.building import ACCEPT, PER_JUDGEMENT, check_books
from tests.counts import LARGE

LANGUAGES = pytest.mark.parametrize("language", ["en", "ar"])


def _follow(page: Page, address: str) -> None:
    """Go to a link by the keyboard alone."""
    page.locator(f'a[href="{address}"]').first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")


@LANGUAGES
def test_an_expert_takes_works_hands_in_reads_the_decision_and_opens_a_line(visitors: Visitors, language: str) -> None:
    who = cast(tasks=2, want=1)
    page = visitors.page(who.expert, language=language)
    _follow(page, "/projects/")
    _follow(page, f"/projects/{who.slug}/")
    page.keyboard.press("n")
    page.wait_for_url("**/work/**")
    page.locator("input[value=left]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/submissions/**")
    address = page.url.removeprefix(visitors.site)

    reviewer = visitors.page(who.reviewer, language=language)
    _follow(reviewer, "/reviews/")
    reviewer.keyboard.press("n")
    reviewer.wait_for_url("**/work/**")
    reviewer.keyboard.press("3")
    expect(reviewer.locator("#clause")).to_be_visible()
    reviewer.keyboard.press("c")
    expect(reviewer.locator("#clause")).to_be_focused()
    reviewer.keyboard.type("Guideline")
    assert reviewer.locator("#clauses option").get_attribute("value") == "Guideline", "its parts are offered"
    reviewer.keyboard.press("Tab")
    expect(reviewer.locator("#note")).to_be_focused()
    reviewer.keyboard.type("The right one names its source.")
    reviewer.keyboard.press("Control+Enter")
    reviewer.wait_for_url("**/submissions/**")
    assert Review.objects.get().clause == "Guideline"
    _follow(reviewer, "/reviews/")
    _follow(reviewer, "/reviews/figures/")
    expect(reviewer.locator(".chart-keys b").last).to_have_text("1")

    _follow(page, "/")
    page.locator(f'.news a[href="{address}"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")
    expect(page.locator(".timeline").get_by_text("The right one names its source.")).to_be_visible()
    _follow(page, "/earnings/")
    line = page.locator("details.line").first
    expect(line.locator("dl")).to_be_hidden()
    line.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(line.locator("dl")).to_be_visible()
    expect(line.get_by_text("TIME 1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    check_books()


@LANGUAGES
def test_a_client_reads_checks_and_downloads(visitors: Visitors, language: str) -> None:
    who = cast(tasks=2, want=1, pay=PER_JUDGEMENT)
    who.small.wait(-60)
    who.small.work(who.expert, 3)
    who.small.review(ACCEPT)
    release_delivery(project=who.small.project, actor=COMMAND, now=who.small.now)
    page = visitors.page(who.client, language=language)
    here = f"/client/{who.slug}/"
    _follow(page, here)
    _follow(page, f"{here}spend/")
    expect(page.get_by_text("$0.20").first).to_be_visible()
    _follow(page, f"{here}samples/")
    page.locator("main details summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".example-answer").first).to_be_visible()
    assert "Named expert" not in page.content()
    _follow(page, f"{here}deliveries/")
    _follow(page, f"{here}deliveries/1/")
    told = Delivery.objects.get().files["jsonl"]["sha256"]
    expect(page.get_by_text(told).first).to_be_visible()
    with page.expect_download() as downloading:
        page.locator("a[download]").first.focus()
        page.keyboard.press("Enter")
    assert hashlib.sha256(downloading.value.path().read_bytes()).hexdigest() == told


def test_the_pages_of_one_person_have_no_barrier(visitors: Visitors, seed: int) -> None:
    """Axe on every page of these three roles, in Arabic on a dark phone: the hardest of the looks.

    Where the counts are small, on every third, as the seed says: `test_look` sees all of them.
    """
    who = cast(tasks=3, want=1, pay=PER_JUDGEMENT)
    who.small.wait(-60)
    made = who.small.work(who.expert, 3)
    who.small.review(ACCEPT)
    release_delivery(project=who.small.project, actor=COMMAND, now=who.small.now)
    project, client = f"/projects/{who.slug}/", f"/client/{who.slug}/"
    own = ["/", "/projects/", project, f"{project}guideline/1/", f"{project}examples/", f"{project}mine/",
           f"{project}figures/", "/my-work/", f"/submissions/{made.id}/", "/earnings/",
           "/account/profile/"]  # fmt: skip
    theirs = ["/client/", client, f"{client}samples/", f"{client}spend/", f"{client}deliveries/",
              f"{client}deliveries/1/"]  # fmt: skip
    found: dict[str, object] = {}
    for person, addresses in ((who.expert, own), (who.reviewer, ["/reviews/", "/reviews/figures/"]),
                              (who.client, theirs)):  # fmt: skip
        page = visitors.page(person, language="ar", narrow=True, dark=True)
        for address in addresses if LARGE else addresses[seed % 3 :: 3] or addresses[:1]:
            page.goto(visitors.site + address)
            if rules := violations(page, advice=True):
                found[address] = rules
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found[f"{address} is too wide"] = True
    assert found == {}
    assert Submission.objects.count() == 2
