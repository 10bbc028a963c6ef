"""A pack whose tasks show files: each is looked at like one that is sent, and becomes the project's own."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import override_settings

from fairhand.audit.actor import COMMAND
from fairhand.files.models import Attachment, AttachmentUse
from fairhand.files.rules import value_of
from fairhand.flow.import_pack import import_pack
from fairhand.kernel.refusals import Refused
from fairhand.packs import PackRefused, read_pack
from fairhand.packs.attached import _WHY
from fairhand.projects.models import Project
from fairhand.tasks.models import Task
from tests import samples
from tests.building import NOW, check_books
from tests.rules.pack_cases import make_good, swap

pytestmark = pytest.mark.usefixtures("rollback_db")
_QUESTIONS = """[[template.questions]]
name = "seen"
type = "regions"
label = "Mark it."
of = "picture"
labels = [{ value = "house", label = "House" }]
required = false

[[template.questions]]
name = "comment\""""


def _pack(folder: Path) -> Path:
    """The good pack with a picture in every task, without its history."""
    made = make_good(folder)
    swap("project.toml", "fields = [\n", 'fields = [\n  { name = "picture", type = "image", label = "Picture" },\n')(
        made
    )
    swap("project.toml", '[[template.questions]]\nname = "comment"', _QUESTIONS)(made)
    project = (made / "project.toml").read_text()
    start, end = project.index("[history]"), project.index("[delivery]")
    # The labels of the picture have the digits, which an option may not have then.
    (made / "project.toml").write_text(re.sub(r', key = "\w"', "", project[:start] + project[end:]))
    (made / "judgements.csv").unlink()
    (made / "files").mkdir()
    (made / "files" / "street.jpg").write_bytes(samples.jpeg())
    (made / "files" / "map.png").write_bytes(samples.png())
    for name, picture in (("tasks.jsonl", "street.jpg"), ("gold.jsonl", {"file": "map.png", "alt": "A map"})):
        rows = [json.loads(line) for line in (made / name).read_text().splitlines()]
        for row in rows:
            row["payload"]["picture"] = picture
        if name == "gold.jsonl":
            rows[0]["answer"]["seen"] = {"marks": [{"kind": "box", "label": "house", "at": [0, 0, 64, 64]}]}
        (made / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return made


def test_its_files_become_the_projects_own(tmp_path: Path) -> None:
    pack = read_pack(_pack(tmp_path / "pack"))
    with override_settings(FILES=str(tmp_path / "files")):
        made = import_pack(pack=pack, actor=COMMAND, now=NOW)
    assert isinstance(made, Project), made
    street, picture = (Attachment.objects.get(project=made, name=name) for name in ("street.jpg", "map.png"))
    assert street.facts == {"width": 240, "height": 320}, "turned upright, as it says of itself"
    payloads = {task.key: task.payload["picture"] for task in Task.objects.filter(project_id=made.id)}
    assert payloads["t1"] == payloads["t2"] == value_of(street)
    assert payloads["g1"] == value_of(picture) | {"alt": "A map"}
    assert AttachmentUse.objects.filter(attachment=street).count() == 2
    kept = [path.read_bytes() for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert len(kept) == 2
    assert all(b"Somebody" not in content for content in kept), "cleaned like every other"
    check_books()


def test_without_a_place_for_files_nothing_is_imported(tmp_path: Path) -> None:
    with override_settings(FILES=""):
        refused = import_pack(pack=read_pack(_pack(tmp_path)), actor=COMMAND, now=NOW)
    assert isinstance(refused, Refused)
    assert refused.code == "no_store"
    assert not Project.objects.exists()


def test_a_file_that_changed_since_it_was_checked_is_refused(tmp_path: Path) -> None:
    pack = read_pack(_pack(tmp_path / "pack"))
    (tmp_path / "pack" / "files" / "map.png").write_bytes(samples.png(32, 32))
    with override_settings(FILES=str(tmp_path / "files")), pytest.raises(PackRefused, match="changed while"):
        import_pack(pack=pack, actor=COMMAND, now=NOW)
    assert not Project.objects.exists()


def _put(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / "files" / name).write_bytes(content)


def _link(folder: Path) -> None:
    (folder / "files" / "map.png").unlink()
    os.symlink("/etc/hostname", folder / "files" / "map.png")


def _no_folder(folder: Path) -> None:
    for file in (folder / "files").iterdir():
        file.unlink()
    (folder / "files").rmdir()
    (folder / "files").write_text("x")


@pytest.mark.parametrize(
    ("change", "place", "why"),
    [
        (_put("map.png", samples.SVG), "files/map.png", _WHY["unknown_type"]),
        (_put("map.png", b"\x89PNG\r\n\x1a\n" + b"x" * 50), "files/map.png", _WHY["unreadable"]),
        (_put("map.png", b""), "files/map.png", "is empty"),
        (_put("a:b.png", samples.png()), "'files/a:b.png'", "is no plain name; call it 'ab.png'"),
        (_link, "files/map.png", "is a link that leaves the pack's folder; put the file itself there"),
        (_no_folder, "files", "is no folder; the files that tasks show stand in one"),
        (lambda folder: (folder / "files" / "map.png").unlink(), "gold.jsonl line 1, payload.picture", "map.png"),
        (
            lambda folder: os.mkfifo(folder / "files" / "pipe.png"),
            "files/pipe.png",
            "is a named pipe; a file is needed",
        ),
    ],
    ids=["svg", "broken", "empty", "name", "link", "no-folder", "missing", "pipe"],
)
def test_a_bad_file_is_told_with_its_place(
    change: Callable[[Path], object], place: str, why: str, tmp_path: Path
) -> None:
    made = _pack(tmp_path / "pack")
    change(made)
    with pytest.raises(PackRefused) as refused:
        read_pack(made)
    assert any(str(error).startswith(place) and why in str(error) for error in refused.value.errors), refused.value
