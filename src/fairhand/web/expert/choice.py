"""A project to choose from: its card, what is open to the reader now, what keeps the rest, and what two weeks bring."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairhand.flow.open_work import OpenWork
from fairhand.insight.expected_rules import Expected
from fairhand.insight.why_rules import step
from fairhand.projects.models import Project
from fairhand.web.cards import Beside, CardView
from fairhand.web.figures import SAID_FROM, at_least, number
from fairhand.web.words_of_why import WhyRow, rows_of

_REASONS_SHOWN = 2
_ROUNDED = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """One project of a list. `short`: the reasons that most waits behind, shown where nothing is open."""

    project: Project
    cards: Sequence[CardView]
    open_n: int
    why: Sequence[WhyRow]
    mine_share: int | None
    expected: Expected | None = None

    @property
    def short(self) -> Sequence[WhyRow]:
        """The first reasons; none while something is open."""
        return [] if self.open_n else self.why[:_REASONS_SHOWN]

    @property
    def expected_said(self) -> Any:
        """How many tasks two weeks bring the reader, as an interval; "" where nobody foresees any."""
        if self.expected is None:
            return ""
        low, high = self.expected.tasks.low, self.expected.tasks.high
        if round(high) < 1:
            return _("none that is known yet")
        # Rounded outwards: whose task was taken is not to be read off it, and the forecast knows no better.
        low, high = int(low // _ROUNDED) * _ROUNDED, -int(-high // _ROUNDED) * _ROUNDED
        said = _("%(low)s to %(high)s tasks").replace("%(low)s", "{}").replace("%(high)s", "{}")
        return format_html(said, number(low), number(high))

    @property
    def missing(self) -> Sequence[WhyRow]:
        """What gates of the project ask and the reader doesn't have."""
        return [row for row in self.why if row.code == "gate"]


def choices(
    projects: Sequence[Project], found: dict[UUID, OpenWork], expected: dict[UUID, Expected] | None = None
) -> list[Choice]:
    """In the order given; the words of all gates are asked for at once."""
    beside = Beside.of({project.id: found[project.id].cards for project in projects})
    rows = rows_of({p.id: found[p.id].why for p in projects}, {p.id: p.contact for p in projects})
    return [
        Choice(
            project, cards_of(project.id, found[project.id], beside), found[project.id].why.open_n, rows[project.id],
            _share(found[project.id]), (expected or {}).get(project.id),
        )
        for project in projects
    ]  # fmt: skip


def cards_of(project_id: UUID, work: OpenWork, beside: Beside) -> list[CardView]:
    """Cards with what of each is open, what past work says, and what is announced. Where rework is kept for the reader,
    the one on which it is claimed: a claim gives it first."""
    first = {each.card.stage_id: each for each in reversed(work.rework)}
    return [
        CardView.of(card, work.why.open_by_stage, project_id, beside, first.get(card.stage_id)) for card in work.cards
    ]


def _share(work: OpenWork) -> int | None:
    """Percent of the open tasks that lie in the reader's own fields; None where nothing waits."""
    why = work.why
    return round(100 * why.mine / why.all) if why.all else None


def total_said(n: int) -> Any:
    """The sentence over a list, and what a screen reader hears when counts change. `n`: a sum of steps."""
    if not n:
        return _("No task is open to you now.")
    if (least := step(n)) < SAID_FROM:
        return _("Some tasks are open to you now.")
    said = ngettext("%(shown)s task is open to you now.", "%(shown)s tasks are open to you now.", least)
    return format_html(said.replace("%(shown)s", "{}"), at_least(least))


def live_address(projects: Sequence[Project]) -> str:
    """Where a page asks for the counts of the projects on it."""
    return f"{reverse('open-now')}?of={','.join(project.slug for project in projects)}"
