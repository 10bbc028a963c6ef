"""What a person tells about themselves, who sees it, and everything recorded about them as a file."""

import zoneinfo
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.flow.save_profile import save_profile
from fairhand.insight.own_export import everything_about
from fairhand.insight.own_work import own_seats
from fairhand.kernel import limits
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ACCOUNT, OWN_ROWS
from fairhand.people.profile import NewProfile, tags_of
from fairhand.people.queries import profile_of
from fairhand.web.account.frame import tabs
from fairhand.web.entry import Signed, opens

_LABELS = {
    "name": gettext_lazy("Name"), "about": gettext_lazy("About you"), "languages": gettext_lazy("Languages"),
    "domains": gettext_lazy("Fields and skills"), "country": gettext_lazy("Country or region"),
    "tz": gettext_lazy("Time zone"),
}  # fmt: skip
_PROBLEMS = {
    "required": gettext_lazy("A name is needed: statements are written to it."),
    "too_long": gettext_lazy("This is longer than allowed. Shorten it."),
    "too_many": gettext_lazy("These are more than allowed. Keep the ones that matter most."),
    "bad_character": gettext_lazy("This holds a character that can't be stored or that turns the writing direction."),
    "unknown_zone": gettext_lazy("There is no time zone of that name. Choose one from the list."),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field with a mistake, as `<c-errors>` takes it."""

    anchor: str
    label: str
    problem: str


@opens(OWN_ACCOUNT, "GET", "POST")
def profile(request: Signed) -> HttpResponse:
    """The reader's own profile; a POST writes it whole."""
    person_id = request.viewer.person_id
    if request.method != "POST":
        return _page(request, _held(request), {}, 200)
    typed = {name: request.POST.get(name, "").replace("\r\n", "\n").strip() for name in _LABELS}
    new = NewProfile(
        name=" ".join(typed["name"].split()), about=typed["about"], languages=tags_of(typed["languages"]),
        domains=tags_of(typed["domains"]), country=typed["country"], tz=typed["tz"],
    )  # fmt: skip
    done = save_profile(
        person_id=person_id, new=new, zones=zoneinfo.available_timezones(), actor=Actor("person", person_id),
        now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        return _page(request, typed, done.facts["problems"], 422)
    messages.success(request, _("Your profile is saved."))
    return redirect("profile")


def _held(request: Signed) -> dict[str, str]:
    held, between = profile_of(request.viewer.person_id), "، " if get_language_bidi() else ", "
    return {
        "name": request.user.name, "tz": request.user.tz, "about": held.about if held else "",
        "languages": between.join(held.languages) if held else "",
        "domains": between.join(held.domains) if held else "", "country": held.country if held else "",
    }  # fmt: skip


def _page(request: Signed, typed: dict[str, str], wrong: dict[str, str], status: int) -> HttpResponse:
    said = {name: str(_PROBLEMS[code]) for name, code in wrong.items()}
    context: dict[str, Any] = {
        "tabs": tabs(), "typed": typed, "wrong": said,
        "problems": [Wrong(f"f-{name}", str(_LABELS[name]), why) for name, why in said.items()],
        "zones": [(zone, zone.replace("_", " ")) for zone in sorted(zoneinfo.available_timezones()) if "/" in zone]
        + [("UTC", "UTC")],
        "seats": own_seats(request.viewer.person_id, None, limits.CARDS_PER_PAGE_MAX),
        "limits": {
            "name": limits.PERSON_NAME_CHARS_MAX, "about": limits.PROFILE_ABOUT_CHARS_MAX,
            "tags": limits.PROFILE_TAGS_MAX, "country": limits.PROFILE_COUNTRY_CHARS_MAX,
        },
    }  # fmt: skip
    return render(request, "account/profile.html", context, status=status)


@opens(OWN_ROWS)
def everything(request: Signed) -> HttpResponse:
    """All that is recorded about the reader, as one JSON file, streamed."""
    now = utc_now()
    response = StreamingHttpResponse(everything_about(request.viewer.person_id, now), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="fairhand-about-me-{now:%Y-%m-%d}.json"'
    return response
