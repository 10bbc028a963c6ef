"""Pages for what went wrong: what happened, to what, and what to do. None of them needs the database."""

import logging
import sys
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_log = logging.getLogger("fairhand.web.errors")
_RETRY_AFTER_S = 30


@dataclass(frozen=True, slots=True)
class _Page:
    """`kind` chooses the sign; `again`: the same address may answer at the next try."""

    title: Promise
    why: Promise
    steps: tuple[Promise, ...] = field(default=())
    kind: str = "fault"
    again: bool = False


_PAGES = {
    400: _Page(
        _("This could not be read"),
        _("The address or the form could not be read. Go back, reload the page and try again."),
    ),
    403: _Page(
        _("That was not let through"),
        _("The page was open for too long, or came from another site. Go back, reload it and send the form again."),
        (_("If it happens again, let this site keep cookies in your browser: a form is checked against one."),),
        kind="kept",
    ),
    404: _Page(
        _("Not found"),
        _("There is nothing at this address for you. It may belong to somebody else, or have a typing error in it."),
        (
            _("Whoever sent you the address can tell you which account may open it."),
            _("If you have two accounts, look at the top of the page which one is signed in."),
        ),
        kind="nothing",
    ),
    405: _Page(
        _("This address takes no such request"),
        _("It answers to a form or a button of a page, not to a visit. Go back and use the button there."),
    ),
    413: _Page(
        _("That was too large"),
        _("What you sent is larger than this site takes at once, so nothing of it was kept."),
        (_("Go back, shorten the text or split the file, and send it again."),),
    ),
    429: _Page(
        _("Too many tries"),
        _("So many requests came that we let no more through for a few minutes. Nothing is lost."),
        (_("Wait a few minutes, then try again. Trying faster makes the wait longer."),),
        kind="kept", again=True,
    ),
    500: _Page(
        _("Something broke"),
        _("The fault is ours and was written down. What you handed in is safe, and a draft is kept in this browser."),
        again=True,
    ),
    503: _Page(
        _("The database does not answer"),
        _("Nothing can be read or kept just now. What you handed in is safe, and a draft is kept in this browser."),
        (
            _("Wait a minute, then try again."),
            _("If you were sending something, look afterwards whether it arrived before you send it again."),
        ),
        kind="away", again=True,
    ),
}  # fmt: skip
STATUSES = tuple(_PAGES)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400, or 413 for a form that is larger than we read."""
    return page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403, also for a form that was open for very long."""
    return page(request, 403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the forgery check; Django calls it by the setting CSRF_FAILURE_VIEW."""
    return page(request, 403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404, for what does not exist and for what somebody may not see."""
    return page(request, 404)


def too_many(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """429 of a rate limit."""
    return page(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 where the database is away or gave up. Needs neither database nor account."""
    lost = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    # Who reads is no longer known for certain, and asking for it again would break the page of the break.
    request.viewer = None  # type: ignore[attr-defined]
    try:
        response = page(request, 503 if lost else 500)
    except Exception:  # whatever broke the page may break its frame too, and an answer must come
        _log.exception("the page for a failure failed")
        return HttpResponse(_LAST, status=503 if lost else 500)
    if lost:
        response["Retry-After"] = str(_RETRY_AFTER_S)
    return response


# In both languages, since nothing that could choose one is known to work.
_LAST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Fairhand</title>
<p>Something broke. What you handed in is safe. Try again in a few minutes.</p>
<p lang="ar" dir="rtl">حدث عطل. ما سلّمته محفوظ. حاول مجددًا بعد بضع دقائق.</p></html>
"""


def page(request: HttpRequest, status: int) -> HttpResponse:
    """The page for a status, in the reader's language; `status` is one of STATUSES."""
    found = _PAGES[status]
    if hasattr(request, "LANGUAGE_CODE"):
        return _drawn(request, status, found)
    # What failed before the reader's language was known: the cookie or the browser tells it, never the account.
    with translation.override(_asked_for(request)):
        return _drawn(request, status, found)


def _drawn(request: HttpRequest, status: int, found: _Page) -> HttpResponse:
    context = {
        "status": status, "heading": found.title, "why": found.why, "steps": found.steps, "kind": found.kind,
        "again": request.get_full_path() if found.again and request.method == "GET" else "",
    }  # fmt: skip
    return render(request, "error.html", context, status=status)


def _asked_for(request: HttpRequest) -> str:
    known = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    found = chosen if chosen in known else translation.get_language_from_request(request).split("-")[0]
    return found if found in known else settings.LANGUAGE_CODE
