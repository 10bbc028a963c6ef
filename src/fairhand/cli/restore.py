"""`fairhand restore`: a backup into an empty database, recounted against what the backup says of itself."""

import argparse
import hashlib
import json
from pathlib import Path
from time import monotonic
from typing import Any

import django
import psycopg
from django.db.migrations.loader import MigrationLoader
from psycopg import sql
from psycopg.conninfo import make_conninfo

from fairhand import __version__
from fairhand.audit.actor import COMMAND
from fairhand.audit.commands import Fact, record
from fairhand.cli import migrate
from fairhand.cli.backup import DUMP, MANIFEST, SECRET, SUMS, passphrase_of
from fairhand.cli.backup_file import SMALL_BYTES_MAX, head_of, identity_of, joined, reading
from fairhand.cli.backup_files import PREFIX, restoring_files
from fairhand.cli.database import ready_database
from fairhand.cli.home import open_home
from fairhand.cli.inventory import differences, inventory, recomputed, tables, zero_transaction_ids
from fairhand.cli.output import CliError, emit, say
from fairhand.cli.pgtools import restoring
from fairhand.insight.books import run_checks, three_sums
from fairhand.kernel.clock import utc_now

MANIFEST_BYTES_MAX = 16 * SMALL_BYTES_MAX


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Checks the whole file first, then fills an empty database from it, counts everything again, recomputes the "
        "ledger from its legs and says what differs. Exit code 1 if anything does."
    )
    parser.add_argument("file", help="a file that fairhand backup wrote")
    parser.add_argument("--into", metavar="NAME", help="make a new database of this name beside the other and fill it")
    parser.add_argument(
        "--passphrase-file", metavar="FILE", help="its first line is the passphrase; - is standard input"
    )
    parser.add_argument("--identity", metavar="FILE", help="the secret key of age that the backup was encrypted for")


def run(args: argparse.Namespace) -> int:
    began, path = monotonic(), Path(args.file)
    head = head_of(path)
    passphrase = passphrase_of(args.passphrase_file) if args.passphrase_file else ""
    identity = identity_of(path, head, passphrase, args.identity or "")
    say("Checking the file.")
    for _ in joined(path):
        pass
    manifest, secret = _first_files(path, head, identity)
    kept_key = _restore_key(secret)
    with ready_database(migrated=False) as database:
        if database.owner_url is None:
            raise CliError("Only the owner can fill a database: set FAIRHAND_OWNER_DATABASE_URL as well.")
        django.setup()
        _refuse_newer(manifest)
        app_url, owner_url = database.app_url, database.owner_url
        if args.into:
            app_url, owner_url = _make(args.into, app_url, owner_url)
        _must_be_empty(owner_url)
        say(f"Restoring the backup of {manifest['made_at'][:16]} UTC, made by Fairhand {manifest['version']}.")
        _fill(path, head, identity, owner_url)
        with psycopg.connect(owner_url, autocommit=True) as owner:
            zero_transaction_ids(owner)
            owner.execute("ANALYZE")
            say("Counting again.")
            differs = differences(manifest, inventory(owner))
            apart = recomputed(owner)
        migrate.bring_up_to_date(app_url, owner_url)
        wrong = [] if args.into else _books_wrong()
    differs += [f"{apart} accounts whose balance isn't the sum of their legs"] if apart else []
    differs += wrong
    return _tell(args, manifest, differs, kept_key, monotonic() - began)


def _tell(args: argparse.Namespace, manifest: dict[str, Any], differs: list[str], key: str, seconds: float) -> int:
    rows = sum(manifest["rows"].values())
    if key:
        say(key)
    result = {
        "rows": rows, "differs": differs, "made_at": manifest["made_at"], "version": manifest["version"],
        "seconds": round(seconds, 1),
    }  # fmt: skip
    if differs:
        emit(args, result, "Restored, but not as it was saved:\n" + "\n".join(differs))
        return 1
    sentence = f"Restored {rows} rows in {seconds:.1f} s; the ledger, recomputed from its legs, is what was saved."
    emit(args, result, sentence)
    return 0


