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
from fairhand.insight.budgets import Budget, open_budgets
from fairhand.kernel.money import format_minor
from fairhand.notices.commands import News
from fairhand.people.models import Member
from fairhand.projects.models import Project

_VERBS = {USED: "budget:mostly_used", SHORT: "budget:falls_short"}
_TOLD = ("finance", "operator_admin", "manager")


def watch_budgets(*, actor: Actor, now: datetime) -> int:
    """Look at every project that gives out work; returns how many things were said."""
    return sum(
        _tell(budget, kind, n, actor, now)
        for budget in open_budgets(now)
        for kind, n in alerts(budget, budget_ahead(budget.project_id, now)).items()
    )


@transaction.atomic
def _tell(budget: Budget, kind: str, n: int, actor: Actor, now: datetime) -> bool:
    """Say it, if it wasn't said before at this level of funding; True if it was now."""
    project = Project.objects.select_for_update(no_key=True).get(id=budget.project_id)
    of_minor, verb = budget.stock_minor, _VERBS[kind]
    if Event.objects.filter(verb=verb, subject_id=project.id, facts__of_minor=of_minor).exists():
        return False
    told: dict[str, Any] = {"of_minor": of_minor, "currency": budget.currency}
    told |= {"percent": n} if kind == USED else {"short_minor": n}
    record(actor=actor, now=now, happened=[Fact(verb, "project", project.id, project.org_id, project.id, told)])
    return True


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
