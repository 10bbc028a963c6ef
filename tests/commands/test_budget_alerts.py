"""Budgets that run low: told once for each level of funding, to finance and the project's managers; nothing stops."""

from dataclasses import replace

import pytest

from fairhand.audit.actor import COMMAND, JOB
from fairhand.audit.models import Event
from fairhand.flow.fund_project import fund_project
from fairhand.flow.watch_budgets import budget_news, watch_budgets
from fairhand.insight.budget_ahead import SHORT, alerts, budget_ahead
from fairhand.insight.budgets import budget_of
from fairhand.insight.health_facts import look_over
from fairhand.notices.words import said
from fairhand.people.commands import ensure_org, ensure_people, grant_role
from tests.building import PER_JUDGEMENT, Small, small_project


def verbs(small: Small) -> list[str]:
    found = Event.objects.filter(project_id=small.project.id, verb__startswith="budget:").order_by("at")
    return [verb for verb in found.values_list("verb", flat=True) if verb not in ("budget:funded",)]


@pytest.mark.usefixtures("rollback_db")
def test_a_budget_that_runs_low_is_told_once_and_again_after_it_was_topped_up() -> None:
    small = small_project(tasks=60, budget_minor=792, pay=PER_JUDGEMENT, reviewed=False)
    operator = ensure_org(slug="operator", name="Operator", kind="operator", actor=COMMAND, now=small.now)
    email = "books@staff.example"
    finance = ensure_people(people=[(email, "Books")], kind="person", actor=COMMAND, now=small.now)[email]
    grant_role(person_id=finance, org_id=operator.id, role="finance", actor=COMMAND, now=small.now)
    assert watch_budgets(actor=JOB, now=small.now) == 0
    for n in range(54):
        small.submit(small.claim(small.experts[n % len(small.experts)]))
        small.wait(3600 * 2)
    assert budget_of(small.project.id, small.now).used_percent == 81
    assert watch_budgets(actor=JOB, now=small.now) == 1
    assert watch_budgets(actor=JOB, now=small.now) == 0
    (found,) = (each for each in look_over(small.now) if each.name == "budgets")
    assert (found.level, found.facts) == ("warn", {"projects": 1})
    assert verbs(small) == ["budget:mostly_used"]
    event = Event.objects.filter(verb="budget:mostly_used").values("id", "verb", "at", "project_id", "facts").get()
    told = {each.person_id: each for each in budget_news([event])}
    assert told[finance].path == f"/finance/budgets/{small.project.slug}/"
    for language, words in (("en", "81 % of the budget"), ("ar", "81")):
        assert words in said(told[finance].kind, told[finance].facts, language)[1]
    claim = small.claim(small.experts[0])  # nothing stopped
    small.submit(claim)
    fund_project(
        project=small.project, amount_minor=10, key="more-money-for-it", actor=COMMAND, now=small.now,
    )  # fmt: skip
    assert watch_budgets(actor=JOB, now=small.now) == 1


@pytest.mark.usefixtures("rollback_db")
def test_work_that_costs_more_than_is_left_falls_short() -> None:
    small = small_project(tasks=60, budget_minor=792, pay=PER_JUDGEMENT, reviewed=False)
    for n in range(30):
        small.submit(small.claim(small.experts[n % len(small.experts)]))
        small.wait(3600 * 2)
    budget, ahead = budget_of(small.project.id, small.now), budget_ahead(small.project.id, small.now)
    assert ahead.rest is not None
    assert (ahead.rest.rest_minor, ahead.rest.each_minor, budget.left_minor) == (360, 12, 432)
    assert alerts(budget, ahead) == {}
    # A unit's price that was raised meanwhile, or money that was taken elsewhere: less is left than the work costs.
    assert alerts(replace(budget, reserved_minor=200), ahead) == {SHORT: 88}
    assert alerts(replace(budget, reserved_minor=200, state="closed"), ahead) == {}
