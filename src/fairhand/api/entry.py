"""How a call gets in: by a key or as somebody signed in, with a scope, a right and not too often.

Every operation has `@opens(RIGHT, scope=…)` below its route, which leaves what it asks on the function (`door`), as
the pages do. What somebody may not see is not found; a scope that a key lacks is said, since its owner chose it.
"""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja.security import HttpBearer, SessionAuth

from fairhand.api.errors import Wrong
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import API_CALLS_PER_MINUTE_MAX
from fairhand.people.access import PUBLIC, Door, Right, Viewer, may_enter, needs_second_factor
from fairhand.people.accounts import has_second_factor
from fairhand.people.keys import read_key
from fairhand.people.queries import viewer_of

Operation = Callable[..., Any]
_COUNTED_MAX = 10_000  # callers remembered at a time


class Call(HttpRequest):
    """A call that came in; `viewer` is what its person held then."""

    viewer: Viewer
    user: Any


class KeyAuth(HttpBearer):
    """`Authorization: Bearer fh_…`: the key's person, within the key's scopes."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """The key, or None for one that opens nothing."""
        now = utc_now()
        key = read_key(token, now)
        if key is None:
            return None
        _count(f"key {key.key_id}", now)
        request.user = key.person
        request.scopes = key.scopes  # type: ignore[attr-defined]  # read by `opens`
        request.viewer = key.viewer  # type: ignore[attr-defined]  # read by `opens`
        return key


class PageAuth(SessionAuth):
    """Somebody signed in at the pages: everything that person may see. A call that writes carries the form's token."""

    def __call__(self, request: HttpRequest) -> Any:
        """None for a call with an Authorization header: a bad key doesn't fall back to whoever sits at the browser."""
        return None if "Authorization" in request.headers else super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """The person, or None."""
        person: Any = request.user
        if not person.is_authenticated or not person.is_active:
            return None
        _count(f"person {person.pk}", utc_now())
        return person


def opens(right: Right, *, scope: str = "", method: str = "GET") -> Callable[[Operation], Operation]:
    """Lets in those who hold `right` anywhere, with a key only if it has `scope`; rows are scoped by the operation."""
    door = Door(right, (method,), scope=scope)

    def wrap(operation: Operation) -> Operation:
        @wraps(operation)
        def handle(request: Any, *args: Any, **kwargs: Any) -> Any:
            if door.right.reach != PUBLIC:
                _enter(door, request)
            return operation(request, *args, **kwargs)

        handle.door = door  # type: ignore[attr-defined]  # read by the access matrix
        return handle

    return wrap


def _enter(door: Door, request: Any) -> None:
    scopes = getattr(request, "scopes", None)
    if scopes is not None and door.scope not in scopes:
        raise Wrong(403, "scope_missing", f"This key is not made for this call: it lacks the scope {door.scope}.")
    person = request.user
    if scopes is None:  # a key has brought along what its person holds
        request.viewer = viewer_of(person, utc_now())
    if not may_enter(request.viewer, door.right):
        raise Http404
    # As at the pages: whoever moves money or roles gets nowhere before they have a second factor; a key of theirs
    # loses with them. The demo's invented people have nothing to prove themselves with.
    invented = settings.DEMO and person.demo
    if needs_second_factor(request.viewer) and not invented and not has_second_factor(person.pk):
        raise Wrong(403, "second_factor", "Your roles ask for a second factor. Set one up on your security page.")


_calls: OrderedDict[str, tuple[int, int]] = OrderedDict()
_calls_lock = Lock()


def _count(caller: str, now: datetime) -> None:
    """Counts a call of this minute, in this process. Raises Wrong(429) beyond the limit."""
    minute, second = divmod(int(now.timestamp()), 60)
    with _calls_lock:
        begun, calls = _calls.pop(caller, (minute, 0))
        calls = calls + 1 if begun == minute else 1
        _calls[caller] = (minute, calls)
        while len(_calls) > _COUNTED_MAX:
            _calls.popitem(last=False)
    if calls > API_CALLS_PER_MINUTE_MAX:
        wait_s = 60 - second
        why = f"More than {API_CALLS_PER_MINUTE_MAX} calls in this minute. Wait {wait_s} seconds."
        raise Wrong(429, "too_many_calls", why, {"Retry-After": str(wait_s)})


def found_or_404(value: Any) -> Any:
    """The value, or 404: what somebody may not see does not exist for them."""
    if value is None:
        raise Http404
    return value
