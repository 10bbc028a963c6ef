"""Files that people sent, in a backup: `files/<key>.<part>`, checked by their own names, which are their hashes.

What is kept under a key never changes, so files copied after the database's snapshot are those of the snapshot.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg

from fairhand.cli.backup_file import PART_BYTES, add
from fairhand.cli.output import CliError, say
from fairhand.files.store import key_of, local_folder

PREFIX = "files/"
_MEMBER = re.compile(r"files/([0-9a-f-]{36}/[0-9a-f]{2}/([0-9a-f]{64}))\.(\d{6})")


def copy_files(owner: psycopg.Connection[Any], archive: Any) -> int:
    """Every clean file of this machine's folder into the archive; how many. A bucket keeps its own copies."""
    if owner.execute("SELECT to_regclass('attachment')").fetchone() == (None,):
        return 0
    rows = owner.execute("SELECT DISTINCT org_id, sha256 FROM attachment WHERE state = 'clean'").fetchall()
    folder = local_folder()
    if folder is None:
        if rows:
            say(f"{len(rows)} files lie in a bucket and are not in this backup: the bucket's own copies keep them.")
        return 0
    if rows:
        say(f"Copying {len(rows)} files.")
    for org_id, sha256 in rows:
        key = key_of(org_id, sha256)
        try:
            with (folder / key).open("rb") as file:
                number = 0
                while (data := file.read(PART_BYTES)) or not number:
                    add(archive, f"{PREFIX}{key}.{number:06}", data)
                    number += 1
        except FileNotFoundError as error:
            raise CliError(
                f"The file {key} is missing in {folder}. Put it back, from an older backup or a copy."
            ) from error
    return len(rows)


class Restoring:
    """Files of a backup on their way into the folder; a file is there once its hash is its name."""

    def __init__(self, folder: Path | None) -> None:
        self.count = 0
        self._folder = folder
        self._key = self._sha256 = ""
        self._out: IO[bytes] | None = None
        self._digest = hashlib.sha256()

    def take(self, member: str, data: bytes) -> None:
        """One part. Raises CliError where it is none, or there is nowhere to put it."""
        found = _MEMBER.fullmatch(member)
        if found is None:
            raise CliError("The backup holds a file under a name that no backup gives. Take another backup.")
        if self._folder is None:
            raise CliError("The backup holds files, and FAIRHAND_FILES names no folder to put them in.")
        key, sha256, number = found.groups()
        if number == "000000":
            self.end()
            self._key, self._sha256, self._digest = key, sha256, hashlib.sha256()
            self._place().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._out = os.fdopen(
                os.open(self._place(".restoring"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
            )
        if self._out is None or key != self._key:
            raise CliError("The backup's files are not in order. Take another backup.")
        self._digest.update(data)
        self._out.write(data)

    def end(self) -> None:
        """The last file is whole. Raises CliError where it isn't what its name says."""
        if self._out is None:
            return
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()
        self._out = None
        if self._digest.hexdigest() != self._sha256:
            self._place(".restoring").unlink()
            raise CliError(f"The file {self._key} of the backup is not what was saved. Take another backup.")
        self._place(".restoring").rename(self._place())
        self.count += 1

    def _place(self, suffix: str = "") -> Path:
        assert self._folder is not None
        return self._folder / f"{self._key}{suffix}"

    def close(self) -> None:
        """Let go of what was not finished."""
        if self._out is not None:
            self._out.close()


@contextmanager
def restoring_files() -> Iterator[Restoring]:
    """Takes the files of a backup into the folder of this installation."""
    found = Restoring(local_folder())
    try:
        yield found
        found.end()
    finally:
        found.close()
