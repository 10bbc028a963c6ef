"""Every component has an example on the style page and a line in the reference, and no example is of nothing."""

import re
from pathlib import Path

from fairhand.web.style import COMPONENTS, EXAMPLES, component_names

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference" / "components.md"
TEMPLATES = ROOT / "src" / "fairhand"


def test_every_component_has_an_example_that_uses_it() -> None:
    names = component_names()
    assert len(names) >= 35
    examples = {path.stem.replace("_", "-"): path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*.html")}
    assert sorted(examples) == names
    # The frame of a page can't stand inside a page: the style page itself is its example.
    assert [name for name in names if name != "page" and f"<c-{name}" not in examples[name]] == []


def test_every_component_and_each_of_its_attributes_stands_in_the_reference() -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    missing = []
    for path in sorted(COMPONENTS.glob("*.html")):
        tag = f"c-{path.stem.replace('_', '-')}"
        rows = [line for line in page.splitlines() if line.startswith(f"| `<{tag}>` |")]
        if len(rows) != 1:
            missing.append(tag)
            continue
        declared = re.match(r"<c-vars (.*?)/>", path.read_text(encoding="utf-8"), re.S)
        names = re.findall(r":?([a-z_]+)(?==|\s|$)", declared.group(1) if declared else "")
        missing += [f"{tag} {name}" for name in names if f"`{name}`" not in rows[0] and f"`:{name}`" not in rows[0]]
    assert missing == []


def test_no_page_uses_a_component_that_is_not_there() -> None:
    names = {*component_names(), "vars", "slot"}
    wrong = [
        f"{path.name}: <c-{name}>"
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"<c-([a-z-]+)", path.read_text(encoding="utf-8"))
        if name not in names
    ]
    assert wrong == []
