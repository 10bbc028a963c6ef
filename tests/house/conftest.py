"""A data folder with a migrated database in it, made once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

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
