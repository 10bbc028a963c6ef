"""The restore drill: back up while people work, destroy the database, restore, and find everything as it was saved."""

import json
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pyrage
import pytest

from fairhand.audit.actor import COMMAND
from fairhand.audit.commands import Fact, record
from fairhand.audit.queries import Cursor, beyond
from fairhand.cli import backup_file
from fairhand.cli.backup import MANIFEST
from fairhand.cli.backup_file import Lock, add, head_of, identity_of, reading, writing
from fairhand.cli.database import Database, embedded
from fairhand.cli.home import Home
from fairhand.cli.inventory import inventory, recomputed
from fairhand.dispatch.models import Claim
from fairhand.kernel.clock import utc_now
from tests.building import Small, check_books, small_project
from tests.commands_of import (
    environment,
    fairhand,
    made_once,
    migrated_home,
    new_folder,
    refused,
    servers_of,
    wait_until,
)
from tests.counts import count
from tests.databases import django_on

WRITERS = 2
# A person at work: takes a task, works, hands in, until the file says stop. Each line it prints is a finished task.
WRITE = """
import os, sys
from datetime import timedelta
from uuid import UUID
import django
django.setup()
from fairhand.dispatch.models import Claim
from fairhand.kernel.clock import utc_now
from fairhand.projects.models import Project
from fairhand.flow.stage_cards import stage_cards
from tests.building import Small
project = Project.objects.get()
hashes = [card.card.terms_hash for card in stage_cards(project.id)]
small = Small(project, UUID(int=0), [], [], utc_now(), hashes)
me = UUID(sys.argv[1])
while not os.path.exists(sys.argv[2]):
    small.now = utc_now()
    claim = small.take(me, key=str(os.urandom(8)))
    if not isinstance(claim, Claim):
        break
    small.submit(claim)
    print("done", flush=True)
"""
PASSPHRASE = "a long passphrase of the drill"


@pytest.fixture
def folder() -> Iterator[Path]:
    with new_folder() as folder:
        yield folder


def manifest_of(path: Path, passphrase: str = "") -> dict[str, dict[str, int]]:
    head = head_of(path)
    with reading(path, head, identity_of(path, head, passphrase, "")) as archive:
        for member in archive:
            if member.name == MANIFEST:
                found: dict[str, dict[str, int]] = json.load(archive.extractfile(member))
    return found


def writers(home: Path, url: str, people: list[object], stop: Path) -> list["subprocess.Popen[str]"]:
    root = Path(__file__).parents[2]
    more = {"FAIRHAND_DATABASE_URL": url, "FAIRHAND_SECRET_KEY": "x", "DJANGO_SETTINGS_MODULE": "fairhand.settings"}
    env = environment(home, more) | {"PYTHONPATH": f"{root}:{root / 'src'}"}
    return [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, str(person), str(stop)], env=env, stdout=subprocess.PIPE, text=True
        )
        for person in people
    ]


def read_all(cursor: Cursor, at_least: int) -> list[str]:
    """Every event after the cursor, in small pages; waits for what other transactions of the server hold back."""
    seen: list[str] = []
    end = time.monotonic() + 60
    while len(seen) < at_least and time.monotonic() < end:
        rows, cursor = beyond(cursor, 97)
        seen += [str(row["id"]) for row in rows]
    return seen


@dataclass(slots=True)
class Drill:
    """What is known before the disaster: the backup, who worked, and what a reader on its way had read."""

    home: Path
    saved: Path
    small: Small
    seen: set[str]
    backed_up_in: float


def backed_up_under_load(folder: Path) -> Drill:
    """People work in processes of their own while the copy is taken, and go on afterwards."""
    home, stop, saved = migrated_home(folder), folder / "stop", folder / "drill.backup"
    (folder / "pass").write_text(PASSPHRASE + "\n")
    with embedded(Home(home)) as database, django_on(database.app_url):
        small = small_project(tasks=count(2_000, 20_000), reviewed=False, experts=WRITERS, now=utc_now())
        rows, half = beyond(Cursor(), 5)
        assert len(rows) == 5
        with psycopg.connect(database.owner_url, autocommit=True) as owner:
            owner.execute("INSERT INTO notice_cursor VALUES ('drill', %s, %s)", [half.xid, half.seq])
        working = writers(home, database.app_url, list(small.experts), stop)
        assert [process.stdout.readline() for process in working if process.stdout] == ["done\n"] * WRITERS
        began = time.monotonic()
        ran = fairhand(home, "backup", str(saved), "--passphrase-file", str(folder / "pass"), "--json")
        took = time.monotonic() - began
        assert ran.returncode == 0, ran.stderr
        after = [process.stdout.readline() for process in working if process.stdout]
        assert after == ["done\n"] * WRITERS, "people worked on while the copy was taken"
        stop.touch()
        for process in working:
            process.communicate(timeout=60)
    return Drill(home, saved, small, {str(row["id"]) for row in rows}, took)


