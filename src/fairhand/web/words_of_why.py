"""Why none and why this, in words: what keeps somebody from open work, and what put a slot before others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from fairhand.gates.queries import skill_names
from fairhand.insight.why_rules import Bar, Why
from fairhand.web import words
from fairhand.web.figures import SAID_FROM, at_least, isolated, moment, number, spell
from fairhand.web.words_of_gates import Names, advice, condition_said


@dataclass(frozen=True, slots=True)
class Step:
    """Something that would change it; `href`: where, or "" where it is waiting or asking."""

    said: Any
    href: str = ""


@dataclass(frozen=True, slots=True)
class WhyRow:
    """One condition that fails."""

    code: str
    title: Any
    waiting: Any
    steps: Sequence[Step]


def why_rows(why: Why, contact: str = "") -> list[WhyRow]:
    """Every condition that fails, as a page says it. `contact`: whom to ask in the project, in its own words."""
    return rows_of({"": why}, {"": contact})[""]


def rows_of(found: Mapping[Any, Why], contacts: Mapping[Any, str]) -> dict[Any, list[WhyRow]]:
    """The same of several projects, with one query for the names of all that their gates ask."""
    asked = [bar.facts["condition"] for why in found.values() for bar in why.bars if bar.code == "gate"]
    names = skill_names({"all": asked}) if asked else {}
    return {key: [_row(bar, names, bool(contacts.get(key))) for bar in why.bars] for key, why in found.items()}


def _row(bar: Bar, names: Names, has_contact: bool) -> WhyRow:
    waiting = ""
    if bar.waiting:
        said = ngettext("%(n)s task waits behind it", "%(n)s tasks wait behind it", bar.waiting)
        waiting = _("some tasks wait behind it") if bar.waiting < SAID_FROM else _said(said, n=at_least(bar.waiting))
    return WhyRow(bar.code, _title(bar, names), waiting, _steps(bar, has_contact))


def _title(bar: Bar, names: Names) -> Any:
    if bar.code == "gate":
        return _said(_("Still missing: %(what)s"), what=condition_said(bar.facts["condition"], names))
    if bar.code == "project_rests":
        closed = bar.facts["state"] == "closed"
        return _("The project is closed") if closed else _("The project gives out no new tasks just now")
    n, most = bar.facts.get("n", 0), bar.facts.get("max", 0)
    if bar.code == "cap_week":
        said = _("You have worked %(n)s of at most %(most)s this week, over all projects")
        return _said(said, n=spell(n // 1000), most=spell(most // 1000))
    if bar.code == "cap_hours":
        said = _("%(n)s of the %(most)s that this project's plan pays in a week are paid or under way")
        return _said(said, n=spell(n // 1000), most=spell(most // 1000))
    return _said(_TITLES[bar.code](), n=number(n), most=number(most))


_TITLES: Mapping[str, Any] = {
    "nothing_open": lambda: _("No task is open here just now: all are taken or done"),
    "no_seat": lambda: _("You have no seat in this project"),
    "seat_paused": lambda: _("Your seat in this project is paused"),
    "seat_left": lambda: _("Your seat in this project has ended"),
    "cap_open": lambda: _("You hold %(n)s tasks, and one person holds at most %(most)s at a time"),
    "cap_day": lambda: _("You have taken %(n)s of at most %(most)s tasks here today"),
    "cap_week_n": lambda: _("You have taken %(n)s of at most %(most)s tasks here this week"),
    "cap_total": lambda: _("You have taken %(n)s of at most %(most)s tasks of this project"),
    "cool_down": lambda: _("A rest lies between two tasks here; yours isn't over yet"),
    "excluded": lambda: _("Somebody decided that this client's work is not given to you"),
    "reports_wait": lambda: _("%(n)s tasks that you reported as perhaps illegal wait for a decision"),
    "set_aside": lambda: _("Tasks are set aside for some of your colleagues"),
    "met": lambda: _("You have worked on these tasks already; others answer them once more"),
    "pool_short": lambda: _("Money is short: the reserve of these tasks does not cover the present terms"),
    "pairs": lambda: _("You and their authors have judged each other's work as often as allowed"),
}


def _steps(bar: Bar, has_contact: bool) -> list[Step]:
    if bar.code == "gate":
        found = [
            Step(each.said, reverse(each.address) if each.address else "") for each in advice(bar.facts["condition"])
        ]
        return [*found, _until(bar)] if bar.until else found
    if bar.code == "excluded":
        reason = words.word("exclusion_reason", bar.facts["reason_code"])
        told = _("The reason given: %(reason)s. You can read it in full and contest it.")
        return [Step(_said(told, reason=reason), reverse("qualifications"))] + ([_until(bar)] if bar.until else [])
    if bar.until is not None:
        return [_until(bar)]
    if bar.code == "reports_wait":
        told = _("Staff decide on them, and you are told; then you are given more. Nothing is held against you.")
        return [Step(told), Step(_("What you asked and reported"), reverse("raised-mine")), *_asking(has_contact)]
    if bar.code == "cool_down":
        return [Step(_("It begins when you hand in what you hold here."), reverse("my-work"))]
    if bar.code == "cap_open":
        return [Step(_("Hand one in, or give one back; skipping costs you nothing."), reverse("my-work"))]
    if bar.code in ("no_seat", "seat_paused", "seat_left", "cap_total", "pool_short", "pairs"):
        return _asking(has_contact)
    if bar.code == "nothing_open" or (bar.code == "project_rests" and bar.facts["state"] != "closed"):
        return [Step(_("You can be told when work arrives."), reverse("work-preferences"))]
    return []


def _asking(has_contact: bool) -> list[Step]:
    return [Step(_("Ask whom the project names as its contact.") if has_contact else _("Ask the project's manager."))]


def _until(bar: Bar) -> Step:
    until = moment(bar.until)
    if bar.code == "gate":
        return Step(_said(_("Time alone may change it next: %(at)s"), at=until))
    return Step(_said(_("It ends by itself: %(at)s"), at=until))


# What told the claimed slot's queue from the next one. Wishes of experts are theirs: they were recorded as a draw.
_FIRST: Mapping[str, Any] = {
    "only": lambda: _("nothing else was open to them"),
    "last": lambda: _("everything before it was empty or barred"),
    "draw": lambda: _("a draw among equals"),
    "lane": lambda: _("its kind of work comes first"),
    "set_aside": lambda: _("it was set aside for them"),
    "rework": lambda: _("rework goes to its author"),
    "gold": lambda: _("a gold task was due"),
}


def why_this(facts: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Why a slot went where it went, from the facts of its claim; nothing of who else might have had it."""
    if "first" not in facts:
        return []
    first = facts["first"]
    said = _FIRST[first]() if first in _FIRST else _said(_("policy: %(name)s"), name=words.word("policy", first))
    shown = [(_("Why this"), said), (_("Kind of work"), words.word("lane", facts["lane"]))]
    shown.append((_("Tier"), isolated(facts["tier"])))
    if facts.get("field"):
        shown.append((pgettext("of a task", "Field"), format_html("<bdi>{}</bdi>", facts["field"])))
    return [*shown, (_("Queues looked at"), number(facts["of"]))]


def _said(text: str, **parts: object) -> SafeString:
    """A sentence with its parts in place, each escaped unless it is markup of ours."""
    filled = conditional_escape(text) % {name: conditional_escape(part) for name, part in parts.items()}
    return mark_safe(filled)  # noqa: S308  # every part was escaped
