"""What a profile may hold, read from a form. Pure."""

import re
from collections.abc import Container
from dataclasses import dataclass

from fairhand.kernel.limits import (
    PERSON_NAME_CHARS_MAX,
    PROFILE_ABOUT_CHARS_MAX,
    PROFILE_COUNTRY_CHARS_MAX,
    PROFILE_TAG_CHARS_MAX,
    PROFILE_TAGS_MAX,
)
from fairhand.people.codes import country_codes, language_codes

# A comma of either script, a semicolon of either script, or a line's end stands between tags.
_BETWEEN = re.compile("[,،;؛\n]")
# What can't be stored or would only confuse: controls, and marks that turn the direction of what follows.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class NewProfile:
    """A profile as somebody wants it. `tz` names a time zone; "" in `about`, `country` and its code: nothing said.

    `languages` and `country` hold in words what the lists of codes don't have.
    """

    name: str
    about: str
    languages: tuple[str, ...]
    domains: tuple[str, ...]
    country: str
    tz: str
    language_codes: tuple[str, ...] = ()
    country_code: str = ""


def tags_of(text: str) -> tuple[str, ...]:
    """`Arabic, law , LAW` -> ("Arabic", "law"): trimmed, each once in any letter case, in the order written."""
    found: dict[str, str] = {}
    for part in _BETWEEN.split(text):
        if tag := " ".join(part.split()):
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


def problems_of_profile(new: NewProfile, zones: Container[str]) -> dict[str, str]:
    """Field -> what is wrong; empty if nothing.

    `required`, `too_long`, `too_many`, `bad_character`, `unknown_zone`, `unknown_code`.
    """
    found: dict[str, str] = {}
    texts = {
        "name": (new.name, PERSON_NAME_CHARS_MAX), "about": (new.about, PROFILE_ABOUT_CHARS_MAX),
        "country": (new.country, PROFILE_COUNTRY_CHARS_MAX),
    }  # fmt: skip
    for name, (text, most) in texts.items():
        if _UNWANTED.search(text):
            found[name] = "bad_character"
        elif len(text) > most:
            found[name] = "too_long"
    if not new.name.strip():
        found["name"] = "required"
    for name, tags in (("languages", new.languages), ("domains", new.domains)):
        if len(tags) > PROFILE_TAGS_MAX:
            found[name] = "too_many"
        elif any(_UNWANTED.search(tag) for tag in tags):
            found[name] = "bad_character"
        elif any(len(tag) > PROFILE_TAG_CHARS_MAX for tag in tags):
            found[name] = "too_long"
    if len(new.language_codes) > PROFILE_TAGS_MAX:
        found["language_codes"] = "too_many"
    elif not language_codes().issuperset(new.language_codes):
        found["language_codes"] = "unknown_code"
    if new.country_code and new.country_code not in country_codes():
        found["country_code"] = "unknown_code"
    if new.tz not in zones:
        found["tz"] = "unknown_zone"
    return found
