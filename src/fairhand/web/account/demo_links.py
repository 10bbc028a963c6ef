"""Getting in by link and out by button. Passwords do not exist yet; links are made on the operator's machine."""

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from fairhand.people.access import ANYONE
from fairhand.people.models import Person
from fairhand.people.sign_in import read_token
from fairhand.web.entry import opens

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@opens(ANYONE)
def sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds a link that was made here and has not expired is let in as the person it names."""
    person_id = read_token(token)
    person = Person.objects.filter(id=person_id).first() if person_id else None
    if person is None or not person.is_active:
        return render(request, "account/signed_out.html", {"refused": True}, status=403)
    login(request, person, backend=_BACKEND)
    return redirect("home")


@never_cache
@opens(ANYONE)
def signed_out(request: HttpRequest) -> HttpResponse:
    """How to get in, for whoever isn't."""
    return redirect("home") if request.user.is_authenticated else render(request, "account/signed_out.html")


@opens(ANYONE, "POST")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the visit."""
    logout(request)
    return redirect("signed-out")
