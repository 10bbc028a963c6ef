"""An answer entered as a person enters it: with the tab key, arrows and letters alone, question by question."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from playwright.sync_api import FileChooser, Page

from tests.attachments import look_at_all

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
    """By the keys of the options, wherever among them one is."""
    press(page, f"[name='{name}']")
    for value in answer:
        page.keyboard.press(str(page.get_attribute(f"[name='{name}'][value='{value}']", "aria-keyshortcuts")))


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
    press(page, f"[name='{name}.{terms['rows'][0]['value']}']")
    for row in terms["rows"]:  # each digit leads to the next row
        page.keyboard.press(str(answer[row["value"]]))
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
                page.keyboard.press("f" if "fix" in said else "w")
                page.keyboard.type(said.get("fix") or said["flag"])
                page.keyboard.press("Enter")
                at = wanted + 1  # it goes on to the next cell
        page.keyboard.press("Enter")  # the row is looked through


def _slider(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    """From the least number up, step by step; up is up in both directions of writing."""
    steps = (Decimal(answer) - Decimal(terms["least"])) / Decimal(terms["step"])
    press(page, f"#q-{name.replace('.', '-')} [data-part=line]", "Home", "Space", *["ArrowUp"] * int(steps))


def _bestworst(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    _value(page, f"{name}.best", answer["best"])
    _value(page, f"{name}.worst", answer["worst"])


def _rubricdraft(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    """Row by row in the order of the page: Enter makes the next one, and keys put it where it belongs."""
    here = "[data-row]:focus-within"
    press(page, f"#q-{name.replace('.', '-')} [data-part=text]")
    at = 1
    for number, (level, node) in enumerate(_outline(answer)):
        if number:
            page.keyboard.press("Enter")
        for _ in range(abs(level - at)):
            page.keyboard.press("Alt+BracketRight" if level > at else "Alt+BracketLeft")
        at = level
        page.keyboard.type(node["criterion"])
        if "weight" in node:
            press(page, f"{here} [data-part=weight]")
            page.keyboard.type(str(node["weight"]))
        if "steps" in node or "tags" in node:
            press(page, f"{here} summary", "Enter")
        if "steps" in node:
            press(page, f"{here} [data-part=steps]")
            for place, step in enumerate(node["steps"]):
                page.keyboard.type(step if place == 0 else f"\n{step}")
            page.keyboard.press("Shift+Tab")  # Enter is a line end there
        if "tags" in node:
            press(page, f"{here} [data-part=tags]")
            page.keyboard.type(", ".join(node["tags"]))


def _steps(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    press(page, f"[name='{name}.{answer[0]['step']}']")
    for number, row in enumerate(answer):
        if number:
            page.keyboard.press("j")
        page.keyboard.press({1: "1", 0: "2", -1: "3"}[row["rating"]])
        if "why" in row:
            page.keyboard.press("e")
            page.keyboard.type(row["why"])
            page.keyboard.press("Escape")


def _outline(nodes: Any, level: int = 1) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for node in nodes:
        yield level, node
        yield from _outline(node.get("criteria", []), level + 1)


def _regions(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    """The cross is led pixel by pixel, and in greater steps where it is far."""
    root = f"#q-{name.replace('.', '-')}"
    press(page, f"{root} [data-part=canvas]")
    size = page.locator(root)
    wide, high = (int(size.get_attribute(f"data-{side}") or 0) for side in ("wide", "high"))
    step = max(1, round(max(wide, high) / 100))
    at, kind = [round(wide / 2), round(high / 2)], terms["shapes"][0]
    for mark in answer["marks"]:
        while kind != mark["kind"]:
            page.keyboard.press("z")
            kind = terms["shapes"][(terms["shapes"].index(kind) + 1) % len(terms["shapes"])]
        page.keyboard.press(_key(terms["labels"], mark["label"]))
        x, y, *rest = mark["at"]
        corners = [(x, y), (x + rest[0], y + rest[1])] if kind == "box" else _pairs(mark["at"])
        for corner in corners:
            for axis, (less, more) in enumerate((("ArrowLeft", "ArrowRight"), ("ArrowUp", "ArrowDown"))):
                _lead(page, corner[axis] - at[axis], step, less, more)
            at = list(corner)
            page.keyboard.press("Enter")
        if kind == "polygon":
            page.keyboard.press("f")
            at = list(corners[-1])
    for place, mark in enumerate(answer["marks"]):
        if "comment" in mark:
            press(page, f"{root} [data-part=list] tr:nth-child({place + 1}) textarea")
            page.keyboard.type(mark["comment"])


def _lead(page: Page, far: int, step: int, less: str, more: str) -> None:
    """By ten steps, by one, and by single pixels."""
    left = abs(far)
    for keys, by in (("Shift+", 10 * step), ("", step), ("Control+", 1)):
        for _ in range(left // by):
            page.keyboard.press(keys + (more if far > 0 else less))
        left %= by


def _key(labels: list[Mapping[str, Any]], value: str) -> str:
    place = next(place for place, label in enumerate(labels, start=1) if label["value"] == value)
    return str(labels[place - 1].get("key") or place)


def _pairs(at: list[int]) -> list[tuple[int, int]]:
    return list(zip(at[0::2], at[1::2], strict=True))


def _segments(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    """From the beginning, by seconds and tenths, to where each begins and ends; then its words."""
    root = f"#q-{name.replace('.', '-')}"
    for mark in answer["marks"]:
        press(page, f"{root} [data-part=canvas]", _key(terms["labels"], mark["label"]), "Home")
        at = 0
        for end, key in ((mark["start"], "i"), (mark["end"], "o")):
            for keys, by in (("", 1_000), ("Shift+", 100)):
                for _ in range((end - at) // by):
                    page.keyboard.press(f"{keys}ArrowRight")
                at += (end - at) // by * by
            page.keyboard.press(key)
        if "text" in mark:
            if terms["text"] != "required":  # it is come to at once
                page.keyboard.press("Enter")
            page.keyboard.type(mark["text"])
            page.keyboard.press("Escape")


def _spans(page: Page, name: str, terms: Mapping[str, Any], answer: Any) -> None:
    """From the text's beginning, character by character: to the left where it runs from the right."""
    surface = f"#q-{name.replace('.', '-')} [data-part=text]"
    rtl = page.locator(surface).evaluate("element => getComputedStyle(element).direction") == "rtl"
    on = "ArrowLeft" if rtl else "ArrowRight"
    for mark in answer["marks"]:
        press(page, surface, "Control+Home", *[on] * mark["start"])
        for _ in range(mark["end"] - mark["start"]):
            page.keyboard.press(f"Shift+{on}")
        page.keyboard.press(_key(terms["labels"], mark["label"]))
        if "comment" in mark:
            page.keyboard.press("Enter")
            page.keyboard.type(mark["comment"])
            page.keyboard.press("Enter")


