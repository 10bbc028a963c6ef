"""Every endpoint in every role, at one's own rows and at another client's: who gets in, and who finds nothing."""

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from fairhand import urls
from fairhand.people.access import ANYONE, OWN_ACCOUNT, PUBLIC, SEE_BOARD
from fairhand.web.entry import opens
from tests.browser.endpoints import (
    METHODS,
    OUTSIDE,
    Endpoint,
    endpoints,
    framework_addresses,
    pages,
    reaches,
    should_enter,
)
from tests.counts import LARGE
from tests.signed import client_of
from tests.world import Side, Who, World, build_world

pytestmark = pytest.mark.usefixtures("rollback_db", "_quiet")
CELLS_MIN = 1_000  # of each part
DRAWN = 0.15
PARTS = 2
# What has to be in a request for its row to be looked for at all; nothing else is sent, so that nothing is done.
BODIES = {
    "api:keep_draft": b'{"base": 0, "device": "tests", "fields": []}',
    "api:add_beat": b'{"device": "tests", "seq": 1, "active_ms": 0}',
    "api:claim_slot": b'{"kind": "attempt", "terms_seen": [], "request_key": "tests"}',
    "api:hand_in": b'{"answer": {}}',
    "api:give_back": b'{"reason": "none"}',
    "api:raise_it": b'{"kind": "question", "words": "none"}',
    "api:more_time": b'{"seconds": 60, "reason": "none"}',
    "api:enter_outside": b'{"minutes": 1, "request_key": "tests"}',
    "api:note_reading_beat": b'{"device": "tests", "seq": 1, "active_ms": 0}',
    "api:publish_version": b'{"base": 1, "body": {}, "note": "none"}',
    "api:confirm_outside": b'{"reason": "none"}',
    "client-people": b"role=client_viewer",
}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def _quiet() -> Iterator[None]:
    """Thousands of requests are no news, and what they mail goes nowhere."""
    logging.disable(logging.ERROR)
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend"):
        yield
    logging.disable(logging.NOTSET)


def test_every_endpoint_has_a_door() -> None:
    assert without_door() == []


def without_door() -> list[str]:
    """Endpoints that let anybody in, because nobody said who may."""
    return [f"{each.name} at /{each.route} has no door" for each in endpoints() if each.door is None]


def test_the_api_has_no_other_address_than_its_operations_and_its_description() -> None:
    """The router has a root, which is not there for anybody, and may publish the description of its operations."""
    found = {address: client_of(None).get(f"/{address}").status_code for address in framework_addresses()}
    assert found.pop("api/v1/") == 404
    assert set(found) <= {"api/v1/openapi.json"}, found


def test_every_right_says_its_methods_once() -> None:
    names = [each.name for each in endpoints()]
    assert sorted(names) == sorted(set(names)), "two endpoints of one name"


@pytest.mark.parametrize("part", range(PARTS))
def test_access_matrix(part: int, seed: int, printed: Callable[[str], None]) -> None:
    """All endpoints, for every so many-th person: the parts run side by side.

    The two sides are alike. So who belongs to the second alone is left out where the counts are small: what they meet
    at home and abroad, somebody of the first side meets too. And of what is left every seventh request is drawn,
    others with every seed.
    """
    world, found = build_world(), endpoints()
    people = [each for each in world.people.items() if LARGE or not _of_second_side(each[1])]
    world.people = dict(people[part::PARTS])
    cells, wrong = walked(found, world, None if LARGE else random.Random(f"{seed} {part}"))
    assert not wrong, "\n".join(wrong)
    printed(f"access matrix, part {part + 1} of {PARTS}: {cells} cells, all {len(found)} endpoints")
    assert cells >= CELLS_MIN


def _of_second_side(who: Who) -> bool:
    return {"b"} == {org for _, org, _ in who.holds} | who.seats


def walked(found: list[Endpoint], world: World, draw: random.Random | None = None) -> tuple[int, list[str]]:
    """Make every request, or some by lot; how many, and what came out otherwise than the rights say."""
    cells, wrong = 0, []
    for who in world.people.values():
        client = client_of(who.person_id)
        signed = dict(client.cookies)
        for endpoint in (each for each in found if each.door is not None):
            for side in world.sides.values() if endpoint.params else [world.sides["a"]]:
                for method in _methods(endpoint, who):
                    if draw is not None and draw.random() >= DRAWN:
                        continue
                    client.cookies.clear()
                    client.cookies.update(signed)
                    cells += 1
                    if problem := _cell(client, who, endpoint, side, method):
                        wrong.append(problem)
    return cells, wrong


def _methods(endpoint: Endpoint, who: Who) -> tuple[str, ...]:
    """What is asked of an endpoint: what it takes of everybody, and what it doesn't of three."""
    others = METHODS if who.name in ("nobody", "stranger", "operator_admin") and not endpoint.api else ()
    return tuple(dict.fromkeys((*endpoint.methods, *others)))


