"""Files: sent in parts that may break off, looked at, kept once, shown to whoever may see them and to nobody else."""

import json
import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from fairhand.audit.actor import COMMAND, JOB, Actor
from fairhand.dispatch.queries import claim_facts
from fairhand.files.commands import _refuse, begin, drop, expire_files, look_at, note_uses, put_part
from fairhand.files.models import Attachment, AttachmentPart
from fairhand.files.queries import own
from fairhand.files.rules import value_of
from fairhand.files.store import Folder, key_of, local_folder
from fairhand.flow.answer_files import begin_answer_file, drop_answer_file
from fairhand.flow.import_batch import import_batch, read_upload
from fairhand.flow.submit_work import Submitted, submit_work
from fairhand.kernel import limits
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.tasks.fields import FIELDS
from fairhand.tasks.models import Task
from fairhand.tasks.questions import QUESTIONS
from tests import samples
from tests.attachments import look_at_all, sent
from tests.browser.people import Cast, cast
from tests.parts import stored
from tests.signed import client_of

TEMPLATE = {
    "version": 1,
    "fields": [{**stored(FIELDS.get("text")), "name": "prompt"}],
    "questions": [stored(QUESTIONS.get("file"))],
}

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> Iterator[None]:
    with override_settings(FILES=str(tmp_path / "files")):
        yield


@pytest.fixture
def who(rollback_db: object) -> Cast:
    return cast(template=TEMPLATE)


def _begin(who: Cast, content: bytes, name: str = "street.jpg") -> Attachment:
    project = who.small.project
    row = begin(
        project_id=project.id, org_id=project.org_id, person_id=who.manager, name=name, size=len(content), asked=None,
        now=utc_now(),
    )  # fmt: skip
    assert isinstance(row, Attachment), row
    return row


def _put(row: Attachment, place: int, content: bytes, person_id: UUID | None = None) -> Attachment | Refused:
    return put_part(file_id=row.id, person_id=person_id or row.person_id, place=place, content=content)


def test_parts_come_in_order_once_and_go_on_after_any_break(who: Cast) -> None:
    content = samples.wav()
    row = _begin(who, content, "a.wav")
    first, rest = content[:1000], content[1000:]
    _put(row, 0, first)
    assert _begin(who, content, "a.wav").id == row.id, "begun again it is the same file"
    assert isinstance(_put(row, 0, first), Attachment), "the answer was lost, and the part is sent again"
    for place, piece in ((999, rest), (1001, rest), (0, content), (1000, rest + b"x")):
        refused = _put(row, place, piece)
        assert isinstance(refused, Refused)
        assert (refused.code, refused.facts["received"]) == ("wrong_place", 1000)
    assert isinstance(_put(row, 1000, rest, who.expert), Refused), "nobody adds to another's file"
    done = _put(row, 1000, rest)
    assert isinstance(done, Attachment)
    assert done.state == "checking"
    assert look_at_all() == ["clean"]
    row.refresh_from_db()
    assert (row.media_type, row.size, row.facts) == ("audio/wav", len(content), {"ms": 1000})
    assert not AttachmentPart.objects.exists()
    folder = local_folder()
    assert folder is not None
    kept = folder / key_of(row.org_id, row.sha256)
    assert kept.read_bytes() == content
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert who.small.verbs()[-1] == "file:kept"


def test_one_content_is_kept_once_and_a_broken_copy_is_no_file(who: Cast, tmp_path: Path) -> None:
    rows = [sent(who.small.project, who.manager, name, samples.pdf()) for name in ("one.pdf", "two.pdf")]
    assert rows[0].sha256 == rows[1].sha256
    folder = local_folder()
    assert folder is not None
    assert len([path for path in folder.rglob("*") if path.is_file()]) == 1
    source = tmp_path / "gone"
    with pytest.raises(FileNotFoundError):
        Folder(folder).put("o/aa/b", source)
    assert [path for path in folder.rglob("*") if path.is_file()] == [folder / key_of(rows[0].org_id, rows[0].sha256)]


