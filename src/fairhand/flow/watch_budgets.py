"""watch_budgets: tells finance and managers of budgets that run low, once for each level of funding.

Nothing is stopped by it: an offer that the budget can't carry isn't made in the first place, and work that was handed
in is paid whatever the budget holds.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.audit.models import Event
from fairhand.insight.budget_ahead import SHORT, USED, alerts, budget_ahead
from fairhand.insight.budgets import open_budgets
from fairhand.kernel.money import format_minor
from fairhand.notices.commands import News
from fairhand.people.models import Member
from fairhand.projects.models import Project

_VERBS = {USED: "budget:mostly_used", SHORT: "budget:falls_short"}
_TOLD = ("finance", "operator_admin", "manager")


@transaction.atomic
def watch_budgets(*, actor: Actor, now: datetime) -> int:
    """Look at every project that gives out work; returns how many things were said."""
    locked = Project.objects.select_for_update(no_key=True, skip_locked=True).filter(state="open").order_by("id")
    orgs = dict(locked.values_list("id", "org_id"))
    said = set(
        Event.objects.filter(verb__in=_VERBS.values(), subject_id__in=orgs)
        .values_list("subject_id", "verb", "facts__of_minor")
    )  # fmt: skip
    facts = []
    for budget in open_budgets(now):
        if budget.project_id not in orgs:
            continue
        for kind, n in alerts(budget, budget_ahead(budget.project_id, now)).items():
            if (budget.project_id, _VERBS[kind], budget.stock_minor) in said:
                continue
            told: dict[str, Any] = {"of_minor": budget.stock_minor, "currency": budget.currency}
            told |= {"percent": n} if kind == USED else {"short_minor": n}
            project_id = budget.project_id
            facts.append(Fact(_VERBS[kind], "project", project_id, orgs[project_id], project_id, told))
    record(actor=actor, now=now, happened=facts)
    return len(facts)


def budget_news(events: list[Mapping[str, Any]]) -> list[News]:
    """Finance, and the operator's people who manage the project."""
    news = []
    projects = {row.id: row for row in Project.objects.filter(id__in={event["project_id"] for event in events})}
    for event in events:
        project, facts = projects[event["project_id"]], event["facts"]
        here = Q(project_id=None) | Q(project_id=project.id)
        whole = Q(until=None) | Q(until__gt=event["at"])
        found = Member.objects.filter(here, whole, org__kind="operator", role__in=_TOLD).order_by("person_id")
        kind = "budget_mostly_used" if event["verb"] == _VERBS[USED] else "budget_falls_short"
        told = {"project": project.name, "percent": str(facts.get("percent", ""))}
        if "short_minor" in facts:
            told["amount"] = format_minor(facts["short_minor"], facts["currency"])
        # Who keeps the books gets to the budget; a manager, to the board.
        paths: dict[Any, str] = {}
        for person_id, role in found.values_list("person_id", "role"):
            if role in ("finance", "operator_admin"):
                paths[person_id] = reverse("finance-budget", args=[project.slug])
            else:
                paths.setdefault(person_id, reverse("board", args=[project.slug]))
        news += [News(person_id, kind, event["id"], event["at"], path, told) for person_id, path in paths.items()]
    return news


READERS: Mapping[str, Callable[[list[Mapping[str, Any]]], list[News]]] = dict.fromkeys(_VERBS.values(), budget_news)
