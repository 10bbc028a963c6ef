"""Choosing work, hearing why none comes, and wishes of one's own, through the pages."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client

import fairhand
from fairhand.audit.models import Event
from fairhand.dispatch.models import PersonLoad, Queue, Seat, WorkPreference
from fairhand.flow.save_preference import save_preference
from fairhand.gates.models import Gate
from fairhand.kernel.clock import utc_now
from fairhand.kernel.ids import new_id
from fairhand.projects.models import Stage
from tests.browser.endpoints import OPEN_TO_ALL, READERS, endpoints, should_enter
from tests.browser.people import Cast, cast
from tests.building import small_project
from tests.signed import client_of
from tests.world import build_world

SECRET = "zz-mine-alone"


@pytest.fixture
def people(rollback_db) -> Cast:
    return cast()


def text(client: Client, address: str, status: int = 200) -> str:
    found = client.get(address)
    assert found.status_code == status, address
    return found.content.decode()


def test_an_expert_reads_what_keeps_work_from_them_and_takes_some_when_it_is_gone(people: Cast):
    expert = client_of(people.expert)
    Seat.objects.filter(person_id=people.expert).update(day_max=0)
    rule = {"version": 1, "all": [{"kind": "consent", "topic": "medical"}]}
    gate = Gate.objects.create(id=new_id(utc_now()), rule_hash="1" * 64, rule=rule, made_at=utc_now())
    Stage.objects.filter(project=people.small.project, kind="attempt").update(gate=gate)
    Queue.objects.filter(stage__kind="attempt").update(gate=gate)
    for address in ("/next/", f"/projects/{people.slug}/", "/projects/"):
        page = text(expert, address)
        assert "of at most" in page, address
        assert "consent to: Medical pictures" in page, address
        assert "some tasks wait behind it" in page, address
        assert "It ends by itself" in page, address
    told = json.loads(text(expert, f"/next/open.json?of={people.slug},other"))["projects"]
    assert told == {people.slug: {"n": 0, "text": "nothing open to you now"}}
    answer = expert.get(f"/api/v1/projects/{people.slug}/why").json()
    assert {bar["code"]: bar["waiting"] for bar in answer["kinds"][0]["fails"]} == {"cap_day": 1, "gate": 1}
    refused = expert.post("/next/take/", {"terms": people.small.hashes}, follow=True)
    assert refused.request["PATH_INFO"] == "/next/"

    Seat.objects.filter(person_id=people.expert).update(day_max=None)
    Stage.objects.filter(id__isnull=False).update(gate=None)
    Queue.objects.filter(id__isnull=False).update(gate=None)
    told = json.loads(text(expert, f"/next/open.json?of={people.slug}"))
    assert told["projects"][people.slug] == {"n": 1, "text": "some tasks"}
    taken = expert.post("/next/take/", {"terms": people.small.hashes, "request_key": "once"})
    assert taken.headers["Location"].startswith("/work/")
    assert PersonLoad.objects.get(person_id=people.expert).open_n == 1


def test_the_counts_say_nothing_of_projects_without_a_seat(people: Cast):
    small_project(slug="other", experts=0, reviewers=0)
    told = json.loads(text(client_of(people.expert), f"/next/open.json?of={people.slug},other"))
    assert list(told["projects"]) == [people.slug]
    assert json.loads(text(client_of(people.stranger), f"/next/open.json?of={people.slug}"))["projects"] == {}


def test_wishes_are_kept_shown_to_their_owner_and_to_nobody_else(people: Cast):
    expert = client_of(people.expert)
    form = {
        "fields": f"{SECRET}, tax law", "told": "yes", "hours-0-from": "09:00", "hours-0-to": "17:30",
        "quiet-from": "22:00", "quiet-to": "06:00", "quiet_days": ["5", "6"], "muted": [str(people.small.project.id)],
    }  # fmt: skip
    wrong = expert.post("/account/work/", form | {"hours-1-from": "18:00", "hours-1-to": "09:00"})
    assert wrong.status_code == 422
    assert 'value="18:00"' in wrong.content.decode()
    assert expert.post("/account/work/", form).status_code == 302
    kept = WorkPreference.objects.get(person_id=people.expert)
    assert kept.hours == [[0, 540, 1050]]
    assert [span for span in kept.quiet if span[0] in (0, 5)] == [[0, 0, 360], [0, 1320, 1440], [5, 0, 1440]]
    page = text(expert, "/account/work/")
    for shown in (SECRET, 'value="09:00"', 'value="17:30"', 'value="22:00"', 'value="06:00"'):
        assert shown in page
    assert SECRET in b"".join(expert.get("/account/profile/everything.json").streaming_content).decode()


def test_no_page_and_no_call_shows_wishes_to_anybody_else(db):
    world = build_world()
    save_preference(
        person_id=world.id_of("expert_a"), fields=[SECRET], hours=[[0, 583, 1021]], quiet=[], told=False, muted=[],
        now=utc_now(),
    )  # fmt: skip
    assert not Event.objects.filter(facts__icontains=SECRET).exists()
    staff = [name for name in READERS if name not in ("expert_a", "stranger")]
    clients = {name: client_of(world.id_of(name)) for name in staff}
    seen = 0
    for endpoint in endpoints():
        if endpoint.door is None or "GET" not in endpoint.methods or endpoint.door.right.name == OPEN_TO_ALL:
            continue
        may = [name for name in staff if should_enter(world.people[name], endpoint, world.sides["a"])]
        for name in may[:1]:
            found = clients[name].get(endpoint.address(world.sides["a"]))
            body = b"".join(found.streaming_content) if found.streaming else found.content
            assert SECRET.encode() not in body, (endpoint.name, name)
            # One of the two may be the time of something that happened.
            assert not (b"09:43" in body and b"17:01" in body), (endpoint.name, name)
            seen += 1
    assert seen > 60


def test_few_files_know_of_wishes():
    """The order of queues, notices of work, and one's own page and file: nothing that staff reads."""
    source = Path(fairhand.__file__).parent
    knows = {
        str(path.relative_to(source)) for path in source.rglob("*")
        if path.suffix in (".py", ".sql", ".html") and "migrations" not in path.parts
        and re.search(r"work_preference|WorkPreference|preference_of", path.read_text(encoding="utf-8"))
    }  # fmt: skip
    assert knows <= {
        "cli/grants.py", "dispatch/models.py", "dispatch/next_queues.py", "dispatch/queries.py",
        "flow/plan_news.py", "flow/save_preference.py", "flow/tell_of_work.py", "insight/expected.py",
        "insight/own_export.py", "web/expert/preferences.py",
    }  # fmt: skip


def test_a_manager_reads_why_a_slot_went_where_it_went(people: Cast):
    claim = people.small.claim(people.expert)
    page = text(client_of(people.manager), f"/manage/{people.slug}/tasks/{claim.task_id}/")
    assert "Why this" in page
    assert "nothing else was open to them" in page
