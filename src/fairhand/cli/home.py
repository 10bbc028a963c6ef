"""The data folder: FAIRHAND_HOME, or `.home` in a checkout. It is private (0700) and the only folder we change."""

import errno
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fairhand.cli.output import CliError
from fairhand.insight.safe_start import SECRET_CHARS_MIN

MARK = "fairhand-home"
MARK_TEXT = (
    "This folder holds the data of a Fairhand installation: its database, passwords and keys. Keep it private.\n"
)
FREE_MB_MIN = 300  # a new cluster takes about 50 MB, the demo project as much again, and the log needs room


@dataclass(frozen=True, slots=True)
class Home:
    """An existing, private, writable data folder."""

    path: Path

    @contextmanager
    def locked(self, name: str, *, shared: bool = False, wait: bool = True) -> Iterator[int | None]:
        """Holds the lock file `name`; gives its descriptor, or None if it is taken and `wait` is false.

        The kernel lets go of it when the process ends, however it ends.
        """
        handle = os.open(self.path / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if take(handle, shared=shared, wait=wait):
                yield handle
            else:
                yield None
        finally:
            os.close(handle)

    def signing_key(self) -> str:
        """The key that signs sign-ins and links; an earlier version made shorter ones, written longer."""
        key = self.secret("secret.key")
        return key if len(key) >= SECRET_CHARS_MIN else key + sha256(key.encode()).hexdigest()

    def secret(self, name: str) -> str:
        """The random text in the file `name`, made at its first use; readable by the owner alone."""
        return str(self.secrets(name, ("key",))["key"])

    def secrets(self, name: str, keys: tuple[str, ...]) -> dict[str, str]:
        """Random texts by key, kept as JSON in the file `name` (0600)."""
        file = self.path / name
        if not file.exists():
            fresh = {key: secrets.token_urlsafe(48) for key in keys}
            self.write(name, json.dumps(fresh))
        return self.read_secrets(name, keys)

    def read_secrets(self, name: str, keys: tuple[str, ...]) -> dict[str, str]:
        """What `secrets` wrote earlier."""
        file = self.path / name
        try:
            found = json.loads(file.read_text())
            return {key: str(found[key]) for key in keys}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CliError(
                f"The file {file} cannot be used ({type(error).__name__}), and the data in {self.path} cannot be "
                f"opened without it. Put the file back from a backup, or move {self.path} away to start with an empty "
                "database."
            ) from error

    def write(self, name: str, content: str) -> None:
        """Writes a private file so that it is there whole or not at all; the first writer wins."""
        temporary = self.path / f"{name}.{os.getpid()}"
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, self.path / name)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()


def take(handle: int, *, shared: bool = False, wait: bool = True) -> bool:
    """Takes (or changes) a lock on an open file; False if somebody else holds it and `wait` is false."""
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def place() -> Path:
    """Where the data folder is to be; nothing is made."""
    named = os.environ.get("FAIRHAND_HOME", "").strip()
    if named:
        return Path(os.path.abspath(os.path.expanduser(named)))
    checkout = Path(__file__).resolve().parents[3]
    if (checkout / "pyproject.toml").is_file() and (checkout / "src" / "fairhand").is_dir():
        return checkout / ".home"
    data = os.environ.get("XDG_DATA_HOME", "").strip() or os.path.expanduser("~/.local/share")
    return Path(data) / "fairhand"


def open_home() -> Home:
    """The data folder, made if missing. Raises CliError with one sentence where it cannot be used."""
    path = place()
    try:
        _open(path)
    except OSError as error:
        raise CliError(_why_not(path, error)) from error
    return Home(path)


def _open(path: Path) -> None:
    new = not path.exists()
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    owner = path.stat().st_uid
    if owner != os.geteuid() and os.geteuid() != 0:
        raise CliError(
            f"The data folder {path} belongs to another account (number {owner}). Run the command as that account, or "
            "name a folder of your own in FAIRHAND_HOME."
        )
    mark = path / MARK
    if not mark.exists():
        if not new and any(path.iterdir()) and not mark.exists():
            raise CliError(
                f"FAIRHAND_HOME names {path}, which holds other files and no Fairhand data. Name a new or an empty "
                "folder."
            )
        free_mb = os.statvfs(path).f_bavail * os.statvfs(path).f_frsize // 1_000_000
        if free_mb < FREE_MB_MIN:
            raise CliError(
                f"There are {free_mb} MB free for the data folder {path}; a new database wants {FREE_MB_MIN} MB. Make "
                "room, or name a folder on another disk in FAIRHAND_HOME."
            )
        mark.write_text(MARK_TEXT)
    else:
        os.utime(mark)  # fails, and says so, where the folder lies on a read-only disk
    if path.stat().st_mode & 0o066:
        path.chmod(0o700)


def _why_not(path: Path, error: OSError) -> str:
    reasons = {
        errno.EACCES: "this account may not use it",
        errno.EPERM: "this account may not use it",
        errno.EROFS: "it lies on a read-only disk",
        errno.ENOTDIR: "a part of that path is a file, not a folder",
        errno.EEXIST: "there is a file of that name",
        errno.ENOSPC: "the disk is full",
        errno.ENAMETOOLONG: "the path is too long",
        errno.ELOOP: "its symbolic links go round in a circle",
    }
    why = reasons.get(error.errno or 0, os.strerror(error.errno or 0))
    return f"The data folder {path} cannot be used: {why}. Name a folder of your own in FAIRHAND_HOME."
