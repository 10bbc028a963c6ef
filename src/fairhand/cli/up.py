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
from typing import Any

from fairhand.cli.database import Database, ready_database
from fairhand.cli.home import Home, open_home
from fairhand.cli.output import CliError, emit, say
from fairhand.cli.supervisor import STOP_S_MAX, Child, count_death, run_once, watch
from fairhand.insight.safe_start import is_loopback

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
    parser.add_argument(
        "--host", default=HOST, help=f"the address to listen on (default {HOST}; never another in a demo)"
    )
    demo = parser.add_mutually_exclusive_group()
    demo.add_argument(
        "--demo", dest="demo", action="store_const", const="yes", default="auto",
        help="insist on the demo; without it, a new database becomes a demo and one with real work never does",
    )  # fmt: skip
    demo.add_argument(
        "--no-demo", dest="demo", action="store_const", const="no", help="make no demo project, print no sign-in links"
    )


def run(args: argparse.Namespace) -> int:
    began = time.monotonic()
    home = open_home()
    with home.locked("up.lock", wait=False) as mine:
        if mine is None:
            raise CliError(_running(home))
        page = home.path / PAGE
        page.unlink(missing_ok=True)
        if args.demo != "no" and not is_loopback(args.host):
            raise CliError(
                f"A demo lets in everybody who can reach it, so it listens on {HOST} alone and not on "
                f"{args.host[:80]}. For real work: fairhand up --no-demo --host {args.host[:80]}"
            )
        port = free_port(args.port, args.host)
        address = f"http://{_shown(args.host)}:{port}/"
        try:
            with ready_database(migrated=True) as database:
                environment = dict(os.environ) | {"FAIRHAND_DEMO": "0"}
                environment.setdefault("FAIRHAND_URL", address.rstrip("/"))
                is_demo, links = _prepare(environment, address, args.demo)
                environment["FAIRHAND_DEMO"] = "1" if is_demo else "0"
                say(_mail_way(environment, home))
                children = _children(environment, args.host, port)
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


def _shown(host: str) -> str:
    """The host as it stands in an address of this machine: 0.0.0.0 is every address, 127.0.0.1 one of them."""
    host = {"0.0.0.0": HOST, "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound
    return f"[{host}]" if ":" in host else host


def _mail_way(environment: dict[str, str], home: Home) -> str:
    """Where e-mail goes, without a password in it."""
    chosen = environment.get("FAIRHAND_MAIL", "").strip() or f"file:{home.path}/mail"
    if chosen.startswith("file:"):
        return f"E-mail is not sent but kept as files in {chosen.removeprefix('file:')}; FAIRHAND_MAIL changes that."
    return f"E-mail goes by {chosen.partition(':')[0]}."


def _prepare(environment: dict[str, str], address: str, demo: str) -> tuple[bool, list[dict[str, str]]]:
    """Whether it is a demo, and its links. The helper's last line says why not, if not."""
    command = [
        sys.executable, "-m", "fairhand.cli.main", "prepare", "--json", "--base-url", address.rstrip("/"),
        "--demo", demo,
    ]  # fmt: skip
    code, told = run_once(command, environment)
    found: dict[str, Any] = json.loads(told.splitlines()[-1]) if told.strip() else {}
    if code == 0:
        return bool(found["demo"]), found["sign_in"]
    raise CliError(
        str(found.get("refused") or "")
        or "The demo project could not be made (see above). Start again to go on where it stopped, or start without "
        "it: fairhand up --no-demo"
    )


def web_command(host: str, port: int, application: str = "fairhand.web.wsgi:application") -> list[str]:
    """The web server's command line; a measurement starts what it compares with in the same way."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "1",
        "--blocking-threads", str(WEB_THREADS), "--no-ws", "--log-level", "warning",
        "--workers-kill-timeout", str(STOP_S_MAX - 10), application,
    ]  # fmt: skip


def _children(environment: dict[str, str], host: str, port: int) -> list[Child]:
    """In the order in which they are stopped."""
    web = web_command(host, port)
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
        connection.request("GET", "/healthz")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free_port(wanted: int, host: str = HOST) -> int:
    """The port, if nobody listens on it; 0 gives any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do it: connections of an earlier run that are still closing do not count as use.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
            probe.listen(1)
        except OSError as error:
            if error.errno == errno.EACCES:
                raise CliError(
                    f"This account may not listen on port {wanted}. Choose one above 1023: fairhand up --port 8470"
                ) from error
            if error.errno in (errno.EADDRNOTAVAIL, socket.EAI_NONAME):
                raise CliError(f"This machine has no address {host[:80]}. Name one of its own in --host.") from error
            raise CliError(
                f"Port {wanted} on {host} is in use by another program. Stop it, or choose another port: fairhand up "
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
