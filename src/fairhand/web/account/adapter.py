"""What allauth asks us: who may sign up, what a new person is, our sentences and e-mails, and what is kept."""

import base64
import hashlib
import logging
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context as request_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fairhand.audit.queries import latest_of_subject
from fairhand.flow.join import join
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import PERSON_NAME_CHARS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people.accounts import blank_person, note, sign_up
from fairhand.people.invitations import open_for
from fairhand.people.models import Person
from fairhand.people.queries import by_email
from fairhand.web.account.mails import send_mail
from fairhand.web.account.said import ERRORS, MESSAGES
from fairhand.web.proof import hashed_address, proved_lately

logger = logging.getLogger(__name__)
_NO_ADDRESS = "0.0.0.0"  # noqa: S104  # nothing listens on it: a proxy on a socket tells no address


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts."""

    error_messages = DefaultAccountAdapter.error_messages | ERRORS

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Unless the setting says otherwise, accounts are made through invitations alone."""
        return bool(settings.SIGN_UP == "open")

    def new_user(self, request: HttpRequest) -> Person:
        """A person not saved yet."""
        return blank_person(utc_now())

    def save_user(self, request: HttpRequest, user: Person, form: Any, commit: bool = True) -> Person:
        """Somebody who signed up by themselves; their address is not proved yet."""
        data = form.cleaned_data
        sign_up(
            person=user, email=data["email"], name=data["name"], password=data["password1"],
            locale=request.LANGUAGE_CODE, now=utc_now(),
        )  # fmt: skip
        return user

    def post_login(self, request: HttpRequest, user: Person, **more: Any) -> HttpResponse:
        """Keep that somebody signed in, and how."""
        ways = sorted({_way(record) for record in get_authentication_records(request, user)})
        facts = {"by": ways, "address": hashed_address(request)}
        note(verb="person:signed_in", person_id=user.id, now=utc_now(), facts=facts)
        return super().post_login(request, user, **more)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Keep that somebody failed to; not what they typed."""
        found = by_email(credentials.get("email") or "")
        facts = {"by": "password", "address": hashed_address(request)}
        note(verb="person:sign_in_failed", person_id=found.id if found else None, now=utc_now(), facts=facts)

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        """Whoever knows the password of a suspended account reads why, and whom to ask."""
        event = latest_of_subject(user.id, "person:suspended") if user.state == "suspended" else None
        return render(request, "account/account_inactive.html", {"event": event}, status=403)

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """allauth's own pages go by the same clock as our doors."""
        return not proved_lately(request_context.request)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The reader's address, past as many proxies as the settings trust."""
        try:
            return str(super().get_client_ip(request))
        except PermissionDenied:
            return _NO_ADDRESS

    def is_ajax(self, request: HttpRequest) -> bool:
        """Only the button "Sign in with a passkey" asks for JSON; every form gets a page."""
        return request.method == "GET" and request.headers.get("Accept") == "application/json"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of whoever it is for, as far as we know it."""
        person = context.get("user") or by_email(email)
        language = getattr(person, "locale", "") or request_context.request.LANGUAGE_CODE
        send_mail(template_prefix, email, language, context)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None,
        message_context: dict[str, Any] | None = None, extra_tags: str = "", message: str | None = None,
    ) -> None:  # fmt: skip
        """What was done, in our words; what needs no saying has none."""
        said = message or MESSAGES.get(message_template or "")
        if said:
            tags = "no" if level >= messages.ERROR else extra_tags
            messages.add_message(request, level, str(said) % (message_context or {}), extra_tags=tags)


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors and passkeys. What a code app knows lies encrypted in the database."""

    error_messages = DefaultMFAAdapter.error_messages | ERRORS

    def encrypt(self, text: str) -> str:
        """With a key made from the installation's secret."""
        return _vault().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """After a lost secret nothing that is typed is right; an empty text would make guessable recovery codes."""
        try:
            return _vault().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            logger.error("a second factor can't be read: the installation's secret key is another than it was")
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def generate_authenticator_name(self, user: Person, type: Any) -> str:
        """A name to begin with: its owner gives it a better one."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(n)s") % {"n": count + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """We, as the browser shows us when it makes a passkey."""
        return {"id": request_context.request.get_host().partition(":")[0], "name": "Fairhand"}

    def get_public_key_credential_user_entity(self, user: Person) -> dict[str, Any]:
        """They, as the browser shows them."""
        return super().get_public_key_credential_user_entity(user) | {"display_name": user.name}


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in by an organisation's own provider: for people it may speak for, who have an account or an invitation."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {"invalid_token": gettext_lazy("That did not work.")}

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """A provider speaks for the domains that the settings give it, or a client's could open anybody's account."""
        return email.rpartition("@")[2].lower() in login.provider.app.settings["domains"]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Whoever has no account comes in by an open invitation, or not at all."""
        if sociallogin.is_existing:
            return
        proved = [
            address.email.lower()
            for address in sociallogin.email_addresses
            if address.verified and self.can_authenticate_by_email(sociallogin, address.email)
        ]
        now = utc_now()
        invitation = open_for(proved, now)
        told = (sociallogin.account.extra_data.get("userinfo") or {}).get("name")
        name = str(told or (proved[0].partition("@")[0] if proved else ""))[:PERSON_NAME_CHARS_MAX]
        joined = (
            join(invitation_id=invitation.id, name=name, password=None, locale=request.LANGUAGE_CODE, now=now)
            if invitation is not None
            else None
        )
        if joined is None or isinstance(joined, Refused):
            raise ImmediateHttpResponse(render(request, "account/not_invited.html", status=403))
        sociallogin.connect(request, joined)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never by a form."""
        return False


def _way(record: dict[str, Any]) -> str:
    return str(record.get("type") or record["method"])


def _vault() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"fairhand second factor {key}".encode()).digest()))
        for key in keys
    ])  # fmt: skip