@pytest.mark.parametrize(
    ("content", "why"),
    [(samples.SVG, "unknown_type"), (samples.HTML, "unknown_type"), (samples.jpeg()[:700], "unreadable")],
)
def test_what_is_not_taken_is_refused_with_a_reason_and_not_kept(who: Cast, content: bytes, why: str) -> None:
    row = sent(who.small.project, who.manager, "picture.png", content)
    assert (row.state, row.why) == ("refused", why)
    assert not AttachmentPart.objects.exists()
    assert client_of(who.manager).get(f"/files/{row.id}/").status_code == 404
    assert who.small.verbs()[-1] == "file:refused"


def test_limits_are_kept(who: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    project = who.small.project

    def refused(size: int) -> str:
        found = begin(
            project_id=project.id, org_id=project.org_id, person_id=who.manager, name=f"{size}", size=size, asked=None,
            now=utc_now(),
        )  # fmt: skip
        return found.code if isinstance(found, Refused) else ""

    row = _begin(who, samples.png(), "b.png")
    for content in (b"", b"x" * (limits.FILE_PART_BYTES_MAX + 1)):
        found = _put(row, 0, content)
        assert isinstance(found, Refused)
        assert found.code == "part_too_large"
    assert refused(0) == "file_blank"
    assert refused(limits.FILE_BYTES_MAX + 1) == "file_size"
    assert refused(limits.FILE_BYTES_MAX) == ""
    held = limits.FILE_BYTES_MAX + len(samples.png())
    monkeypatch.setattr("fairhand.files.rules.FILES_BYTES_PER_PROJECT_MAX", held + 10)
    assert (refused(10), refused(1)) == ("", "project_files_full")
    with override_settings(FILES=""):
        assert refused(5) == "no_store"


def test_the_scanner_has_the_last_word(who: Cast, tmp_path: Path) -> None:
    scanner = tmp_path / "scan.sh"
    scanner.write_text('#!/bin/sh\ngrep -q WORM "$2" && exit 1\ngrep -q ODD "$2" && exit 3\nexit 0\n')
    os.chmod(scanner, 0o755)
    with override_settings(SCAN=f"{scanner} --quiet"):
        assert sent(who.small.project, who.manager, "a.txt", b"plain").state == "clean"
        worm = sent(who.small.project, who.manager, "b.txt", b"a WORM inside")
        assert (worm.state, worm.why) == ("refused", "scanner")
        row = _begin(who, b"ODD", "c.txt")
        _put(row, 0, b"ODD")
        with pytest.raises(RuntimeError, match="ended with 3"):
            look_at(file_id=row.id, actor=JOB, now=utc_now())
        row.refresh_from_db()
        assert row.state == "checking", "neither yes nor no: the job tries again"


def test_what_was_left_is_given_up(who: Cast) -> None:
    row = _begin(who, samples.png(), "left.png")
    _put(row, 0, samples.png()[:10])
    assert expire_files(actor=JOB, now=utc_now()) == 0
    assert expire_files(actor=JOB, now=utc_now() + timedelta(days=2)) == 1
    row.refresh_from_db()
    assert (row.state, row.why) == ("refused", "left_unfinished")
    assert not AttachmentPart.objects.exists()


def test_what_comes_whole_while_it_is_given_up_is_looked_at(who: Cast) -> None:
    row = _begin(who, samples.pdf(), "late.pdf")
    seen = Attachment.objects.get(id=row.id)
    _put(row, 0, samples.pdf())
    assert _refuse(seen, "left_unfinished", JOB, utc_now()) == "dropped"
    assert look_at_all() == ["clean"]


def _answer_file(
    who: Cast, claim: Any, content: bytes, name: str = "shot.png", person: UUID | None = None
) -> Attachment:
    facts = claim_facts(claim.id)
    assert facts is not None
    row = begin_answer_file(facts=facts, question="file", name=name, size=len(content), now=utc_now())
    assert isinstance(row, Attachment), row
    _put(row, 0, content)
    look_at_all()
    row.refresh_from_db()
    return row


def _hand_in(claim: Any, person_id: UUID, files: list[Any]) -> Submitted | Refused:
    return submit_work(
        claim_id=claim.id, person_id=person_id, answer={"file": files}, actor=Actor("person", person_id), now=utc_now()
    )


def test_an_answer_takes_its_authors_own_files_and_no_others(who: Cast) -> None:
    claim, other = who.small.claim(who.expert), who.small.claim(who.colleague)
    mine = _answer_file(who, claim, samples.png())
    theirs = _answer_file(who, other, samples.pdf(), "theirs.pdf")
    assert (mine.state, theirs.state) == ("clean", "clean")
    forged = {**value_of(mine), "name": "other.png"}
    for files in ([value_of(theirs)], [forged], [{**value_of(mine), "file": str(uuid4())}]):
        refused = _hand_in(claim, who.expert, files)
        assert isinstance(refused, Refused)
        assert [code for _, code, _ in refused.facts["problems"]] == ["file_gone"]
    done = _hand_in(claim, who.expert, [value_of(mine)])
    assert isinstance(done, Submitted), done
    assert not drop_answer_file(file_id=mine.id, person_id=who.expert), "it is handed in"
    assert drop_answer_file(file_id=theirs.id, person_id=who.colleague)
    assert isinstance(_hand_in(other, who.colleague, [value_of(theirs)]), Refused), "taken out, it is no file any more"


def test_kinds_and_questions_of_the_template_hold(who: Cast) -> None:
    claim = who.small.claim(who.expert)
    sound = _answer_file(who, claim, samples.wav(0.1), "shot.png")
    assert (sound.state, sound.why) == ("refused", "kind_not_taken")
    client = client_of(who.expert)
    made = client.post(f"/work/{claim.id}/files/", {"question": "prompt", "name": "a", "size": "5"})
    assert (made.status_code, made.json()["code"]) == (422, "no_such_question")
    assert client_of(who.colleague).get(f"/work/{claim.id}/files/").status_code == 404


def test_who_may_see_a_file(who: Cast) -> None:
    """A project's own file: staff, the client, whoever holds a task that shows it. An answer's: its author, staff,
    whoever judges it, and the client once it is accepted."""
    project = who.small.project
    shown = sent(project, who.manager, "street.jpg", samples.jpeg())
    claim = who.small.claim(who.expert)
    mine = _answer_file(who, claim, samples.png())

    def opened(file: Attachment) -> set[str]:
        people = ("expert", "colleague", "reviewer", "manager", "client", "other_client", "stranger")
        found = {name: client_of(getattr(who, name)).get(f"/files/{file.id}/").status_code for name in people}
        assert set(found.values()) <= {302, 404}
        return {name for name, status in found.items() if status == 302}

    assert client_of(None).get(f"/files/{shown.id}/")["Location"].endswith(f"?next=/files/{shown.id}/")
    assert opened(shown) == {"manager", "client"}, "no task shows it yet"
    task = Task.objects.get(id=claim.task_id)
    note_uses(uses={(str(shown.id), task.id)}, project_id=project.id)
    assert opened(shown) == {"manager", "client", "expert"}
    assert opened(mine) == {"expert", "manager"}
    assert isinstance(_hand_in(claim, who.expert, [value_of(mine)]), Submitted)
    assert opened(mine) == {"expert", "manager"}
    review = who.small.claim(who.reviewer, kind="review")
    assert opened(mine) == {"expert", "manager", "reviewer"}
    who.small.hand_in(review, {"verdict": "accept"})
    assert opened(mine) == {"expert", "manager", "reviewer", "client"}


def test_bytes_are_served_in_ranges_to_one_person_for_a_while(who: Cast) -> None:
    row = sent(who.small.project, who.manager, "greeting – تحية.wav", samples.wav())
    client, content = client_of(who.manager), samples.wav()
    where = client.get(f"/files/{row.id}/")["Location"]

    def read(address: str = where, reader: Client = client, **more: str) -> Any:
        return reader.get(address, headers=more)

    whole = read()
    assert (whole.status_code, b"".join(whole)) == (200, content)
    assert whole["Content-Type"] == "audio/wav"
    assert whole["Content-Disposition"].startswith("inline; filename*=UTF-8''greeting")
    assert (
        whole["Content-Security-Policy"]
        == "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
    )
    assert whole["X-Content-Type-Options"] == "nosniff"
    assert whole["Cache-Control"] == "private, max-age=300"
    piece = read(range="bytes=100-199")
    assert (piece.status_code, b"".join(piece)) == (206, content[100:200])
    assert (piece["Content-Range"], piece["Content-Length"]) == (f"bytes 100-199/{len(content)}", "100")
    beyond = read(range=f"bytes={len(content)}-")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(content)}")
    head = client.head(where)
    assert (head.status_code, head["Content-Length"], head.content) == (200, str(len(content)), b"")
    # The mark is one person's: another is sent to ask, where their own right decides.
    assert read(reader=client_of(who.client)).status_code == 302
    assert read(f"/files/{row.id}/content?mark=forged").status_code == 302
    assert read(f"/files/{row.id}/content", reader=client_of(who.stranger)).status_code == 404
    stranger = client_of(who.stranger)
    assert stranger.get(where, follow=True).status_code == 404
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fairhand.web.files.FILE_LINK_S", -1)
        assert read().status_code == 302, "too old: its reader asks anew and gets a new one"


