"""import_batch: a file of tasks is read and judged first; what its reader then confirms becomes a draft batch."""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.files.queries import named
from fairhand.flow.publish_template import hold_template
from fairhand.kernel.ids import new_id
from fairhand.kernel.limits import (
    ATTEMPTS_PER_TASK_MAX,
    FILE_NAME_CHARS_MAX,
    UPLOAD_BYTES_MAX,
    UPLOAD_KEPT_S,
    UPLOADS_PER_PERSON_MAX,
)
from fairhand.kernel.refusals import Refused, RefusedError
from fairhand.projects.models import Project, Template
from fairhand.projects.queries import stages_of
from fairhand.tasks import commands as tasks
from fairhand.tasks.attached import Files, may_show_files
from fairhand.tasks.commands import NewTask
from fairhand.tasks.importers import IMPORTERS, for_file
from fairhand.tasks.importing import Imported, read_tasks, report_of
from fairhand.tasks.models import Upload
from fairhand.tasks.queries import keys_known, pieces_of

_KEYS_AT_A_TIME = 2_000


def read_upload(
    *, project: Project, person_id: UUID, file: str, pieces: Iterable[bytes], want: int | None, now: datetime
) -> Upload | Refused:
    """Keep a file for the person who sent it, and say what it holds: counts, located faults, the first rows.

    Nothing becomes a task yet. `want`: attempts of a row that doesn't say. Refusals: unknown_format, bad_want,
    file_too_large, file_empty, project_closed, no_attempt_stage.
    """
    form = for_file(file)
    template = _template(project)
    if form is None:
        known = ", ".join(suffix for part in IMPORTERS.all() for suffix in part.suffixes)
        return Refused("unknown_format", f"Files that are read end in {known}.")
    if want is None or not 1 <= want <= ATTEMPTS_PER_TASK_MAX:
        return Refused("bad_want", f"A task wants from 1 to {ATTEMPTS_PER_TASK_MAX} attempts.")
    if isinstance(template, Refused):
        return template

    upload = Upload(
        id=new_id(now), org_id=project.org_id, project=project, person_id=person_id, file=_shown_name(file),
        form=form.name, version=form.version, want=want, sha256="", size=0, report={}, made_at=now,
        expires_at=now + timedelta(seconds=UPLOAD_KEPT_S),
    )  # fmt: skip
    measured = _Measured(pieces)
    try:
        with transaction.atomic():
            tasks.drop_uploads(now=now, person_id=person_id, keep=UPLOADS_PER_PERSON_MAX - 1)
            tasks.keep_upload(upload=upload, pieces=measured)
            if not measured.size:
                raise RefusedError(Refused("file_empty", "The file is empty."))
            rows = read_tasks(form, pieces_of(upload.id), template.body, want, _files(project, template.body))
            found = _Keys(rows, project.id)
            report = report_of(found).to_json() | {"again": found.known, "template": template.version}
            tasks.report_upload(
                upload_id=upload.id, sha256=measured.digest.hexdigest(), size=measured.size, report=report
            )
    except RefusedError as refusal:
        return refusal.refused
    upload.refresh_from_db()
    return upload


def import_batch(
    *, project: Project, upload_id: UUID, person_id: UUID, only_right: bool, actor: Actor, now: datetime
) -> tuple[UUID, int] | Refused:
    """Make a draft batch of an upload, whole or not at all: its id and number of tasks. Repeated, the same again.

    `only_right`: take the rows without faults and leave the others out; else a fault anywhere refuses all.
    Refusals: upload_gone, upload_older (another version of the template was published), upload_faults,
    nothing_right, project_closed, no_attempt_stage.
    """
    with transaction.atomic():
        hold_template(project.id)
        template = _template(project)
        if isinstance(template, Refused):
            return template
        waiting = Upload.objects.select_for_update().filter(
            id=upload_id, project=project, person_id=person_id, expires_at__gt=now
        )
        upload = waiting.first()
        if upload is None:
            return Refused("upload_gone", "This file is not kept any more; send it again.")
        if upload.batch_id is not None:
            return upload.batch_id, upload.report["right"]
        if upload.report.get("template", 1) != template.version:
            return Refused("upload_older", "The project's template changed since the file was read; send it again.")
        form = IMPORTERS.get(upload.form, upload.version)
        if form is None:
            return Refused("upload_gone", "This version doesn't read such files any more; send it again.")
        if upload.report["faults_n"] and not only_right:
            return Refused("upload_faults", "Some rows have faults; mend the file, or import the right rows alone.")
        if not upload.report["right"]:
            return Refused("nothing_right", "No row of the file can be imported.")

        found = read_tasks(form, pieces_of(upload.id), template.body, upload.want, _files(project, template.body))
        rows = (_task(row) for row in found if isinstance(row, Imported))
        source = {
            "file": upload.file, "sha256": upload.sha256, "rows": upload.report["rows"],
            "left_out": upload.report["rows"] - upload.report["right"], "tasks": upload.report["right"],
        }  # fmt: skip
        made = tasks.make_batch(project=project, kind="real", tasks=rows, actor=actor, now=now, source=source)
        tasks.mark_imported(upload_id=upload.id, batch_id=made[0])
    return made


def _files(project: Project, template: dict[str, Any]) -> Files:
    """What rows may name, where the template shows files at all."""
    return named(project.id) if may_show_files(template) else {}


def _task(row: Imported) -> NewTask:
    return NewTask(
        key=row.key, payload=row.payload, want=row.want, cap=row.cap, field_name=row.field,
        uncertainty_pm=row.uncertainty_pm,
    )  # fmt: skip


class _Measured:
    """Pieces on their way, counted and hashed; a file beyond the limit is refused as soon as it is seen."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.size = 0
        self.digest = hashlib.sha256()
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.size += len(piece)
            if self.size > UPLOAD_BYTES_MAX:
                raise RefusedError(Refused("file_too_large", f"The file has more than {UPLOAD_BYTES_MAX} bytes."))
            self.digest.update(piece)
            yield piece


class _Keys:
    """What is read, passed on; `known` counts the keys that name a task of the project already."""

    def __init__(self, found: Iterator[Any], project_id: UUID) -> None:
        self.known = 0
        self._found, self._project_id = found, project_id

    def __iter__(self) -> Iterator[Any]:
        keys: list[str] = []
        for each in self._found:
            if isinstance(each, Imported):
                keys.append(each.key)
            if len(keys) >= _KEYS_AT_A_TIME:
                self.known += keys_known(self._project_id, keys)
                keys = []
            yield each
        self.known += keys_known(self._project_id, keys) if keys else 0


def _template(project: Project) -> Template | Refused:
    if project.state == "closed":
        return Refused("project_closed", "The project is closed; nothing is imported into it any more.")
    stages = stages_of([project.id], "attempt")
    if not stages:
        return Refused("no_attempt_stage", "The project has no stage of kind attempt.")
    return stages[0].template


def _shown_name(file: str) -> str:
    """The last part of a file's name, without characters that do not print, cut."""
    plain = file.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in plain if unicodedata.category(char)[0] != "C")
    return kept[-FILE_NAME_CHARS_MAX:] or "?"
