"""What the sheet of keys says, beside what the page shows and listens to."""

from collections import defaultdict
from typing import Any

from playwright.sync_api import Page, expect

_SHEET = "dialog[data-keys]"
# What is seen of keys on the page, and which elements a key is of, in all its questions, also those not asked yet.
_SEEN = """() => ({
  hints: [...document.querySelectorAll("kbd")]
    .filter((kbd) => !kbd.closest("dialog") && kbd.checkVisibility() && kbd.textContent.trim())
    .map((kbd) => kbd.textContent.trim().toUpperCase()),
  keyed: [...document.querySelectorAll("[data-key]")].map((each) => [
    each.dataset.key, each.type === "radio" && each.closest(".rating") ? each.closest("fieldset").id : "",
  ]),
  rows: [...document.querySelectorAll("dialog[data-keys] li")].map((row) => [
    row.querySelector("h3")?.textContent ?? "", row.querySelector("[data-part=name]")?.textContent.trim() ?? "",
    [...row.querySelectorAll("kbd")].map((kbd) => kbd.textContent),
  ]),
})"""


def told_of_keys(page: Page, *scales: str) -> None:
    """Every key that stands on the page is in the sheet, under a name; no two things share a letter or a digit.

    `scales`: questions that share digits, which are of the one somebody is at, else of the first one unanswered.
    """
    sheet = page.locator(_SHEET)
    if not sheet.is_visible():
        page.locator("[data-opens-keys]").focus()  # out of whatever is written in
        page.keyboard.press("?")
    expect(sheet).to_be_visible()
    seen: dict[str, Any] = page.evaluate(_SEEN)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    told: dict[str, set[str]] = defaultdict(set)
    group = ""
    for head, name, keys in seen["rows"]:
        group = head or group
        assert head or (name and keys), (group, name, keys)
        for key in keys:
            told[key.upper()].add(group if group in scales else f"{group}: {name}")
    assert "CTRL ⏎" in told
    assert set(seen["hints"]) <= set(told), set(seen["hints"]) - set(told)
    letters = {key: names for key, names in told.items() if len(key) == 1 and key.isalnum()}
    assert {key: names for key, names in letters.items() if len(names) > 1 and not names <= set(scales)} == {}
    if scales:
        return
    # Rows of one rating share their digits; nothing else does.
    owners: dict[str, list[str]] = defaultdict(list)
    for key, rating in seen["keyed"]:
        if not rating or rating not in owners[key]:
            owners[key].append(rating)
    assert {key: found for key, found in owners.items() if len(found) > 1} == {}
