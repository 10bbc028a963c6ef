"""The stylesheet: logical properties only, colours as tokens, tokens that exist, and contrasts that hold."""

import re
from pathlib import Path

import pytest

from fairhand.web.contrast import PAIRS, Contrast, contrasts, ratio, tokens

STYLES = Path(__file__).resolve().parents[2] / "ui" / "src" / "styles"
SHEETS = sorted(STYLES.glob("*.css"))
TOKENS = STYLES / "tokens.css"

SIDES = "left|right|top|bottom"
PHYSICAL = re.compile(
    rf"\b(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:{SIDES})\b"
    rf"|[{{;\s](?:{SIDES}|width|height|min-width|min-height|max-width|max-height)\s*:"
    rf"|\b(?:text-align|float|clear|caption-side|resize):\s*(?:{SIDES}|horizontal)"
    rf"|border-(?:top|bottom)-(?:left|right)-radius|overflow-[xy]:\s*visible|translateX|object-position:\s*(?:{SIDES})"
)
NAMES = "white|black|red|green|blue|gray|grey|silver|orange|yellow|purple|pink|brown|beige|navy|teal|gold|maroon|olive"
COLOUR = re.compile(rf"#[0-9a-fA-F]{{3,8}}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(|:\s*(?:{NAMES})\b")


def _rules(text: str) -> str:
    """The sheet without comments, the phone's own edges and the conditions of media queries."""
    bare = re.sub(r"/\*.*?\*/|env\([^)]*\)", "", text, flags=re.S)
    return re.sub(r"@(?:media|container|supports)[^{]*\{", "{", bare)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_knows_no_left_and_no_right(sheet: Path) -> None:
    assert PHYSICAL.findall(_rules(sheet.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("sheet", [path for path in SHEETS if path != TOKENS], ids=lambda path: path.name)
def test_a_sheet_takes_its_colours_from_the_tokens(sheet: Path) -> None:
    assert COLOUR.findall(_rules(sheet.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "bad",
    ["a { margin-left: 0; }", "a { left: 0; }", "a{width:3px}", "a { text-align: right; }", "a {\n  float: left;\n}"],
)
def test_a_physical_property_is_seen(bad: str) -> None:
    assert PHYSICAL.findall(_rules(bad))


@pytest.mark.parametrize("bad", ["a { color: #fff; }", "a { color: white; }", "a { border: 1px solid rgb(0 0 0); }"])
def test_a_colour_of_its_own_is_seen(bad: str) -> None:
    assert COLOUR.findall(_rules(bad))


def test_every_token_exists_and_every_token_is_used() -> None:
    sheets = {path: _rules(path.read_text(encoding="utf-8")) for path in SHEETS}
    named = set(re.findall(r"(--[a-z0-9-]+)\s*:", sheets[TOKENS]))
    used = {name for text in sheets.values() for name in re.findall(r"var\((--[a-z0-9-]+)", text)}
    assert used - named == set(), "used and not defined in tokens.css"
    assert named - used == set(), "defined and never used"


@pytest.mark.parametrize(
    "pair", contrasts(tokens(TOKENS.read_text(encoding="utf-8"))), ids=lambda p: f"{p.ink}-{p.ground}"
)
@pytest.mark.parametrize("light", ["light", "dark"])
def test_what_stands_on_something_can_be_read(pair: Contrast, light: str) -> None:
    assert getattr(pair, light) >= pair.least


def test_the_contrast_is_that_of_the_standard() -> None:
    assert ratio("#000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#fff") == pytest.approx(4.478, abs=0.001)
    assert len(PAIRS) == len(set(PAIRS)) >= 40


def test_every_colour_has_a_light_and_a_dark_of_its_own() -> None:
    found = tokens(TOKENS.read_text(encoding="utf-8"))
    assert len(found) >= 20
    assert [name for name, (light, dark) in found.items() if light == dark] == []
