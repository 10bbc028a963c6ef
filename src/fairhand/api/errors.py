"""What a call gets when it gets nothing: a problem in JSON, with a stable code and a sentence, and nothing of ours."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

_PREFIX = "/api/"
_FIELDS_MAX = 20
TYPE = "application/problem+json"


class Field(Schema):
    """One part of a call that could not be read. `code` is stable, where there is one."""

    field: str
    why: str
    code: str = ""


class Problem(Schema):
    """What happened, in a sentence. `code` is stable; `fields` says which parts of the call could not be read."""

    status: int
    code: str
    why: str
    fields: list[Field] = []


# What any call may come to.
WRONG = {frozenset({401, 403, 404, 422, 429}): Problem}


class Wrong(Exception):
    """Ends a call with a problem."""

    def __init__(self, status: int, code: str, why: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(why)
        self.status, self.code, self.why, self.headers = status, code, why, headers or {}


_SAID = {
    400: ("bad_request", "The call could not be read."),
    401: ("no_key", "Send a key that is in force: Authorization: Bearer fh_…"),
    403: ("forbidden", "A call of somebody signed in that writes needs the token of a page of ours."),
    404: ("not_found", "There is nothing at this address for you."),
    405: ("method", "This address does not take that method."),
    413: ("too_large", "The call is larger than allowed."),
    422: ("unreadable", "A part of the call could not be read; `fields` says which."),
    500: ("broken", "The fault is ours and was written down."),
    503: ("away", "The service is not ready. Try again shortly."),
}


def problem(
    status: int,
    code: str = "",
    why: str = "",
    fields: list[dict[str, str]] | None = None,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The response of a problem; the usual code and sentence of the status where none are given."""
    usual = _SAID.get(status, ("problem", HTTPStatus(status).phrase))
    body = {"status": status, "code": code or usual[0], "why": why or usual[1], "fields": fields or [], **(more or {})}
    response = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=TYPE)
    response["Cache-Control"] = "no-store"
    response["Content-Length"] = str(len(response.content))
    if status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="fairhand"'
    return response


def handle_errors(api: NinjaAPI) -> None:
    """Makes problems of what operations raise. What nobody expected goes on to Django, which writes it down."""
    api.add_exception_handler(Wrong, _wrong)
    api.add_exception_handler(Http404, lambda request, exc: problem(404))
    api.add_exception_handler(AuthenticationError, lambda request, exc: problem(401))
    api.add_exception_handler(HttpError, lambda request, exc: problem(exc.status_code))
    api.add_exception_handler(ValidationError, _unreadable)


def _wrong(request: HttpRequest, exc: Any) -> HttpResponse:
    response = problem(exc.status, exc.code, exc.why)
    for name, value in exc.headers.items():
        response[name] = value
    return response


def _unreadable(request: HttpRequest, exc: Any) -> HttpResponse:
    # What was sent is not said back: it may be a secret in the wrong place.
    fields = [
        {"field": ".".join(str(part) for part in error["loc"]), "why": str(error["msg"])}
        for error in exc.errors[:_FIELDS_MAX]
    ]
    return problem(422, fields=fields)


def as_problems(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: below /api/ what Django itself answers with a page (no such address, our fault) is a problem too."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith(_PREFIX) or response.status_code < 400:
            return response
        if response.get("Content-Type", "").startswith(TYPE):
            return response
        made = problem(response.status_code)
        for name in ("Allow", "Retry-After"):
            if name in response:
                made[name] = response[name]
        return made

    return handle
