"""Signing in as a person does it: password, code app, recovery codes, visits, proof."""

import re
from collections import Counter
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from fairhand.audit.actor import COMMAND
from fairhand.audit.models import Event
from fairhand.kernel.clock import utc_now
from fairhand.people.models import Person
from fairhand.people.roles import suspend
from tests.browser.signing import (
    AWAY,
    MANY,
    OTHER,
    PASSWORD,
    WRONG,
    code_now,
    fresh,
    is_in,
    links,
    outbox,
    page_of,
    person,
    sent,
    settings_of,
    sign_in,
    signed_in,
    verbs,
    with_app,
)

__all__ = ["outbox", "settings_of"]  # fixtures

# -- password -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("rollback_db")
def test_password_in_and_out() -> None:
    ann = person()
    assert ann.password.startswith("argon2$argon2id$")
    client = fresh()
    assert client.get("/security/")["Location"] == "/sign-in/?next=/security/"
    done = sign_in(client, next="/security/")
    assert done["Location"] == "/security/"
    assert is_in(client)
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert not is_in(client)
    assert sign_in(client, next="https://elsewhere.example/")["Location"] == "/"
    assert verbs(ann) == ["person:joined", "person:signed_in", "person:signed_in"]
    kept = Event.objects.filter(verb="person:signed_in").latest("at").facts
    assert kept["by"] == ["password"]
    assert re.fullmatch(r"[0-9a-f]{16}", kept["address"])


@pytest.mark.usefixtures("rollback_db")
def test_wrong_password_and_no_account_look_the_same() -> None:
    person()
    answers = [sign_in(fresh(), email, "wrong password it is") for email in ("ann@people.example", "no@people.example")]
    pages = [page_of(each) for each in answers]
    assert [each.status_code for each in answers] == [WRONG, WRONG]
    assert pages[0].replace("ann@", "") == pages[1].replace("no@", "")
    assert "don’t match" in pages[0] or "don&#x27;t match" in pages[0]


