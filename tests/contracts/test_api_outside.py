"""Work outside tasks over the API: what is paid, entered once, read with the clock, confirmed by staff."""

import pytest

from fairhand.api import entry
from fairhand.audit.actor import COMMAND
from fairhand.flow.publish_guideline import publish_guideline
from fairhand.flow.set_paid_kind import set_paid_kind
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.projects.models import Project
from fairhand.work.models import PaidKind, Reading
from fairhand.work.paid_rules import NewPaidKind
from tests.browser.people import Cast, cast
from tests.contracts.test_api_work import Caller


@pytest.fixture
def people(rollback_db: object) -> Cast:
    entry._calls.clear()
    return cast(tasks=1, want=1)


def test_an_entry_is_made_once_read_with_the_clock_and_confirmed_whole(people: Cast) -> None:
    project = Project.objects.get(slug=people.slug)
    for kind, at_once in (("meeting", False), ("reading", True)):
        new = NewPaidKind(kind, "timed", "30.00", 60, 2, at_once)
        assert isinstance(set_paid_kind(project_id=project.id, new=new, actor=COMMAND, now=utc_now()), PaidKind)
    texts = {"en": "Other words.", "ar": "كلمات أخرى."}
    made = publish_guideline(project_id=project.id, base=1, texts=texts, note="Words.", actor=COMMAND, now=utc_now())
    assert not isinstance(made, Refused), made
    own, staff, address = Caller(people.expert), Caller(people.manager), f"/projects/{people.slug}/paid"
    seen = own.get(address)
    (meeting,), (reading,) = seen["kinds"], seen["readings"]
    assert (meeting["kind"], meeting["entered"], reading["version"], reading["clock_ms"]) == ("meeting", 0, 2, None)

    wanted = {"kind": meeting["id"], "minutes": 61, "note": "", "request_key": "one"}
    assert {each["field"] for each in own.post(address, wanted, 422)["fields"]} == {"minutes", "note"}
    wanted |= {"minutes": 30, "note": "The first call."}
    entered = own.post(address, wanted, 201)
    assert (entered["granted_ms"], entered["said_ms"]) == (None, 1_800_000)
    assert own.post(address, wanted, 200) == entered
    (waiting,) = staff.get(f"{address}/waiting")["rows"]
    assert (waiting["id"], waiting["note"]) == (entered["id"], "The first call.")
    confirm = f"{address}/{entered['id']}"
    own.post(confirm, {"reason": "Mine."}, 404)
    assert Caller(people.manager, "projects:read").post(confirm, {"reason": "So."}, 403)["code"] == "scope_missing"
    assert staff.post(confirm, {"reason": "So it was."})["paid_minor"] == 1500
    assert staff.post(confirm, {"reason": "Again."}, 409)["code"] == "paid_time_decided"

    clock = f"/projects/{people.slug}/readings/2"
    beat = {"device": "program", "seq": 0, "active_ms": 60_000}
    assert own.post(f"{clock}/beats", beat, 410)["code"] == "no_reading"
    assert own.post(clock, {})["clock_ms"] == 0
    assert own.post(f"{clock}/beats", beat)["counted_ms"] < 60_000, "no more than passed"
    Reading.objects.update(work_ms=600_000)
    assert own.post(f"{clock}/done", {}, 201)["paid_minor"] == 500
    assert own.post(clock, {}, 409)["code"] == "no_reading"
    rows = own.get(f"{address}?limit=1")
    assert (rows["rows"][0]["version"], rows["next"]) == (2, rows["rows"][0]["id"])
    assert [row["id"] for row in own.get(f"{address}?before={rows['next']}")["rows"]] == [entered["id"]]
    Caller(people.colleague).get(f"/projects/{people.slug}/paid", 200)
    Caller(people.stranger).get(address, 404)
