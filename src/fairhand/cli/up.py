"""`fairhand up`: database, tables, demo project, web server and worker, under one supervisor."""

import argparse
import errno
import http.client
import json
import os
import socket
import sys
import time
from collections import deque
from pathlib import Path

from fairhand.cli.database import Database, ready_database
from fairhand.cli.home import Home, open_home
from fairhand.cli.output import CliError, emit, say
from fairhand.cli.supervisor import Child, count_death, run_once, watch

HOST = "127.0.0.1"
PORT_DEFAULT = 8470
ANSWER_S_MAX = 60
WEB_THREADS = min(8, 2 * (os.cpu_count() or 1))
PAGE = "running.json"  # where a second `up` reads who is running


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Starts Fairhand on this machine and prints its address. Ctrl-C stops everything; the data stay."
    )
    parser.add_argument(
        "--port", type=_port, default=PORT_DEFAULT, help=f"the port on {HOST} (default {PORT_DEFAULT}; 0: any free one)"
    )
    parser.add_argument("--no-demo", action="store_true", help="make no demo project and print no sign-in links")


def run(args: argparse.Namespace) -> int:
    began = time.monotonic()
    home = open_home()
    with home.locked("up.lock", wait=False) as mine:
        if mine is None:
            raise CliError(_running(home))
        page = home.path / PAGE
        page.unlink(missing_ok=True)
        port = free_port(args.port)
        address = f"http://{HOST}:{port}/"
        try:
            with ready_database(migrated=True) as database:
                environment = _environment(demo=not args.no_demo)
                links = [] if args.no_demo else _prepare(environment, address)
                children = _children(environment, port)
                try:
                    _serve(args, database, children, address, links, page, began)
                except KeyboardInterrupt:
                    say("Stopping.")
                finally:
                    for child in children:
                        child.stop()
        finally:
            page.unlink(missing_ok=True)
    say("Stopped. The data are kept.")
    return 0


def _serve(
    args: argparse.Namespace, database: Database, children: list[Child], address: str, links: list[dict[str, str]],
    page: Path, began: float,
) -> None:  # fmt: skip
    for child in children:
        child.start()
    deaths: deque[float] = deque()

    def others() -> None:
        _tend_database(database, deaths)

    deadline = time.monotonic() + ANSWER_S_MAX
    while not answers(address):
        if time.monotonic() > deadline:
            raise CliError(
                f"The web server gave no answer at {address} within {ANSWER_S_MAX} seconds. Its messages are above."
            )
        watch(children, others, for_s=0.5)
    page.write_text(json.dumps({"address": address, "pid": os.getpid()}))
    seconds = round(time.monotonic() - began, 1)
    lines = [f"Fairhand is ready after {seconds} s: {address}"]
    if links:
        lines += ["Demo, with invented people and no real money. Sign in as:"]
        width = max(len(link["role"]) for link in links)
        lines += [f"  {link['role']:<{width}}  {link['url']}" for link in links]
    lines += ["Ctrl-C stops it."]
    emit(args, {"address": address, "sign_in": links, "home": str(page.parent), "seconds": seconds}, "\n".join(lines))
    watch(children, others)


def _tend_database(database: Database, deaths: "deque[float]") -> None:
    server = database.server
    if server is None or server.alive():
        return
    count_death(deaths, "The database ended again and again")
    say("The database ended unexpectedly; starting it again.")
    with server.home.locked("start.lock"):
        server.start()
    say("The database runs again; nothing that was saved is lost.")


def _environment(*, demo: bool) -> dict[str, str]:
    environment = dict(os.environ)
    environment["FAIRHAND_DEMO"] = "1" if demo else "0"
    return environment


def _prepare(environment: dict[str, str], address: str) -> list[dict[str, str]]:
    command = [sys.executable, "-m", "fairhand.cli.main", "prepare", "--json", "--base-url", address.rstrip("/")]
    code, told = run_once(command, environment)
    if code != 0:
        raise CliError(
            "The demo project could not be made (see above). Start again to go on where it stopped, or start without "
            "it: fairhand up --no-demo"
        )
    links: list[dict[str, str]] = json.loads(told.splitlines()[-1])["sign_in"]
    return links


def _children(environment: dict[str, str], port: int) -> list[Child]:
    """In the order in which they are stopped."""
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "1",
        "--blocking-threads", str(WEB_THREADS), "--no-ws", "--log-level", "warning", "fairhand.web.wsgi:application",
    ]  # fmt: skip
    worker = [sys.executable, "-m", "fairhand.cli.main", "worker"]
    pool = {"FAIRHAND_DATABASE_POOL_MAX": str(WEB_THREADS)}
    return [
        Child("The web server", web, environment | pool),
        Child("The worker", worker, environment | pool),
    ]


def answers(address: str) -> bool:
    """Whether a web server answers there, whatever it says."""
    connection = http.client.HTTPConnection(address.removeprefix("http://").rstrip("/"), timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free_port(wanted: int) -> int:
    """The port, if nobody listens on it; 0 gives any free one."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do it: connections of an earlier run that are still closing do not count as use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EACCES:
                raise CliError(
                    f"This account may not listen on port {wanted}. Choose one above 1023: fairhand up --port 8470"
                ) from error
            raise CliError(
                f"Port {wanted} on {HOST} is in use by another program. Stop it, or choose another port: fairhand up "
                f"--port {wanted + 1 if wanted < 65_535 else PORT_DEFAULT}"
            ) from error
        return int(probe.getsockname()[1])


def _running(home: Home) -> str:
    try:
        address = json.loads((home.path / PAGE).read_text())["address"]
        where = f" at {address}"
    except (OSError, ValueError, KeyError):
        where = ", and is just starting or stopping"
    return (
        f"Fairhand is already running from the data folder {home.path}{where}. Use that one, stop it with Ctrl-C in "
        "its terminal, or name another folder in FAIRHAND_HOME."
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a port: give a number from 0 to 65535")
    return int(text)
