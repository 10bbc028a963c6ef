"""files/ of a pack: pictures, recordings and documents that its tasks show, each named in a task by its file's name."""

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from fairhand.files.bare.pieces import Unfit
from fairhand.files.cleaning import clean
from fairhand.files.rules import plain_name
from fairhand.kernel.limits import FILE_BYTES_MAX, PACK_ATTACHED_MAX
from fairhand.packs.errors import Errors, PackRefused, refusal
from fairhand.packs.files import open_file
from fairhand.tasks.wording import shown

FOLDER = "files"
_PIECE_BYTES = 1024 * 1024
_WHY: Mapping[str, str] = {
    "unknown_type": "is of no kind that is taken: a picture, sound, film, PDF or plain text",
    "unreadable": "can't be read: it is damaged or cut short",
    "locked": "is locked with a password",
    "not_bare": "holds a track besides picture and sound, such as places or subtitles, that can't be taken out",
    "animated": "is a picture that moves; put a film or one picture of it there",
    "image_too_large": "is a picture with too many pixels",
}


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file as it is after cleaning, in the shape that a task's payload holds; and where it lies as it came."""

    value: Mapping[str, Any]
    path: Path


def read_files(root: Path, errors: Errors, hashed: Callable[[str, str, int], None]) -> dict[str, PackFile]:
    """The files of the folder by name; faults are noted. `hashed(name, sha256, bytes)`: what each is as it came."""
    found: dict[str, PackFile] = {}
    for name in _names(root, errors):
        place = f"{FOLDER}/{name}"
        if name != plain_name(name):
            errors.add(shown(place), None, None, f"is no plain name; call it {shown(plain_name(name))}")
            continue
        try:
            value, digest, size = _looked_at(root, place, name)
        except PackRefused as refused:
            errors.take(refused)
            continue
        except Unfit as unfit:
            errors.add(place, None, None, _WHY.get(unfit.code, f"is not taken: {unfit.code}"))
            continue
        hashed(place, digest, size)
        found[name] = PackFile(value, root / FOLDER / name)
    return found


def _names(root: Path, errors: Errors) -> list[str]:
    try:
        if not stat.S_ISDIR(os.lstat(root / FOLDER).st_mode):
            raise refusal(FOLDER, "is no folder; the files that tasks show stand in one")
        names = sorted(name for name in os.listdir(root / FOLDER) if not name.startswith("."))
    except PackRefused as refused:
        errors.take(refused)
        return []
    except OSError as error:
        errors.add(FOLDER, None, None, f"cannot be read: {error.strerror}")
        return []
    if len(names) > PACK_ATTACHED_MAX:
        errors.add(FOLDER, None, None, f"holds {len(names)} files; at most {PACK_ATTACHED_MAX} are read")
        return []
    return names


def _looked_at(root: Path, place: str, name: str) -> tuple[dict[str, Any], str, int]:
    """What is known of a file, its SHA-256 and its bytes as it came."""
    with tempfile.TemporaryDirectory(prefix="fairhand-pack-") as folder:
        came, kept = Path(folder) / "came", Path(folder) / "kept"
        digest = _copy(open_file(root, place, FILE_BYTES_MAX), came, place)
        size = came.stat().st_size
        if not size:
            raise refusal(place, "is empty")
        cleaned = clean(came, kept)
        with kept.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        value = {
            "file": str(uuid5(NAMESPACE_OID, f"{name} {digest}")), "name": name, "bytes": kept.stat().st_size,
            "media_type": cleaned.found.media_type, "sha256": sha256, **cleaned.facts,
        }  # fmt: skip
    return value, digest, size


def _copy(descriptor: int, target: Path, place: str) -> str:
    digest, size = hashlib.sha256(), 0
    with os.fdopen(descriptor, "rb") as source, target.open("wb") as out:
        while piece := source.read(_PIECE_BYTES):
            size += len(piece)
            if size > FILE_BYTES_MAX:
                raise refusal(place, f"grew while it was read; at most {FILE_BYTES_MAX} bytes are read")
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()
