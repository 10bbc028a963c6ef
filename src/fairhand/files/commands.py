"""Verbs that take files in: begin, part by part, look at it, keep it."""

import hashlib
import shlex
import subprocess
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from procrastinate import App
from procrastinate.contrib.django.django_connector import DjangoConnector

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.files.bare.pieces import Unfit
from fairhand.files.cleaning import clean
from fairhand.files.models import Attachment, AttachmentPart, AttachmentUse
from fairhand.files.queries import pour, room_of, stale, taken_for_answer
from fairhand.files.rules import Room, allowed, may_begin, plain_name
from fairhand.files.store import Store, key_of, store
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import (
    FILE_BYTES_MAX,
    FILE_PART_BYTES_MAX,
    FILE_SCAN_S_MAX,
    FILE_UNFINISHED_KEPT_S,
    FILES_EXPIRED_PER_JOB_MAX,
    FILES_PER_SLOT_MAX,
)
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Project

JOB_NAME = "look_at_file"
_QUEUE = App(connector=DjangoConnector())
_PIECE_BYTES = 1024 * 1024
_NOBODY = UUID(int=0)  # what a command keeps was sent by no person
_OUTPUT_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """The question of a claim that a file answers."""

    claim_id: UUID
    slot_id: UUID
    task_id: UUID
    question: str
    takes: Sequence[str]
    bytes_max: int


def begin(
    *, project_id: UUID, org_id: UUID, person_id: UUID, name: str, size: int, asked: Asked | None, now: datetime
) -> Attachment | Refused:
    """Announce a file; its parts may come from now on. Begun again with the same name and size, it is gone on with.

    `asked`: the question that it answers; None: a project's own file, for its tasks. Refusals: no_store, file_blank,
    file_size, project_files_full, too_many_files.
    """
    if store() is None:
        return Refused("no_store", "This installation has no place for files.")
    called, room = plain_name(name), Room(0, 0)
    with transaction.atomic():
        if asked is None:
            going_on = Attachment.objects.filter(project_id=project_id, person_id=person_id, claim_id=None)
        else:
            going_on = Attachment.objects.filter(
                slot_id=asked.slot_id, person_id=person_id, claim_id=asked.claim_id, question=asked.question
            )
        same = going_on.filter(state="uploading", name=called, sent_bytes=size).order_by("-id").first()
        if same is not None:
            return same
        if asked is None:
            room = room_of(project_id)
        elif taken_for_answer(asked.slot_id, person_id) >= FILES_PER_SLOT_MAX:
            return Refused("too_many_files", f"For an answer at most {FILES_PER_SLOT_MAX} files are sent.")
        if refused := may_begin(size, asked.bytes_max if asked else FILE_BYTES_MAX, room):
            return refused
        return Attachment.objects.create(
            id=new_id(now), org_id=org_id, project_id=project_id, person_id=person_id, name=called, sent_bytes=size,
            takes=list(asked.takes) if asked else [], question=asked.question if asked else "",
            claim_id=asked.claim_id if asked else None, slot_id=asked.slot_id if asked else None,
            task_id=asked.task_id if asked else None, made_at=now,
        )  # fmt: skip


def put_part(*, file_id: UUID, person_id: UUID, place: int, content: bytes) -> Attachment | Refused:
    """Take the bytes from `place` on. A part that is here already changes nothing; after the last it is looked at.

    Refusals: no_upload, wrong_place (facts["received"]: from where to go on), part_too_large.
    """
    if not content or len(content) > FILE_PART_BYTES_MAX:
        return Refused("part_too_large", f"A part has from 1 to {FILE_PART_BYTES_MAX} bytes.")
    with transaction.atomic():
        row = Attachment.objects.select_for_update().filter(id=file_id, person_id=person_id).first()
        if row is None:
            return Refused("no_upload", "You are not sending such a file.")
        end = place + len(content)
        if place < row.received and end <= row.received:
            return row
        if row.state != "uploading" or place != row.received or end > row.sent_bytes:
            return Refused("wrong_place", "Other bytes are expected.", {"received": row.received, "state": row.state})
        AttachmentPart.objects.create(attachment_id=row.id, place=place, content=content)
        state = "checking" if end == row.sent_bytes else "uploading"
        Attachment.objects.filter(id=row.id, state="uploading").update(received=end, state=state)
        if state == "checking":
            _QUEUE.configure_task(JOB_NAME, lock=f"file {row.id}").defer(file_id=str(row.id))
    row.refresh_from_db()
    return row


