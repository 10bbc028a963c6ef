"""The file of a backup: a tar of numbered parts, which joined are another tar, encrypted with age if that was asked.

    fairhand-backup.json   what this is: format, version, how it is encrypted
    key.age                only with a passphrase: the key of the parts, encrypted with it
    part.000000 ...        joined: `data.tar`, or `data.tar.age`
    end.json               length and SHA-256 of the joined parts

Written and read as a stream, so its size doesn't matter. Standard tools open it without Fairhand:
`age -d key.age > key; cat part.* | age -d -i key | tar x`. Everything is checked before anything is believed.
"""

import hashlib
import io
import json
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pyrage

from fairhand import __version__
from fairhand.cli.output import CliError

FORMAT = 1
PART_BYTES = 8 * 1024 * 1024
SMALL_BYTES_MAX = 1024 * 1024
HEAD, KEY, PART, END = "fairhand-backup.json", "key.age", "part.", "end.json"


@dataclass(frozen=True, slots=True)
class Lock:
    """How a backup is encrypted: by a passphrase, for a recipient (`age1…`), or not at all."""

    passphrase: str = ""
    recipient: str = ""

    @property
    def kind(self) -> str:
        """passphrase, recipient or none."""
        return "passphrase" if self.passphrase else "recipient" if self.recipient else "none"


class Parts(io.RawIOBase):
    """Takes a stream and writes it as parts of a tar, keeping length and hash."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self.archive = archive
        self.buffer = bytearray()
        self.hash = hashlib.sha256()
        self.length = self.number = 0

    def write(self, data: Any) -> int:
        """Keeps it until a part is full."""
        self.buffer += data
        while len(self.buffer) >= PART_BYTES:
            self._part(bytes(self.buffer[:PART_BYTES]))
            del self.buffer[:PART_BYTES]
        return len(data)

    def end(self) -> None:
        """Writes what is left, and the sums."""
        if self.buffer:
            self._part(bytes(self.buffer))
        add(self.archive, END, json.dumps({"bytes": self.length, "sha256": self.hash.hexdigest()}).encode())

    def _part(self, data: bytes) -> None:
        self.hash.update(data)
        self.length += len(data)
        add(self.archive, f"{PART}{self.number:06}", data)
        self.number += 1


def add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    """One small file into a tar; owner and time are nobody's."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    archive.addfile(info, io.BytesIO(data))


@dataclass(slots=True)
class _Thread:
    """A thread whose error is raised where it is joined."""

    run: Callable[[], None]
    error: list[BaseException] = field(default_factory=list)
    thread: threading.Thread | None = None

    def start(self) -> "_Thread":
        self.thread = threading.Thread(target=self._guarded, daemon=True)
        self.thread.start()
        return self

    def _guarded(self) -> None:
        try:
            self.run()
        except BaseException as error:  # carried to the thread that waits
            self.error.append(error)

    def join(self) -> None:
        assert self.thread is not None
        self.thread.join()
        if self.error:
            raise self.error[0]


@contextmanager
def writing(out: IO[bytes], lock: Lock) -> Iterator[tarfile.TarFile]:
    """The inner tar, open for writing; what is added to it goes encrypted into `out`."""
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as outer:
        add(outer, HEAD, json.dumps({"format": FORMAT, "version": __version__, "encryption": lock.kind}).encode())
        parts = Parts(outer)
        recipient = _recipient(lock, outer)
        if recipient is None:
            with tarfile.open(fileobj=parts, mode="w|", format=tarfile.PAX_FORMAT) as inner:
                yield inner
        else:
            reading, put = os.pipe()
            with os.fdopen(reading, "rb") as source:

                def encrypt() -> None:
                    with source:  # a writer whose reader has failed gets an error, not an endless wait
                        pyrage.encrypt_io(source, parts, [recipient])

                sealing = _Thread(encrypt).start()
                try:
                    with os.fdopen(put, "wb") as sink, tarfile.open(fileobj=sink, mode="w|") as inner:
                        yield inner
                except BrokenPipeError:
                    sealing.join()
                    raise
                sealing.join()
        parts.end()


def _recipient(lock: Lock, outer: tarfile.TarFile) -> Any:
    if lock.passphrase:
        identity = pyrage.x25519.Identity.generate()
        add(outer, KEY, pyrage.passphrase.encrypt(str(identity).encode(), lock.passphrase))
        return identity.to_public()
    if lock.recipient:
        return recipient_of(lock.recipient)
    return None


def recipient_of(text: str) -> Any:
    """An age recipient; CliError if it is none."""
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise CliError(
            f"{text[:20]!r} is no age recipient: it begins with age1 and is printed by age-keygen."
        ) from error


@dataclass(frozen=True, slots=True)
class Head:
    """What the first file of a backup says."""

    format: int
    version: str
    encryption: str


