"""Every request has an id, one line in the log and a place in the figures. No address is written down, only its route.

Addresses may carry tokens, and bodies carry people's work: neither reaches a log.
"""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from prometheus_client import Counter, Histogram

from fairhand.kernel.logs import doing

Handler = Callable[[HttpRequest], HttpResponse]

HEADER = "X-Request-ID"
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log = logging.getLogger("fairhand.access")

REQUESTS = Counter("fairhand_http_requests_total", "Requests answered.", ("route", "method", "status"))
SECONDS = Histogram(
    "fairhand_http_request_seconds",
    "Time to answer a request.",
    ("route", "method"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


def observe(get_response: Handler) -> Handler:
    """The outermost middleware."""

    def handle(request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        with doing(request_id(request)) as now:
            request.request_id = now.id  # type: ignore[attr-defined]  # error pages may show it
            response = get_response(request)
            response[HEADER] = now.id
            _write(request, response.status_code, time.monotonic() - began, now.events)
        return response

    return handle


def request_id(request: HttpRequest) -> str:
    """What the proxy in front calls this request, if it is sane; else a new one."""
    given = request.headers.get(HEADER, "")
    return given if _SANE.fullmatch(given) else uuid4().hex


def route_of(request: HttpRequest) -> str:
    """The name of the page (`submission`), never its address; what we have no page for is `none`."""
    match = getattr(request, "resolver_match", None)
    if match is not None:
        return str(match.view_name or match.route or "unnamed")
    return "static" if request.path_info.startswith("/static/") else "none"


def _write(request: HttpRequest, status: int, seconds: float, events: list[str]) -> None:
    route = route_of(request)
    method = request.method if request.method in _METHODS else "OTHER"
    REQUESTS.labels(route, method, str(status)).inc()
    SECONDS.labels(route, method).observe(seconds)
    level = logging.DEBUG if route in ("static", "healthz", "readyz", "metrics") else logging.INFO
    ms = round(seconds * 1000)
    fields = {"route": route, "method": method, "status": status, "ms": ms}
    tail = f" events {' '.join(events)}" if events else ""
    _log.log(
        level, "%s %s %d in %d ms%s", method, route, status, ms, tail,
        extra={"fields": fields | ({"events": events} if events else {})},
    )  # fmt: skip
