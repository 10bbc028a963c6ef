"""What attackers tried at the door, as tests: an unattended visit, somebody else's address, many clicks at once."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from fairhand.audit.actor import COMMAND, Actor
from fairhand.flow.join import join
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import INVITATIONS_SAME_PER_DAY_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ACCOUNT
from fairhand.people.accounts import add_person
from fairhand.people.commands import ensure_org
from fairhand.people.invitations import NewInvitation, invite, withdraw
from fairhand.people.models import Person
from fairhand.web.account.urls import urlpatterns
from tests.signed import client_of


def _person(email: str, password: str | None = "correct horse battery") -> Person:
    made = add_person(email=email, name=email[:5], password=password, actor=COMMAND, now=utc_now())
    assert isinstance(made, Person)
    return made


def _client_org() -> Any:
    return ensure_org(slug="acme", name="Acme", kind="client", actor=COMMAND, now=utc_now())


@pytest.mark.parametrize("password", [None, "correct horse battery"])
def test_an_unattended_visit_changes_nothing_that_opens_the_account(rollback_db: Any, password: str | None) -> None:
    """Also for somebody who came by a provider and has nothing to prove themselves with here."""
    ann = _person("ann@acme.example", password)
    tried = 0
    for pattern in urlpatterns:
        door = pattern.callback.door
        if door.right is not OWN_ACCOUNT or not str(pattern.pattern).startswith(("security/", "^security/")):
            continue
        if "proof" in str(pattern.pattern) or pattern.name in ("security", "mfa_index", "mfa_list_webauthn"):
            continue
        if pattern.name in ("end-visit", "end-other-visits"):
            continue
        address = "/" + str(pattern.pattern).replace("<int:pk>", "1")
        client = client_of(ann.id, proof=False)
        answer = (
            client.post(address, {"password1": "another long secret", "password2": "another long secret"})
            if ("POST" in door.methods)
            else client.get(address)
        )
        assert answer.status_code == 302, address
        assert answer["Location"].startswith(("/security/proof/", "/sign-in/")), (address, answer["Location"])
        tried += 1
    assert tried >= 9
    ann.refresh_from_db()
    assert not ann.check_password("another long secret")


def test_an_address_that_nobody_proved_keeps_nobody_out(rollback_db: Any) -> None:
    eve = _person("eve@acme.example")
    EmailAddress.objects.create(user=eve, email="future@acme.example", verified=False, primary=False)
    future = _person("future@acme.example")
    assert list(EmailAddress.objects.filter(email="future@acme.example").values_list("user_id", flat=True)) == [
        future.id
    ]


def test_a_proved_address_is_not_given_away(rollback_db: Any) -> None:
    _person("ann@acme.example")
    again = add_person(email="Ann@acme.example", name="Ann", password=None, actor=COMMAND, now=utc_now())
    assert isinstance(again, Refused)
    assert again.code == "email_taken"


def test_many_clicks_on_one_invitation_make_one_account(db: Any) -> None:
    made = invite(email="new@acme.example", org_id=_client_org().id, role="client_viewer", actor=COMMAND, now=utc_now())
    assert isinstance(made, NewInvitation)
    got: list[Any] = []

    def click() -> None:
        try:
            got.append(join(
                invitation_id=made.invitation.id, name="New", password="correct horse battery", locale="en",
                now=utc_now(),
            ))  # fmt: skip
        finally:
            connection.close()

    clicks = [Thread(target=click) for _ in range(6)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert len(got) == 6
    assert sum(isinstance(each, Person) for each in got) == 1
    assert {each.code for each in got if isinstance(each, Refused)} <= {"invitation_closed", "email_taken"}


def test_one_address_is_written_to_three_times_a_day_by_one_inviter(rollback_db: Any) -> None:
    ann, org, now = _person("ann@acme.example"), _client_org(), utc_now()
    actor = Actor("person", ann.id)

    def again(at: Any) -> NewInvitation | Refused:
        return invite(email="bob@other.example", org_id=org.id, role="client_viewer", actor=actor, now=at)

    made = [again(now) for _ in range(INVITATIONS_SAME_PER_DAY_MAX + 1)]
    assert [isinstance(each, NewInvitation) for each in made] == [True] * INVITATIONS_SAME_PER_DAY_MAX + [False]
    assert isinstance(again(now + timedelta(days=1, seconds=1)), NewInvitation)


def test_nobody_withdraws_what_they_could_not_give(rollback_db: Any) -> None:
    made = invite(email="b@acme.example", org_id=_client_org().id, role="client_manager", actor=COMMAND, now=utc_now())
    assert isinstance(made, NewInvitation)

    def take_back(roles: Any) -> Refused | None:
        return withdraw(invitation_id=made.invitation.id, org_id=None, roles=roles, actor=COMMAND, now=utc_now())

    assert isinstance(take_back({None}), Refused)
    assert isinstance(take_back({"client_viewer"}), Refused)
    assert take_back({"client_manager"}) is None
