"""What a reader sets for themselves: language and light."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from fairhand.people.access import ANYONE, OWN_ACCOUNT
from fairhand.people.commands import set_locale
from fairhand.web.account.frame import tabs
from fairhand.web.context import THEME_COOKIE, THEMES
from fairhand.web.entry import Signed, opens

_YEAR_S = 365 * 86_400


@opens(OWN_ACCOUNT)
def account(request: Signed) -> HttpResponse:
    """Who is signed in, language, light, and the way out."""
    shown = {"languages": settings.LANGUAGES, "themes": ("", *THEMES), "tabs": tabs()}
    return render(request, "account/preferences.html", shown)


@opens(ANYONE, "POST")
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language, signed in or not; back to the page one came from."""
    chosen = request.POST.get("language", "")
    response = _back(request)
    if chosen in dict(settings.LANGUAGES):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)
        if request.user.is_authenticated:
            set_locale(person_id=request.user.id, locale=chosen)
    return response


@opens(ANYONE, "POST")
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the system has it."""
    chosen = request.POST.get("theme", "")
    response = _back(request)
    if chosen in THEMES:
        _keep(response, THEME_COOKIE, chosen)
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    # Not `redirect`: it would take a plain word for the name of one of our pages.
    return HttpResponseRedirect(target if safe else "/")


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=_YEAR_S, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
    )
