"""Accounts by invitation, another address, and passkeys in a real browser."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from fairhand.audit.actor import COMMAND
from fairhand.audit.models import Event
from fairhand.kernel.clock import utc_now
from fairhand.people.commands import ensure_org, grant_role
from fairhand.people.invitations import NewInvitation, invite
from fairhand.people.models import Member, Org, Person
from tests.browser.conftest import Visitors
from tests.browser.signing import (
    AWAY,
    OTHER,
    PASSWORD,
    WRONG,
    fresh,
    links,
    operator,
    outbox,
    page_of,
    person,
    sent,
    settings_of,
    sign_in,
    signed_in,
)

__all__ = ["outbox", "settings_of"]  # fixtures

# -- invitations ----------------------------------------------------------------------------------------------------


def invited(email: str, role: str | None = None, org: Org | None = None, **more: Any) -> NewInvitation:
    made = invite(email=email, org_id=(org or operator()).id, role=role, actor=COMMAND, **{"now": utc_now()} | more)
    assert isinstance(made, NewInvitation), made
    return made


@pytest.mark.usefixtures("rollback_db")
def test_an_invitation_makes_an_account_once() -> None:
    token = invited("new@people.example", "recruiter").token
    client, form = fresh(), {"name": "Noor", "password1": PASSWORD}
    assert "new@people.example" in client.get(f"/sign-up/invited/{token}/").content.decode()
    assert client.post(f"/sign-up/invited/{token}/", form | {"password1": "short"}).status_code == WRONG
    assert client.post(f"/sign-up/invited/{token}/", form).status_code == AWAY
    noor = Person.objects.get(email="new@people.example")
    assert EmailAddress.objects.get(user=noor).verified
    assert Member.objects.get(person=noor).role == "recruiter"
    assert client.get("/people/invitations/").status_code == 200, "signed in, with the role"
    assert fresh().post(f"/sign-up/invited/{token}/", form).status_code == 410
    assert "invitation:accepted" in Event.objects.values_list("verb", flat=True)


@pytest.mark.usefixtures("rollback_db")
def test_an_invitation_that_is_old_forged_or_withdrawn_makes_none() -> None:
    old = invited("old@people.example", now=utc_now() - timedelta(days=8)).token
    replaced = invited("new@people.example").token
    invited("new@people.example")
    for token in (old, replaced, "forged"):
        answer = fresh().post(f"/sign-up/invited/{token}/", {"name": "N", "password1": PASSWORD})
        assert answer.status_code == 410
    assert not Person.objects.filter(email__in=["old@people.example", "new@people.example"]).exists()


@pytest.mark.usefixtures("rollback_db")
def test_an_invitation_of_an_account_asks_for_its_owner() -> None:
    ann, bob = person(), person("bob")
    acme = ensure_org(slug="acme", name="Acme", kind="client", actor=COMMAND, now=utc_now())
    token = invited(ann.email, "client_viewer", acme).token
    for client in (fresh(), signed_in(bob)):
        answer = client.post(f"/sign-up/invited/{token}/", {"name": "Mallory", "password1": OTHER})
        assert answer.status_code == 200
        assert not Member.objects.filter(org=acme).exists(), "a link alone takes over nobody"
    signed_in(ann).post(f"/sign-up/invited/{token}/")
    assert [each.person_id for each in Member.objects.filter(org=acme)] == [ann.id]


@pytest.mark.usefixtures("rollback_db")
def test_sign_up_is_shut_unless_it_is_opened(settings_of: Any) -> None:
    form = {"name": "Noor", "email": "noor@people.example", "password1": PASSWORD}
    assert "by invitation" in fresh().post("/sign-up/", form).content.decode()
    assert not Person.objects.filter(email="noor@people.example").exists()
    settings_of(SIGN_UP="open")
    person()
    answers = [
        fresh().post("/sign-up/", form | {"email": email}, follow=True)
        for email in (form["email"], "ann@people.example")
    ]
    pages = [page_of(each).replace("noor@", "").replace("ann@", "") for each in answers]
    assert pages[0] == pages[1], "whether an address is taken nobody learns"
    assert [str(each.subject) for each in sent()] == [
        "Is this your e-mail address?",
        "You have an account already",
    ]
    assert sign_in(fresh(), form["email"])["Location"] == "/sign-up/sent/", "not before the address is proved"
    client = fresh()
    assert client.post(links()[0]).status_code == AWAY
    assert sign_in(client, form["email"])["Location"] == "/"


@pytest.mark.usefixtures("rollback_db")
def test_a_client_invites_its_own_people_and_nobody_elses() -> None:
    acme = ensure_org(slug="acme", name="Acme", kind="client", actor=COMMAND, now=utc_now())
    ensure_org(slug="globex", name="Globex", kind="client", actor=COMMAND, now=utc_now())
    cleo = person("cleo")
    grant_role(person_id=cleo.id, org_id=acme.id, role="client_manager", actor=COMMAND, now=utc_now())
    client = signed_in(cleo)
    assert client.get("/client/people/")["Location"] == "/client/orgs/acme/people/"
    assert client.get("/client/orgs/globex/people/").status_code == 404
    form = {"email": "dan@acme.example", "role": "client_viewer", "language": "ar"}
    assert client.post("/client/orgs/acme/people/", form | {"role": "manager"}).status_code == 404
    assert client.post("/client/orgs/acme/people/", form | {"email": "dan"}).status_code == WRONG
    assert client.post("/client/orgs/acme/people/", form).status_code == AWAY
    assert re.search("[\u0600-\u06ff]", str(sent()[-1].body)), "in the language that was chosen"
    assert "dan@acme.example" in client.get("/client/orgs/acme/people/").content.decode()
    fresh().post(links()[-1], {"name": "Dan", "password1": PASSWORD})
    assert Member.objects.get(person__email="dan@acme.example").role == "client_viewer"


@pytest.mark.usefixtures("rollback_db")
def test_another_address_counts_once_it_is_proved() -> None:
    ann = person()
    client = signed_in(ann)
    assert client.post("/security/email/", {"email": "ann.new@people.example", "action_add": "1"}).status_code == AWAY
    assert Person.objects.get(id=ann.id).email == "ann@people.example"
    assert [each.to for each in sent()] == [["ann.new@people.example"]]
    client.post(links()[0])
    assert Person.objects.get(id=ann.id).email == "ann.new@people.example"
    assert sent()[-1].to == ["ann@people.example"], "the old address hears of it"
    assert sign_in(fresh(), "ann@people.example").status_code == WRONG
    assert sign_in(fresh(), "ann.new@people.example").status_code == AWAY


# -- passkeys, in a real browser ------------------------------------------------------------------------------------


def key_holder(page: Page) -> None:
    """A device that makes and keeps passkeys, and knows its owner's finger."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_made_used_and_removed(visitors: Visitors) -> None:
    ines = person("ines", "operator_admin")
    site = visitors.site.replace("127.0.0.1", "localhost")  # browsers make passkeys for names alone
    page = visitors.page(None)
    key_holder(page)
    page.goto(f"{site}/sign-in/")
    page.get_by_label("E-mail address").fill(ines.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Set up a second factor to go on")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("My laptop's finger")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("My laptop's finger").first).to_be_visible()

    page.get_by_role("button", name="Sign out").first.click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile("/manage/"))
    page.goto(f"{site}/people/invitations/")
    expect(page.get_by_role("heading", name="Invitations", exact=True)).to_be_visible()
    assert Event.objects.filter(verb="person:signed_in").latest("at").facts["by"] == ["webauthn"]

    page.goto(f"{site}/security/")
    page.get_by_role("link", name="Remove My laptop's finger").click()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_role("heading", name="Set up a second factor to go on")).to_be_visible()
    assert not Authenticator.objects.filter(user=ines).exists()


def test_a_passkey_that_is_refused_says_what_to_do(visitors: Visitors) -> None:
    page = visitors.page(None, language="ar", narrow=True)
    page.goto(f"{visitors.site.replace('127.0.0.1', 'localhost')}/sign-in/")
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options | {"isUserVerified": False}})
    page.locator("form[data-passkey] button").click()
    expect(page.locator("[data-passkey-failed]")).to_be_visible()
