"""What every page of one project has: its tabs, who may do what in it, and how forms with mistakes come back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from fairhand.cases.raised_queries import raised_waiting
from fairhand.estimates.queries import open_reviews
from fairhand.inference.queries import uses_models
from fairhand.kernel.refusals import Refused
from fairhand.people.access import (
    LAUNCH,
    MANAGE,
    SEE_AS_CLIENT,
    SEE_BOARD,
    SEE_PROJECT_PEOPLE,
    SEE_TASKS,
    Right,
    Viewer,
    manages_for_operator,
    may_in_project,
)
from fairhand.projects.models import Project
from fairhand.projects.rules import Wrong
from fairhand.web import words
from fairhand.web.entry import Signed
from fairhand.web.figures import grouped

# key, name of the address, label, what opens it.
_TABS: Sequence[tuple[str, str, str, Right]] = (
    ("board", "board", gettext_noop("Board"), SEE_BOARD),
    ("operations", "manage-operations", gettext_noop("Operations"), SEE_BOARD),
    ("tasks", "manage-tasks", gettext_noop("Tasks"), SEE_TASKS),
    ("raised", "manage-raised", gettext_noop("Questions"), SEE_BOARD),
    ("requests", "manage-requests", gettext_noop("Requests"), SEE_BOARD),
    ("paid", "manage-paid", gettext_noop("Outside tasks"), SEE_BOARD),
    ("timesheets", "manage-timesheets", gettext_noop("Timesheets"), SEE_BOARD),
    ("cases", "manage-cases", gettext_noop("Cases"), SEE_BOARD),
    ("estimates", "manage-estimates", gettext_noop("Estimates"), SEE_BOARD),
    ("guideline", "manage-guideline", gettext_noop("Guideline"), SEE_BOARD),
    ("template", "manage-template", gettext_noop("Template"), SEE_BOARD),
    ("people", "board-people", gettext_noop("People"), SEE_PROJECT_PEOPLE),
    ("batches", "manage-batches", gettext_noop("Batches"), SEE_TASKS),
    ("files", "manage-files", gettext_noop("Files"), SEE_TASKS),
    ("missions", "manage-missions", gettext_noop("Missions"), SEE_BOARD),
    ("plans", "manage-plans", gettext_noop("Pay"), MANAGE),
    ("models", "manage-models", gettext_noop("Models"), MANAGE),
    ("gold", "manage-gold", gettext_noop("Gold"), MANAGE),
    ("set-aside", "manage-set-aside", gettext_noop("Set aside"), MANAGE),
    ("order", "manage-order", gettext_noop("Order"), MANAGE),
    ("settings", "manage-settings", gettext_noop("Settings"), MANAGE),
)
# The one for models stands where the work asks any.
_ALWAYS = frozenset(key for key, *_rest in _TABS) - {"models"}
_WHOLE_DIGITS_MAX = 9


def may(request: Signed, project: Project, right: Right) -> bool:
    """Whether the reader's roles give them a right in this project."""
    return may_in_project(request.viewer, right, project.org_id, project.id)


def of_operator(viewer: Viewer, project: Project) -> bool:
    """Whether somebody manages the project for the operator, and not for its client."""
    return manages_for_operator(viewer, project.id)


def page(
    request: Signed, project: Project, tab: str, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """A page of a project, below its name and tabs."""
    tabs = [(key, reverse(name, args=[project.slug]), _(label)) for key, name, label, right in _TABS
            if may(request, project, right) and (key in (tab, *_ALWAYS) or uses_models(project.id))]  # fmt: skip
    if may(request, project, SEE_BOARD) and (waiting := raised_waiting([project.id])[project.id]):
        tabs = [(key, href, f"{label} ({grouped(waiting)})" if key == "raised" else label) for key, href, label in tabs]
    common = {
        "project": project, "tabs": tabs, "tab": tab, "may_manage": may(request, project, MANAGE),
        "may_launch": may(request, project, LAUNCH), "may_see_tasks": may(request, project, SEE_TASKS),
        "may_see_people": may(request, project, SEE_PROJECT_PEOPLE),
        "may_see_as_client": may(request, project, SEE_AS_CLIENT),
        "in_review": open_reviews([project.id]) if tab != "estimates" and may(request, project, SEE_BOARD) else [],
    }  # fmt: skip
    return render(request, f"manager/{template}.html", {**common, **context}, status=status)


@dataclass(frozen=True, slots=True)
class Mistake:
    """A line of the summary at the head of a form; it leads to its field."""

    anchor: str
    label: str
    problem: str


def models_short(refused: Refused | None) -> dict[str, Any]:
    """What `manager/models_short.html` says: why a template's models can't be asked, and whether money would help."""
    if refused is None or refused.code not in ("models_missing", "models_unfunded"):
        return {}
    return {"models_short": words.refusal(refused), "models_unfunded": refused.code == "models_unfunded"}


def problems_of(refused: Refused) -> dict[str, str]:
    """Field -> what is wrong with it, in the reader's language; "" for every other field."""
    found: dict[str, str] = defaultdict(str)
    wrong: Wrong
    for wrong in refused.facts.get("problems", ()):
        found.setdefault(wrong.field, words.problem(wrong.code, wrong.why))
    return found


def listed(problems: Mapping[str, str], labels: Mapping[str, str], suffix: str = "") -> list[Mistake]:
    """The problems for the summary. `suffix`: what ids of fields end in, where a page shows a form several times."""
    return [
        Mistake(f"f-{field.removeprefix('policy.')}{suffix}", labels.get(field, field), why)
        for field, why in problems.items()
        if why
    ]


def whole(text: str) -> int | None:
    """A whole number as people type it in either language; None for anything else."""
    plain = "".join(str(int(char)) if char.isdecimal() else char for char in text.strip())
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= _WHOLE_DIGITS_MAX else None


def seconds_typed(text: str) -> int | None:
    """`52` minutes or `1:30`, in either language's digits; None for anything else."""
    minutes, colon, rest = text.partition(":")
    found, seconds = whole(minutes), whole(rest) if colon else 0
    return None if found is None or seconds is None or seconds > 59 else found * 60 + seconds


def posted(request: Signed, name: str) -> str:
    """One field of a form, with plain line ends."""
    return str(request.POST.get(name, "")).replace("\r\n", "\n")
