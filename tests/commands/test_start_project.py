"""A project started from a ready-made template: whole, a draft, once for one form; what is wrong is said by field."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from fairhand.audit.actor import COMMAND
from fairhand.files.models import Attachment, AttachmentUse
from fairhand.files.rules import value_of
from fairhand.files.store import key_of, store
from fairhand.flow.publish_guideline import publish_guideline
from fairhand.flow.stage_cards import stage_cards
from fairhand.flow.start_project import Wish, start_project
from fairhand.insight.examples import examples_of
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.models import Org
from fairhand.projects.models import Guideline, Project, Stage
from fairhand.tasks.library import Ready, ready, ready_names, shipped_files
from fairhand.tasks.models import Task
from tests.browser.people import cast
from tests.building import EVERY, check_books
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")

WISH = Wish(
    name={"en": "Which is better?"}, summary={"en": "Compare two answers."}, org_id=None, client="Acme", experts=10,
    languages=("en",), currency="USD", how="hourly", amount="40.00", full_min=60, after="21.16", reviewed_pct=20,
    review_amount="3.50", key="form-1",
)  # fmt: skip


def template(name: str = "pairwise-preference") -> Ready:
    found = ready(name)
    assert found is not None
    return found


def started(wish: Wish, name: str = "pairwise-preference") -> Project | Refused:
    return start_project(ready=template(name), wish=wish, actor=COMMAND, now=utc_now())


def test_a_project_is_whole_a_draft_and_made_once() -> None:
    made = started(WISH)
    assert isinstance(made, Project)
    assert (made.slug, made.state, made.source["template"]) == ("which-is-better", "draft", "pairwise-preference")
    attempt, review = Stage.objects.filter(project=made).order_by("ordinal").select_related("pay_plan", "template")
    assert attempt.pay_plan.preset == {"preset": "hourly", "rate": "40.00", "full_rate_s": 3600, "after_rate": "21.16"}
    assert attempt.template.body == template().template
    assert attempt.claim_s_max > attempt.pay_plan.terms["paid_s_max"]
    assert review.review_policy["terms"]["share"] == "0.20"
    guideline = Guideline.objects.get(project=made)
    assert (guideline.texts, guideline.rubric) == (template().guideline, template().rubric)
    assert [each.answer for each in examples_of(made.id, (0, ""), 5)] == [each.answer for each in template().examples]
    assert Org.objects.get(id=made.org_id).name == "Acme"
    assert started(WISH) == made, "the same form, sent twice"
    assert started(replace(WISH, key="form-2", org_id=made.org_id)) != made
    assert Org.objects.filter(kind="client").count() == 1
    check_books()


@pytest.mark.parametrize("name", ready_names())
def test_every_ready_made_template_starts_a_project(name: str, tmp_path: Path) -> None:
    with override_settings(FILES=str(tmp_path)):
        made = started(replace(WISH, how="task", amount="2.00", full_min=None, after="", reviewed_pct=0), name)
    assert isinstance(made, Project)
    assert [stage.kind for stage in Stage.objects.filter(project=made)] == ["attempt"]


def test_files_of_an_example_become_the_projects_own(tmp_path: Path) -> None:
    shipped = template("image-regions").examples[0].payload["picture"]
    with override_settings(FILES=str(tmp_path)):
        made = started(WISH, "image-regions")
        assert isinstance(made, Project)
        (row,) = Attachment.objects.filter(project=made)
        (task,) = Task.objects.filter(project_id=made.id)
        assert task.payload["picture"] == value_of(row) | {"alt": shipped["alt"]}
        assert task.payload["picture"]["file"] != shipped["file"]
        assert (row.state, row.facts, row.sent_sha256) == ("clean", {"width": 640, "height": 400}, shipped["sha256"])
        assert AttachmentUse.objects.filter(attachment=row, task_id=task.id).exists()
        place = store()
        assert place is not None
        kept = b"".join(place.read(key_of(row.org_id, row.sha256), 0, row.size or 0))
        assert hashlib.sha256(kept).hexdigest() == row.sha256


@pytest.mark.parametrize(("settings", "code"), [({"FILES": ""}, "no_store"), ({"SCAN": "false"}, "example_refused")])
def test_without_room_for_its_files_nothing_is_started(settings: dict[str, str], code: str, tmp_path: Path) -> None:
    with override_settings(**{"FILES": str(tmp_path)} | settings):
        refused = started(WISH, "transcription")
    assert isinstance(refused, Refused)
    assert refused.code == code
    assert not Project.objects.filter(source__form=WISH.key).exists()
    assert not Attachment.objects.exists()
    assert not Org.objects.filter(name="Acme").exists()


def test_a_shipped_file_is_shown_to_those_who_start_projects() -> None:
    who = cast()
    file = template("transcription").examples[0].payload["recording"]["file"]
    page = client_of(who.manager).get("/start/transcription/")
    assert f"/files/{file}/" in page.content.decode()
    shown = client_of(who.manager).get(f"/files/{file}/")
    assert (shown.status_code, shown["Content-Type"]) == (200, "audio/wav")
    content = b"".join(shown)
    assert content[:4] == b"RIFF"
    assert "sandbox" in shown["Content-Security-Policy"]
    piece = client_of(who.manager).get(f"/files/{file}/", headers={"range": "bytes=4-11"})
    assert (piece.status_code, b"".join(piece)) == (206, content[4:12])
    assert piece["Content-Range"] == f"bytes 4-11/{len(content)}"
    assert client_of(who.expert).get(f"/files/{file}/").status_code == 404
    paper = next(file for file, (value, _) in shipped_files().items() if value["media_type"] == "application/pdf")
    shown = client_of(who.manager).get(f"/files/{paper}/")
    assert "sandbox" not in shown["Content-Security-Policy"], "under which browsers draw no document"
    assert "default-src 'none'" in shown["Content-Security-Policy"]
    assert (shown["X-Frame-Options"], shown["X-Content-Type-Options"]) == ("SAMEORIGIN", "nosniff")


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": {}}, ["name.en"]),
        ({"summary": {"en": "x" * 2001, "ar": "\u202e"}}, ["summary.en", "summary.ar"]),
        ({"client": " "}, ["client"]),
        ({"languages": ()}, ["languages"]),
        ({"currency": "QQQ"}, ["currency"]),
        ({"how": "by the moon"}, ["how"]),
        ({"experts": None}, ["experts"]),
        ({"reviewed_pct": 101}, ["reviewed_pct"]),
        ({"amount": "forty"}, ["amount"]),
        ({"amount": "-1"}, ["amount"]),
        ({"after": "60.00"}, []),
        ({"after": ""}, ["after"]),
        ({"full_min": None}, ["after"]),
        ({"full_min": 60 * 24 * 14}, ["full_min"]),
        ({"review_amount": ""}, ["review_amount"]),
        ({"name": {}, "amount": "", "review_amount": "x"}, ["name.en", "amount", "review_amount"]),
    ],
)
def test_what_is_wrong_is_said_by_field(change: dict[str, Any], fields: list[str]) -> None:
    made = started(replace(WISH, **change))
    if not fields:
        assert isinstance(made, Project)
        return
    assert isinstance(made, Refused)
    assert [wrong.field for wrong in made.facts["problems"]] == fields
    assert not Project.objects.exists()


def test_two_forms_without_a_key_are_two_projects() -> None:
    who = cast()
    typed = {
        "name.en": "Mine", "summary.en": "Compare.", "client": "Acme", "languages": "en", "experts": "3", "how": "task",
        "currency": "USD", "amount": "1.00", "reviewed_pct": "0",
    }  # fmt: skip
    before, manager = Project.objects.count(), client_of(who.manager)
    for _ in range(2):
        assert manager.post("/start/demonstration/", typed).status_code == 302
    assert Project.objects.count() == before + 2
    assert client_of(who.expert).post("/start/demonstration/", typed).status_code == 404


def test_what_reviewers_go_by_is_shown_to_them_alone() -> None:
    who = cast(policy=EVERY, want=1)
    common: dict[str, Any] = {"project_id": who.small.project.id, "note": "Anew.", "actor": COMMAND, "now": utc_now()}
    texts, rubric = {"en": "# Choose\n\n## How"}, {"en": "# Look at the sums first"}
    assert isinstance(publish_guideline(base=1, texts=texts, rubric=rubric, **common), Guideline)
    who.small.now, who.small.hashes = utc_now(), [each.card.terms_hash for each in stage_cards(who.small.project.id)]
    claim = who.small.claim(who.expert)
    for address in (f"/work/{claim.id}/", f"/projects/{who.slug}/"):
        shown = client_of(who.expert).get(address).content.decode()
        assert ("Choose" in shown, "Look at the sums" in shown) == (True, False), address
    who.small.submit(claim)
    review = who.small.claim(who.reviewer, "review")
    page = client_of(who.reviewer).get(f"/work/{review.id}/")
    assert (page.status_code, "Look at the sums" in page.content.decode()) == (200, True)


def test_the_rubric_goes_from_version_to_version() -> None:
    made = started(WISH)
    assert isinstance(made, Project)
    texts = {**template().guideline, "en": "# Anew"}
    common: dict[str, Any] = {"project_id": made.id, "note": "Anew.", "actor": COMMAND, "now": utc_now()}
    second = publish_guideline(base=1, texts=texts, **common)
    assert isinstance(second, Guideline)
    assert second.rubric == template().rubric
    third = publish_guideline(base=2, texts=texts, rubric={"en": "# Look twice", "ar": " "}, **common)
    assert isinstance(third, Guideline)
    assert third.rubric == {"en": "# Look twice"}
    same = publish_guideline(base=3, texts=texts, rubric={"en": "# Look twice"}, **common)
    assert isinstance(same, Refused)