def _first_files(path: Path, head: Any, identity: Any) -> tuple[dict[str, Any], bytes | None]:
    """The manifest and the data folder's key, which stand before the copy of the database."""
    manifest: dict[str, Any] | None = None
    secret: bytes | None = None
    with reading(path, head, identity) as archive:
        for member in archive:
            if member.name == MANIFEST and member.size <= MANIFEST_BYTES_MAX:
                manifest = json.load(archive.extractfile(member))  # type: ignore[arg-type]  # a plain file
            elif member.name == SECRET and member.size <= SMALL_BYTES_MAX:
                secret = archive.extractfile(member).read()  # type: ignore[union-attr]  # a plain file
    if manifest is None:
        raise CliError(f"{path} is no backup of Fairhand: it says nothing about itself.")
    return manifest, secret


def _restore_key(secret: bytes | None) -> str:
    """The key into a data folder that has none yet; a sentence about it."""
    if secret is None:
        return "The backup holds no secret key: everybody signs in anew, unless you put secret.key back yourself."
    home = open_home()
    file = home.path / "secret.key"
    if not file.exists():
        home.write("secret.key", secret.decode())
    if file.read_bytes() != secret:
        return "The data folder has a secret key of its own, which was kept: everybody signs in anew."
    return ""


def _refuse_newer(manifest: dict[str, Any]) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    strange = [name for name in manifest["migrations"] if name not in known]
    if strange:
        raise CliError(
            f"The backup was made by Fairhand {manifest['version']}, whose tables this version ({__version__}) doesn't "
            f"know ({strange[0]}). Restore it with that version or a newer one."
        )


def _make(name: str, app_url: str, owner_url: str) -> tuple[str, str]:
    """A new database beside the one that is there; the addresses of both roles in it."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        try:
            owner.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.errors.DuplicateDatabase as error:
            raise CliError(
                f"There is a database called {name[:60]} already. Choose another name for --into."
            ) from error
        except psycopg.Error as error:
            first = str(error).strip().splitlines()[0]
            raise CliError(f"The database {name[:60]} could not be made: {first}. Make it yourself.") from error
    return make_conninfo(app_url, dbname=name), make_conninfo(owner_url, dbname=name)


def _must_be_empty(url: str) -> None:
    with psycopg.connect(url) as owner:
        found = tables(owner)
    if found:
        raise CliError(
            f"The database isn't empty ({len(found)} tables): nothing is ever restored over data. Name an empty data "
            "folder in FAIRHAND_HOME, or a new database with --into NAME."
        )


def _fill(path: Path, head: Any, identity: Any, url: str) -> None:
    digest, length, sums = hashlib.sha256(), 0, None
    with reading(path, head, identity) as archive, restoring(url) as sink, restoring_files() as files:
        for member in archive:
            if member.name.startswith(DUMP):
                data = archive.extractfile(member).read()  # type: ignore[union-attr]  # a plain file
                digest.update(data)
                length += len(data)
                sink.write(data)
            elif member.name.startswith(PREFIX):
                files.take(member.name, archive.extractfile(member).read())  # type: ignore[union-attr]  # a plain file
            elif member.name == SUMS:
                files.end()
                sums = json.load(archive.extractfile(member))  # type: ignore[arg-type]  # a plain file
    # Backups made before there were files say nothing of them.
    if sums is None or {"files": 0, **sums} != {"bytes": length, "sha256": digest.hexdigest(), "files": files.count}:
        raise CliError(f"{path} doesn't hold the copy of the database that it says. Take another backup.")


def _books_wrong() -> list[str]:
    """The books' own checks, on the restored database, and an event that says what happened."""
    wrong = [f"{name}: {', '.join(rows)}" for name, rows in run_checks().items()]
    wrong += [f"{sums.currency}: pay lines, ledger and statements differ" for sums in three_sums() if not sums.equal]
    fact = Fact("backup:restored", "installation", None, facts={"right": not wrong})
    record(actor=COMMAND, now=utc_now(), happened=[fact])
    return wrong
