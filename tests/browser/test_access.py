"""Every address against everybody: what somebody may not see is not there for them. A new address needs a row here."""

from collections.abc import Mapping
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import URLPattern

from fairhand.audit.actor import COMMAND
from fairhand.flow.release_delivery import release_delivery
from fairhand.pay.models import Statement
from fairhand.people.sign_in import make_token
from fairhand.web.urls import urlpatterns
from tests.browser.people import Cast, cast
from tests.building import NONE, PER_JUDGEMENT

WHO = ("nobody", "expert", "colleague", "reviewer", "manager", "client", "other_client", "stranger")
OK, HIDDEN, AWAY, NO = 200, 404, 302, 405
STAFF_HIDDEN = {"manager": HIDDEN, "client": HIDDEN, "other_client": HIDDEN, "stranger": HIDDEN}

# Address name -> who -> status of a GET; whoever isn't named gets `else`. `nobody`, where it isn't named, is sent to
# the page that says how to get in.
ROWS: Mapping[str, Mapping[str, int]] = {
    "home": {"manager": AWAY, "client": AWAY, "other_client": AWAY, "else": OK},
    "account": {"else": OK},
    "project": STAFF_HIDDEN | {"else": OK},
    "work": {"expert": OK, "else": HIDDEN},
    "my-work": {"else": OK},
    "submission": {"expert": OK, "else": HIDDEN},
    "earnings": {"else": OK},
    "statement": {"expert": OK, "else": HIDDEN},
    "reviews": {"reviewer": OK, "else": HIDDEN},
    "manage": {"manager": OK, "else": HIDDEN},
    "board": {"manager": OK, "else": HIDDEN},
    "board-now": {"manager": OK, "else": HIDDEN},
    "board-people": {"manager": OK, "else": HIDDEN},
    "client": {"manager": OK, "client": OK, "other_client": OK, "else": HIDDEN},
    "client-project": {"manager": OK, "client": OK, "else": HIDDEN},
    "download": {"manager": OK, "client": OK, "else": HIDDEN},
    # What is not for reading: a GET is refused to everybody.
    "sign-out": {"nobody": NO, "else": NO},
    "language": {"nobody": NO, "else": NO},
    "theme": {"nobody": NO, "else": NO},
    "take": {"nobody": NO, "else": NO},
    "skip": {"nobody": NO, "else": NO},
    "take-review": {"nobody": NO, "else": NO},
    "release": {"nobody": NO, "else": NO},
    # The way in is open to all.
    "signed-out": {"nobody": OK, "else": AWAY},
    "sign-in": {"nobody": 403, "else": 403},
}
# What a POST does to whoever may not; those who may are in other tests.
POSTS: Mapping[str, Mapping[str, int]] = {
    "take": STAFF_HIDDEN,
    "skip": {who: HIDDEN for who in WHO if who not in ("nobody", "expert")},
    "work": {who: HIDDEN for who in WHO if who not in ("nobody", "expert")},
    "take-review": {who: HIDDEN for who in WHO if who not in ("nobody", "reviewer")},
    "release": {who: HIDDEN for who in WHO if who not in ("nobody", "manager")},
}

pytestmark = pytest.mark.usefixtures("rollback_db")


def _ids(who: Cast) -> dict[str, str]:
    """An address of each kind that belongs to `expert` and the project."""
    small = who.small
    small.wait(-3600)  # pages read the clock: what was handed in lies before it
    made = small.work(who.expert)
    claim = small.claim(who.expert)
    statement = Statement.objects.create(
        id=uuid4(), person_id=who.expert, number=1, currency="USD", from_at=small.now, until_at=small.now,
        total_minor=0, lines_n=1, made_at=small.now,
    )  # fmt: skip
    release_delivery(project=small.project, actor=COMMAND, now=small.now)
    return {
        "project": f"/projects/{who.slug}/", "take": f"/projects/{who.slug}/take/", "work": f"/work/{claim.id}/",
        "skip": f"/work/{claim.id}/skip/", "submission": f"/submissions/{made.id}/", "statement":
        f"/earnings/statements/{statement.id}/", "take-review": f"/reviews/{who.slug}/take/",
        "board": f"/manage/{who.slug}/", "board-now": f"/manage/{who.slug}/now/",
        "board-people": f"/manage/{who.slug}/people/", "release": f"/manage/{who.slug}/release/",
        "client-project": f"/client/{who.slug}/", "download": f"/client/{who.slug}/deliveries/1/jsonl/",
        "sign-in": "/in/forged/",
    }  # fmt: skip


def client_of(person_id: UUID | None) -> Client:
    """A client of ours, signed in by a link."""
    made = Client(headers={"host": "localhost"})
    if person_id is not None:
        assert made.get(f"/in/{make_token(person_id)}/").status_code == AWAY
    return made


def test_every_address_has_a_row() -> None:
    names = {pattern.name for pattern in urlpatterns if isinstance(pattern, URLPattern)}
    assert names - {"style"} == set(ROWS)


def test_everybody_at_every_address() -> None:
    who = cast(pay=PER_JUDGEMENT, policy=NONE)
    ids = _ids(who)
    plain = {pattern.name: "/" + str(pattern.pattern) for pattern in urlpatterns}
    wrong = []
    for name in WHO:
        client = client_of(getattr(who, name, None))
        for row, expected in ROWS.items():
            address = ids.get(row, plain[row])
            response = client.get(address)
            wanted = expected.get(name, AWAY if name == "nobody" else expected["else"])
            if response.status_code != wanted:
                wrong.append(f"{name} at {address}: {response.status_code}, not {wanted}")
            if response.streaming:
                list(response)
    assert wrong == []


def test_nobody_does_what_is_not_theirs() -> None:
    who = cast(pay=PER_JUDGEMENT, policy=NONE)
    ids = _ids(who)
    wrong = []
    for name in WHO:
        client = client_of(getattr(who, name, None))
        for row, expected in POSTS.items():
            if name != "nobody" and name not in expected:
                continue
            response = client.post(ids[row], {"reason": "unclear", "answer.winner": "left"})
            wanted = AWAY if name == "nobody" else expected[name]
            if response.status_code != wanted or (name == "nobody" and response["Location"] != "/in/"):
                wrong.append(f"{name} posts to {ids[row]}: {response.status_code}, not {wanted}")
    assert wrong == []


def test_a_form_without_its_token_is_not_let_through() -> None:
    who = cast()
    client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    client.get(f"/in/{make_token(who.expert)}/")
    response = client.post(f"/projects/{who.slug}/take/")
    assert response.status_code == 403
    assert "That was not let through" in response.content.decode()


def test_a_recorded_person_cannot_sign_in() -> None:
    who = cast()
    person = who.small.project.seat_set.get(person_id=who.expert).person
    type(person).objects.filter(id=person.id).update(kind="recorded")
    response = Client(headers={"host": "localhost"}).get(f"/in/{make_token(who.expert)}/")
    assert response.status_code == 403


def test_a_suspended_person_is_out_at_the_next_click() -> None:
    who = cast()
    client = client_of(who.expert)
    person = who.small.project.seat_set.get(person_id=who.expert).person
    type(person).objects.filter(id=person.id).update(state="suspended")
    assert client.get("/my-work/").status_code == AWAY
