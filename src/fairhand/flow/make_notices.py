"""make_notices: reads events in order and tells the people whom they concern."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from fairhand.audit.queries import beyond
from fairhand.delivery.models import Delivery
from fairhand.flow import (
    case_news,
    claim_news,
    convert,
    end_news,
    estimate_news,
    mission_news,
    paid_news,
    plan_news,
    raised_news,
    timesheet_news,
    watch_budgets,
)
from fairhand.kernel.limits import EVENTS_PER_NOTICE_PAGE_MAX, NOTICE_PAGES_PER_JOB_MAX
from fairhand.notices.commands import News, cursor_of, keep_cursor, tell
from fairhand.pay.models import Statement
from fairhand.people.models import Member
from fairhand.projects.models import Project
from fairhand.projects.queries import names_of_projects
from fairhand.work.models import Submission

READER = "notices"
# What happened before is no news: a restored or just upgraded installation tells nobody about last year.
_NEWS_FOR = timedelta(days=7)

Event = Mapping[str, Any]


def make_notices(*, now: datetime) -> int:
    """Read on from where the last call stopped, a transaction for each page of events; returns the notices made."""
    made = 0
    for _ in range(NOTICE_PAGES_PER_JOB_MAX):
        with transaction.atomic():
            cursor = cursor_of(READER)
            events, beyond_them = beyond(cursor, EVENTS_PER_NOTICE_PAGE_MAX)
            if not events:
                break
            fresh = [_read(event) for event in events if event["at"] > now - _NEWS_FOR]
            made += tell(news=_news(fresh), now=now)
            keep_cursor(name=READER, cursor=beyond_them)
    return made


def _read(event: Event) -> Event:
    """Django's connections give JSON as text."""
    facts = event["facts"]
    return {**event, "facts": json.loads(facts) if isinstance(facts, str) else facts}


def _news(events: list[Event]) -> list[News]:
    by_verb: dict[str, list[Event]] = {}
    for event in events:
        by_verb.setdefault(event["verb"], []).append(event)
    return [news for verb, read in _READERS.items() if verb in by_verb for news in read(by_verb[verb])]


def _one(event: Event, person_id: UUID, kind: str, path: str, facts: Mapping[str, Any]) -> News:
    return News(person_id, kind, event["id"], event["at"], path, facts)


def _of_submissions(kind: str) -> Callable[[list[Event]], list[News]]:
    def read(events: list[Event]) -> list[News]:
        if kind == "work_returned":
            events = [e for e in events if e["facts"].get("verdict") == "return" and e["facts"].get("acted")]
        # A review that is accepted is the reviewer's own work, and nobody waits to hear of it.
        found = Submission.objects.filter(
            id__in=[event["subject_id"] for event in events], slot__stage__kind="attempt"
        ).values_list("id", "person_id", "project_id")
        work = {id_: (person_id, project_id) for id_, person_id, project_id in found}
        names = dict(Project.objects.filter(id__in={p for _, p in work.values()}).values_list("id", "name"))
        return [
            _one(
                event, work[event["subject_id"]][0], kind, reverse("submission", args=[event["subject_id"]]),
                {"project": names[work[event["subject_id"]][1]]},
            )
            for event in events
            # Work that nobody reviews is accepted as it is handed in, before its author's eyes.
            if event["subject_id"] in work and event["facts"].get("decided_by") != "plan"
        ]  # fmt: skip

    return read


def _statements(events: list[Event]) -> list[News]:
    found = {s.id: s for s in Statement.objects.filter(id__in=[event["subject_id"] for event in events])}
    return [
        _one(
            event, found[event["subject_id"]].person_id, "statement_ready",
            reverse("statement", args=[event["subject_id"]]), {"number": found[event["subject_id"]].number},
        )
        for event in events
        if event["subject_id"] in found
    ]  # fmt: skip


