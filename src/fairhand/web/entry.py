"""How a request gets in: who asks, by what right, and what happens to those who may not."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from fairhand.kernel.clock import utc_now
from fairhand.people.access import Viewer
from fairhand.people.queries import viewer_of

P = ParamSpec("P")


class Signed(HttpRequest):
    """A request of somebody signed in; `viewer` is what they held when it came."""

    viewer: Viewer
    user: Any


View = Callable[Concatenate[Signed, P], HttpResponse]


def signed_in(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Lets in only people who are signed in and may be; others read how to get in."""

    @wraps(view)
    def handle(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        person = request.user
        if not person.is_authenticated or not person.is_active:
            return redirect("signed-out")
        request.viewer = viewer_of(person, utc_now())  # type: ignore[attr-defined,arg-type]
        response = view(request, *args, **kwargs)  # type: ignore[arg-type]
        response.setdefault("Cache-Control", "private, no-store")
        return response

    return handle


def found_or_404(value: Any) -> Any:
    """The value, or 404: what somebody may not see does not exist for them."""
    if value is None:
        raise Http404
    return value


def demo_only() -> None:
    """404 outside a demo installation."""
    if not settings.DEMO:
        raise Http404
