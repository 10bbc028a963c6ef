"""Where a client's money is: funded, spent, set apart, free; by kind of work and week by week."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import get_language_bidi, pgettext
from django.utils.translation import gettext as _

from fairhand.insight.board import progress_of
from fairhand.insight.client import purse_of, spent_by_kind, spent_by_week
from fairhand.kernel.clock import utc_now
from fairhand.kernel.money import format_minor
from fairhand.people.access import SEE_SPEND
from fairhand.projects.models import Project
from fairhand.web import words
from fairhand.web.clients.frame import frame
from fairhand.web.columns import Columns, columns
from fairhand.web.entry import Signed, of_project
from fairhand.web.figures import amount

_WEEKS_SHOWN = 12


@of_project(SEE_SPEND)
def spend(request: Signed, found: Project) -> HttpResponse:
    """One project's money; nobody's identity, and no single person's pay."""
    context = frame(request, found, "spend") | {
        "purse": purse_of(found.id),
        "progress": progress_of([found.id])[found.id],
        "kinds": _kinds(found),
        "weeks": _weeks(found, utc_now()),
    }
    return render(request, "clients/spend.html", context)


def _kinds(project: Project) -> list[dict[str, Any]]:
    rows = spent_by_kind(project.id)
    most = max((minor for _kind, minor in rows), default=0) or 1
    return [
        {
            "label": words.word("cost", kind) if kind else _("other"), "value": minor, "most": most,
            "shown": amount(minor, project.currency),
        }
        for kind, minor in rows
    ]  # fmt: skip


def _weeks(project: Project, now: datetime) -> Columns | None:
    midnight = datetime(now.year, now.month, now.day, tzinfo=UTC)
    monday = midnight - timedelta(days=midnight.weekday())
    since = monday - timedelta(weeks=_WEEKS_SHOWN - 1)
    paid = dict(spent_by_week(project.id, since))
    days = [(since + timedelta(weeks=week)).date() for week in range(_WEEKS_SHOWN)]
    shape = pgettext("date", "j M")
    steps = [
        (formats.date_format(day, shape), max(0, paid.get(day, 0)), format_minor(paid.get(day, 0), project.currency))
        for day in days
    ]
    return columns(steps, get_language_bidi())