def _cell(client: Client, who: Who, endpoint: Endpoint, side: Side, method: str) -> str:
    address = endpoint.address(side)
    with _undone():
        body, kind = (b"{}", "application/json") if endpoint.api else (b"", FORM)
        response = client.generic(method, address, BODIES.get(endpoint.name, body), kind)
        if response.streaming:
            b"".join(response)
    got = _read(response)
    wanted = _wanted(who, endpoint, side, method)
    if got in wanted:
        return ""
    return f"{who.name}: {method} {address} ({endpoint.name}) is {got}, {response.status_code}; not {wanted}"


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _wanted(who: Who, endpoint: Endpoint, side: Side, method: str) -> tuple[str, ...]:
    if method not in endpoint.methods:
        return ("no such method",)
    if endpoint.door.right.reach == PUBLIC:
        return ("open", "hidden", "forbidden", "sign in")
    if should_enter(who, endpoint, side):
        # allauth answers a passkey that it can't read with the page of signing in.
        return ("open", "sign in") if endpoint.name == "mfa_reauthenticate_webauthn" else ("open",)
    if who.name in OUTSIDE:
        return ("sign in",)
    if method == "POST" and reaches(who, endpoint, side):
        return ("hidden", "open")  # somebody else's file is told of as one that is gone, like any that never was
    return ("hidden",)


def _read(response: Any) -> str:
    """What an answer means for whoever asked."""
    status = response.status_code
    if status in (301, 302, 303) and response["Location"].startswith(_ways_in()):
        return "sign in"
    by_status = {401: "sign in", 403: "forbidden", 404: "hidden", 405: "no such method"}
    return by_status.get(status, "open" if status < 500 else "broken")


def _ways_in() -> tuple[str, ...]:
    return (reverse("signed-out"), reverse("account_login"))


def test_what_moves_money_or_roles_asks_for_a_proof_given_just_now() -> None:
    """Whoever may, and signed in long ago, is asked again before anything is done."""
    world, wrong, asked = build_world(), [], 0
    for endpoint in (each for each in endpoints() if each.door is not None and each.door.fresh):
        method = "POST" if "POST" in endpoint.methods else "GET"
        side = world.sides["a"]
        who = next(each for each in world.people.values() if should_enter(each, endpoint, side))
        with _undone():
            response = client_of(who.person_id, proof=False).generic(method, endpoint.address(side), b"", FORM)
        asked += 1
        if response.status_code not in (302, 303) or not response["Location"].startswith(_ways_to_proof()):
            wrong.append(f"{who.name}: {method} {endpoint.name} is {response.status_code} without a fresh proof")
    assert wrong == []
    assert asked > 5


def test_nothing_opens_to_those_who_still_have_to_set_up_their_second_factor() -> None:
    """But their own account, where they set it up."""
    world, wrong = build_world(factors=False), []
    client = client_of(world.id_of("operator_admin"))
    for endpoint in (each for each in pages() if each.door is not None):
        if endpoint.door.right in (ANYONE, OWN_ACCOUNT) or not should_enter(
            world.people["operator_admin"], endpoint, world.sides["a"]
        ):
            continue
        with _undone():
            response = client.generic(endpoint.methods[0], endpoint.address(world.sides["a"]), b"", FORM)
        if response.status_code != 302 or response["Location"] != reverse("security"):
            wrong.append(f"{endpoint.name} is {response.status_code}")
    assert wrong == []


def _ways_to_proof() -> tuple[str, ...]:
    return (reverse("account_reauthenticate"), reverse("account_login"))


# -- the matrix finds what it is for ----------------------------------------------------------------------------------


def _planted(*patterns: Any) -> Any:
    module = ModuleType("planted")
    module.__dict__.update({name: value for name, value in vars(urls).items() if name.startswith("handler")})
    module.urlpatterns = [*patterns, *urls.urlpatterns]
    return override_settings(ROOT_URLCONF=module)


def _bare(request: HttpRequest, slug: str = "") -> HttpResponse:
    return HttpResponse("planted")


def test_an_endpoint_without_a_door_is_named() -> None:
    with _planted(path("planted/", _bare, name="planted")):
        assert "planted at /planted/ has no door" in without_door()


def test_a_right_wider_than_its_rows_is_named() -> None:
    """A view that asks at the door for a role anywhere, and then shows any project."""
    with _planted(path("planted/<slug:slug>/", opens(SEE_BOARD)(_bare), name="planted")):
        _, wrong = walked([each for each in pages() if each.name == "planted"], build_world())
    assert any(line.startswith("manager_at_b: GET /planted/project-a/") for line in wrong), wrong
    assert any(line.startswith("manager_of_project_a: GET /planted/project-b/") for line in wrong), wrong
    assert not any(line.startswith("manager:") for line in wrong), wrong


def test_a_parameter_that_nobody_gave_a_value_is_named() -> None:
    with (
        _planted(path("planted/<slug:thing>/", opens(SEE_BOARD)(_bare), name="planted")),
        pytest.raises(KeyError, match="thing"),
    ):
        walked([each for each in pages() if each.name == "planted"], build_world())


# -- beside the matrix ------------------------------------------------------------------------------------------------


def test_no_form_is_let_through_without_its_token() -> None:
    """Whoever may post, posts from our own pages."""
    world = build_world()
    wrong = []
    for endpoint in pages():
        if "POST" not in endpoint.methods:
            continue
        client = client_of(world.id_of("operator_admin"), enforce_csrf_checks=True)
        address = endpoint.address(world.sides["a"])
        response = client.post(address)
        if response.status_code != 403 or "That was not let through" not in response.content.decode():
            wrong.append(f"{address}: {response.status_code}")
    assert wrong == []
