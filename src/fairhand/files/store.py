"""Where the bytes of clean files lie: a folder of this machine, or any store that speaks S3.

A key is `<org>/<first two of the SHA-256>/<SHA-256>`: what is written under one never changes, so a copy of the whole
may be made at any moment, and the same file sent twice to one organisation is kept once.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_PIECE_BYTES = 256 * 1024
_S3 = "s3://"


class Store(Protocol):
    """A place for files."""

    def put(self, key: str, source: Path) -> None:
        """Keep a file under a key, whole or not at all; one that is there already stays."""
        ...

    def read(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """A stretch of a file. Raises FileNotFoundError before the first piece."""
        ...


def key_of(org_id: UUID | str, sha256: str) -> str:
    """The place of a file's bytes."""
    return f"{org_id}/{sha256[:2]}/{sha256}"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine, private to whoever runs Fairhand."""

    path: Path

    def put(self, key: str, source: Path) -> None:
        """Copied beside its place and renamed into it."""
        target = self.path / key
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = target.with_name(f"{target.name}.{uuid4().hex}")
        try:
            with source.open("rb") as came, unfinished.open("xb") as goes:
                os.chmod(unfinished, 0o600)
                shutil.copyfileobj(came, goes, _PIECE_BYTES)
                goes.flush()
                os.fsync(goes.fileno())
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)
        # Names as well: the row is about to say that it is kept, and the parts in the database go.
        for folder in (target.parent, target.parent.parent, self.path):
            _settle(folder)

    def read(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """In pieces of a quarter of a megabyte."""
        place = self.path / key
        if not place.is_file():  # here, so that it is known before the answer begins
            raise FileNotFoundError(key)

        def pieces() -> Iterator[bytes]:
            left = length
            with place.open("rb") as file:
                file.seek(start)
                while left > 0 and (piece := file.read(min(left, _PIECE_BYTES))):
                    left -= len(piece)
                    yield piece

        return pieces()


def _settle(folder: Path) -> None:
    """Names in a folder outlive a loss of power from here on."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of an S3-compatible store. Keys of the account come from where boto3 looks for them."""

    client: Any
    bucket: str
    prefix: str = ""

    def put(self, key: str, source: Path) -> None:
        """One upload; the store itself shows an object whole or not at all."""
        self.client.upload_file(str(source), self.bucket, self.prefix + key)

    def read(self, key: str, start: int, length: int) -> Iterator[bytes]:
        """A ranged read."""
        if not length:
            return iter(())
        try:
            found = self.client.get_object(
                Bucket=self.bucket, Key=self.prefix + key, Range=f"bytes={start}-{start + length - 1}"
            )
        except self.client.exceptions.NoSuchKey as error:
            raise FileNotFoundError(key) from error
        pieces: Iterator[bytes] = found["Body"].iter_chunks(_PIECE_BYTES)
        return pieces


def store() -> Store | None:
    """The store that the settings name; None where there is none, and no file is taken."""
    return _store(settings.FILES, settings.FILES_ENDPOINT)


@cache
def _store(place: str, endpoint: str) -> Store | None:
    if not place.startswith(_S3):
        return Folder(Path(place)) if place else None
    try:
        import boto3  # an optional group: only who keeps files in a bucket installs it
    except ImportError as error:
        raise ImproperlyConfigured("FAIRHAND_FILES names a bucket; install fairhand[s3] for it.") from error
    bucket, _, prefix = place.removeprefix(_S3).partition("/")
    client = boto3.client("s3", endpoint_url=endpoint or None)
    return Bucket(client, bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else "")


def local_folder() -> Path | None:
    """The folder that holds the files, if it is one of this machine."""
    found = store()
    return found.path if isinstance(found, Folder) else None
