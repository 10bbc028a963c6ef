"""An answer entered as a person enters it: with the tab key, arrows and letters alone, question by question."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import FileChooser, Page

_TABS_MAX = 200


def press(page: Page, selector: str, *keys: str) -> None:
    """Come to a field by the tab key alone, and press there."""
    for _ in range(_TABS_MAX):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"the tab key never comes to {selector}")
    for key in keys:
        page.keyboard.press(key)


def choose_file(page: Page, selector: str, file: Path) -> None:
    """Come to a field for files, and choose one by the keys that open its dialogue.

    The dialogue is listened for before the way there: who listens only when the key is pressed may come too late.
    """
    opened: list[FileChooser] = []

    def heard(chooser: FileChooser) -> None:
        opened.append(chooser)

    page.on("filechooser", heard)
    press(page, selector, "Enter")
    for _ in range(300):
        if opened:
            break
        page.wait_for_timeout(50)
    opened[0].set_files(file)
    page.remove_listener("filechooser", heard)


def _mark(page: Page, name: str, at: int) -> None:
    """The option at a place of a group of radio buttons: the arrows go round it in the page's order."""
    press(page, f"[name='{name}']", "Space", *["ArrowDown"] * at)


def _choice(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    _mark(page, name, [option["value"] for option in terms["options"]].index(answer))


def _choices(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    for option in terms["options"]:
        if option["value"] in answer:
            press(page, f"[name='{name}'][value='{option['value']}']", "Space")


def _number(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    press(page, f"[name='{name}']")
    page.keyboard.type(answer)


def _preference(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    steps = [step for step in range(-terms["strength"], terms["strength"] + 1) if step or terms["tie"]]
    _mark(page, name, steps.index(answer))


def _ranking(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    for item in terms["items"]:
        place = next(place for place, items in enumerate(answer, start=1) if item["value"] in items)
        press(page, f"[name='{name}.{item['value']}']", str(place))


def _rating(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    if not terms["rows"]:
        return _mark(page, name, answer - terms["least"])
    for row in terms["rows"]:
        _mark(page, f"{name}.{row['value']}", answer[row["value"]] - terms["least"])
    return None


def _text(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    press(page, f"[name='{name}']")
    page.keyboard.type(answer)


def _turns(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    for place, text in enumerate(answer):
        if place >= terms["least"]:
            press(page, "[data-add-turn]", "Enter")
        press(page, f"[name='{name}.{place}']")
        page.keyboard.type(text)


def _rewrite(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    press(page, f"[name='{name}']")
    page.keyboard.press("Control+a")
    page.keyboard.type(answer["text"])


def _value(page: Page, name: str, value: str) -> None:
    """The option of a value, wherever it stands in its group of radio buttons."""
    values = page.locator(f"[name='{name}']").evaluate_all("fields => fields.map(field => field.value)")
    _mark(page, name, values.index(value))


def _rubric(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    for criterion, said in answer.items():
        _value(page, f"{name}.{criterion}", "na" if said["score"] is None else str(said["score"]))
        if "evidence" in said:
            page.keyboard.press("e")  # opens what is put away
            press(page, f"[name='{name}.{criterion}.evidence']")
            page.keyboard.type(said["evidence"])


def _factcheck(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    for row in answer:
        field = f"{name}.given.{row['claim']}"
        _value(page, f"{field}.verdict", row["verdict"])
        for at, each in enumerate(row.get("sources", []), start=1):
            for part in ("source", "quote"):
                press(page, f"[name='{field}.{part}.{at}']")
                page.keyboard.type(each[part])
        if "why" in row:
            press(page, f"[name='{field}.why']")
            page.keyboard.type(row["why"])


def _validation(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    press(page, f"#q-{name.replace('.', '-')} td")
    on, back = "ArrowRight", "ArrowLeft"
    if page.evaluate("document.dir") == "rtl":
        on, back = back, on
    at = 1
    for row in answer["looked"]:
        for cell, said in sorted(answer["cells"].items()):
            if cell.startswith(f"{row}:"):
                wanted = int(cell.partition(":")[2])
                for _ in range(abs(wanted - at)):
                    page.keyboard.press(on if wanted > at else back)
                page.keyboard.press("f" if "fix" in said else "x")
                page.keyboard.type(said.get("fix") or said["flag"])
                page.keyboard.press("Enter")
                at = wanted + 1  # it goes on to the next cell
        page.keyboard.press("Enter")  # the row is looked through


WAYS: Mapping[str, Callable[[Page, str, Mapping[str, Any], Any], None]] = {
    "choice": _choice, "choices": _choices, "number": _number, "preference": _preference, "ranking": _ranking,
    "rating": _rating, "text": _text, "turns": _turns, "rewrite": _rewrite, "rubric": _rubric, "factcheck": _factcheck,
    "validation": _validation,
}  # fmt: skip


def enter(page: Page, template: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
    """The whole answer, in the order of the questions; what it leaves open stays open."""
    for terms in template["questions"]:
        if terms["name"] in answer:
            WAYS[terms["type"]](page, f"answer.{terms['name']}", terms, answer[terms["name"]])
