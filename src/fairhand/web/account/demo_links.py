"""The demo's invented people get in by link; everybody goes out by button."""

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from fairhand.people.access import ANYONE
from fairhand.people.models import Person
from fairhand.people.sign_in import read_token
from fairhand.web.entry import opens
from fairhand.web.proof import invented


@never_cache
@opens(ANYONE)
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """In a demo, whoever holds a link made here lately is let in as the invented person it names."""
    person_id = read_token(token)
    person = Person.objects.filter(id=person_id).first() if person_id else None
    if person is None or not person.is_active or not invented(person):
        return render(request, "account/signed_out.html", {"refused": True}, status=403)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect("home")


@never_cache
@opens(ANYONE)
def signed_out(request: HttpRequest) -> HttpResponse:
    """How to get into a demo; elsewhere, the page that signs in."""
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "account/signed_out.html") if settings.DEMO else redirect("account_login")


@opens(ANYONE, "POST")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the visit."""
    logout(request)
    return redirect("account_login")
