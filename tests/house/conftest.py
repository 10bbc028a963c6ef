"""A data folder with a migrated database in it, made once and copied for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings

from tests.commands_of import migrated_home, new_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder."""
    with new_folder() as folder:
        yield folder


@pytest.fixture
def home(folder: Path) -> Path:
    """A data folder that an earlier run has left."""
    return migrated_home(folder)


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """`client_of(REMOTE_ADDR="10.1.2.3")`: a client whose requests come from there, to a host of ours."""
    return lambda **more: Client(SERVER_NAME="localhost", **more)


@pytest.fixture
def settings_of() -> Callable[..., override_settings]:
    """`with settings_of(DEMO=True):` Django's settings changed meanwhile."""
    return override_settings
