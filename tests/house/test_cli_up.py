"""`fairhand up`: one command starts everything, everything that dies comes back, and Ctrl-C leaves nothing behind."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.commands_of import (
    command,
    environment,
    fairhand,
    postmaster,
    processes_in,
    refused,
    servers_of,
    wait_until,
)


class Running:
    """An `up` in the background, in a process group of its own as under a terminal."""

    def __init__(self, home: Path, *words: str, **more: str) -> None:
        self.home = home
        self.log = home.parent / "up.log"
        self.out = home.parent / "up.out"
        with self.log.open("w") as log, self.out.open("w") as out:
            self.process = subprocess.Popen(
                command("up", "--port", "0", "--json", *words), env=environment(home, more), stdin=subprocess.DEVNULL,
                stdout=out, stderr=log, start_new_session=True,
            )  # fmt: skip

    def ready(self) -> "Running":
        wait_until(lambda: self.out.read_text().endswith("}\n") or self.process.poll() is not None, "it is up", 90)
        assert self.process.poll() is None, self.told()
        return self

    @property
    def page(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.out.read_text().splitlines()[-1])
        return found

    def told(self) -> str:
        return self.log.read_text()

    def status(self) -> int:
        """What the start page answers; 0 if nobody does."""
        where = urlsplit(str(self.page["address"]))
        connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=20)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def children(self) -> list[int]:
        return [
            int(pid) for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        ]

    def interrupt(self) -> int:
        """Ctrl-C, twice in a row as impatient people do it."""
        os.killpg(self.process.pid, signal.SIGINT)
        time.sleep(0.05)
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(60)


@contextmanager
def up(home: Path, *words: str, **more: str) -> Iterator[Running]:
    running = Running(home, "--no-demo", *words, **more)
    try:
        yield running.ready()
    finally:
        if running.process.poll() is None:
            running.interrupt()


def test_it_serves_and_ctrl_c_leaves_no_process(home: Path) -> None:
    with up(home) as running:
        assert running.status() in (200, 302)
        assert len(running.children()) == 2
        assert set(running.page) == {"address", "sign_in", "home", "seconds"}
        assert running.interrupt() == 0
        assert processes_in(home) == []
        assert servers_of(home) == []
        assert running.told().rstrip().endswith("The data are kept.")


def test_a_second_run_is_quick(home: Path) -> None:
    with up(home) as first:
        first.interrupt()
    with up(home) as second:
        assert float(str(second.page["seconds"])) < 20  # 2 s on a quiet machine


def test_a_second_up_on_the_same_folder_is_sent_to_the_first(home: Path) -> None:
    with up(home) as running:
        refused(fairhand(home, "up", "--port", "0"), "already running", str(running.page["address"]))
        assert running.status() in (200, 302)


def test_a_port_in_use(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused(fairhand(folder / "home", "up", "--port", str(port)), f"Port {port}", "--port")
    assert not (folder / "home" / "db").exists(), "nothing is made before the port is known to be free"


@pytest.mark.parametrize("port", ["-1", "65536", "http", "８０"])
def test_a_port_that_is_none(folder: Path, port: str) -> None:
    ran = fairhand(folder / "home", "up", f"--port={port}")
    assert ran.returncode == 2
    assert "is not a port" in ran.stderr


def test_whatever_is_killed_comes_back(home: Path) -> None:
    with up(home) as running:
        server = postmaster(home)
        os.kill(server, signal.SIGKILL)
        wait_until(lambda: "The database runs again" in running.told(), "the database is back")
        wait_until(lambda: running.status() in (200, 302), "pages are served again")
        assert postmaster(home) != server

        for name in ("The web server", "The worker"):
            before = running.told().count(f"{name} ended unexpectedly")
            child = running.children()[0 if name == "The web server" else -1]
            os.kill(child, signal.SIGKILL)
            wait_until(
                lambda n=name, b=before: running.told().count(f"{n} ended unexpectedly") > b, f"{name} is missed"
            )
            wait_until(lambda: len(running.children()) == 2, f"{name} is back")
        wait_until(lambda: running.status() in (200, 302), "pages are served again")
        assert running.interrupt() == 0
        assert processes_in(home) == []


def test_a_killed_supervisor_leaves_no_orphans_and_the_next_one_works(home: Path) -> None:
    with up(home) as running:
        children = running.children()
        running.process.kill()
        running.process.wait()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), "its children have ended")
    with up(home) as running:
        assert running.status() in (200, 302)
        assert running.interrupt() == 0
    assert servers_of(home) == []


def test_interrupted_while_starting_it_leaves_nothing(folder: Path) -> None:
    running = Running(folder / "home", "--no-demo")
    wait_until(lambda: (folder / "home" / "db").exists(), "the database is being made")
    assert running.interrupt() == 130
    assert processes_in(folder) == []
    assert servers_of(folder / "home") == []
    with up(folder / "home") as running:
        assert running.status() in (200, 302)