@pytest.mark.usefixtures("rollback_db")
def test_no_account_costs_as_many_hashes_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash is 30 ms and more, everything else a few: it alone could tell the two apart by their time."""
    person()
    hashed = Counter[str]()
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(self: Argon2PasswordHasher, *words: Any, real: Any = real) -> Any:
            hashed[email] += 1
            return real(self, *words)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    for email in ("ann@people.example", "no@people.example"):
        sign_in(fresh(), email, "wrong password it is")
    assert hashed["ann@people.example"] == hashed["no@people.example"] > 0


@pytest.mark.usefixtures("rollback_db")
def test_a_new_password_by_e_mail_tells_nothing_and_works_once() -> None:
    ann = person()
    old = signed_in(ann)
    answers = [
        fresh().post("/password/forgotten/", {"email": email}, follow=True)
        for email in ("ann@people.example", "no@people.example")
    ]
    assert page_of(answers[0]) == page_of(answers[1])
    assert [each.to for each in sent()] == [["ann@people.example"], ["no@people.example"]]
    (link,) = links()
    client = fresh()
    shown = client.get(link, follow=True)
    address = shown.redirect_chain[-1][0]
    assert "set-password" in address, "the key doesn't stay in the address"
    for bad in ("short", "password1234", "ann@people.example1"):
        said = client.post(address, {"password1": bad, "password2": bad})
        assert said.status_code == WRONG, bad
    assert client.post(address, {"password1": OTHER, "password2": OTHER}).status_code == AWAY
    assert not is_in(old), "every visit ends"
    assert sign_in(fresh()).status_code == WRONG
    signed_in(ann, OTHER)
    assert "does not work" in fresh().get(link, follow=True).content.decode()
    assert "person:password_set" in verbs(ann)


@pytest.mark.usefixtures("rollback_db")
def test_too_many_attempts_on_one_account() -> None:
    ann = person()
    codes = [sign_in(fresh(), password=f"wrong password {n}").status_code for n in range(5)]
    assert codes == [WRONG] * 5
    said = sign_in(fresh())
    assert said.status_code == WRONG, "not even the right password"
    assert "Too many attempts" in said.content.decode()
    assert verbs(ann).count("person:sign_in_failed") == 5
    person("bob")
    assert sign_in(fresh(), "bob@people.example").status_code == AWAY, "nobody else is kept out"


@pytest.mark.usefixtures("rollback_db")
def test_too_many_attempts_from_one_address() -> None:
    codes = [sign_in(fresh(), f"p{n}@people.example", "wrong password").status_code for n in range(11)]
    assert codes == [WRONG] * 11
    assert "Too many attempts" in sign_in(fresh(), "p11@people.example", "wrong").content.decode()
    assert MANY in [fresh().post("/sign-in/", {}).status_code for _ in range(25)]


@pytest.mark.usefixtures("rollback_db")
def test_a_suspended_person_is_out_at_the_next_click_and_reads_why() -> None:
    ann = person()
    client = signed_in(ann)
    suspend(person_id=ann.id, code="other", reason="Lent the account to a friend.", actor=COMMAND, now=utc_now())
    assert client.get("/security/")["Location"].startswith("/sign-in/")
    said = sign_in(fresh(), follow=True)
    assert said.status_code == 403
    assert "Lent the account to a friend." in said.content.decode()
    assert sign_in(fresh(), password="not the password").status_code == WRONG, "whoever doesn't know it learns nothing"


# -- second factor --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("db")
def test_a_code_app_and_recovery_codes_that_work_once() -> None:
    ann = person()
    secret, codes = with_app(signed_in(ann))
    kept = Authenticator.objects.get(user=ann, type="totp").data["secret"]
    assert secret not in kept, "encrypted"
    for code in (code_now(secret, ago=-1), codes[0]):
        client = fresh()
        assert sign_in(client)["Location"] == "/sign-in/code/"
        assert not is_in(client), "half a sign-in is none"
        assert client.post("/sign-in/code/", {"code": "000000"}).status_code == WRONG
        assert client.post("/sign-in/code/", {"code": code}).status_code == AWAY
        assert is_in(client)
        again = fresh()
        sign_in(again)
        assert again.post("/sign-in/code/", {"code": code}).status_code == WRONG, "a code works once"
    assert "10" not in signed_in_page(ann, secret, codes[1])
    assert verbs(ann).count("factor:added") == 2
    assert Event.objects.filter(verb="person:signed_in").latest("at").facts["by"] == ["password", "recovery_codes"]


def signed_in_page(who: Person, secret: str, code: str) -> str:
    client = fresh()
    sign_in(client, who.email)
    client.post("/sign-in/code/", {"code": code})
    found = re.search(r"(\d+) codes are left", client.get("/security/").content.decode())
    assert found
    return found[1]


@pytest.mark.usefixtures("rollback_db")
def test_whoever_moves_money_sets_a_second_factor_up_first() -> None:
    ines = person("ines", "operator_admin")
    client = signed_in(ines)
    assert client.get("/people/invitations/")["Location"] == "/security/"
    assert "Set up a second factor" in client.get("/security/").content.decode()
    with_app(client)
    assert client.get("/people/invitations/").status_code == 200
    assert signed_in(person("rita", "recruiter")).get("/people/invitations/").status_code == 200


@pytest.mark.usefixtures("rollback_db")
def test_a_proof_is_asked_for_and_the_form_goes_on() -> None:
    ines = person("ines", "operator_admin")
    client = signed_in(ines)
    with_app(client)
    forget_proof(client)
    form = {"email": "new@people.example", "role": "finance", "language": "en"}
    asked = client.post("/people/invitations/with-role/", form)
    assert asked["Location"].startswith("/security/proof/")
    assert sent() == [], "nothing is done before"
    address = asked["Location"]
    assert client.post(address, {"password": "not the password"}).status_code == WRONG
    done = client.post(address, {"password": PASSWORD, "next": "/people/invitations/with-role/"})
    assert done["Location"] == "/people/invitations/", done.content
    assert sent()[-1].to == ["new@people.example"]
    assert "1 invitation is on its way" in client.get("/people/invitations/").content.decode()
    again = client.post("/people/invitations/with-role/", form | {"email": "two@people.example"})
    assert again["Location"] == "/people/invitations/", "five minutes long nothing more is asked"
    forget_proof(client)
    assert client.get("/security/app/remove/")["Location"].startswith("/security/proof/"), "factors too"


def forget_proof(client: Client) -> None:
    """Ten minutes pass."""
    session = client.session
    session["account_authentication_methods"] = [
        each | {"at": each["at"] - 600} for each in session["account_authentication_methods"]
    ]
    session.save()


# -- visits ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("rollback_db")
def test_ending_a_visit_ends_it() -> None:
    ann, bob = person(), person("bob")
    here, there, third, others = signed_in(ann), signed_in(ann), signed_in(ann), signed_in(bob)
    shown = here.get("/security/").content.decode()
    numbers = re.findall(r"/security/visits/(\d+)/end/", shown)
    assert len(numbers) == 2, "this visit ends by signing out"
    assert others.post(f"/security/visits/{numbers[0]}/end/").status_code == 404, "nobody ends another's"
    assert here.post(f"/security/visits/{numbers[-1]}/end/").status_code == AWAY
    assert [is_in(each) for each in (here, there, third)] == [True, False, True]
    assert here.post("/security/visits/end-others/").status_code == AWAY
    assert [is_in(each) for each in (here, third, others)] == [True, False, True]