def test_what_a_browser_might_run_is_saved_and_not_shown(who: Cast) -> None:
    note = sent(who.small.project, who.manager, "note.html", b"plain words, alert(1)")
    served = client_of(who.manager).get(f"/files/{note.id}/", follow=True)
    assert served["Content-Type"] == "application/octet-stream"
    assert served["Content-Disposition"] == "attachment; filename*=UTF-8''note.html.txt"
    document = sent(who.small.project, who.manager, "lease.pdf", samples.pdf())
    served = client_of(who.manager).get(f"/files/{document.id}/", follow=True)
    assert (served["Content-Type"], served["X-Frame-Options"]) == ("application/pdf", "SAMEORIGIN")
    assert served["Content-Security-Policy"] == POLICY


def test_the_page_sends_in_parts(who: Cast) -> None:
    claim = who.small.claim(who.expert)
    client, content = client_of(who.expert), samples.pdf()
    begun = client.post(f"/work/{claim.id}/files/", {"question": "file", "name": "a.pdf", "size": str(len(content))})
    told = begun.json()
    assert (told["received"], told["state"]) == (0, "uploading")
    halves = content[:500], content[500:]
    kind = "application/octet-stream"
    assert client.post(f"{told['send']}?at=0", halves[0], content_type=kind).json()["received"] == 500
    lost = client.post(f"{told['send']}?at=300", halves[1], content_type=kind)
    assert (lost.status_code, lost.json()["received"]) == (409, 500)
    odd = client.post(f"{told['send']}?at={'9' * 5000}", halves[1], content_type=kind)
    assert (odd.status_code, odd.json()["received"]) == (409, 500)
    assert client.post(f"{told['send']}?at=500", halves[1], content_type=kind).json()["state"] == "checking"
    look_at_all()
    done = client.get(told["send"]).json()
    row = own(UUID(told["id"]), who.expert)
    assert row is not None
    assert json.loads(done["value"]) == value_of(row)
    listed = client.get(f"/work/{claim.id}/files/?question=file").json()["files"]
    assert [each["id"] for each in listed] == [told["id"]]
    assert client.get(f"/work/{claim.id}/files/?question=%00").json()["files"] == []
    assert client_of(who.colleague).get(told["send"]).status_code == 404
    assert client_of(who.colleague).post(f"{told['send']}?drop=1").status_code == 404
    assert client.post(f"{told['send']}?drop=1").json() == {"state": "dropped"}
    assert not drop(file_id=row.id, person_id=who.expert)


