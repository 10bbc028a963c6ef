"""Files in a backup: copied beside the database, and back in the folder byte for byte or not at all."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import override_settings

from fairhand.cli import backup_files
from fairhand.cli.backup_files import Restoring, copy_files
from fairhand.cli.output import CliError
from fairhand.files.store import key_of
from tests import samples
from tests.attachments import sent
from tests.browser.people import cast

pytestmark = pytest.mark.usefixtures("rollback_db")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    with override_settings(FILES=str(tmp_path / "files")):
        yield tmp_path / "files"


def test_files_come_back_as_they_were(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    who = cast()
    project = who.small.project
    rows = [
        sent(project, who.manager, name, content)
        for name, content in (("a.wav", samples.wav()), ("b.pdf", samples.pdf()), ("again.pdf", samples.pdf()))
    ]
    sent(project, who.manager, "refused.svg", samples.SVG)
    monkeypatch.setattr(backup_files, "PART_BYTES", 4_000)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        assert copy_files(connection.connection, archive) == 2
    with tarfile.open(fileobj=io.BytesIO(out.getvalue())) as archive:
        members = [(member.name, archive.extractfile(member).read()) for member in archive]
    assert len(members) > 4, "a large file comes in parts"

    fresh = tmp_path / "fresh"
    restoring = Restoring(fresh)
    for name, data in members:
        restoring.take(name, data)
    restoring.end()
    assert restoring.count == 2
    for row in rows:
        key = key_of(row.org_id, row.sha256)
        assert (fresh / key).read_bytes() == (folder / key).read_bytes()

    spoiled = Restoring(tmp_path / "spoiled")
    spoiled.take(members[0][0], b"x" + members[0][1][1:])
    with pytest.raises(CliError, match="not what was saved"):
        for name, data in members[1:]:
            spoiled.take(name, data)
    assert not [path for path in (tmp_path / "spoiled").rglob("*") if path.is_file()]
    for name in ("files/../../etc/passwd.000000", "files/x.000000", f"{members[0][0]}0"):
        with pytest.raises(CliError, match="under a name"):
            Restoring(fresh).take(name, b"x")
    with pytest.raises(CliError, match="names no folder"):
        Restoring(None).take(*members[0])
    (folder / key_of(rows[0].org_id, rows[0].sha256)).unlink()
    with tarfile.open(fileobj=io.BytesIO(), mode="w") as archive, pytest.raises(CliError, match="is missing"):
        copy_files(connection.connection, archive)
