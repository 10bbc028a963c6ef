"""How a request gets in: who asks, by what right, and what happens to those who may not.

Every view has one of these decorators, and each leaves what it asks on the view (`view.door`). Whatever somebody may
not see is not found: no page tells whether it exists.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse

from fairhand.dispatch.queries import seat_in
from fairhand.kernel.clock import utc_now
from fairhand.people import access
from fairhand.people.access import Door, Right, Viewer, may_enter
from fairhand.people.queries import viewer_of
from fairhand.projects.queries import visible_as
from fairhand.web.proof import ask_for_proof, lacks_second_factor, proved_lately

View = Callable[..., HttpResponse]


class Signed(HttpRequest):
    """A request of somebody signed in; `viewer` is what they held when it came.

    `shown_at`: the address of the page that answers it, where that is not its own.
    """

    viewer: Viewer
    shown_at: str
    user: Any


def opens(right: Right, *methods: str, fresh: bool = False) -> Callable[[View], View]:
    """Lets in those who hold `right` anywhere, with one of `methods` (GET alone if none is named).

    A view that reads rows still scopes every query to `request.viewer`; for a view of one project take `of_project`.
    """
    door = Door(right, methods or ("GET",), fresh)

    def wrap(view: View) -> View:
        @wraps(view)
        def handle(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponse:
            return _enter(door, view, request, args, kwargs)

        handle.door = door  # type: ignore[attr-defined]  # read by the access matrix
        return handle

    return wrap


def of_project(right: Right, *methods: str, fresh: bool = False) -> Callable[[View], View]:
    """Like `opens`, for a view of one project: `slug` in its address arrives as `project`, if `right` reaches it."""

    def wrap(view: View) -> View:
        @opens(right, *methods, fresh=fresh)
        @wraps(view)
        def handle(request: Signed, /, slug: str, **kwargs: Any) -> HttpResponse:
            project = visible_as(request.viewer, right.roles).filter(slug=slug).first()
            return view(request, found_or_404(project), **kwargs)

        return handle

    return wrap


def of_seat(*methods: str) -> Callable[[View], View]:
    """Like `of_project`, for somebody's own seat: `slug` in the address arrives as `seat`."""

    def wrap(view: View) -> View:
        @opens(access.WORK, *methods)
        @wraps(view)
        def handle(request: Signed, /, slug: str, **kwargs: Any) -> HttpResponse:
            return view(request, found_or_404(seat_in(request.viewer.person_id, slug)), **kwargs)

        return handle

    return wrap


def _enter(door: Door, view: View, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]) -> HttpResponse:
    if request.method not in door.methods and not (request.method == "HEAD" and "GET" in door.methods):
        return HttpResponseNotAllowed(door.methods)
    if door.right.reach == access.PUBLIC:
        return view(request, *args, **kwargs)
    person: Any = request.user
    if not person.is_authenticated or not person.is_active:
        return redirect(way_in(request))
    viewer = viewer_of(person, utc_now())
    request.viewer = viewer  # type: ignore[attr-defined]  # the frame of the error pages reads it too
    if not may_enter(viewer, door.right):
        raise Http404
    if door.right is not access.OWN_ACCOUNT and lacks_second_factor(person, viewer):
        return redirect("security")
    if door.fresh and (request.method == "POST" or "POST" not in door.methods) and not proved_lately(request):
        return ask_for_proof(request)
    response = view(request, *args, **kwargs)
    response.setdefault("Cache-Control", "private, no-store")
    return response


def way_in(request: HttpRequest) -> str:
    """Where whoever isn't signed in is sent, and back from there to a page that can be read."""
    address = reverse("account_login")
    return f"{address}?next={quote(request.get_full_path())}" if request.method == "GET" else address


def found_or_404(value: Any) -> Any:
    """The value, or 404: what somebody may not see does not exist for them."""
    if value is None:
        raise Http404
    return value