def head_of(path: Path) -> Head:
    """The head of a backup. Raises CliError where the file is none, or of a newer kind."""
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|") as outer:
            first = outer.next()
            if first is None or first.name != HEAD or first.size > SMALL_BYTES_MAX:
                raise CliError(f"{path} is no backup of Fairhand. Name a file that fairhand backup wrote.")
            stream = outer.extractfile(first)
            assert stream is not None
            found = json.loads(stream.read())
            head = Head(int(found["format"]), str(found["version"]), str(found["encryption"]))
    except OSError as error:
        raise CliError(f"{path} can't be read: {error.strerror or 'it is cut short'}. Check the name.") from error
    except (tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise CliError(f"{path} is no backup of Fairhand. Name a file that fairhand backup wrote.") from error
    if head.format > FORMAT:
        raise CliError(
            f"{path} was made by Fairhand {head.version[:20]}, whose backups this version ({__version__}) can't read. "
            "Restore it with that version or a newer one."
        )
    return head


def joined(path: Path) -> Iterator[bytes]:
    """The parts of a backup, checked against their sums at the end; CliError where they are not what was written."""
    digest, length, end, number = hashlib.sha256(), 0, None, 0
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|") as outer:
            for member in outer:
                stream = outer.extractfile(member)
                if stream is None or member.name in (HEAD, KEY):
                    continue
                if member.name == END:
                    end = json.loads(stream.read(SMALL_BYTES_MAX))
                    break
                if member.name != f"{PART}{number:06}" or member.size > PART_BYTES:
                    raise _damaged(path, "its parts are not in order")
                data = stream.read()
                number += 1
                digest.update(data)
                length += len(data)
                yield data
    except (OSError, tarfile.TarError, ValueError) as error:
        raise _damaged(path, "it is cut short or was changed") from error
    if end is None:
        raise _damaged(path, "it is cut short")
    if end != {"bytes": length, "sha256": digest.hexdigest()}:
        raise _damaged(path, "it was changed after it was written")


def _damaged(path: Path, why: str) -> CliError:
    return CliError(f"{path} is damaged: {why}. Nothing was restored from it; take another backup.")


@contextmanager
def reading(path: Path, head: Head, identity: Any) -> Iterator[tarfile.TarFile]:
    """The inner tar, open for reading as a stream. A damaged file raises CliError, at the latest at the end."""
    source, put = os.pipe()

    def fill() -> None:
        with os.fdopen(put, "wb") as sink:
            if head.encryption == "none":
                for data in joined(path):
                    sink.write(data)
            else:
                _decrypt(path, identity, sink)

    filling = _Thread(fill).start()
    try:
        with os.fdopen(source, "rb") as stream, tarfile.open(fileobj=stream, mode="r|") as inner:
            yield inner
            while stream.read(PART_BYTES):  # to the end, so that the sums are checked
                pass
    except (tarfile.TarError, EOFError) as error:
        filling.join()
        raise _damaged(path, "it is cut short or was changed") from error
    except CliError:
        raise
    filling.join()


class _Stream(io.RawIOBase):
    """An iterator of bytes, as something to read from."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self.source = source
        self.rest = b""
        self.error: CliError | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; nothing at the end."""
        while not self.rest:
            try:
                self.rest = next(self.source)
            except StopIteration:
                return b""
            except CliError as error:  # told by us in words, once age has given up
                self.error = error
                return b""
        size = len(self.rest) if size < 0 else size
        data, self.rest = self.rest[:size], self.rest[size:]
        return data


def _decrypt(path: Path, identity: Any, sink: IO[bytes]) -> None:
    stream = _Stream(joined(path))
    try:
        pyrage.decrypt_io(stream, sink, [identity])
    except pyrage.DecryptError as error:
        if stream.error is None and "matching" in str(error).lower():
            raise CliError(f"{path} was encrypted for somebody else: this key doesn't open it.") from error
        raise stream.error or _damaged(path, "it was changed after it was written") from error
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            return
        raise stream.error or _damaged(path, "it was changed after it was written") from error
    for data in iter(lambda: stream.read(PART_BYTES), b""):
        del data
    if stream.error is not None:
        raise stream.error


def identity_of(path: Path, head: Head, passphrase: str, key_file: str) -> Any:
    """What opens the parts: from the passphrase or from a file of age-keygen; None for a plain backup."""
    if head.encryption == "none":
        return None
    if head.encryption == "recipient":
        return _identity_in(path, key_file)
    if not passphrase:
        raise CliError(f"{path} is encrypted with a passphrase. Name the file it stands in: --passphrase-file FILE")
    with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|") as outer:
        sealed = next((outer.extractfile(member) for member in outer if member.name == KEY), None)
        text = sealed.read(SMALL_BYTES_MAX) if sealed else b""
    try:
        return pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(text, passphrase).decode())
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise CliError(f"The passphrase doesn't open {path}. Nothing was changed; try another one.") from error


def _identity_in(path: Path, key_file: str) -> Any:
    if not key_file:
        raise CliError(f"{path} is encrypted for a recipient. Name the file of its secret key: --identity FILE")
    try:
        lines = [line.strip() for line in Path(key_file).read_text().splitlines()]
        secret = next(line for line in lines if line.startswith("AGE-SECRET-KEY-"))
        return pyrage.x25519.Identity.from_str(secret)
    except (OSError, StopIteration, pyrage.IdentityError) as error:
        raise CliError(f"{key_file} holds no secret key of age. Name a file that age-keygen wrote.") from error
