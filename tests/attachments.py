"""Files in tests: sent and looked at as the product does it, without a page and without a worker."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

from fairhand.audit.actor import JOB
from fairhand.files.commands import begin, look_at, send_whole
from fairhand.files.models import Attachment, AttachmentUse
from fairhand.files.queries import waiting
from fairhand.files.store import key_of, store
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Project
from fairhand.tasks.attached import files_in
from fairhand.tasks.models import Task
from tests import samples

CONTENTS: Mapping[str, bytes] = {
    "image/jpeg": samples.jpeg(), "image/png": samples.png(), "audio/wav": samples.wav(),
    "application/pdf": samples.pdf(), "text/vtt": samples.VTT, "video/mp4": b"\x00\x00\x00\x18ftypisom",
}  # fmt: skip


def look_at_all() -> list[str]:
    """What the job does, of every file that came whole; their states."""
    return [look_at(file_id=file_id, actor=JOB, now=utc_now()) for file_id in list(waiting(100))]


def sent(project: Project, person_id: UUID, name: str, content: bytes, asked: Any = None) -> Attachment:
    """A file that came whole and was looked at."""
    row = begin(
        project_id=project.id, org_id=project.org_id, person_id=person_id, name=name, size=len(content), asked=asked,
        now=utc_now(),
    )  # fmt: skip
    assert isinstance(row, Attachment), row
    done = send_whole(row=row, pieces=[content])
    assert not isinstance(done, Refused), done
    look_at_all()
    row.refresh_from_db()
    return row


def put(org_id: UUID, content: bytes) -> str:
    """Its SHA-256; where this test keeps files, these bytes lie under it."""
    sha256, place = hashlib.sha256(content).hexdigest(), store()
    if place is not None:
        with NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            place.put(key_of(org_id, sha256), Path(file.name))
    return sha256


def stand_in(
    project: Project, person_id: UUID, payload: Mapping[str, Any], folder: Any, contents: Mapping[str, bytes] = CONTENTS
) -> None:
    """Make the files that an example's payload names, under the ids that stand in it, and show them in every task.

    `contents`: by name, or else by media type.
    """
    place = store()
    assert place is not None
    for file in files_in(payload):
        content = contents.get(file["name"]) or contents[file["media_type"]]
        source = folder / "source"
        source.write_bytes(content)
        place.put(key_of(project.org_id, file["sha256"]), source)
        Attachment.objects.create(
            id=UUID(file["file"]), org_id=project.org_id, project=project, person_id=person_id, name=file["name"],
            sent_bytes=len(content), received=len(content), state="clean", media_type=file["media_type"],
            size=len(content), sha256=file["sha256"], made_at=utc_now(), done_at=utc_now(),
        )  # fmt: skip
        for task_id in Task.objects.filter(project_id=project.id).values_list("id", flat=True):
            AttachmentUse.objects.create(attachment_id=UUID(file["file"]), task_id=task_id)
