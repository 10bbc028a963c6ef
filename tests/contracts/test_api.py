"""The API: what each call gives, that it gives nobody else's, and that its description is true."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from fairhand.api import entry
from fairhand.api.urls import api
from fairhand.audit.actor import COMMAND
from fairhand.audit.models import Event
from fairhand.flow.release_delivery import release_delivery
from fairhand.kernel.clock import utc_now
from fairhand.tasks.models import Task
from fairhand.work.models import Submission
from tests.browser.people import Cast, cast
from tests.building import NONE, PER_JUDGEMENT
from tests.commands_of import wait_until
from tests.signed import client_of

OPENAPI = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"


@pytest.fixture
def people(rollback_db: object) -> Cast:
    """A project in which something is accepted and delivered, and something handed in."""
    entry._calls.clear()
    found = cast(pay=PER_JUDGEMENT, policy=NONE)
    for _ in range(3):
        found.small.work(found.expert)
    release_delivery(project=found.small.project, actor=COMMAND, now=utc_now())
    return found


def get(person_id: UUID | None, address: str, status: int = 200) -> Any:
    response = client_of(person_id).get(f"/api/v1{address}")
    assert response.status_code == status, (address, response.status_code, response.content[:300])
    if status >= 400:
        assert response["Content-Type"] == "application/problem+json"
    return b"".join(response) if response.streaming else response.json()


def test_an_expert_reads_their_own_work_and_pay(people: Cast) -> None:
    me = get(people.expert, "/me")
    assert (me["person_id"], me["roles"], me["scopes"]) == (str(people.expert), [], None)
    first = get(people.expert, "/me/submissions?limit=2")
    assert len(first["rows"]) == 2
    rest = get(people.expert, f"/me/submissions?limit=2&before={first['next']}")
    assert (len(rest["rows"]), rest["next"]) == (1, None)
    assert len({row["id"] for row in first["rows"] + rest["rows"]}) == 3
    assert get(people.colleague, "/me/submissions") == {"rows": [], "next": None}
    get(people.colleague, f"/me/submissions?before={first['next']}", 404)

    pay = get(people.expert, "/me/earnings?limit=2")
    more = get(people.expert, f"/me/earnings?limit=2&before={pay['next']}")
    lines = pay["lines"] + more["lines"]
    assert len({line["id"] for line in lines}) == len(lines) == 3
    owed = sum(line["amount_minor"] for line in lines)
    assert owed == sum(row["pending_minor"] + row["payable_minor"] for row in pay["balances"]) > 0
    assert get(people.colleague, "/me/earnings")["lines"] == []


def test_a_manager_reads_projects_tasks_and_the_work_on_them_under_pseudonyms(people: Cast) -> None:
    (row,) = get(people.manager, "/projects")["rows"]
    assert row["slug"] == people.slug
    assert get(people.manager, f"/projects/{people.slug}")["progress"]["tasks"] == 4
    first = get(people.manager, f"/projects/{people.slug}/tasks?limit=3")
    rest = get(people.manager, f"/projects/{people.slug}/tasks?limit=3&before={first['next']}")
    assert {task["key"] for task in first["rows"] + rest["rows"]} == {"k0", "k1", "k2", "k3"}
    done = Task.objects.get(id=_worked(people)[0])
    seen = get(people.manager, f"/tasks/{done.id}")
    (work,) = seen["submissions"]
    assert seen["project"] == people.slug
    assert seen["payload"] == done.payload
    assert "Named" not in json.dumps(seen)
    assert str(people.expert) not in json.dumps(seen)
    assert work["expert"]


def _worked(people: Cast) -> list[UUID]:
    return [each.task_id for each in Submission.objects.filter(person_id=people.expert)]


def test_a_client_reads_its_deliveries_and_nothing_of_another(people: Cast) -> None:
    (delivery,) = get(people.client, f"/projects/{people.slug}/deliveries")["rows"]
    assert set(delivery["files"]) == {"jsonl", "csv"}
    for form in delivery["files"]:
        content = get(people.client, f"/projects/{people.slug}/deliveries/{delivery['number']}/{form}")
        assert len(content) == delivery["files"][form]["bytes"]
    get(people.client, f"/projects/{people.slug}/deliveries/{delivery['number']}/exe", 404)
    get(people.client, f"/projects/{people.slug}/deliveries/99/{form}", 404)
    assert get(people.other_client, "/projects")["rows"] == []
    for address in ("", "/tasks", "/deliveries", f"/deliveries/1/{form}"):
        get(people.other_client, f"/projects/{people.slug}{address}", 404)
    task_id = _worked(people)[0]
    for who in (people.client, people.other_client, people.expert, people.stranger):
        get(who, f"/tasks/{task_id}", 404)


def test_events_are_read_to_the_end_without_a_person_in_them(people: Cast) -> None:
    seen, place, pages = [], "", 0
    while True:
        page = get(people.manager, f"/events?limit=7{place}")
        seen += page["rows"]
        pages += 1
        if len(page["rows"]) < 7:
            break
        place = f"&after={page['next']}"
    # What this test writes isn't committed, so nothing of it is passed on yet; the page says so by being short.
    assert pages == 1
    assert seen == []
    get(people.other_client, "/events", 404)
    get(people.manager, f"/events?after={uuid4()}", 404)


def everything_is_old() -> bool:
    """Whether every event lies below the oldest transaction of the whole server: readers see them then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT bool_and(xid < pg_snapshot_xmin(pg_current_snapshot())) FROM event")
        return bool(cursor.fetchone()[0])


