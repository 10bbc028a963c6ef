"""Conditions of gates, and what would make somebody meet them, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _in

from fairhand.people.codes import country_name, language_name
from fairhand.web.figures import text_of

# Short name of a skill or tier -> its names by language, as `gates.queries.skill_names` reads them.
Names = Mapping[str, Mapping[str, str]]

WORDS: dict[str, dict[str, tuple[Promise, str]]] = {
    "skill_kind": {
        "skill": (_in("kind of qualification", "skill"), ""),
        "tier": (_in("kind of qualification", "tier"), ""),
    },
    "condition": {
        "skill": (_("A skill or a tier, granted by somebody"), ""),
        "language": (_("A language on the profile"), ""),
        "country": (_("A country"), ""),
        "not_country": (_("Not a country"), ""),
        "zone": (_("A time zone"), ""),
        "consent": (_("Consent to a sensitive topic"), ""),
    },
    "topic": {
        "violence": (_("Violence and injuries"), ""),
        "sexual": (_("Sexual content"), ""),
        "self_harm": (_("Self-harm and suicide"), ""),
        "hate": (_("Hatred and insults against groups of people"), ""),
        "medical": (_("Medical pictures and descriptions"), ""),
        "illegal": (_("Descriptions of crimes"), ""),
    },
    "topic_about": {
        "violence": (_("Texts or pictures of fights, war, accidents or cruelty."), ""),
        "sexual": (_("Explicit texts between or about adults."), ""),
        "self_harm": (_("Texts in which somebody thinks of hurting or killing themselves, or speaks of it."), ""),
        "hate": (_("Texts that demean people for what they are; you may be asked to find and rate them."), ""),
        "medical": (_("Wounds, operations and illness, shown or described in detail."), ""),
        "illegal": (_("Texts about drugs, weapons, fraud or other crimes."), ""),
    },
    "exclusion_reason": {
        "quality": (_("Quality of the work"), ""),
        "conduct": (_("Conduct"), ""),
        "conflict_of_interest": (_("A conflict of interest"), ""),
        "client_request": (_("The client asked for it"), ""),
        "other": (_("Another reason, said below"), ""),
    },
    "exclusion": {
        "in_force": (_in("exclusion", "in force"), "bad"),
        "contested": (_in("exclusion", "contested"), "wait"),
        "upheld": (_in("exclusion", "contested; it stands"), "bad"),
        "over": (_in("exclusion", "over"), ""),
        "lifted": (_in("exclusion", "lifted"), "ok"),
    },
    "qualification": {
        "in_force": (_in("qualification", "in force"), "ok"),
        "to_come": (_in("qualification", "not begun yet"), "wait"),
        "over": (_in("qualification", "ended"), ""),
        "revoked": (_in("qualification", "revoked"), "bad"),
    },
}

# Joins what can happen to a project.
HAPPENED: dict[str, tuple[Promise, str]] = {
    "gate:changed": (_("Who may work on a stage changed"), "wait"),
    "exclusion:made": (_("Somebody excluded from work"), "bad"),
    "exclusion:contested": (_("Exclusion contested"), "wait"),
    "exclusion:lifted": (_("Exclusion lifted"), "ok"),
    "exclusion:upheld": (_("Contest answered: the exclusion stands"), ""),
}

REFUSALS: dict[str, Promise] = {
    "bad_rule": _("The conditions can't be stored like this. Open the page anew and put them together again."),
    "gate_moved": _("Somebody else changed these conditions since you opened the page. Look at them as they are."),
    "no_skill": _("The catalogue has no such skill or tier, or it is retired. Choose one from the list."),
    "bad_level": _("This skill or tier has no such level. Choose one that it has."),
    "own_qualification": _("Nobody grants or revokes their own qualification. Ask somebody else."),
    "no_grantee": _("There is no such person."),
    "ends_before": _("The end lies before the beginning, or in the past. Choose a later day, or none."),
    "day_unreadable": _("The day could not be read. Choose one from the calendar, or none."),
    "too_many_held": _("This person holds as many qualifications as one can. Revoke one that is of no use."),
    "no_qualification": _("This qualification was revoked already, or was never granted. Reload the page."),
    "skill_slug": _("Use up to 60 small Latin letters, digits and hyphens, and begin with no hyphen."),
    "skill_taken": _("Another skill or tier has this short name. Choose another."),
    "skill_name": _("Give it a name in English that is not too long."),
    "skill_about": _("A tier needs published rules: say in words what it takes. Keep them within the length."),
    "skill_full": _("The catalogue is full. Nothing was added."),
    "unknown_topic": _("There is no such topic. Reload the page."),
    "no_seat_there": _("Nobody has a seat under that pseudonym in this project."),
    "own_exclusion": _("Nobody decides this about themselves."),
    "excluded_already": _("This person is excluded already; the decision is in the list."),
    "no_exclusion": _("This decision was lifted already, is over, or was never made. Reload the page."),
    "same_decider": _("Whoever decided it doesn't decide on it again. Ask somebody else with the same right."),
    "not_contested": _("No contest waits for an answer here. Reload the page."),
    "contested_already": _("You have contested this decision already; your words stand beside it."),
}


@dataclass(frozen=True, slots=True)
class Advice:
    """What would make somebody meet a condition; `address`: the name of a page of ours where they can do it, or ""."""

    said: str
    address: str = ""


def condition_said(asked: Mapping[str, Any], names: Names) -> str:
    """One condition as a phrase of plain text: `Contract law, level 2 or above`."""
    kind = asked["kind"]
    if kind == "any":
        return gettext(" or ").join(condition_said(each, names) for each in asked["of"])
    if kind in ("skill", "tier"):
        name, level = _name(asked[kind], names), asked["level"]
        return name if level == 1 else gettext("%(name)s, level %(level)s or above") % {"name": name, "level": level}
    if kind == "consent":
        return gettext("consent to: %(topic)s") % {"topic": WORDS["topic"][asked["topic"]][0]}
    reader = get_language() or "en"
    if kind == "language":
        return gettext("one of the languages: %(names)s") % {
            "names": _list([language_name(c, reader) for c in asked["any"]])
        }
    if kind == "zone":
        return gettext("a time zone of: %(names)s") % {"names": _list([_ltr(zone) for zone in asked["any"]])}
    said = {"names": _list([country_name(code, reader) for code in asked["any"]])}
    return (gettext("in: %(names)s") if kind == "country" else gettext("a known country, not: %(names)s")) % said


def failing_said(rule: Mapping[str, Any], failing: Sequence[int], names: Names) -> list[str]:
    """The conditions that fail, in order."""
    return [condition_said(rule["all"][place], names) for place in failing]


def advice(asked: Mapping[str, Any]) -> list[Advice]:
    """What somebody can do about a condition that fails; several for an `any`, each once."""
    if asked["kind"] == "any":
        return list(dict.fromkeys(said for each in asked["of"] for said in advice(each)))
    kind = asked["kind"]
    if kind == "skill":
        return [Advice(gettext("It is granted by the operator's staff, who say how it is shown."), "qualifications")]
    if kind == "tier":
        return [Advice(gettext("It is granted by people, by published rules."), "qualifications")]
    if kind == "consent":
        return [
            Advice(
                gettext("You may agree on your profile, and withdraw at any time; nobody expects it of you."), "profile"
            )
        ]
    if kind == "language":
        return [Advice(gettext("If you speak one of them, add it to your profile."), "profile")]
    if kind == "zone":
        return [Advice(gettext("It follows the time zone of your profile; keep that where you live."), "profile")]
    return [Advice(gettext("It follows the country of your profile; keep that where you live."), "profile")]


def _name(slug: str, names: Names) -> str:
    return f"\u2068{text_of(names[slug])}\u2069" if names.get(slug) else _ltr(slug)


def _ltr(code: str) -> str:
    """A code that keeps its order in plain text, which may go into an e-mail or an option."""
    return f"\u2066{code}\u2069"


def _list(parts: Sequence[str]) -> str:
    return gettext(", ").join(parts)
