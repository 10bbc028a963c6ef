"""What changed for an expert, in words: decisions, guidelines, statements, roles and seats, each with a link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from fairhand.insight.own_history import Change, changes_for
from fairhand.insight.own_work import WorkRow, decided_since
from fairhand.web import words
from fairhand.web.figures import amount, isolated, text_of

_VERBS = ["role:granted", "role:revoked", "seat:taken", "seat:capped", "person:capped"]


@dataclass(frozen=True, slots=True)
class News:
    """One line of what changed; `tag` is (kind, code) of a state, or nothing."""

    at: datetime
    title: Any
    body: Any
    href: str
    tag: tuple[str, str] | tuple[()] = ()


def news_of(person_id: UUID, since: datetime, limit: int) -> list[News]:
    """The newest first. What the plan accepted at once is no news."""
    found = [_decided(row) for row in decided_since(person_id, since, limit)]
    found += [_changed(change) for change in changes_for(person_id, since, _VERBS, limit)]
    return sorted(found, key=lambda news: news.at, reverse=True)[:limit]


def _decided(row: WorkRow) -> News:
    title = format_html("<bdi>{}</bdi> · {}", text_of(row.project_name), isolated(row.short))
    body = words.word("decided_by", row.decided_by or "")
    at = row.decided_at or row.submitted_at
    return News(at, title, body, reverse("submission", args=[row.submission_id]), ("submission", row.state))


def _changed(change: Change) -> News:
    facts = change.facts
    name = text_of(facts.get("name")) or ""
    if change.kind == "guideline":
        title = _("The guideline changed: version %(version)s") % {"version": facts["version"]}
        return News(change.at, title, name, reverse("project-version", args=[facts["slug"], facts["version"]]))
    if change.kind == "statement":
        title = _("Statement no. %(number)s is closed") % {"number": facts["number"]}
        return News(change.at, title, amount(facts["total_minor"], facts["currency"]), _statement(facts))
    if change.kind == "role:granted":
        return News(change.at, _("You were given a role"), _of_role(facts, name), reverse("home"))
    if change.kind == "role:revoked":
        return News(change.at, _("A role was taken back"), _of_role(facts, name), reverse("home"))
    if change.kind == "person:capped":
        return News(change.at, _("Your limits over all projects changed"), facts.get("reason", ""), reverse("queue"))
    href = reverse("project", args=[facts["slug"]]) if facts.get("slug") else reverse("projects")
    title = _("You have a seat in a project") if change.kind == "seat:taken" else _("Your seat changed")
    return News(change.at, title, facts.get("reason") or name, href)


def _of_role(facts: Any, name: str) -> str:
    role = words.word("role", facts.get("role", ""))
    return f"{role} · {name}" if name else role


def _statement(facts: Any) -> str:
    return reverse("statement", args=[facts["id"]])
