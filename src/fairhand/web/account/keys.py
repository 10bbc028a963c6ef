"""API keys of whoever is signed in: the list, a new one (its text is shown once), replacing and revoking."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import API_KEY_DAYS_MAX
from fairhand.kernel.refusals import Refused
from fairhand.people import keys as verbs
from fairhand.people.access import OWN_ROWS
from fairhand.people.models import ApiKey
from fairhand.people.rules import SCOPES
from fairhand.web import words
from fairhand.web.account.doors import Problem
from fairhand.web.account.frame import tabs
from fairhand.web.entry import Signed, found_or_404, opens

_DAYS_USUAL = 90
_DIGITS_MAX = 4
_FIELD = {"key_name": "name", "key_scopes": "scopes", "key_expiry": "days"}


@opens(OWN_ROWS, "GET", "POST", fresh=True)
def keys(request: Signed) -> HttpResponse:
    """One's own keys, and the form for a new one. The text of a key is on the page that its making answers with."""
    if request.method == "POST":
        return _make(request)
    return _page(request, None, {}, {}, 200)


def _make(request: Signed) -> HttpResponse:
    now = utc_now()
    typed: dict[str, Any] = {
        "name": request.POST.get("name", "").replace("\x00", "").strip(), "scopes": request.POST.getlist("scopes"),
        "days": request.POST.get("days", ""),
    }  # fmt: skip
    made = verbs.make_key(
        person_id=request.viewer.person_id, name=typed["name"], scopes=typed["scopes"],
        expires_at=_end(typed["days"], now), actor=_actor(request), now=now,
    )  # fmt: skip
    if isinstance(made, Refused):
        return _page(request, None, typed, {_FIELD.get(made.code, "name"): words.refusal(made)}, 422)
    return _page(request, made, {}, {}, 200)


@opens(OWN_ROWS, "POST", fresh=True)
def rotate(request: Signed, key_id: UUID) -> HttpResponse:
    """A new key in place of one; the old one opens for another day."""
    found_or_404(verbs.own_key(request.viewer.person_id, key_id))
    made = verbs.rotate_key(person_id=request.viewer.person_id, key_id=key_id, actor=_actor(request), now=utc_now())
    if isinstance(made, Refused):
        messages.warning(request, words.refusal(made), extra_tags="no")
        return redirect("keys")
    return _page(request, made, {}, {}, 200)


@opens(OWN_ROWS, "POST", fresh=True)
def revoke(request: Signed, key_id: UUID) -> HttpResponse:
    """A key opens nothing from now on."""
    found_or_404(verbs.own_key(request.viewer.person_id, key_id))
    refused = verbs.revoke_key(person_id=request.viewer.person_id, key_id=key_id, actor=_actor(request), now=utc_now())
    if refused:
        messages.warning(request, words.refusal(refused), extra_tags="no")
    else:
        messages.success(request, _("The key opens nothing any more."))
    return redirect("keys")


def _page(
    request: Signed, made: verbs.NewKey | None, typed: dict[str, Any], wrong: dict[str, str], status: int
) -> HttpResponse:
    now = utc_now()
    labels = {"name": _("Name"), "scopes": _("What it may do"), "days": _("Days it lives")}
    context = {
        "tabs": tabs(), "rows": [(key, state_of(key, now)) for key in verbs.keys_of(request.viewer.person_id)],
        "made": made, "typed": {"days": _DAYS_USUAL, "scopes": []} | typed, "wrong": wrong,
        "problems": [Problem(f"f-{name}", labels[name], said) for name, said in wrong.items()],
        "scopes": [(scope, words.word("scope", scope)) for scope in SCOPES], "days_max": API_KEY_DAYS_MAX,
    }  # fmt: skip
    # A key's text stands in an answer to a POST: no history and no cache gives it again.
    response = render(request, "account/keys.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def state_of(key: ApiKey, now: datetime) -> str:
    """open, rotated (opens for a while yet), expired or revoked."""
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is not None and key.expires_at <= now:
        return "expired"
    return "rotated" if key.rotated_to_id else "open"


def _end(days: str, now: datetime) -> datetime:
    """So many days from now; a moment that no key may have for what isn't a number."""
    readable = days.isascii() and days.isdigit() and len(days) <= _DIGITS_MAX
    return now + timedelta(days=int(days)) if readable else now


def _actor(request: Signed) -> Actor:
    return Actor("person", request.viewer.person_id)
