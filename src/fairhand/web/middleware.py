"""Language and time zone of a page, and what a page may load and do."""

import zoneinfo
from collections.abc import Callable
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

Handler = Callable[[HttpRequest], HttpResponse]

ZONE_COOKIE = "fairhand_zone"
_LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)

# No inline script or style, nothing from elsewhere, and nobody may frame us or send our forms away.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# No script may write text into the page as HTML. htmx does, so the few pages that load it go without this one.
_TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types 'none'"
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


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
        if name and name in _zones():
            return zoneinfo.ZoneInfo(name)
    return zoneinfo.ZoneInfo("UTC")


_known: frozenset[str] = frozenset()


def _zones() -> frozenset[str]:
    global _known
    if not _known:
        _known = frozenset(zoneinfo.available_timezones())
    return _known
