"""What a person tells about themselves, who sees it, and everything recorded about them as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, get_language_bidi, gettext_lazy
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.flow.save_profile import save_profile
from fairhand.gates.commands import consent
from fairhand.gates.queries import consents_of
from fairhand.gates.states import CONSENT_TOPICS
from fairhand.insight.own_export import everything_about
from fairhand.insight.own_work import own_seats
from fairhand.kernel import limits
from fairhand.kernel.clock import utc_now
from fairhand.kernel.refusals import Refused
from fairhand.people.access import OWN_ACCOUNT, OWN_ROWS
from fairhand.people.codes import countries, country_code, language_code, languages
from fairhand.people.profile import NewProfile, tags_of
from fairhand.people.queries import known_zones, profile_of
from fairhand.web import words
from fairhand.web.account.frame import tabs
from fairhand.web.entry import Signed, opens

_LANGUAGES_SHOWN = 3  # fields to choose a language in, at least; two are always empty
_LABELS = {
    "name": gettext_lazy("Name"), "about": gettext_lazy("About you"), "language_codes": gettext_lazy("Languages"),
    "languages": gettext_lazy("Other languages"), "domains": gettext_lazy("Fields and skills"),
    "country_code": gettext_lazy("Country"), "country": gettext_lazy("Country or region, in your words"),
    "tz": gettext_lazy("Time zone"),
}  # fmt: skip
_PROBLEMS = {
    "required": gettext_lazy("A name is needed: statements are written to it."),
    "too_long": gettext_lazy("This is longer than allowed. Shorten it."),
    "too_many": gettext_lazy("These are more than allowed. Keep the ones that matter most."),
    "bad_character": gettext_lazy("This holds a character that can't be stored or that turns the writing direction."),
    "unknown_code": gettext_lazy("This is not in the list. Choose one from it."),
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
        return _page(request, *_held(request), {}, 200)
    typed = {name: request.POST.get(name, "").replace("\r\n", "\n").strip() for name in _LABELS}
    new = _new(typed, [code for code in request.POST.getlist("language_codes") if code])
    done = save_profile(
        person_id=person_id, new=new, zones=known_zones(), actor=Actor("person", person_id),
        now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        return _page(request, typed, new.language_codes, done.facts["problems"], 422)
    messages.success(request, _("Your profile is saved."))
    return redirect("profile")


@opens(OWN_ACCOUNT, "POST")
def consents(request: Signed) -> HttpResponse:
    """The reader agrees to see some sensitive topics, and to none of the others."""
    person_id, wanted = request.viewer.person_id, request.POST.getlist("topic")
    for topic in CONSENT_TOPICS:
        consent(
            person_id=person_id, topic=topic, given=topic in wanted, actor=Actor("person", person_id), now=utc_now()
        )
    messages.success(request, _("Your choice is kept, and holds from the next task on."))
    return redirect("profile")


def _new(typed: dict[str, str], chosen: list[str]) -> NewProfile:
    """What was typed as the lists know it, where they do; the rest in words."""
    tags = tags_of(typed["languages"])
    known = [language_code(tag) for tag in tags]
    country = typed["country_code"] or country_code(typed["country"])
    return NewProfile(
        name=" ".join(typed["name"].split()), about=typed["about"],
        language_codes=tuple(dict.fromkeys([*chosen, *(code for code in known if code)])),
        languages=tuple(tag for tag, code in zip(tags, known, strict=True) if not code),
        domains=tags_of(typed["domains"]), country_code=country, country="" if country else typed["country"],
        tz=typed["tz"],
    )  # fmt: skip


def _held(request: Signed) -> tuple[dict[str, str], Sequence[str]]:
    held, between = profile_of(request.viewer.person_id), "، " if get_language_bidi() else ", "
    told = {
        "name": request.user.name, "tz": request.user.tz, "about": held.about if held else "",
        "languages": between.join(held.languages) if held else "",
        "domains": between.join(held.domains) if held else "", "country": held.country if held else "",
        "country_code": held.country_code if held else "",
    }  # fmt: skip
    return told, held.language_codes if held else ()


def _page(
    request: Signed, typed: dict[str, str], chosen: Sequence[str], wrong: dict[str, str], status: int
) -> HttpResponse:
    reader, agreed = get_language() or "en", consents_of(request.viewer.person_id)
    said = {name: str(_PROBLEMS[code]) for name, code in wrong.items()}
    context: dict[str, Any] = {
        "tabs": tabs(), "typed": typed, "wrong": said,
        "problems": [Wrong(f"f-{name}", str(_LABELS[name]), why) for name, why in said.items()],
        "zones": [(zone, zone.replace("_", " ")) for zone in sorted(known_zones()) if "/" in zone]
        + [("UTC", "UTC")],
        "language_fields": list(enumerate([*chosen, *[""] * max(2, _LANGUAGES_SHOWN - len(chosen))], start=1)),
        "languages": [("", _("None chosen")), *languages(reader)],
        "countries": [("", _("Not said")), *countries(reader)],
        "topics": [
            (topic, words.word("topic", topic), words.word("topic_about", topic), agreed.get(topic))
            for topic in CONSENT_TOPICS
        ],
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
