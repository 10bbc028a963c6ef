"""axe on the page that is open."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What is found is written there, in the page: all that axe knows of a page that is right is a megabyte of JSON.
_RUN = """([part, options]) => axe.run(part ?? document, options).then(found =>
  found.violations.map(one => `${one.id} ${one.nodes[0].html.slice(0, 160)}`))"""
_SCRIPT = Axe().axe_script


def violations(page: Page, part: str | None = None, *, advice: bool = False) -> list[str]:
    """`rule <the element that breaks it …`, for each rule that is broken; of the element `part` alone if given.

    `advice`: what axe holds for good practice counts too.
    """
    page.evaluate(_SCRIPT)
    rules = [*RULES, "best-practice"] if advice else RULES
    found: list[str] = page.evaluate(_RUN, [part, {"runOnly": rules, "resultTypes": ["violations"]}])
    return found
