"""Watches everything that is logged during a test run for secrets, as the product would have written it.

What counts as a secret: the run's own signing key and database passwords, and whatever a test plants with
`plant("…")` before it drives the product with it. One secret in one line fails the run.
"""

import json
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from fairhand.kernel.logs import Formatter

LOGGERS = ("", "django", "django.request", "fairhand", "procrastinate", "psycopg.pool")
PLANTED: set[str] = set()


class Watch(logging.Handler):
    """Keeps the lines in which a secret stands, with the secret blanked out by its length."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(formatter)
        self.lines = 0
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except (TypeError, ValueError):
            return  # a record that can't be written is an error of its own, told by logging
        self.lines += 1
        for secret in PLANTED:
            if secret in line and len(self.found) < 20:
                self.found.append(line.replace(secret, f"<a secret of {len(secret)} characters>")[:300])


def plant(secret: str) -> str:
    """From now on this text must stand in no line."""
    assert len(secret) >= 8, "too short to be told from ordinary words"
    PLANTED.add(secret)
    return secret


def own_secrets() -> set[str]:
    """The signing key, and the database passwords of this run."""
    found = {str(settings.SECRET_KEY)}
    file = Path(os.environ.get("FAIRHAND_HOME", "")) / "database.json"
    if file.is_file():
        found |= set(json.loads(file.read_text()).values())
    return found


@pytest.fixture(scope="session")
def secret() -> Callable[[str], str]:
    """`secret("text")`: plants it and gives it back."""
    return plant


@pytest.fixture(scope="session", autouse=True)
def no_secret_is_logged() -> Iterator[None]:
    """Fails the run at its end if any line of it held a secret."""
    if os.environ.get("FAIRHAND_TEST_PURE") == "1":
        yield
        return
    ours = settings.LOGGING["formatters"]["ours"]
    watch = Watch(Formatter(form="json", hidden=ours["hidden"]))
    PLANTED.update(own_secrets())
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addHandler(watch)
    yield
    for logger in loggers:
        logger.removeHandler(watch)
    PLANTED.update(own_secrets())
    assert ours["hidden"], "the formatter knows the secrets of the settings"
    assert watch.found == [], f"secrets stood in the log of this run: {watch.found}"
