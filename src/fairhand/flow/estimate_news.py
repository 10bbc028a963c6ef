"""Who is told of estimates: managers that one is under review, and everybody who gets a difference."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.urls import reverse

from fairhand.kernel.money import format_minor
from fairhand.notices.commands import News
from fairhand.pay.queries import ESTIMATE_KEY
from fairhand.people.access import MANAGE
from fairhand.people.models import Member
from fairhand.projects.models import Project

Event = Mapping[str, Any]

# What each person got by one run of a review, with what they had for these claims before.
_PAID = """
SELECT l.person_id, l.currency, count(*), sum((l.inputs ->> 'old_minor')::bigint), sum(l.amount_minor)
  FROM pay_line l WHERE l.line_key LIKE %s AND l.made_at = %s GROUP BY 1, 2 ORDER BY 1, 2
"""


def _questioned(events: list[Event]) -> list[News]:
    """Those who manage the project."""
    news, projects = [], _projects(events)
    for event in events:
        project = projects[event["project_id"]]
        here = Q(project_id=None) | Q(project_id=project.id)
        whole = Q(until=None) | Q(until__gt=event["at"])
        whose = Q(org__kind="operator") | Q(org_id=project.org_id)
        found = Member.objects.filter(here, whole, whose, role__in=MANAGE.roles).values_list("person_id", flat=True)
        told = {"project": project.name, "due": event["facts"]["decide_by"][:10]}
        path = reverse("manage-estimates", args=[project.slug])
        news += [
            News(person_id, "estimate_questioned", event["id"], event["at"], path, told)
            for person_id in sorted(set(found))
        ]
    return news


def _made_good(events: list[Event]) -> list[News]:
    """Everybody who got something: how much for how many tasks, before and now."""
    paid = [event for event in events if event["facts"].get("made_good", {}).get("claims")]
    if not paid:
        return []
    news, projects = [], _projects(paid)
    with connection.cursor() as cursor:
        for event in paid:
            cursor.execute(_PAID, [f"{ESTIMATE_KEY}{event['subject_id']}:%", event["at"]])
            for person_id, currency, claims, old, more in cursor.fetchall():
                told = {
                    "project": projects[event["project_id"]].name, "claims": int(claims),
                    "old": format_minor(int(old), currency), "new": format_minor(int(old + more), currency),
                    "amount": format_minor(int(more), currency),
                }  # fmt: skip
                path = reverse("earnings")
                news.append(News(person_id, "estimate_paid", event["id"], event["at"], path, told))
    return news


def _projects(events: list[Event]) -> dict[UUID, Project]:
    return {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in events})}


READERS = {
    "estimate:questioned": _questioned,
    "estimate:decided": _made_good,
    "estimate:lapsed": _made_good,
    "estimate:made_good": _made_good,
}
