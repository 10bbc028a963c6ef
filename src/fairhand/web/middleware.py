"""Language and time zone of a page, and what a page may load and do."""

import zoneinfo
from collections.abc import Callable
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from fairhand.insight.safe_start import is_loopback
from fairhand.people.queries import known_zones
from fairhand.web import errors

Handler = Callable[[HttpRequest], HttpResponse]

ZONE_COOKIE = "fairhand_zone"
_LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)

# No inline script or style, nothing from elsewhere, and nobody may frame us or send our forms away.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "media-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# No script may write text into the page as HTML. htmx does, so the few pages that load it go without this one.
_TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types 'none'"
_PERMISSIONS = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


def demo_at_home(get_response: Handler) -> Handler:
    """A demo lets everybody in by a link, so it answers this machine alone, whatever address it was bound to."""

    def handle(request: HttpRequest) -> HttpResponse:
        if settings.DEMO and not is_loopback(request.META.get("REMOTE_ADDR") or "127.0.0.1"):
            why = "A demo answers the machine it runs on and no other.\n"
            return HttpResponse(why, status=403, content_type="text/plain")
        return get_response(request)

    return handle


def policy(get_response: Handler) -> Handler:
    """Sends the content security policy with every response of ours."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Content-Security-Policy" not in response:
            loads_htmx = getattr(response, "loads_htmx", False)
            response["Content-Security-Policy"] = _POLICY if loads_htmx else _POLICY + _TRUSTED_TYPES
        response["Permissions-Policy"] = _PERMISSIONS
        return response

    return handle


# Answers of Django and its apps that come without a page; ours has the words.
_BARE = frozenset({405, 413, 429})


def worded(get_response: Handler) -> Handler:
    """Gives a refusal that comes without words the page of its status. The API's refusals stay as they are."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code not in _BARE or response.streaming or response.content or _of_the_api(request):
            return response
        page = errors.page(request, response.status_code)
        for name in ("Allow", "Retry-After"):
            if name in response:
                page[name] = response[name]
        return page

    return handle


def _of_the_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def readable(get_response: Handler) -> Handler:
    """Answers 400 to an address with a NUL in it: nothing is stored under one, and PostgreSQL takes none in a query."""

    def handle(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path:
            raise BadRequest("a NUL in the address")
        return get_response(request)

    return handle


def language(get_response: Handler) -> Handler:
    """Activates the reader's language and time zone: what they chose, else what their account or browser says."""

    def handle(request: HttpRequest) -> HttpResponse:
        chosen = language_of(request)
        with translation.override(chosen), timezone.override(zone_of(request)):
            request.LANGUAGE_CODE = chosen
            response = get_response(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.setdefault("Content-Language", chosen)
        return response

    return handle


def language_of(request: HttpRequest) -> str:
    """Cookie, then the account, then what the browser asks for; always a language we have."""
    for code in (request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), getattr(request.user, "locale", None)):
        if code in _LANGUAGES:
            return str(code)
    found = translation.get_language_from_request(request).split("-")[0]
    return found if found in _LANGUAGES else settings.LANGUAGE_CODE


def zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo:
    """The zone the browser told, else the account's, else UTC."""
    for name in (unquote(request.COOKIES.get(ZONE_COOKIE, "")), getattr(request.user, "tz", "")):
        # A key is checked against the list first: it names a file.
        if name and name in known_zones():
            return zoneinfo.ZoneInfo(name)
    return zoneinfo.ZoneInfo("UTC")
