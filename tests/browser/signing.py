"""What tests of signing in share: people with a password, visits, code apps, and the e-mails that were sent."""

import re
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client

from fairhand.audit.actor import COMMAND
from fairhand.audit.models import Event
from fairhand.kernel.clock import utc_now
from fairhand.notices.commands import deliver
from fairhand.notices.models import Mail
from fairhand.people.accounts import add_person
from fairhand.people.commands import ensure_org, grant_role
from fairhand.people.models import Org, Person

PASSWORD = "seven brown horses at noon"
OTHER = "nine green boats at dawn"
AWAY, WRONG, MANY = 302, 422, 429


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Settings of an installation, for the length of a test."""

    def put(**values: Any) -> None:
        for name, value in values.items():
            monkeypatch.setattr(settings, name, value)

    return put


@pytest.fixture(autouse=True)
def outbox(settings_of: Callable[..., None]) -> None:
    """E-mails stay in the process."""
    settings_of(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
    mail.outbox = []


def operator() -> Org:
    return ensure_org(slug="operator", name="The operator", kind="operator", actor=COMMAND, now=utc_now())


@cache
def _hash() -> str:
    # Argon2 takes its time; one of it does for all these tests.
    return make_password(PASSWORD)


def person(name: str = "ann", role: str | None = None) -> Person:
    """Somebody with a password and a proved address."""
    made = add_person(email=f"{name}@people.example", name=name.title(), password=None, actor=COMMAND, now=utc_now())
    assert isinstance(made, Person), made
    made.password = _hash()
    made.save(update_fields=["password"])
    if role is not None:
        grant_role(person_id=made.id, org_id=operator().id, role=role, actor=COMMAND, now=utc_now())
    return made


def fresh() -> Client:
    return Client(headers={"host": "localhost"})


def sign_in(client: Client, email: str = "ann@people.example", password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"login": email, "password": password} | more)


def signed_in(who: Person, password: str = PASSWORD) -> Client:
    client = fresh()
    assert sign_in(client, who.email, password).status_code == AWAY
    return client


def is_in(client: Client) -> bool:
    return bool(client.get("/security/").status_code == 200)


def secret_of(page: Any) -> str:
    found = re.search(r"<code[^>]*>([A-Z2-7]{32})</code>", page.content.decode())
    assert found
    return found[1]


def code_now(secret: str, ago: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 - ago))


def with_app(client: Client) -> tuple[str, list[str]]:
    """Sets a code app up; its secret and the recovery codes."""
    secret = secret_of(client.get("/security/app/"))
    done = client.post("/security/app/", {"code": code_now(secret)})
    assert done["Location"] == "/security/codes/", done.content
    codes = re.findall(r"<code>(\d{8})</code>", client.get("/security/codes/").content.decode())
    assert len(codes) == 10
    return secret, codes


def sent() -> list[Any]:
    """The e-mails so far, those handed over that still waited."""
    for row in Mail.objects.filter(state="queued").order_by("made_at", "id"):
        assert deliver(mail_id=row.id, last=False, now=utc_now())
    return list(mail.outbox)


def links() -> list[str]:
    """Addresses in the e-mails that were sent, without the host."""
    found = [re.search(r"https?://[^/\s]+(/\S+)", str(each.body)) for each in sent()]
    return [each[1] for each in found if each]


def page_of(answer: Any) -> str:
    """A page without what differs at every look."""
    return re.sub(r'value="[^"]*"', "", answer.content.decode())


def verbs(about: Person) -> list[str]:
    return list(Event.objects.filter(subject_id=about.id).order_by("at", "id").values_list("verb", flat=True))
