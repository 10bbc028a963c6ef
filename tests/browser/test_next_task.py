"""From one task to the next: the answer to handing in is the next task's page, and how long a person waits for it."""

from collections.abc import Callable
from statistics import median
from typing import Any

from playwright.sync_api import Page, expect

from fairhand.dispatch.models import Claim
from fairhand.work.models import Submission
from tests.browser.conftest import Visitors
from tests.browser.people import Cast, cast
from tests.building import check_books
from tests.counts import count

FIRST = ".asked input:not([type=hidden]), .asked textarea, .asked select"
# The moment of the key, kept over the change of pages; and the first moment at which the next first question takes it.
_WATCH = f"""
addEventListener('keydown', (event) => {{
  if (event.key === 'Enter') sessionStorage.setItem('pressed', performance.timeOrigin + event.timeStamp);
}}, {{ capture: true }});
const look = () => {{
  const field = document.querySelector({FIRST!r});
  if (!field || document.readyState === 'loading') return requestAnimationFrame(look);
  field.focus();
  if (document.activeElement === field) window.ready = performance.timeOrigin + performance.now();
}};
look();
"""
_READ = """() => {
  const [page] = performance.getEntriesByType('navigation'), key = Number(sessionStorage.getItem('pressed'));
  const at = (ms) => Math.round(performance.timeOrigin + ms - key);
  return { left: at(0), answered: at(page.responseStart), came: at(page.responseEnd),
    ready: Math.round(window.ready - key), redirects: page.redirectCount };
}"""


def _begin(visitors: Visitors, who: Cast) -> Page:
    page = visitors.page(who.expert)
    page.keyboard.press("n")
    page.wait_for_url("**/work/**")
    return page


def _hand_in(page: Page) -> None:
    """By keys: the first option, then submit and take the next; until the next page has opened."""
    said = page.locator("form#answer").get_attribute("data-draft")
    page.locator(FIRST).first.press("Space")
    page.keyboard.press("Control+Shift+Enter")
    page.wait_for_function("said => document.querySelector('form#answer')?.dataset.draft !== said", arg=said)
    expect(page.locator("form#answer")).to_be_visible()


def test_the_answer_to_handing_in_is_the_next_task(visitors: Visitors) -> None:
    who = cast(tasks=4, want=1)
    page = _begin(visitors, who)
    asked: list[tuple[str, str]] = []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    first = page.url
    _hand_in(page)
    pages = [(method, url) for method, url in asked if "/work/" in url]
    assert pages == [("POST", first)], "one request, no redirect"
    second = page.url
    held = Claim.objects.get(person_id=who.expert, state="live")
    assert second == f"{visitors.site}/work/{held.id}/", "the address is the next task's"
    expect(page.get_by_text("Handed in.")).to_be_visible()
    page.reload()  # asks nobody whether to send something again: it is a page like any other
    assert asked[-1][0] != "POST" or "/work/" not in asked[-1][1]
    assert page.url == second
    expect(page.get_by_text("Handed in.")).to_have_count(0)
    _hand_in(page)
    page.go_back()
    assert "/work/" not in page.url or page.url == second
    check_books()


def test_without_script_every_answer_goes_to_its_own_task(visitors: Visitors) -> None:
    """The address that the browser shows is then the earlier task's: the form names its own."""
    who = cast(tasks=3, want=1)
    known = visitors.page(who.expert)
    claim = who.small.claim(who.expert)
    context = visitors.browser.new_context(java_script_enabled=False)
    context.add_cookies(known.context.cookies())
    page = context.new_page()
    page.goto(f"{visitors.site}/work/{claim.id}/")
    for label in ("Left", "Right"):
        page.get_by_label(label).check()
        page.get_by_role("button", name="Submit and take the next").click()
        expect(page.get_by_text("Handed in.")).to_be_visible()
    page.reload()  # sends the form again: the answer is the same
    expect(page.get_by_text("Handed in.")).to_be_visible()
    made = Submission.objects.order_by("submitted_at").values_list("answer", flat=True)
    assert list(made) == [{"winner": "left"}, {"winner": "right"}]
    assert Claim.objects.filter(person_id=who.expert).count() == 3
    context.close()
    check_books()


def _measure(page: Page, times: int) -> dict[str, float]:
    found: list[dict[str, Any]] = []
    for _ in range(times):
        _hand_in(page)
        page.wait_for_function("window.ready !== undefined")
        found.append(page.evaluate(_READ))
    return {name: median(each[name] for each in found) for name in found[0]}


def test_how_long_somebody_waits_for_the_next_task(visitors: Visitors, printed: Callable[[str], None]) -> None:
    times = count(3, 30)
    who = cast(tasks=2 * times + 3, want=1)
    page = _begin(visitors, who)
    page.add_init_script(_WATCH)
    page.reload()
    each = _measure(page, times)
    printed(
        f"submit to next (median of {times}): {each['ready']:.0f} ms from the key to the first question; "
        f"{each['left']:.0f} until the form leaves, {each['answered'] - each['left']:.0f} for the server, "
        f"{each['came'] - each['answered']:.0f} transfer, {each['ready'] - each['came']:.0f} for the browser"
    )
    assert each["redirects"] == 0
    assert each["ready"] < 5_000, "on the busiest machine"
