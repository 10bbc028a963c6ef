"""A manager's lists: every filter finds what it should, page by page, and forms with mistakes come back whole."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from django.test import Client

from fairhand.audit.actor import COMMAND
from fairhand.dispatch.models import Hand, Seat
from fairhand.flow.gold_batches import add_gold
from fairhand.kernel.clock import utc_now
from fairhand.people.commands import grant_role
from fairhand.projects.models import Project
from fairhand.tasks.models import Task, Upload
from tests.browser.people import Cast, cast
from tests.building import ACCEPT, LEFT, PER_JUDGEMENT, RETURN, RIGHT
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")
KEYS = re.compile(r'/tasks/[0-9a-f-]{36}/"><bdi[^>]*>([^<]+)<')


def keys(client: Client, who: Cast, **asked: Any) -> list[str]:
    """The keys on a page of the list of tasks."""
    response = client.get(f"/manage/{who.slug}/tasks/?{urlencode(asked)}")
    assert response.status_code == 200
    return KEYS.findall(response.content.decode())


@pytest.fixture
def who() -> Cast:
    return cast(tasks=6, want=2, pay=PER_JUDGEMENT, reviewers=2)


def test_filters_find_what_they_say(who: Cast) -> None:
    small, client = who.small, client_of(who.manager)
    everything = keys(client, who)
    assert sorted(everything) == [f"k{n}" for n in range(6)]
    assert keys(client, who, q="k3") == ["k3"]
    assert keys(client, who, q="Prompt 4") == ["k4"]
    assert keys(client, who, q="nothing-like-it") == []
    task_id = Task.objects.get(key="k3").id
    assert client.get(f"/manage/{who.slug}/tasks/?q={task_id}")["Location"].endswith(f"/tasks/{task_id}/")

    claim = small.claim(who.expert)
    key = Task.objects.get(id=claim.task_id).key
    assert keys(client, who, slots="in_work") == [key]
    assert key in keys(client, who, slots="waiting")
    small.submit(claim, LEFT)
    assert keys(client, who, slots="undecided") == [key]
    assert keys(client, who, slots="review_waiting", state="open", q=key) == [key]
    small.review(RETURN)
    assert keys(client, who, mark="returned") == [key]
    small.submit(small.claim(who.expert), LEFT)
    small.review(ACCEPT)
    while keys(client, who, mark="differs") == []:
        other = small.claim(who.colleague)
        small.submit(other, RIGHT if other.task_id == claim.task_id else LEFT)
        small.review(ACCEPT, small.reviewers[1])
    assert keys(client, who, mark="differs") == [key]
    assert keys(client, who, state="settled") == [key]
    assert keys(client, who, batch=str(claim.slot.batch_id), mark="differs", q=key) == [key]


def test_nonsense_in_a_filter_is_no_filter(who: Cast) -> None:
    client = client_of(who.manager)
    for asked in ({"state": "x"}, {"batch": "x"}, {"slots": "'--"}, {"mark": "\x00"}, {"before": "x"}):
        assert len(keys(client, who, **asked)) == 6
    assert len(keys(client, who, q="\x00")) == 6


def test_pages_follow_each_other_without_a_gap(who: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(who.manager)
    monkeypatch.setattr("fairhand.web.manager.tasks.ROWS_PER_PAGE_MAX", 2)
    for asked in ({}, {"slots": "waiting"}, {"state": "open"}, {"q": "Prompt"}):
        seen: list[str] = []
        address = f"/manage/{who.slug}/tasks/?{urlencode(asked)}"
        while address:
            body = client.get(address).content.decode()
            seen += KEYS.findall(body)
            found = re.search(r'href="(\?[^"]*before=[^"]+)"', body)
            address = f"/manage/{who.slug}/tasks/{found[1].replace('&amp;', '&')}" if found else ""
        assert sorted(seen) == [f"k{n}" for n in range(6)], asked


def test_a_search_for_disagreement_says_how_far_it_looked(who: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairhand.insight.tasks.TASKS_LOOKED_THROUGH_MAX", 2)
    body = client_of(who.manager).get(f"/manage/{who.slug}/tasks/?mark=differs").content.decode()
    assert "looked through" in body
    assert "mark=differs&amp;before=" in body, "older tasks are one click away"


def test_a_lead_reads_and_changes_nothing(who: Cast) -> None:
    grant_role(
        person_id=who.stranger, org_id=who.small.project.org_id, role="reviewer_lead", actor=COMMAND, now=utc_now()
    )
    client, base = client_of(who.stranger), f"/manage/{who.slug}/"
    seat = Seat.objects.get(project=who.small.project, person_id=who.expert)
    for page in ("", "tasks/", "guideline/", "people/", f"people/{seat.alias}/", "batches/"):
        body = client.get(base + page)
        assert body.status_code == 200, page
        assert "settings/" not in body.content.decode()
    for page in ("settings/", "guideline/write/", "batches/import/"):
        assert client.get(base + page).status_code == 404
    assert client.post(f"{base}people/{seat.alias}/limits/", {"reason": "x"}).status_code == 404
    body = client.get(f"{base}people/{seat.alias}/").content.decode()
    assert not re.search("people.example|Named", body), "neither address nor name, only the pseudonym"


def test_forms_with_mistakes_come_back_as_they_were_typed(who: Cast) -> None:
    client, base = client_of(who.manager), f"/manage/{who.slug}/"
    seat = Seat.objects.get(project=who.small.project, person_id=who.expert)
    for address, posted, shown in (
        (f"people/{seat.alias}/limits/", {"day_max": "lots", "reason": "My reason"}, ("lots", "My reason")),
        ("settings/", {"name.en": "", "contact": "Somebody here"}, ("Somebody here",)),
        ("settings/stage/1/", {"lease_s": "soon", "reason": "My reason"}, ("soon", "My reason")),
        ("settings/state/", {"to": "paused", "reason": ""}, ()),
        ("guideline/write/", {"base": "1", "text.en": "Typed text", "note": ""}, ("Typed text",)),
        ("batches/import/", {"want": "1"}, ()),
    ):
        response = client.post(base + address, posted)
        assert response.status_code == 422, address
        body = response.content.decode()
        assert 'id="errors"' in body, address
        assert all(text in body for text in shown), address
        for anchor in re.findall(r'<li><a href="#([^"]+)"', body):
            assert f'id="{anchor}"' in body, (address, anchor)


def test_a_file_that_is_too_large_is_passed_by_and_said(who: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fairhand.web.uploads.UPLOAD_BYTES_MAX", -64 * 1024 + 10)
    file = SimpleUploadedFile("tasks.jsonl", b"{}\n" * 100)
    response = client_of(who.manager).post(f"/manage/{who.slug}/batches/import/", {"want": "1", "file": file})
    assert response.status_code == 422
    assert "larger than one import takes" in response.content.decode()
    assert not Upload.objects.exists()


def test_an_upload_is_its_senders_alone(who: Cast) -> None:
    file = SimpleUploadedFile("tasks.jsonl", b'{"key": "a", "payload": {"prompt": "P"}}\n')
    sent = client_of(who.manager).post(f"/manage/{who.slug}/batches/import/", {"want": "1", "file": file})
    assert sent.status_code == 302
    grant_role(person_id=who.stranger, org_id=who.small.project.org_id, role="manager", actor=COMMAND, now=utc_now())
    other = client_of(who.stranger)
    assert other.get(sent["Location"]).status_code == 404
    other.post(sent["Location"] + "decide/", {"take": "all"})
    assert not Task.objects.filter(key="a").exists()


def test_a_persons_work_is_read_page_by_page(who: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    small, client = who.small, client_of(who.manager)
    for _ in range(3):
        small.wait(1)
        small.submit(small.claim(who.expert))
    monkeypatch.setattr("fairhand.web.manager.people.ROWS_PER_PAGE_MAX", 2)
    seat = Seat.objects.get(project=small.project, person_id=who.expert)
    address, seen = f"/manage/{who.slug}/people/{seat.alias}/", []
    first = client.get(address).content.decode()
    following = re.search(r'href="(\?before=[^"]+)"', first)
    assert following is not None
    for body in (first, client.get(address + following[1]).content.decode()):
        seen += KEYS.findall(body)
    assert sorted(seen) == sorted(Task.objects.filter(hands(who)).values_list("key", flat=True))


def hands(who: Cast) -> Q:
    """Tasks that the expert met."""
    return Q(id__in=Hand.objects.filter(person_id=who.expert).values("task_id"))


def test_a_known_answer_is_shown_with_what_its_task_brings_along() -> None:
    template = {
        "version": 1, "fields": [{"name": "criteria", "type": "rubric", "version": 1, "label": {"en": "Criteria"}}],
        "questions": [{"name": "scores", "type": "rubric", "version": 1, "label": {"en": "Scores"}, "of": "criteria"}],
    }  # fmt: skip
    payload = {"criteria": [{"criterion": "Names the capital.", "weight": 2}]}
    who = cast(pay=PER_JUDGEMENT, template=template, payload=payload)
    row = {"key": "g1", "payload": payload, "answer": {"scores": {"c1": {"score": 1, "evidence": "Paris, line 2"}}}}
    added = add_gold(
        project_id=who.small.project.id, text=json.dumps(row), draws=1, reason="To measure.", actor=COMMAND,
        now=utc_now(),
    )  # fmt: skip
    assert added == 1
    page = client_of(who.manager).get(f"/manage/{who.slug}/gold/").content.decode()
    assert "Names the capital." in page
    assert "Paris, line 2" in page


def test_each_form_that_starts_a_project_makes_one(who: Cast) -> None:
    client = client_of(who.manager)
    typed = {
        "name.en": "Which answer?", "summary.en": "Compare two.", "org": str(who.small.project.org_id), "experts": "5",
        "languages": "en", "currency": "USD", "how": "task", "amount": "2.00", "reviewed_pct": "0",
    }  # fmt: skip
    for key in ("one", "one", "two", "", ""):
        made = client.post("/start/pairwise-preference/", typed | {"key": key})
        assert made.status_code == 302, made.content.decode()
    assert Project.objects.filter(slug__startswith="which-answer").count() == 4