def test_without_a_script_files_come_with_the_form(who: Cast) -> None:
    claim = who.small.claim(who.expert)
    client = client_of(who.expert)
    stranger = client_of(who.colleague).post(
        f"/work/{claim.id}/files/add/", {"add_to": "file", "sent.file": [SimpleUploadedFile("s.png", samples.png())]}
    )
    assert (stranger.status_code, Attachment.objects.count()) == (404, 0)
    page = client.post(
        f"/work/{claim.id}/files/add/",
        {"add_to": "file", "sent.file": [SimpleUploadedFile("shot.png", samples.png())]},
    )
    assert page.status_code == 200
    assert "being checked" in page.content.decode()
    look_at_all()
    page = client.get(f"/work/{claim.id}/")
    row = Attachment.objects.get(claim_id=claim.id)
    assert f'href="/files/{row.id}/"' in page.content.decode()
    raw = json.dumps(value_of(row), sort_keys=True)
    client.post(f"/work/{claim.id}/pause/")
    paused = client.post(f"/work/{claim.id}/files/add/", {"add_to": "file"})
    assert (paused.status_code, paused["Location"]) == (302, f"/work/{claim.id}/"), "no task is shown while it rests"
    client.post(f"/work/{claim.id}/resume/")
    handed_in = client.post(f"/work/{claim.id}/", {"answer.file": [raw], "beats": "[]", "device": ""})
    assert handed_in.status_code == 302, handed_in.content.decode()[-3000:]
    empty = client.post(f"/work/{claim.id}/files/add/", {"add_to": "file"})
    assert empty.status_code in (302, 422)


