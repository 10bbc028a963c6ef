"""Calls of the API that bring a key need no visit: they go past everything that is there for pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import resolve

Handler = Callable[[HttpRequest], HttpResponse]

_PREFIX = "/api/"
_BEARER = "Bearer "


def keyed(get_response: Handler) -> Handler:
    """Middleware: below /api/ and with a key, straight to the call. Sessions, form tokens, messages, languages and
    second factors of a visit stay out of it; the key's own door (fairhand.api.entry) decides who comes in."""

    def handle(request: HttpRequest) -> HttpResponse:
        key = request.headers.get("Authorization", "") if request.path_info.startswith(_PREFIX) else ""
        if not key.startswith(_BEARER):
            return get_response(request)
        request.get_host()  # a host that isn't ours is refused here too
        match = resolve(request.path_info)
        request.resolver_match = match
        response = match.func(request, *match.args, **match.kwargs)
        if not response.streaming and "Content-Length" not in response:
            response["Content-Length"] = str(len(response.content))
        return response

    return handle