def _deliveries(events: list[Event]) -> list[News]:
    news = []
    found = Delivery.objects.select_related("project").filter(id__in=[event["subject_id"] for event in events])
    by_id = {delivery.id: delivery for delivery in found}
    for event in events:
        delivery = by_id.get(event["subject_id"])
        if delivery is None:
            continue
        project = delivery.project
        here = Q(project_id=None) | Q(project_id=project.id)
        whole = Q(until=None) | Q(until__gt=event["at"])
        clients = Member.objects.filter(
            here, whole, org_id=project.org_id, role__in=("client_manager", "client_viewer")
        ).values_list("person_id", flat=True)
        facts = {"project": project.name, "number": delivery.number}
        path = reverse("client-project", args=[project.slug])
        news += [_one(event, person_id, "delivery_ready", path, facts) for person_id in sorted(set(clients))]
    return news


def _of_person(kind: str) -> Callable[[list[Event]], list[News]]:
    def read(events: list[Event]) -> list[News]:
        return [
            _one(
                event, event["subject_id"], kind, reverse("account"),
                {name: event["facts"][name] for name in ("role", "reason") if event["facts"].get(name)},
            )
            for event in events
            if event["subject_id"]
        ]  # fmt: skip

    return read


def _keys(events: list[Event]) -> list[News]:
    return [
        _one(event, UUID(event["facts"]["person_id"]), "key_made", reverse("account"), {"name": event["facts"]["name"]})
        for event in events
        if event["facts"].get("person_id")
    ]


def _qualifications(kind: str) -> Callable[[list[Event]], list[News]]:
    def read(events: list[Event]) -> list[News]:
        return [
            _one(
                event, event["subject_id"], kind, reverse("qualifications"),
                {"name": event["facts"]["name"], "reason": event["facts"]["reason"]},
            )
            for event in events
        ]  # fmt: skip

    return read


def _exclusions(kind: str) -> Callable[[list[Event]], list[News]]:
    def read(events: list[Event]) -> list[News]:
        names = names_of_projects({event["project_id"] for event in events})
        return [
            _one(
                event, UUID(event["facts"]["person_id"]), kind, reverse("qualifications"),
                {
                    "project": names[event["project_id"]], "reason": event["facts"]["reason"],
                    "whole_client": event["facts"].get("whole_client", False),
                },
            )
            for event in events
        ]  # fmt: skip

    return read


def _contested(events: list[Event]) -> list[News]:
    """Whoever may lift it and did not make it: those who manage all projects, and the client's managers."""
    news = []
    projects = {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in events})}
    for event in events:
        project = projects[event["project_id"]]
        here = Q(project_id=None) | Q(project_id=project.id)
        whole = Q(until=None) | Q(until__gt=event["at"])
        staff = Q(org__kind="operator", role__in=("operator_admin", "manager"))
        clients = Q(org_id=project.org_id, role="client_manager")
        found = Member.objects.filter(here, whole, staff | clients).exclude(person_id=event["facts"]["made_by"])
        paths = {
            person_id: reverse("manage-exclusions" if kind == "operator" else "client-exclusions", args=[project.slug])
            for person_id, kind in found.order_by("org__kind").values_list("person_id", "org__kind")
        }
        news += [
            _one(event, person_id, "exclusion_contested", path, {"project": project.name})
            for person_id, path in sorted(paths.items())
        ]
    return news


_READERS: Mapping[str, Callable[[list[Event]], list[News]]] = {
    "submission:accepted": _of_submissions("work_accepted"),
    "submission:reviewed": _of_submissions("work_returned"),
    "statement:closed": _statements,
    "delivery:released": _deliveries,
    "role:granted": _of_person("role_granted"),
    "role:revoked": _of_person("role_revoked"),
    "person:suspended": _of_person("account_suspended"),
    "person:reactivated": _of_person("account_reactivated"),
    "key:made": _keys,
    **claim_news.READERS,
    **paid_news.READERS,
    **timesheet_news.READERS,
    "qualification:granted": _qualifications("qualification_granted"),
    "qualification:revoked": _qualifications("qualification_revoked"),
    "exclusion:made": _exclusions("exclusion_made"),
    "exclusion:lifted": _exclusions("exclusion_lifted"),
    "exclusion:upheld": _exclusions("exclusion_upheld"),
    "exclusion:contested": _contested,
    **end_news.READERS,
    **case_news.READERS,
    **raised_news.READERS,
    **watch_budgets.READERS,
    **convert.READERS,
    **mission_news.READERS,
    **estimate_news.READERS,
    **plan_news.READERS,
}
