"""Whether somebody proved just now who they are, and what stands between them and what they hold.

allauth keeps in the session when and how somebody proved themselves; a whole sign-in is as good a proof as a repeated
one. The demo's invented people have nothing to prove themselves with and nothing to lose.
"""

import hashlib
import hmac
import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from fairhand.kernel.limits import FRESH_S
from fairhand.people.access import Viewer, needs_second_factor
from fairhand.people.accounts import has_second_factor
from fairhand.people.models import Person


def invented(person: Person) -> bool:
    """Whether this is one of the demo's people, in a demo."""
    return settings.DEMO and person.demo


def proved_lately(request: HttpRequest) -> bool:
    """Whether whoever is signed in proved themselves in the last minutes, by password, code, passkey or provider."""
    if invented(request.user):
        return True
    latest = max((float(record["at"]) for record in get_authentication_records(request, request.user)), default=0.0)
    return time.time() - latest < FRESH_S


def lacks_second_factor(person: Person, viewer: Viewer) -> bool:
    """Whether what somebody holds asks for a second factor and they have set none up."""
    return needs_second_factor(viewer) and not invented(person) and not has_second_factor(person.id)


def ask_for_proof(request: HttpRequest) -> HttpResponse:
    """To the page that asks for password, code or passkey; what was posted waits and goes on from there.

    Somebody who has none of these came by their organisation's provider, and comes in again from there.
    """
    ways = get_adapter().get_reauthentication_methods(request.user)
    if ways:
        return suspend_request(request, ways[0]["url"])
    logout(request)
    back = {"next": request.get_full_path()} if request.method == "GET" else {}
    return redirect(f"{reverse('account_login')}?{urlencode(back | {'again': 1})}")


def second_factor_used(request: HttpRequest) -> bool:
    """Whether this visit began with a code or a passkey."""
    return any(
        record.get("method") == "mfa" and record.get("type") in Authenticator.Type.values
        for record in get_authentication_records(request, request.user)
    )


def hashed_address(request: HttpRequest) -> str:
    """The reader's network address as events keep it: the same one is known again, and none can be read back."""
    address = get_adapter().get_client_ip(request)
    return hmac.new(settings.SECRET_KEY.encode(), f"address {address}".encode(), hashlib.sha256).hexdigest()[:16]
