"""Requests that no page of ours sends: each is answered by a page, and none is a fault of ours."""

import pytest
from django.test import Client

from fairhand.work.models import Beat
from tests.browser.people import cast
from tests.signed import client_of

pytestmark = pytest.mark.usefixtures("rollback_db")

DEEP = "[" * 100_000


@pytest.mark.parametrize("address", ["work", "download", "x", "?x", "home", "a.b"])
@pytest.mark.parametrize("form", ["language", "theme"])
def test_a_way_back_is_an_address_and_never_the_name_of_a_page(form: str, address: str) -> None:
    response = Client(headers={"host": "localhost"}).post(f"/account/{form}/", {form: "en", "next": address})
    assert (response.status_code, response["Location"]) == (302, address)


def test_a_request_for_a_host_that_is_not_ours_is_a_bad_request() -> None:
    response = Client(raise_request_exception=False, headers={"host": "elsewhere.example"}).get("/")
    assert response.status_code == 400
    assert "This could not be read" in response.content.decode()


@pytest.mark.parametrize("start", ["9" * 5000, "9999999_", "-1_E", "\u0663_E", "1e3", "1_\x00", "_", "999999999_E-2"])
def test_a_list_of_people_begins_somewhere(start: str) -> None:
    who = cast()
    assert client_of(who.manager).get(f"/manage/{who.slug}/people/", {"before": start}).status_code == 200


@pytest.mark.parametrize(
    "given", [DEEP, "{}", "null", "7", '"text"', "[null]", "[[]]", '[{"seq": 1}]', "[" + "9" * 5000]
)
def test_reports_of_a_form_that_make_no_sense_count_nothing(given: str) -> None:
    who = cast()
    claim = who.small.claim(who.expert)
    response = client_of(who.expert).post(f"/work/{claim.id}/", {"beats": given, "device": "page"})
    assert response.status_code == 422
    assert not Beat.objects.exists()


@pytest.mark.parametrize("device", ["\x00", "", "x" * 65, "<x>"])
def test_reports_of_a_page_without_a_proper_name_count_nothing(device: str) -> None:
    who = cast()
    claim = who.small.claim(who.expert)
    form = {"beats": '[{"seq": 1, "active_ms": 5}]', "device": device}
    assert client_of(who.expert).post(f"/work/{claim.id}/", form).status_code == 422
    assert not Beat.objects.exists()


@pytest.mark.parametrize("key", ["\x00", "replay:1", "x" * 10_000])
def test_no_request_key_breaks_the_form_that_takes_a_task(key: str) -> None:
    who = cast()
    form = {"terms": [*who.small.hashes, "\x00", "x" * 10_000], "request_key": key}
    assert client_of(who.expert).post(f"/projects/{who.slug}/take/", form).status_code == 302