def as_it_was_saved(database: Database, rows: dict[str, int], manifest: dict[str, dict[str, int]]) -> Cursor:
    """Counts, balances and legs are the manifest's; gives where the reader on its way stands now."""
    with psycopg.connect(str(database.owner_url)) as owner:
        found = inventory(owner)
        assert recomputed(owner) == 0
        kept = owner.execute("SELECT xid, seq FROM notice_cursor WHERE name = 'drill'").fetchone()
        old = owner.execute("SELECT count(*) FROM event WHERE xid <> '0' AND verb <> 'backup:restored'").fetchone()
    assert old == (0,), "no transaction id of the lost server is left"
    assert found["rows"] == rows
    assert found["balances"] == manifest["balances"]
    assert found["legs"] == manifest["legs"]
    nonzero = {name: net for name, net in manifest["balances"].items() if net}
    assert {name: net for name, net in found["legs"].items() if net} == nonzero, "recomputed from its legs"
    assert kept is not None
    return Cursor(*kept)


def test_the_restore_drill(folder: Path, printed) -> None:
    drill = backed_up_under_load(folder)
    manifest = manifest_of(drill.saved, PASSPHRASE)
    assert manifest["rows"]["submission"] >= WRITERS
    wait_until(lambda: not servers_of(drill.home), "the server has ended")
    key = (drill.home / "secret.key").read_bytes()
    shutil.rmtree(drill.home)

    began = time.monotonic()
    ran = fairhand(drill.home, "restore", str(drill.saved), "--passphrase-file", str(folder / "pass"), "--json")
    restored_in = time.monotonic() - began
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1])["differs"] == []
    assert (drill.home / "secret.key").read_bytes() == key, "nobody is signed out by a restore"

    events = manifest["rows"]["event"] + 1  # the one that says it was restored
    with embedded(Home(drill.home)) as database, django_on(database.app_url):
        kept = as_it_was_saved(database, manifest["rows"] | {"event": events}, manifest)
        check_books()
        every = read_all(Cursor(), events)
        assert len(every) == len(set(every)) == events, "from the start: each once"
        rest = read_all(kept, events - len(drill.seen))
        assert set(every) - set(rest) <= drill.seen, "a reader on its way misses nothing"
        record(actor=COMMAND, now=utc_now(), happened=[Fact("test:made", "test", None)])
        assert len(read_all(kept, len(rest) + 1)) == len(rest) + 1, "nor what comes after the restore"
        drill.small.now = utc_now()
        claim = drill.small.take(drill.small.experts[0], key="after the restore")
        assert isinstance(claim, Claim), "work goes on"
        drill.small.submit(claim)
        check_books()
    printed(
        f"restore drill: {sum(manifest['rows'].values())} rows, {drill.saved.stat().st_size / 1e6:.1f} MB; backed "
        f"up in {drill.backed_up_in:.1f} s under load, restored and recounted in {restored_in:.1f} s"
    )


@pytest.fixture(scope="module")
def backups() -> Iterator[Path]:
    """A folder with a data folder and three backups of it: plain, with a passphrase, for a recipient."""
    with new_folder() as folder:
        shutil.copytree(made_once("backups", _backed_up), folder / "made")
        yield folder / "made"


def _backed_up(folder: Path) -> None:
    folder.mkdir()
    identity = pyrage.x25519.Identity.generate()
    (folder / "identity").write_text(f"# made by a test\n{identity}\n")
    (folder / "pass").write_text("right-passphrase\n")
    (folder / "wrong").write_text("wrong-passphrase\n")
    home = migrated_home(folder)
    for name, words in (
        ("plain", []), ("sealed", ["--passphrase-file", str(folder / "pass")]),
        ("sent", ["--recipient", str(identity.to_public())]),
    ):  # fmt: skip
        ran = fairhand(home, "backup", str(folder / name), *words)
        assert ran.returncode == 0, ran.stderr


def restore(folder: Path, name: str, *words: str) -> "subprocess.CompletedProcess[str]":
    """Into an empty data folder, which is thrown away."""
    with new_folder() as fresh:
        ran = fairhand(fresh / "home", "restore", str(folder / name), *words)
        if ran.returncode == 2:
            assert not (fresh / "home" / "db").exists(), "what is refused makes nothing"
        return ran


