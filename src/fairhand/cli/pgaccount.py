"""Under which account the embedded server runs. PostgreSQL refuses to run as root, and we make no accounts.

As an ordinary user: as oneself. As root: inside a user namespace (`unshare`), where root's own number is shown to the
server as an ordinary one, so that data folder and program may lie anywhere root can read. Where the system forbids
namespaces (many containers do): as the owner of the data, or as `nobody`, if that account can reach everything.
"""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import IO

from fairhand.cli.output import CliError


@dataclass(frozen=True, slots=True)
class Account:
    """How to start a program of the server: a command in front of it, or another account's numbers."""

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def run(self, command: Sequence[str | Path], output: IO[bytes], told: bytes = b"") -> CompletedProcess[bytes]:
        """Runs to the end, `told` on its standard input. It inherits neither our folder nor our PG* variables."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        return subprocess.run(
            [*self.prefix, *map(str, command)],
            env=environment | {"LC_ALL": "C", "LANG": "C", "TZ": "UTC"},
            cwd="/",
            input=told,
            stdout=output,
            stderr=output,
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
            check=False,
        )

    def own(self, folder: Path) -> None:
        """Hands a folder of ours to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)


def choose(home: Path, data: Path, program: Path) -> Account:
    """The account for a server with its files in `data` (which may not exist yet), inside `home`, run by `program`.

    Raises CliError where none will do.
    """
    if os.geteuid() != 0:
        return Account()
    owner = data.stat().st_uid if data.exists() else 0
    if owner == 0:
        inside = _namespace()
        if inside is not None:
            return inside
    entry = _entry(owner) if owner else _nobody()
    if entry is not None:
        account = Account(uid=entry.pw_uid, gid=entry.pw_gid)
        _let_through(home)
        if _reaches(account, home, program):
            return account
    name = entry.pw_name if entry else "nobody"
    raise CliError(
        "PostgreSQL does not run as root: this system allows root no user namespace (unshare -U), and the account "
        f"{name!r} cannot reach {home} and {program.parent}. Run the command as an ordinary user, or move the "
        "checkout and FAIRHAND_HOME to folders that every account may enter."
    )


def _namespace() -> Account | None:
    unshare = shutil.which("unshare")
    # initdb asks for the name of its account, so the number shown inside must be one that the system knows.
    shown = next((entry for entry in pwd.getpwall() if entry.pw_uid not in (0, 65534)), None) or _nobody()
    if unshare is None or shown is None:
        return None
    prefix = (unshare, "-U", f"--map-user={shown.pw_uid}", f"--map-group={shown.pw_gid or shown.pw_uid}")
    tried = subprocess.run([*prefix, "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return Account(prefix=prefix) if tried.returncode == 0 else None


def _let_through(home: Path) -> None:
    """Other accounts may pass through our own folder, not look into it; passwords in it stay readable by root alone."""
    if home.stat().st_uid == 0:
        home.chmod(0o711)


def _reaches(account: Account, home: Path, program: Path) -> bool:
    commands: list[list[str | Path]] = [[program, "--version"], ["/bin/sh", "-c", 'cd -- "$1"', "sh", home]]
    with open(os.devnull, "wb") as nowhere:
        try:
            return all(account.run(command, nowhere).returncode == 0 for command in commands)
        except OSError:
            return False


def _nobody() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        return None


def _entry(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None