def test_committed_events_are_passed_on_in_order(db: object) -> None:
    entry._calls.clear()
    people = cast(pay=PER_JUDGEMENT, policy=NONE)
    people.small.work(people.expert)
    seen: list[Any] = []
    place = ""
    wait_until(everything_is_old, "the server's older transactions have ended", 120)
    while page := get(people.manager, f"/events?limit=5{place}")["rows"]:
        seen += page
        place = f"&after={page[-1]['id']}"
    stored = Event.objects.filter(project_id=people.small.project.id)
    assert {UUID(each["id"]) for each in seen} == set(stored.values_list("id", flat=True))
    verbs = [each["verb"] for each in seen]
    assert verbs.index("claim:made") < verbs.index("submission:made")
    text = json.dumps(seen)
    for person_id in (people.expert, people.colleague, people.reviewer):
        assert str(person_id) not in text
    assert next(each for each in seen if each["verb"] == "claim:made")["actor"]
    org_only = Event.objects.filter(project_id=None).first()
    assert org_only is not None
    get(people.manager, f"/events?after={org_only.id}", 404)


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("get", "/me", 401, "no_key"),
        ("get", "/nowhere", 404, "not_found"),
        ("get", "/tasks/not-an-id", 404, "not_found"),
        ("delete", "/me", 405, "method"),
        ("get", "/docs", 404, "not_found"),
    ],
)
def test_every_error_is_a_problem(rollback_db: object, method: str, address: str, status: int, code: str) -> None:
    response = getattr(client_of(None), method)(f"/api/v1{address}")
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["status"], body["code"]) == (status, code)
    assert set(body) == {"status", "code", "why", "fields"}


def test_what_cannot_be_read_is_named_and_not_said_back(people: Cast) -> None:
    body = get(people.expert, "/me/submissions?limit=hunter2&before=s3cret", 422)
    assert {each["field"] for each in body["fields"]} == {"query.limit", "query.before"}
    assert "hunter2" not in json.dumps(body)
    assert "s3cret" not in json.dumps(body)


def test_a_call_that_writes_as_somebody_signed_in_needs_the_forms_token(people: Cast) -> None:
    strict = client_of(people.expert, enforce_csrf_checks=True)
    beat = {"device": "page", "seq": 1, "active_ms": 5}
    response = strict.post(f"/api/v1/claims/{uuid4()}/beats", beat, content_type="application/json")
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")


def test_every_operation_has_a_door_and_tells_its_problems() -> None:
    operations = [
        operation for _, router in api._routers for view in router.path_operations.values()
        for operation in view.operations
    ]  # fmt: skip
    assert len(operations) >= 12
    for operation in operations:
        door = operation.view_func.door
        assert tuple(operation.methods) == door.methods
        if door.right.reach != "public":
            assert door.scope
            assert {401, 403, 404, 422, 429} <= set(operation.response_models)


def test_the_description_is_the_code(rollback_db: object) -> None:
    wanted = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))
    assert json.loads(OPENAPI.read_text(encoding="utf-8")) == wanted, "run python tools/openapi.py"
    assert Client(headers={"host": "localhost"}).get("/api/v1/openapi.json").status_code == 404
