"""Signed-in clients without the pages of signing in: those have tests of their own.

Imported by conftest files, so before Django is set up: models are looked up when they are needed.
"""

import time
from functools import cache
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

SESSION = "fairhand_session"
# Where allauth keeps how somebody proved themselves in this visit.
_PROOFS, _PROOFS_OF = "account_authentication_methods", "account_authentication_methods_user"


def client_of(person_id: UUID | None, *, proof: bool = True, **more: bool) -> Client:
    """Django's test client, with somebody signed in; `proof`: who proved themselves by password just now."""
    made = Client(headers={"host": "localhost"}, raise_request_exception=False, **more)
    if person_id is not None:
        made.force_login(get_user_model().objects.get(id=person_id), backend=settings.AUTHENTICATION_BACKENDS[0])
        visit = made.session
        visit[_PROOFS_OF] = str(person_id)
        visit[_PROOFS] = [{"method": "password", "at": time.time() if proof else 0.0}]
        visit.save()
    return made


def cookie_of(person_id: UUID) -> str:
    """The value of the cookie that signs somebody in."""
    return str(client_of(person_id).cookies[SESSION].value)


def give_factor(person_id: UUID, kind: str = "totp") -> int:
    """A code app, a passkey (`webauthn`) or codes for recovery (`recovery_codes`), as pages show them; its number."""
    from allauth.mfa.adapter import get_adapter  # needs Django's settings

    data: dict[str, object] = {"secret": get_adapter().encrypt("ONLYFORTESTSONLYFORTESTSONLYFORT")}
    if kind == "webauthn":
        data = {"name": "A passkey", "credential": _credential()}
    elif kind == "recovery_codes":
        data = {"seed": get_adapter().encrypt("only for tests"), "used_mask": 0}
    return int(apps.get_model("mfa", "Authenticator").objects.create(user_id=person_id, type=kind, data=data).pk)


@cache
def _credential() -> dict[str, object]:
    """What a browser hands over when a passkey is made."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    made = AttestedCredentialData.create(b"\0" * 16, b"only for tests", key)
    flags = AuthenticatorData.FLAG.USER_PRESENT | AuthenticatorData.FLAG.ATTESTED
    data = AuthenticatorData.create(b"\0" * 32, flags, 0, made)
    told = CollectedClientData.create("webauthn.create", b"challenge", "https://localhost")
    response = {
        "clientDataJSON": websafe_encode(told),
        "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
    }
    name = websafe_encode(b"only for tests")
    return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def give_visit(person_id: UUID) -> int:
    """A visit in another browser; its number."""
    client = client_of(person_id)
    visits = apps.get_model("usersessions", "UserSession").objects
    found, _ = visits.get_or_create(
        session_key=client.cookies[SESSION].value,
        defaults={"user_id": person_id, "ip": "127.0.0.1", "user_agent": "Tests"},
    )
    return int(found.pk)
