"""`fairhand backup`: a consistent copy of the database while everybody works on, in one file, read back and checked."""

import argparse
import hashlib
import json
import os
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import IO, Any

import django
import psycopg

from fairhand import __version__
from fairhand.audit.actor import COMMAND
from fairhand.audit.commands import Fact, record
from fairhand.cli.backup_file import PART_BYTES, Lock, add, joined, recipient_of, writing
from fairhand.cli.backup_files import copy_files
from fairhand.cli.database import Database, ready_database
from fairhand.cli.home import open_home, place
from fairhand.cli.inventory import inventory, tables
from fairhand.cli.output import CliError, emit, say
from fairhand.cli.pgtools import dumping
from fairhand.kernel.clock import utc_now

MANIFEST, DUMP, SECRET, SUMS = "manifest.json", "dump.", "home/secret.key", "sums.json"
SAY_EVERY_BYTES = 256 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Writes everything into one file while the installation goes on working: the database as of one moment, the "
        "files that people sent, counts and sums to check it by, and, if it is encrypted, the secret key of the data "
        "folder."
    )
    parser.add_argument("file", nargs="?", help="the file to write; it must not exist yet")
    parser.add_argument("--to", metavar="FOLDER", help="write into this folder, under a name with the time in it")
    parser.add_argument("--keep", type=int, metavar="N", help="with --to: remove all but the newest N backups in it")
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--passphrase-file", metavar="FILE",
        help="encrypt with the passphrase in the first line of this file; - reads it from standard input",
    )  # fmt: skip
    how.add_argument("--recipient", metavar="age1…", help="encrypt for the holder of this age key")


def run(args: argparse.Namespace) -> int:
    """Write, read back, tell. Raises CliError where nothing usable came of it; then no file is left."""
    now, began = utc_now(), monotonic()
    if bool(args.file) == bool(args.to):
        raise CliError("Name one file to write, or a folder with --to.")
    if args.keep is not None and (not args.to or args.keep < 1):
        raise CliError("--keep wants a number from 1 on, and --to.")
    lock = lock_of(args)
    path = Path(args.file or Path(args.to) / f"fairhand-{now:%Y%m%d-%H%M%S}.backup")
    if path.exists():
        raise CliError(f"{path} exists already. Name a new file.")
    with ready_database(migrated=False) as database:
        if database.owner_url is None:
            raise CliError("Only the owner of the database can copy it all: set FAIRHAND_OWNER_DATABASE_URL as well.")
        django.setup()
        manifest, size = _write(path, database, lock, now)
        say("Reading it back.")
        for _ in joined(path):
            pass
        # In the database as well, so that `fairhand check` and the page know how old the last one is.
        facts = {"bytes": size, "encryption": lock.kind, "file": path.name}
        record(actor=COMMAND, now=now, happened=[Fact("backup:made", "installation", None, facts=facts)])
    removed = _remove_old(Path(args.to), args.keep) if args.to and args.keep else []
    seconds = round(monotonic() - began, 1)
    if lock.kind == "none":
        say("It is not encrypted, so the secret key is not in it: keep secret.key yourself, or encrypt.")
    rows = sum(manifest["rows"].values())
    emit(
        args,
        {
            "file": str(path),
            "bytes": size,
            "rows": rows,
            "encryption": lock.kind,
            "seconds": seconds,
            "removed": removed,
        },
        f"{path}: {rows} rows, {size / 1e6:.1f} MB, written and read back in {seconds} s.",
    )
    return 0


def lock_of(args: argparse.Namespace) -> Lock:
    """How to encrypt."""
    if args.recipient:
        recipient_of(args.recipient)
        return Lock(recipient=args.recipient)
    return Lock(passphrase=passphrase_of(args.passphrase_file)) if args.passphrase_file else Lock()


def passphrase_of(name: str) -> str:
    """The first line of a file or of standard input; never an argument, which every process of the machine can read."""
    try:
        text = sys.stdin.readline() if name == "-" else Path(name).read_text().partition("\n")[0]
    except (OSError, UnicodeDecodeError) as error:
        raise CliError(
            f"The passphrase could not be read from {name}. Name a file with it in the first line."
        ) from error
    if not text.strip():
        raise CliError(f"There is no passphrase in the first line of {name}.")
    return text.rstrip("\r\n")


def _write(path: Path, database: Database, lock: Lock, now: datetime) -> tuple[dict[str, Any], int]:
    """Into a file of another name first, so that a name of a backup is a whole backup."""
    assert database.owner_url is not None
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            manifest = _fill(out, database.owner_url, lock, now)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(path)
    except OSError as error:
        raise CliError(f"The backup could not be written to {path}: {error.strerror}. Nothing was kept.") from error
    finally:
        with suppress(OSError):  # gone, renamed, or never made
            unfinished.unlink()
    return manifest, path.stat().st_size


def _fill(out: IO[bytes], url: str, lock: Lock, now: datetime) -> dict[str, Any]:
    """Counts and copy belong to one snapshot, however much is written meanwhile."""
    with psycopg.connect(url) as owner:
        owner.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        if not tables(owner):
            raise CliError("The database is empty: there is nothing to back up. Run fairhand up first.")
        row = owner.execute("SELECT pg_export_snapshot(), current_setting('server_version')").fetchone()
        assert row is not None
        say("Counting.")
        manifest = inventory(owner) | {"version": __version__, "made_at": now.isoformat(), "postgres": row[1]}
        with writing(out, lock) as archive:
            add(archive, MANIFEST, json.dumps(manifest).encode())
            secret = _secret() if lock.kind != "none" else None
            if secret is not None:
                add(archive, SECRET, secret)
            say("Copying the database.")
            with dumping(url, row[0]) as dump:
                sums = _copy(dump, archive)
            sums["files"] = copy_files(owner, archive)
            add(archive, SUMS, json.dumps(sums).encode())
    return manifest


def _copy(dump: IO[bytes], archive: Any) -> dict[str, object]:
    digest, length, number, told = hashlib.sha256(), 0, 0, SAY_EVERY_BYTES
    while data := dump.read(PART_BYTES):
        digest.update(data)
        length += len(data)
        add(archive, f"{DUMP}{number:06}", data)
        number += 1
        if length >= told:
            say(f"{length / 1e6:.0f} MB copied.")
            told += SAY_EVERY_BYTES
    return {"bytes": length, "sha256": digest.hexdigest()}


def _secret() -> bytes | None:
    """The data folder's key, if that is the one in use."""
    file = place() / "secret.key"
    if not file.is_file() or os.environ.get("FAIRHAND_SECRET_KEY") != open_home().signing_key():
        return None
    return file.read_bytes()


def _remove_old(folder: Path, keep: int) -> list[str]:
    found = sorted(folder.glob("fairhand-????????-??????.backup"))
    for old in found[:-keep]:
        old.unlink()
    return [old.name for old in found[:-keep]]
