"""Docs fail the build when they are untrue: stale blocks, dead links, commands and settings that are not there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fairhand.cli.main import COMMANDS
from tools import reference

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SETTING = re.compile(r"FAIRHAND_[A-Z_]*[A-Z]")


def test_the_generated_half_says_what_the_code_says() -> None:
    assert reference.problems_of(check=True) == []


def test_a_stale_block_is_found() -> None:
    problems: list[str] = []
    page = "<!-- reference: rights -->\n| made up |\n<!-- end -->\n<!-- reference: nothing -->\n<!-- end -->\n"
    fresh = reference.filled(page, problems, "x.md", set())
    assert "made up" not in fresh
    assert "`see_books`" in fresh
    assert ["nothing is called 'nothing'" in problem for problem in problems] == [True]


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    """Dead links and anchors are warnings, and `--strict` stops at the first."""
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list((tmp_path / "build" / "docs").rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        loaded = re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"?(https?:[^\s\">]+)", page.read_text())
        # `canonical` and the like name an address and load nothing.
        assert [each for each in loaded if re.search(r"\.(js|css|woff2?|png|svg)", each)] == [], page


def test_every_page_stands_in_the_navigation() -> None:
    listed = (ROOT / "mkdocs.yml").read_text()
    missing = [
        page.relative_to(ROOT / "docs").as_posix()
        for page in PAGES
        if page.is_relative_to(ROOT / "docs") and page.relative_to(ROOT / "docs").as_posix() not in listed
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_tells_to_run_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    known = {command.name for command in COMMANDS}
    told = set(re.findall(r"(?:^|[\s`(/])fairhand ([a-z][a-z-]*)(?=[\s`).,;]|$)", _code_of(text), re.M))
    assert told <= known, f"no such command: {sorted(told - known)}"
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    made = set(re.findall(r"(?:^|`)make ([a-z-]+)", _code_of(text), re.M))
    assert made <= targets, f"no such make target: {sorted(made - targets)}"


def _code_of(text: str) -> str:
    """What stands as code on a page: fenced blocks and spans."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.S))


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    product = _settings_in([*(ROOT / "src").rglob("*.py")])
    machinery = _settings_in([*(ROOT / "tools").glob("*.*"), *(ROOT / "tests").glob("*.py")])
    told = set(SETTING.findall((ROOT / "docs" / "reference" / "settings.md").read_text()))
    inner = {"FAIRHAND_CONNECT_AS"}  # passed between our own processes, for nobody to set
    assert product - told - inner == set()
    assert told - product - machinery == set()


def _settings_in(paths: list[Path]) -> set[str]:
    return {name for path in paths for name in SETTING.findall(path.read_text(encoding="utf-8"))}
