"""The list of races in the docs, from their table: `python -m tests.races.listing` writes it."""

import inspect
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import django

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "dispatch.md"
BLOCK = re.compile(r"<!-- races -->.*<!-- end of races -->", re.S)


def block(races: Mapping[str, Any]) -> str:
    """The marks with a line for each kind between them: its name, and who wins."""
    lines = [f"- {name}: {(inspect.getdoc(kind) or '').splitlines()[0]}" for name, kind in races.items()]
    head = f"## The {len(races)} kinds of races"
    return "\n\n".join(["<!-- races -->", head, "\n".join(lines), "<!-- end of races -->"])


def main() -> None:
    """Write the list into the page."""
    os.environ |= {"FAIRHAND_SECRET_KEY": "only-for-tests-" * 4, "DJANGO_SETTINGS_MODULE": "fairhand.settings"}
    django.setup()
    table = __import__("tests.races.every_kind", fromlist=["RACES"]).RACES
    PAGE.write_text(BLOCK.sub(lambda _: block(table), PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
