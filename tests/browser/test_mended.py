"""Faults that were found in use and mended, as pages show them: each test fails without its mend."""

from uuid import UUID

import pytest

from fairhand.audit.actor import COMMAND
from fairhand.kernel.clock import utc_now
from fairhand.people.commands import ensure_people, grant_role
from fairhand.people.models import Invitation, Member, Org
from tests.browser.people import Cast, cast
from tests.signed import client_of, give_factor

pytestmark = pytest.mark.usefixtures("rollback_db")


def _admin() -> UUID:
    """An operator admin beside the cast, with the second factor that the role asks for."""
    now = utc_now()
    email = "admin@staff.example"
    found: UUID = ensure_people(people=[(email, "Admin")], kind="person", actor=COMMAND, now=now)[email]
    place = Org.objects.get(kind="operator")
    grant_role(person_id=found, org_id=place.id, role="operator_admin", actor=COMMAND, now=now)
    give_factor(found)
    return found


@pytest.fixture
def who() -> Cast:
    return cast()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2201-01-01"])
def test_a_role_that_would_end_where_the_calendar_does_is_not_given(who: Cast, day: str) -> None:
    client = client_of(_admin())
    client.cookies["fairhand_zone"] = "America/New_York"
    form = {"role": "finance", "org": "operator", "project": "", "until": day, "reason": "Keeps the books"}
    response = client.post(f"/operation/people/{who.stranger}/grant/", form)
    assert response.status_code == 422
    assert "The day could not be read" in response.content.decode()
    assert not Member.objects.filter(person_id=who.stranger).exists()
    assert client.get(f"/operation/people/{who.stranger}/").status_code == 200


def test_a_nul_in_a_form_breaks_no_page(who: Cast) -> None:
    client = client_of(_admin())
    made = client.post("/operation/organisations/add/", {"slug": "new-client", "name": "New\0 client"})
    assert made.status_code == 302
    assert Org.objects.get(slug="new-client").name == "New client"
    form = {"emails": "one\0@people.example", "project": f"{who.slug}\0"}
    assert client.post("/people/invitations/", form).status_code == 302
    assert Invitation.objects.get(email="one@people.example").project_id == who.small.project.id
    for role in ("reviewer", "client_viewer"):
        form = {"role": role, "email": "x\0@people.example", "org": "other\0", "project": f"{who.slug}\0"}
        assert client.post("/people/invitations/with-role/", form).status_code == 302
    client = client_of(who.other_client)
    form = {"role": "client_viewer\0", "email": "y\0@people.example"}
    assert client.post("/client/orgs/other/people/", form).status_code == 302


def test_a_nul_in_an_address_is_a_bad_request(who: Cast) -> None:
    client = client_of(who.manager)
    for path in (f"/manage/{who.slug}/people/%00/", f"/manage/{who.slug}/people/%00/limits/", "/sign-up/invited/%00/"):
        for response in (client.get(path), client.post(path)):
            assert response.status_code == 400, path
            assert "This could not be read" in response.content.decode()
    response = client.get("/api/%00")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")


def test_the_settings_of_a_stage_say_what_holds_at_once(who: Cast) -> None:
    text = client_of(who.manager).get(f"/manage/{who.slug}/settings/").content.decode()
    assert text.count("Holds at once, for work in hand too") == 1
    assert text.count("Holds at once: for all work that is handed in from now on") == 2
