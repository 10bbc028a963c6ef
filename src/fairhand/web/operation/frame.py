"""What the operator's pages share: their tabs, filters that outlive the next page, and how an event is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fairhand.audit.models import Event
from fairhand.insight.people import names_of, places_of
from fairhand.people.access import SEE_OPERATION, SEE_PEOPLE, Viewer, may_enter
from fairhand.web import words

_TABS = (
    ("orgs", "operation", gettext_noop("Organisations"), SEE_PEOPLE),
    ("people", "people", gettext_noop("People and roles"), SEE_PEOPLE),
    ("skills", "skills", gettext_noop("Skills and tiers"), SEE_PEOPLE),
    ("work", "operations", gettext_noop("Work"), SEE_OPERATION),
    ("models", "models", gettext_noop("Models"), SEE_OPERATION),
    ("jobs", "jobs", gettext_noop("Jobs"), SEE_OPERATION),
    ("health", "health", gettext_noop("Health"), SEE_OPERATION),
    ("events", "events", gettext_noop("Event log"), SEE_OPERATION),
)
TEXT_MAX = 200  # of what a filter takes


def tabs(viewer: Viewer) -> list[tuple[str, str, str]]:
    """(key, address, label) of each of these pages that somebody's rights open."""
    return [(key, reverse(name), _(label)) for key, name, label, right in _TABS if may_enter(viewer, right)]


def asked(request: HttpRequest, name: str) -> str:
    """What a filter was given, bounded, without characters that can't be stored."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:TEXT_MAX]


def uuid_asked(request: HttpRequest, name: str) -> UUID | None:
    """The same for an id; None for none and for what isn't one."""
    try:
        return UUID(asked(request, name))
    except ValueError:
        return None


def more(request: HttpRequest, cursor: str) -> dict[str, str]:
    """Addresses of the newest and the next older page, with the filters as they are."""
    query = request.GET.copy()
    query.pop("before", None)
    newest = f"?{query.urlencode()}" if "before" in request.GET else ""
    if not cursor:
        return {"newest": newest, "older": ""}
    query["before"] = cursor
    return {"newest": newest, "older": f"?{query.urlencode()}"}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at which field, as `<c-errors>` lists it."""

    anchor: str
    label: str
    problem: str


@dataclass(frozen=True, slots=True)
class Moment:
    """An event as `<c-timeline>` draws it."""

    at: datetime
    title: str
    who: str = ""
    body: str = ""
    tone: str = ""
    href: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of a list with the names that its ids stand for."""

    event: Event
    actor: str
    place: str

    @property
    def short(self) -> str:
        """The last digits of what it is about."""
        return str(self.event.subject_id)[-5:].upper() if self.event.subject_id else ""


def event_rows(events: Sequence[Event]) -> list[EventRow]:
    """Events with names and places, in two queries for any number of them."""
    names = names_of([event.actor_id for event in events if event.actor_id])
    places = places_of(
        [event.org_id for event in events if event.org_id], [event.project_id for event in events if event.project_id]
    )
    return [
        EventRow(event, _actor(event, names), places.get(event.project_id or event.org_id or UUID(int=0), ""))
        for event in events
    ]


def moments(events: Sequence[Event], kind: str) -> list[Moment]:
    """Events as a timeline; `kind` names the words of their verbs."""
    told = []
    for row in event_rows(events):
        facts = row.event.facts
        role = [(_("Role"), words.word("role", str(facts["role"])))] if facts.get("role") else []
        place = [(_("Where"), row.place)] if row.place else []
        told.append(
            Moment(
                at=row.event.at, title=words.word(kind, row.event.verb), who=row.actor,
                body=str(facts.get("reason") or ""), tone=words.tone(kind, row.event.verb), facts=role + place,
            )
        )  # fmt: skip
    return told


def _actor(event: Event, names: dict[UUID, str]) -> str:
    name = names.get(event.actor_id) if event.actor_id else None
    return name or words.word("actor", event.actor_kind)


def choices(kind: str, any_label: str) -> list[tuple[str, str]]:
    """A filter's options: all, then each code with its word."""
    return [("", any_label), *((code, words.word(kind, code)) for code in words.codes(kind))]


def page_of_numbers(rows: list[Any], limit: int, number: str) -> tuple[list[Any], str]:
    """Rows of a page that is ordered by a number, and the word for the next."""
    return (rows, "") if len(rows) <= limit else (rows[:limit], str(getattr(rows[limit - 1], number)))
