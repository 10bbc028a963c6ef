"""The link of an invitation: a new account for its address, or what it gives for an account that is there."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from fairhand.flow.join import accept, join
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.access import ANYONE
from fairhand.people.invitations import by_token
from fairhand.people.models import Invitation, Person
from fairhand.people.queries import by_email
from fairhand.web import words
from fairhand.web.account.doors import problems
from fairhand.web.account.forms import Joining
from fairhand.web.entry import opens


@never_cache
@sensitive_post_parameters("password1")
@opens(ANYONE, "GET", "POST")
def joining(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds the link has proved the address. An account that is there must be signed in to take it."""
    invitation = by_token(token, utc_now())
    if invitation is None:
        return render(request, "account/invitation_closed.html", status=410)
    owner = by_email(invitation.email)
    if owner is None:
        return _new_account(request, invitation)
    if request.user.is_authenticated and request.user.id == owner.id:
        return _accepting(request, invitation)
    return render(request, "account/joining_sign_in.html", _shown(invitation))


def _new_account(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = Joining(request.POST if request.method == "POST" else None, email=invitation.email)
    if not form.is_bound or not form.is_valid():
        shown = _shown(invitation) | {"form": form, "problems": problems(form) if form.is_bound else []}
        return render(request, "account/joining.html", shown, status=422 if form.is_bound else 200)
    made = join(
        invitation_id=invitation.id, name=form.cleaned_data["name"], password=form.cleaned_data["password1"],
        locale=request.LANGUAGE_CODE, now=utc_now(),
    )  # fmt: skip
    if isinstance(made, Refused):
        return _refused(request, made)
    return _signed_in(request, made)


def _accepting(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.method != "POST":
        return render(request, "account/joining_accept.html", _shown(invitation))
    if refused := accept(invitation_id=invitation.id, person=request.user, now=utc_now()):
        return _refused(request, refused)
    messages.success(request, _("The invitation is accepted."))
    return redirect("home")


def _signed_in(request: HttpRequest, person: Person) -> HttpResponse:
    person.backend = "allauth.account.auth_backends.AuthenticationBackend"
    record_authentication(request, person, method="password", email=person.email)
    answer: HttpResponse = perform_login(request, Login(user=person, email=person.email))
    return answer


def _refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    said = words.refusal(refused)
    return render(request, "account/invitation_closed.html", {"said": said}, status=410)


def _shown(invitation: Invitation) -> dict[str, Any]:
    return {"invitation": invitation, "inviter": invitation.invited_by.name if invitation.invited_by else ""}
