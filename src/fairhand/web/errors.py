"""Pages for what went wrong: what happened, to what, and what to do."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400."""
    why = _("The address or the form could not be read. Go back, reload the page and try again.")
    return _page(request, 400, _("This could not be read"), why)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403, also for a form that was open for very long."""
    why = _("The page was open for too long, or came from another site. Go back, reload it and send the form again.")
    return _page(request, 403, _("That was not let through"), why)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the forgery check; Django calls it by the setting CSRF_FAILURE_VIEW."""
    return forbidden(request)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404, for what does not exist and for what somebody may not see."""
    why = _("There is nothing at this address for you. It may belong to somebody else, or have a typing error in it.")
    return _page(request, 404, _("Not found"), why)


def server_error(request: HttpRequest) -> HttpResponse:
    """500. Needs neither database nor account."""
    why = _("The fault is ours and was written down. What you handed in is safe, and a draft is kept in this browser.")
    return _page(request, 500, _("Something broke"), why)


def _page(request: HttpRequest, status: int, title: str, why: str) -> HttpResponse:
    return render(request, "error.html", {"status": status, "heading": title, "why": why}, status=status)