def send_whole(*, row: Attachment, pieces: Iterable[bytes]) -> Attachment | Refused:
    """All parts of a file one after the other: what a plain form sends. Refusals: those of put_part."""
    found: Attachment | Refused = row
    place = row.received
    skip = place
    for piece in pieces:
        for start in range(0, len(piece), FILE_PART_BYTES_MAX):
            content = piece[start : start + FILE_PART_BYTES_MAX]
            if skip >= len(content):
                skip -= len(content)
                continue
            content, skip = content[skip:], 0
            found = put_part(file_id=row.id, person_id=row.person_id, place=place, content=content)
            if isinstance(found, Refused):
                return found
            place += len(content)
    return found


def drop(*, file_id: UUID, person_id: UUID) -> bool:
    """Take one's own file out of an answer that is not handed in yet; True if this call did it."""
    with transaction.atomic():
        moved = Attachment.objects.filter(
            id=file_id, person_id=person_id, state__in=("uploading", "checking", "clean")
        ).update(state="dropped")  # fmt: skip
        AttachmentPart.objects.filter(attachment_id=file_id, attachment__state="dropped").delete()
    return bool(moved)


def look_at(*, file_id: UUID, actor: Actor, now: datetime) -> str:
    """Scan, sniff, clean and keep a file that came whole; returns its state. Repeated, it changes nothing.

    Raises what the store or the scanner failed with: the job tries again.
    """
    row = Attachment.objects.filter(id=file_id).first()
    if row is None or row.state != "checking":
        return row.state if row else "dropped"
    place = store()
    if place is None:
        raise RuntimeError("FAIRHAND_FILES names no place for files any more")
    with tempfile.TemporaryDirectory(prefix="fairhand-file-") as folder:
        came = Path(folder) / "came"
        pour(row.id, came)
        kept = _keep(place, came, row.org_id, row.takes)
    if isinstance(kept, str):
        return _refuse(row, kept, actor, now)
    with transaction.atomic():
        moved = Attachment.objects.filter(id=row.id, state="checking").update(**kept, state="clean", done_at=now)
        AttachmentPart.objects.filter(attachment_id=row.id).delete()
        if moved:
            _record(row, "file:kept", _told(kept), actor, now)
    return "clean" if moved else "dropped"


@transaction.atomic
def take_in(*, project: Project, source: Path, actor: Actor, now: datetime) -> Attachment | Refused:
    """A file of this machine as a project's own, looked at as one that is sent. Refusals: no_store, example_refused."""
    place = store()
    if place is None:
        return Refused("no_store", "This installation has no place for files.")
    kept = _keep(place, source, project.org_id, ())
    if isinstance(kept, str):
        return Refused("example_refused", f"{source.name} is not taken: {kept}.", {"why": kept})
    size = source.stat().st_size
    row = Attachment.objects.create(
        id=new_id(now), org_id=project.org_id, project=project, person_id=actor.id or _NOBODY,
        name=plain_name(source.name), sent_bytes=size, received=size, state="clean", made_at=now, done_at=now, **kept,
    )  # fmt: skip
    _record(row, "file:kept", _told(kept), actor, now)
    return row


def give_up(*, file_id: UUID, actor: Actor, now: datetime) -> None:
    """Refuse a file that could not be looked at however often it was tried."""
    row = Attachment.objects.filter(id=file_id, state="checking").first()
    if row is not None:
        _refuse(row, "not_looked_at", actor, now)


