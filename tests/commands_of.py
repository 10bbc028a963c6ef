"""Runs the real command `fairhand` the way a person does: a process of its own, a data folder of its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from fairhand.cli.home import open_home
from tests.databases import folder_of_tests

ROOT = Path(__file__).resolve().parent.parent


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """A clean environment that names the data folder and nothing of the tests' own database."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | {"FAIRHAND_HOME": str(home), "PYTHONPATH": str(ROOT / "src")} | dict(more or {})


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "fairhand.cli.main", *words]


def fairhand(home: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    """Runs `fairhand words...` to its end, at most two minutes."""
    return subprocess.run(
        command(*words), env=environment(home, more), capture_output=True, text=True, timeout=120, check=False
    )


def refused(ran: "subprocess.CompletedProcess[str]", *words: str) -> str:
    """Asserts a refusal as we write them: exit code 2, a sentence that holds `words`, no traceback. Gives the text."""
    assert ran.returncode == 2, ran.stderr
    assert "Traceback" not in ran.stderr
    last = ran.stderr.strip().splitlines()[-1]
    assert last.startswith("fairhand: ")
    for word in words:
        assert word in last, (word, last)
    return last


@contextmanager
def new_folder() -> Iterator[Path]:
    """A short temporary folder (a socket's path has about 100 bytes); processes that still use it are ended."""
    folder = Path(tempfile.mkdtemp(prefix="fh-", dir=folder_of_tests()))
    try:
        yield folder
    finally:
        for pid in processes_in(folder):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not processes_in(folder), "processes of a test ended")
        shutil.rmtree(folder)


def made_once(name: str, make: Callable[[Path], object]) -> Path:
    """The folder `name` of this test run, which `make` makes for the first of all test processes that asks."""
    ours = open_home()
    made = ours.path / name
    with ours.locked(f"{name}.lock"):
        if not made.exists():
            unfinished = ours.path / f"{name}.unfinished"
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished)
            unfinished.rename(made)
    return made


def _migrate(home: Path) -> None:
    ran = fairhand(home, "migrate")
    assert ran.returncode == 0, ran.stderr
    assert servers_of(home) == []


def migrated_home(folder: Path) -> Path:
    """`folder/home` as `fairhand migrate` leaves it, copied from one that was made once."""
    shutil.copytree(made_once("migrated", _migrate), folder / "home")
    (folder / "home").chmod(0o700)
    return folder / "home"


def processes_in(folder: Path) -> list[int]:
    """Our living processes whose command line or environment names the folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) == os.getpid():
            continue
        try:
            told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if os.fsencode(folder) in told and state != "Z":
            found.append(int(process.name))
    return found


def servers_of(home: Path) -> list[int]:
    """The database processes that work in this data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
            if state != "Z" and os.readlink(process / "cwd") == str(home / "db" / "data"):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def postmaster(home: Path) -> int:
    return int((home / "db" / "data" / "postmaster.pid").read_text().split("\n")[0])


def wait_until(true: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Waits for something that another process does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited {seconds} s in vain until {what}"
        time.sleep(0.05)