def prompt(page: Page, name: str, terms: Mapping[str, Any], answer: Any, files: Mapping[str, Path]) -> None:
    """Turn by turn: its words, its files through the dialogue that the keys open, what each picture shows."""
    root = f"#q-{name.replace('.', '-')}"
    for place, turn in enumerate(answer["turns"]):
        here = f"{root} [data-turn]:nth-child({place + 1})"
        if place >= terms["least"]:
            press(page, f"{root} [data-act=add]", "Enter")
        press(page, f"{here} [data-part=text]")
        page.keyboard.type(turn["text"])
        for at, file in enumerate(turn["files"], start=1):
            choose_file(page, f"{here} [data-act=attach]", files[file["name"]])
            row = f"{here} [data-file]:nth-child({at})"
            page.wait_for_selector(f"{row} [data-part=said]:not(:empty)")  # it came whole
            for _ in range(100):
                look_at_all()
                if page.locator(f"{row} [data-part=open]:not([hidden])").count():
                    break
                page.wait_for_timeout(50)
            if "alt" in file:
                press(page, f"{row} [data-part=alt]")
                page.keyboard.type(file["alt"])
    for each in answer.get("tries", []):
        page.keyboard.press("Alt+Enter")
        column = f"{root} .panel-answers:not([hidden]) [data-answer={each['slot']}]"
        page.wait_for_selector(f"{column} [data-part=verdicts]:not([hidden])")  # it is whole
        verdict = page.locator(f"{column} [data-part=verdicts] input").first.get_attribute("name")
        _value(page, verdict or "", each["verdict"])
    if "reference" in answer:
        press(page, f"[name='{name}.reference']")
        page.keyboard.type(answer["reference"])


WAYS: Mapping[str, Callable[[Page, str, Mapping[str, Any], Any], None]] = {
    "choice": _choice, "choices": _choices, "number": _number, "preference": _preference, "ranking": _ranking,
    "rating": _rating, "text": _text, "turns": _turns, "rewrite": _rewrite, "rubric": _rubric, "factcheck": _factcheck,
    "validation": _validation, "rubricdraft": _rubricdraft, "steps": _steps, "slider": _slider, "bestworst": _bestworst,
    "spans": _spans, "regions": _regions, "segments": _segments,
}  # fmt: skip


def enter(
    page: Page, template: Mapping[str, Any], answer: Mapping[str, Any], files: Mapping[str, Path] | None = None
) -> None:
    """The whole answer, in the order of the questions; what it leaves open stays open. `files`: by name, to be sent."""
    for terms in template["questions"]:
        if terms["name"] not in answer:
            continue
        if terms["type"] == "prompt":
            prompt(page, f"answer.{terms['name']}", terms, answer[terms["name"]], files or {})
        else:
            WAYS[terms["type"]](page, f"answer.{terms['name']}", terms, answer[terms["name"]])
