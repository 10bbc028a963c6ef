"""What a test needs from the machine: where it is missing, the test counts as unavailable, never as passed.

`needs("chromium")` returns the path of the program. The runner's last line names what was missing; a plain
`pytest.skip` fails the run.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

UNAVAILABLE = "unavailable: "  # how the runner tells these from skips, which are not allowed

# Chromium without a window around its pages: the same engine, for a quarter of the processor time.
SHELL = "chromium-headless-shell"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_PLACES = (
    "/usr/bin/chromium",
    "/usr/bin/google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find(what: str) -> str | None:
    """The path of a program, or None. `chromium` may be named by FAIRHAND_CHROMIUM; `whole chromium` has its window."""
    if what not in ("chromium", "whole chromium"):
        return shutil.which(what)
    named = os.environ.get("FAIRHAND_CHROMIUM")
    if named and (what == "chromium" or SHELL not in named):
        return named if os.access(named, os.X_OK) else None
    names = (SHELL, *CHROMIUM_NAMES) if what == "chromium" else CHROMIUM_NAMES
    found = next(filter(None, map(shutil.which, names)), None)
    return found or next((place for place in CHROMIUM_PLACES if os.access(place, os.X_OK)), None)


def unavailable(what: str) -> None:
    """Ends the test that calls it as unavailable."""
    pytest.skip(UNAVAILABLE + what)


@pytest.fixture(scope="session")
def needs() -> Callable[[str], Path]:
    """`needs("node")` -> its path; the test ends as unavailable where there is none."""

    def look(what: str) -> Path:
        path = find(what)
        if path is None:
            unavailable(f"{what} not found")
        return Path(str(path))

    return look
