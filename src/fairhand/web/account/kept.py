"""What is kept of accounts beside sign-ins: factors added and removed, passwords and addresses changed.

Receivers of allauth's signals; the addresses of the account import this module, so they listen wherever pages are.
"""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.dispatch import receiver
from django.http import HttpRequest

from fairhand.kernel.clock import utc_now
from fairhand.people.accounts import note
from fairhand.people.models import Person
from fairhand.web.proof import hashed_address


def _keep(verb: str, request: HttpRequest, user: Person, **facts: Any) -> None:
    note(verb=verb, person_id=user.id, now=utc_now(), facts=facts | {"address": hashed_address(request)})


@receiver(mfa.authenticator_added)
@receiver(mfa.authenticator_reset)
def added(request: HttpRequest, user: Person, authenticator: Any, **more: Any) -> None:
    """A code app, a passkey, recovery codes."""
    _keep("factor:added", request, user, type=str(authenticator.type))


@receiver(mfa.authenticator_removed)
def removed(request: HttpRequest, user: Person, authenticator: Any, **more: Any) -> None:
    """One of them less."""
    _keep("factor:removed", request, user, type=str(authenticator.type))


@receiver(mfa.authentication_failed)
def failed(request: HttpRequest, user: Person, authenticator: Any, **more: Any) -> None:
    """A wrong code."""
    _keep("person:sign_in_failed", request, user, by=str(authenticator.type))


@receiver(account.password_changed)
@receiver(account.password_set)
@receiver(account.password_reset)
def password(request: HttpRequest, user: Person, **more: Any) -> None:
    """A new password."""
    _keep("person:password_set", request, user)


@receiver(account.email_changed)
def email(request: HttpRequest, user: Person, **more: Any) -> None:
    """Another address; which one stands in the account and not in the event, which is never deleted."""
    _keep("person:email_changed", request, user)
