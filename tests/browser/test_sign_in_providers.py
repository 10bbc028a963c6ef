"""Signing in at one's organisation: the whole round over HTTP, and everybody whom it must not let in."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from fairhand.audit.actor import COMMAND
from fairhand.audit.models import Event
from fairhand.kernel.clock import utc_now
from fairhand.people.accounts import add_person
from fairhand.people.commands import ensure_org
from fairhand.people.invitations import NewInvitation, invite
from fairhand.people.models import Member, Org, Person
from fairhand.settings import providers
from tests.browser.provider import CLIENT, SECRET, Provider, running_provider

pytestmark = pytest.mark.usefixtures("rollback_db")
CLEO = {"sub": "1", "email": "cleo@acme.example", "email_verified": True, "name": "Cleo Marsh"}


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """Acme's provider, told to us by the setting; it speaks for acme.example."""
    with running_provider() as found:
        given = (
            f'[{{"id": "acme", "name": "Acme", "server": "{found.address}", "client_id": "{CLIENT}", '
            f'"secret": "{SECRET}", "domains": ["Acme.example"]}}]'
        )
        monkeypatch.setenv("FAIRHAND_OIDC", given)
        apps = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": providers("FAIRHAND_OIDC")}}
        monkeypatch.setattr(settings, "SOCIALACCOUNT_PROVIDERS", apps)
        found.person = dict(CLEO)
        yield found


def come_in(client: Client, way: str = "") -> Any:
    """From our page to the provider and back."""
    out = client.get(f"/sign-in/with/acme/{way}")
    assert out.status_code == 302, out.content
    back = urlsplit(requests.get(out["Location"], allow_redirects=False, timeout=5).headers["Location"])
    assert back.path == "/sign-in/with/acme/back/"
    return client.get(f"{back.path}?{back.query}")


def fresh() -> Client:
    return Client(headers={"host": "localhost"})


def acme() -> Org:
    return ensure_org(slug="acme", name="Acme", kind="client", actor=COMMAND, now=utc_now())


def account(email: str) -> Person:
    made = add_person(email=email, name="Cleo", password=None, actor=COMMAND, now=utc_now())
    assert isinstance(made, Person)
    return made


def is_in(client: Client) -> bool:
    return bool(client.get("/security/").status_code == 200)


def test_an_account_with_that_address_is_signed_in(provider: Provider) -> None:
    cleo, client = account("cleo@acme.example"), fresh()
    assert "Sign in at Acme" in client.get("/sign-in/").content.decode()
    done = come_in(client, "?next=/security/")
    assert done["Location"] == "/security/", done.content
    assert "Acme" in client.get("/security/").content.decode()
    assert SocialAccount.objects.get(user=cleo).provider == "acme"
    assert Event.objects.get(verb="person:signed_in", subject_id=cleo.id).facts["by"] == ["socialaccount"]
    assert come_in(fresh())["Location"] == "/", "and again"


def test_an_invited_address_gets_its_account(provider: Provider) -> None:
    made = invite(
        email="cleo@acme.example", org_id=acme().id, role="client_viewer", actor=COMMAND, now=utc_now()
    )  # fmt: skip
    assert isinstance(made, NewInvitation)
    client = fresh()
    assert come_in(client).status_code == 302
    assert is_in(client)
    held = Member.objects.get(person__email="cleo@acme.example")
    assert (held.role, held.person.name) == ("client_viewer", "Cleo Marsh")


@pytest.mark.parametrize(
    ("why", "claims"),
    [
        ("nobody invited", {}),
        ("not proved", {"email": "ann@acme.example", "email_verified": False}),
        ("another's domain", {"email": "ines@operator.example"}),
    ],
)
def test_nobody_else_comes_in(provider: Provider, why: str, claims: dict[str, Any]) -> None:
    for email in ("ann@acme.example", "ines@operator.example"):
        account(email)
    provider.person |= claims
    client = fresh()
    refused = come_in(client)
    assert refused.status_code == 403, why
    assert "nobody has invited" in refused.content.decode()
    assert not is_in(client)
    assert not Person.objects.filter(email="cleo@acme.example").exists()
    assert not SocialAccount.objects.exists()


def test_an_account_that_is_open_connects_nothing(provider: Provider) -> None:
    ann, client = account("ann@operator.example"), fresh()
    client.force_login(ann, backend=settings.AUTHENTICATION_BACKENDS[0])
    come_in(client, "?process=connect")
    assert not SocialAccount.objects.filter(user=ann).exists()


def test_a_forged_answer_is_not_believed(provider: Provider) -> None:
    account("cleo@acme.example")
    client = fresh()
    client.get("/sign-in/with/acme/")
    answer = client.get("/sign-in/with/acme/back/?code=made-up&state=made-up")
    assert "gave no answer that we can use" in answer.content.decode()
    assert not is_in(client)
    assert fresh().get("/sign-in/with/globex/").status_code == 404


def test_settings_with_mistakes_are_named_without_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for given in ('{"secret": "hidden"}', '[{"id": "acme", "secret": "hidden"}]', "hidden"):
        monkeypatch.setenv("FAIRHAND_OIDC", given)
        with pytest.raises(ImproperlyConfigured, match=r"FAIRHAND_OIDC can't be read") as caught:
            providers("FAIRHAND_OIDC")
        assert "hidden" not in str(caught.value)