def test_each_way_of_encrypting_opens_again(backups: Path) -> None:
    for name, words in (("plain", []), ("sent", ["--identity", str(backups / "identity")])):
        ran = restore(backups, name, *words)
        assert ran.returncode == 0, ran.stderr
    assert b"secret.key" not in (backups / "sealed").read_bytes()
    assert (
        json.loads((backups / "home" / "secret.key").read_text())["key"].encode()
        not in (backups / "plain").read_bytes()
    )


def test_what_does_not_open_is_refused_with_a_sentence(backups: Path) -> None:
    refused(restore(backups, "sealed"), "--passphrase-file")
    refused(restore(backups, "sealed", "--passphrase-file", str(backups / "wrong")), "passphrase doesn't open")
    refused(restore(backups, "sent"), "--identity")
    refused(restore(backups, "sent", "--identity", str(backups / "pass")), "no secret key")
    (backups / "stranger").write_text(f"{pyrage.x25519.Identity.generate()}\n")
    refused(restore(backups, "sent", "--identity", str(backups / "stranger")), "for somebody else")
    refused(restore(backups, "pass"), "no backup of Fairhand")
    refused(restore(backups, "nowhere"), "can't be read")


@pytest.mark.parametrize("name", ["plain", "sealed"])
def test_a_cut_or_changed_file_is_refused(backups: Path, name: str) -> None:
    words = ["--passphrase-file", str(backups / "pass")]
    whole = (backups / name).read_bytes()
    for where in (len(whole) // 2,):
        (backups / "cut").write_bytes(whole[:where])
        refused(restore(backups, "cut", *words), "damaged")
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 0x10
    (backups / "changed").write_bytes(changed)
    refused(restore(backups, "changed", *words), "damaged")


def test_every_flipped_byte_is_found(backups: Path) -> None:
    """Of the parts and their sums; the tar's own padding carries nothing."""
    whole = (backups / "plain").read_bytes()
    with tarfile.open(backups / "plain") as archive:
        places = [(member.offset_data, member.size) for member in archive if member.name.startswith(("part.", "end."))]
    for start, size in places:
        for step in range(count(12, 200)):
            changed = bytearray(whole)
            changed[start + step * (size - 1) // max(count(12, 200) - 1, 1)] ^= 0x01
            (backups / "flipped").write_bytes(changed)
            with pytest.raises(backup_file.CliError, match="damaged"):
                for _ in backup_file.joined(backups / "flipped"):
                    pass


def test_a_backup_of_a_newer_version_is_refused(backups: Path) -> None:
    newer = backups / "newer"
    manifest = manifest_of(backups / "plain") | {"version": "9.9.9"}
    manifest["migrations"].append("dispatch.9999_of_the_future")  # type: ignore[attr-defined]  # a list
    with newer.open("wb") as out, writing(out, Lock()) as archive:
        add(archive, MANIFEST, json.dumps(manifest).encode())
    with new_folder() as fresh:
        refused(fairhand(fresh / "home", "restore", str(newer)), "9.9.9", "dispatch.9999_of_the_future")
    with newer.open("wb") as out, tarfile.open(fileobj=out, mode="w") as archive:
        head = {"format": backup_file.FORMAT + 1, "version": "9.9.9", "encryption": "none"}
        add(archive, backup_file.HEAD, json.dumps(head).encode())
    refused(restore(backups, "newer"), "9.9.9", "newer")


def test_nothing_is_restored_over_data(backups: Path) -> None:
    refused(fairhand(backups / "home", "restore", str(backups / "plain")), "isn't empty", "--into")
    ran = fairhand(backups / "home", "restore", str(backups / "plain"), "--into", "beside", "--json")
    assert ran.returncode == 0, ran.stderr
    refused(fairhand(backups / "home", "restore", str(backups / "plain"), "--into", "beside"), "already")


def test_a_backup_is_whole_or_not_there(backups: Path, folder: Path) -> None:
    refused(fairhand(backups / "home", "backup", str(backups / "plain")), "exists already")
    refused(fairhand(backups / "home", "backup"), "--to")
    refused(fairhand(backups / "home", "backup", "x", "--recipient", "age1nonsense"), "no age recipient")
    refused(
        fairhand(backups / "home", "backup", str(folder / "file"), "--passphrase-file", str(folder / "none")),
        "passphrase",
    )
    (folder / "file").write_text("")
    refused(fairhand(backups / "home", "backup", str(folder / "file" / "below")), "could not be written")
    for _ in range(3):
        ran = fairhand(backups / "home", "backup", "--to", str(folder / "many"), "--keep", "2", "--json")
        assert ran.returncode == 0, ran.stderr
        time.sleep(1)  # names go by the second
    assert len(list((folder / "many").iterdir())) == 2