def test_tasks_name_files_and_experts_see_them(rollback_db: object) -> None:
    template = {
        "version": 1, "fields": [{**stored(FIELDS.get("image")), "name": "picture"}],
        "questions": [stored(QUESTIONS.get("text"))],
    }  # fmt: skip
    other = cast_of(template)
    project = other.small.project
    row = sent(project, other.manager, "street.jpg", samples.jpeg())
    lines = b"".join(
        json.dumps({"key": key, "payload": {"picture": {"file": file, "alt": "A street"}}}).encode() + b"\n"
        for key, file in (("a", "street.jpg"), ("b", str(row.id)), ("c", "nothing.jpg"))
    )
    upload = read_upload(
        project=project, person_id=other.manager, file="tasks.jsonl", pieces=[lines], want=1, now=utc_now()
    )
    assert not isinstance(upload, Refused)
    assert [(fault["line"], fault["code"]) for fault in upload.report["faults"]] == [(3, "no_such_file")]
    made = import_batch(
        project=project, upload_id=upload.id, person_id=other.manager, only_right=True, actor=COMMAND, now=utc_now()
    )
    assert not isinstance(made, Refused)
    for task in Task.objects.filter(batch_id=made[0]):
        assert task.payload == {"picture": {**value_of(row), "alt": "A street"}}
    client = client_of(other.manager)
    preview = client.get(f"/manage/{project.slug}/tasks/{task.id}/").content.decode()
    assert f'src="/files/{row.id}/"' in preview
    files = client.get(f"/manage/{project.slug}/files/").content.decode()
    assert "street.jpg" in files


def cast_of(template: dict[str, Any]) -> Cast:
    image = stored(FIELDS.get("image"))
    assert image
    payload = {"picture": {
        "file": "0198c0de-0000-7000-8000-0000000000aa", "name": "x.png", "media_type": "image/png", "bytes": 1,
        "sha256": "a" * 64, "alt": "x",
    }}  # fmt: skip
    return cast(template=template, payload=payload, slug="pictures")
