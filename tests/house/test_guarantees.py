"""The page of guarantees names tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "guarantees.md"
_NAMED = re.compile(r"^- `(tests/[a-z_/]+\.py)::(test_[a-z0-9_]+)`$", re.MULTILINE)


@cache
def names_in(path: str) -> frozenset[str]:
    """Names of the tests in a file; none where there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_test_that_the_page_names_exists_and_every_guarantee_has_one_or_says_what_is_missing() -> None:
    parts = re.split(r"^## (G\d+)\b", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = dict(zip(parts[::2], parts[1::2], strict=True))
    assert list(found) == [f"G{n}" for n in range(1, 13)]
    named = [match for text in found.values() for match in _NAMED.findall(text)]
    assert len(named) >= 25
    assert [f"{path}::{name}" for path, name in named if name not in names_in(path)] == []
    silent = [name for name, text in found.items() if not _NAMED.search(text) and "Not built" not in text]
    assert silent == []
    mentioned = {line for text in found.values() for line in re.findall(r"tests/\S+::\S+?(?=`)", text)}
    assert len(mentioned) == len(set(named)), "each stands on a line of its own"
