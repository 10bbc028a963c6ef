"""read_upload and import_batch: a file waits for its sender's decision, and becomes a batch whole or not at all."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairhand.audit.actor import COMMAND, Actor
from fairhand.audit.queries import of_subjects
from fairhand.flow.import_batch import import_batch, read_upload
from fairhand.flow.launch_batch import launch_batch
from fairhand.flow.move_project import move_project
from fairhand.kernel import limits
from fairhand.kernel.refusals import Refused
from fairhand.people.commands import ensure_people
from fairhand.projects.models import Project
from fairhand.tasks.commands import drop_upload, drop_uploads
from fairhand.tasks.models import Batch, Task, Upload, UploadPart
from fairhand.tasks.queries import upload_of
from tests.building import EVERY, HOURLY, NOW, PER_REVIEW, check_books, draft_project, small_project, stage

pytestmark = pytest.mark.usefixtures("rollback_db")


def draft() -> Project:
    return draft_project([stage("attempt", HOURLY), stage("review", PER_REVIEW, policy=EVERY)])


def manager(name: str = "manager") -> UUID:
    address = f"{name}@staff.example"
    return ensure_people(people=[(address, name)], kind="person", actor=COMMAND, now=NOW)[address]


def row(key: str = "a", prompt: str = "P", **more: Any) -> dict[str, Any]:
    return {"key": key, "payload": {"prompt": prompt}} | more


def send(
    project: Project, person: UUID, rows: list[Mapping[str, Any]] | bytes, file: str = "tasks.jsonl",
    want: int | None = 2, now: Any = NOW,
) -> Upload | Refused:  # fmt: skip
    data = rows if isinstance(rows, bytes) else b"".join(json.dumps(each).encode() + b"\n" for each in rows)
    pieces = [data[start : start + 1000] for start in range(0, len(data), 1000)]
    return read_upload(project=project, person_id=person, file=file, pieces=pieces, want=want, now=now)


def take(
    project: Project, person: UUID, upload: Upload | Refused, only_right: bool = False, now: Any = NOW
) -> tuple[UUID, int] | Refused:
    assert isinstance(upload, Upload), upload
    return import_batch(
        project=project, upload_id=upload.id, person_id=person, only_right=only_right, actor=Actor("person", person),
        now=now,
    )  # fmt: skip


def refusal(done: object) -> str:
    assert isinstance(done, Refused), done
    return done.code


def test_a_right_file_becomes_a_draft_batch_once() -> None:
    project, person = draft(), manager()
    upload = send(project, person, [row("a", want=1), row("b")])
    assert isinstance(upload, Upload)
    assert (upload.report["rows"], upload.report["right"], upload.report["attempts"]) == (2, 2, 3)
    assert not Task.objects.exists(), "nothing is a task before somebody said so"
    made = take(project, person, upload)
    assert take(project, person, upload) == made, "a second click gets the same batch"
    assert isinstance(made, tuple)
    batch = Batch.objects.get(id=made[0])
    assert (batch.state, batch.kind, batch.source["file"]) == ("draft", "real", "tasks.jsonl")
    assert list(Task.objects.order_by("key").values_list("key", "want")) == [("a", 1), ("b", 2)]
    assert not UploadPart.objects.exists(), "the bytes are not kept longer than needed"
    (event,) = of_subjects([batch.id])
    assert event.verb == "batch:imported"
    assert event.facts["sha256"] == upload.sha256


def test_a_fault_anywhere_refuses_all_unless_the_right_rows_are_asked_for() -> None:
    project, person = draft(), manager()
    upload = send(project, person, [row("a"), row("a"), row("c", prompt=" "), row("d")])
    assert isinstance(upload, Upload)
    assert [(fault["line"], fault["code"]) for fault in upload.report["faults"]] == [(2, "key_twice"), (3, "blank")]
    assert refusal(take(project, person, upload)) == "upload_faults"
    assert not Batch.objects.exists()
    made = take(project, person, upload, only_right=True)
    assert isinstance(made, tuple)
    assert made[1] == 2
    assert list(Task.objects.order_by("key").values_list("key", flat=True)) == ["a", "d"]
    assert Batch.objects.get(id=made[0]).source["left_out"] == 2


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c", "d"]), st.sampled_from(["P", " ", "\u0007"])), max_size=6))
@settings(max_examples=25)
def test_what_the_preview_says_is_what_is_imported(rows: list[tuple[str, str]]) -> None:
    project, person = draft(), manager()
    upload = send(project, person, [row(key, prompt) for key, prompt in rows] or b"\n")
    made = take(project, person, upload, only_right=True)
    assert isinstance(upload, Upload)
    if not upload.report["right"]:
        assert refusal(made) in ("nothing_right",)
        return
    assert isinstance(made, tuple)
    assert made[1] == upload.report["right"]
    tasks = Task.objects.filter(batch_id=made[0])
    assert tasks.count() == upload.report["right"]
    assert sum(tasks.values_list("want", flat=True)) == upload.report["attempts"]


def test_a_file_belongs_to_whoever_sent_it_and_expires() -> None:
    project, person, other = draft(), manager(), manager("other")
    upload = send(project, person, [row()])
    assert refusal(take(project, other, upload)) == "upload_gone"
    assert isinstance(upload, Upload)
    assert upload_of(upload.id, project.id, other, NOW) is None
    assert not drop_upload(upload_id=upload.id, person_id=other)
    later = NOW + timedelta(seconds=limits.UPLOAD_KEPT_S)
    assert refusal(take(project, person, upload, now=later)) == "upload_gone"
    assert drop_uploads(now=later) == 1
    assert not Upload.objects.exists()
    assert not UploadPart.objects.exists()


def test_a_file_can_be_thrown_away_and_only_the_newest_wait() -> None:
    project, person = draft(), manager()
    first = send(project, person, [row()])
    assert isinstance(first, Upload)
    for minute in range(1, limits.UPLOADS_PER_PERSON_MAX + 1):
        last = send(project, person, [row()], now=NOW + timedelta(minutes=minute))
    assert Upload.objects.count() == limits.UPLOADS_PER_PERSON_MAX
    assert not Upload.objects.filter(id=first.id).exists()
    assert isinstance(last, Upload)
    assert drop_upload(upload_id=last.id, person_id=person)
    assert Upload.objects.count() == limits.UPLOADS_PER_PERSON_MAX - 1


@pytest.mark.parametrize(
    ("data", "file", "want", "code"),
    [
        (b"x", "tasks.xlsx", 1, "unknown_format"),
        (b"", "tasks.csv", 1, "file_empty"),
        (b"x\n", "tasks.csv", 0, "bad_want"),
        (b"x\n", "tasks.csv", None, "bad_want"),
        (b"x\n", "tasks.csv", limits.ATTEMPTS_PER_TASK_MAX + 1, "bad_want"),
    ],
)
def test_what_is_no_file_of_tasks_is_refused_and_not_kept(data: bytes, file: str, want: int | None, code: str) -> None:
    assert refusal(send(draft(), manager(), data, file, want)) == code
    assert not Upload.objects.exists()


def test_a_file_beyond_the_limit_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairhand.flow.import_batch.UPLOAD_BYTES_MAX", 5000)
    assert refusal(send(draft(), manager(), b" " * 5001)) == "file_too_large"
    assert not Upload.objects.exists()
    assert not UploadPart.objects.exists()


def test_keys_of_earlier_batches_are_counted_not_refused() -> None:
    project, person = draft(), manager()
    take(project, person, send(project, person, [row("a"), row("b")]))
    again = send(project, person, [row("b"), row("c")])
    assert isinstance(again, Upload)
    assert again.report["again"] == 1
    assert isinstance(take(project, person, again), tuple)


def test_a_name_that_leads_elsewhere_is_only_a_name() -> None:
    upload = send(draft(), manager(), [row()], "..\\..\\/etc/\u202epasswd\n.jsonl")
    assert isinstance(upload, Upload)
    assert upload.file == "passwd.jsonl"


def test_an_imported_batch_can_be_launched_and_a_closed_project_takes_nothing() -> None:
    small = small_project(tasks=1)
    person = manager()
    made = take(small.project, person, send(small.project, person, [row("new")]))
    assert isinstance(made, tuple)
    launched = launch_batch(batch_id=made[0], actor=COMMAND, now=NOW)
    assert not isinstance(launched, Refused)
    assert launched.slots == 2
    check_books()
    waiting = send(small.project, person, [row("more")])
    move_project(project_id=small.project.id, to="closed", reason="Done.", actor=COMMAND, now=NOW)
    small.project.refresh_from_db()
    assert refusal(send(small.project, person, [row("x")])) == "project_closed"
    assert refusal(take(small.project, person, waiting)) == "project_closed"