def refused_by_scanner(path: Path) -> bool:
    """Whether the command of FAIRHAND_SCAN says no (exit code 1). RuntimeError: neither yes nor no."""
    if not settings.SCAN:
        return False
    done = subprocess.run(  # noqa: S603  # the operator's own command; the path is ours
        [*shlex.split(settings.SCAN), str(path)], capture_output=True, timeout=FILE_SCAN_S_MAX, check=False,
    )  # fmt: skip
    if done.returncode not in (0, 1):
        said = done.stderr.decode(errors="replace")[:_OUTPUT_CHARS_MAX]
        raise RuntimeError(f"the scanner ended with {done.returncode}: {said}")
    return done.returncode == 1


def note_uses(*, uses: Collection[tuple[str, UUID]], project_id: UUID) -> None:
    """Tasks that show files: (file, task). Only the project's own clean files are noted: nobody may see another."""
    ids = {UUID(file_id) for file_id, _ in uses}
    own = Attachment.objects.filter(id__in=ids, project_id=project_id, claim_id=None, state="clean")
    known = {str(file_id) for file_id in own.values_list("id", flat=True)}
    rows = [
        AttachmentUse(attachment_id=UUID(file_id), task_id=task_id) for file_id, task_id in uses if file_id in known
    ]
    AttachmentUse.objects.bulk_create(rows, ignore_conflicts=True)


def expire_files(*, actor: Actor, now: datetime) -> int:
    """What was begun and left is given up; returns how many."""
    over = stale(now - timedelta(seconds=FILE_UNFINISHED_KEPT_S), FILES_EXPIRED_PER_JOB_MAX)
    for file_id in over:
        row = Attachment.objects.filter(id=file_id, state="uploading").first()
        if row is not None:
            _refuse(row, "left_unfinished", actor, now)
    return len(over)


def _refuse(row: Attachment, why: str, actor: Actor, now: datetime) -> str:
    with transaction.atomic():
        moved = Attachment.objects.filter(id=row.id, state=row.state).update(state="refused", why=why, done_at=now)
        if moved:  # otherwise it came whole meanwhile, and its bytes are still to be looked at
            AttachmentPart.objects.filter(attachment_id=row.id).delete()
            _record(row, "file:refused", {"why": why, "bytes": row.sent_bytes}, actor, now)
    return "refused" if moved else "dropped"


def _record(row: Attachment, verb: str, facts: dict[str, object], actor: Actor, now: datetime) -> None:
    told = facts | ({"claim": str(row.claim_id)} if row.claim_id else {})
    record(actor=actor, now=now, happened=[Fact(verb, "file", row.id, row.org_id, row.project_id, told)])


def _keep(place: Store, came: Path, org_id: UUID, takes: Collection[str]) -> dict[str, Any] | str:
    """Scan, sniff, clean and store a file: what is known of what is kept, or the code of why it is refused."""
    if refused_by_scanner(came):
        return "scanner"
    with tempfile.TemporaryDirectory(prefix="fairhand-file-") as folder:
        target = Path(folder) / "kept"
        try:
            cleaned = clean(came, target)
        except Unfit as unfit:
            return unfit.code
        if not allowed(cleaned.found.kind, cleaned.found.media_type, takes):
            return "kind_not_taken"
        sha256 = _hash(target)
        place.put(key_of(org_id, sha256), target)
        return {
            "media_type": cleaned.found.media_type, "size": target.stat().st_size, "sha256": sha256,
            "sent_sha256": _hash(came), "facts": cleaned.facts,
        }  # fmt: skip


def _told(kept: Mapping[str, Any]) -> dict[str, object]:
    return {"media_type": kept["media_type"], "bytes": kept["size"], "sha256": kept["sha256"]}


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            digest.update(piece)
    return digest.hexdigest()
