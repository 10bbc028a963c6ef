"""A data folder with a migrated database in it, made once and copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings

from tests.commands_of import fairhand, new_folder, servers_of


@pytest.fixture(scope="session")
def _made() -> Iterator[Path]:
    with new_folder() as folder:
        home = folder / "home"
        ran = fairhand(home, "migrate")
        assert ran.returncode == 0, ran.stderr
        assert servers_of(home) == []
        yield home


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder."""
    with new_folder() as folder:
        yield folder


@pytest.fixture
def home(_made: Path, folder: Path) -> Path:
    """A data folder that an earlier run has left."""
    shutil.copytree(_made, folder / "home")
    (folder / "home").chmod(0o700)
    return folder / "home"


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """`client_of(REMOTE_ADDR="10.1.2.3")`: a client whose requests come from there, to a host of ours."""
    return lambda **more: Client(SERVER_NAME="localhost", **more)


@pytest.fixture
def settings_of() -> Callable[..., override_settings]:
    """`with settings_of(DEMO=True):` Django's settings changed meanwhile."""
    return override_settings
