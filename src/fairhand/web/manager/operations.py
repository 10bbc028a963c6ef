"""The operations board: slots by state and stage, who holds them, what is stuck or starved, what two weeks will bring.

What can be done about it is in `operating`. Nobody's own expected work stands here, only the project's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from fairhand.flow.invite_people import room_in
from fairhand.gates.queries import skill_names
from fairhand.insight import operations as read
from fairhand.insight.batches import waits_for_pools
from fairhand.insight.expected import Read, expected_for, read_projects
from fairhand.insight.expected_rules import Expected, expected_by_stage, total
from fairhand.insight.timeline import decisions_on
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import CARDS_PER_PAGE_MAX, PROJECT_END_NOTICE_DAYS, TIER_LAST
from fairhand.people.access import SEE_BOARD, SEE_OPERATION
from fairhand.projects.models import Project
from fairhand.projects.queries import newest_first, visible_as
from fairhand.projects.states import PROJECT_MOVES
from fairhand.tasks.queries import batches_of
from fairhand.web import charts, expecting, words
from fairhand.web.cursors import before_of, page_of
from fairhand.web.entry import Signed, of_project, opens
from fairhand.web.manager.frame import Mistake, listed, page
from fairhand.web.manager.tasks import told
from fairhand.web.operation.frame import tabs
from fairhand.web.words_of_gates import condition_said

_WAY = (
    ("settled", "done"), ("submitted", "wait"), ("claimed", "going"), ("open", "open"), ("planned", "bad"),
)  # fmt: skip
_AGED_SHOWN = 8
_BATCHES_CHOSEN_FROM = 20
_DECISIONS_SHOWN = 12
_TOLD = [
    "project:opened", "project:paused", "project:closed", "project:end_announced", "project:extended",
    "project:end_passed", "project:hours_promised", "project:overseated", "batch:topped_up", "batch:closed",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the page that comes back with mistakes: its name, what was typed, what is wrong at which field."""

    name: str
    typed: Mapping[str, str]
    problems: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage with its drawing, and what two weeks will bring."""

    now: read.StageNow
    stack: charts.Stack | None
    expected: str


@of_project(SEE_BOARD)
def operations(request: Signed, project: Project) -> HttpResponse:
    """The board of one project."""
    return board(request, project)


def board(request: Signed, project: Project, form: Form | None = None, status: int = 200) -> HttpResponse:
    """The page; the form that has mistakes comes back as it was typed."""
    now = utc_now()
    facts = read_projects([project.id], now)[project.id]
    by_stage = expected_by_stage(facts.facts, now)
    typical = typical_times(facts)
    stuck = request.GET.get("show") == "stuck"
    found = read.held(project.id, typical, now, before_of(request), CARDS_PER_PAGE_MAX + 1, stuck)
    shown, more = page_of(found, CARDS_PER_PAGE_MAX, lambda row: (row.claimed_at, row.claim_id))
    stages = read.stages_now(project.id, now)
    places = dict(zip(facts.stage_ids, by_stage, strict=True))
    newest = batches_of(project.id, _BATCHES_CHOSEN_FROM, None)
    batches, ids = [each for each in newest if each.state == "launched"], [each.id for each in newest]
    context = {
        "stages": [StageRow(each, _stack(each), expecting.said(places[each.stage_id])) for each in stages],
        **_ahead(project, total(by_stage), now), "seated_n": facts.facts.seated_n, "claims": shown,
        "counts": read.held_counts(project.id, typical, now),
        "more": more, "stuck_times": read.STUCK_TIMES, "beyond": bool(request.GET.get("before")), "stuck": stuck,
        "starved": _starved(project.id, now), "aged": read.oldest_open(project.id, _AGED_SHOWN),
        "open_n": _states(stages, "open"), "in_work": _states(stages, "claimed"),
        "waits": (waits := waits_for_pools(project.id)), "waiting": sum(each.n for each in waits),
        "batches": [(str(each.id), _("Batch %(n)s") % {"n": each.ordinal}) for each in batches],
        "tiers": [(str(n), str(n)) for n in range(TIER_LAST + 1)], "notice_days": PROJECT_END_NOTICE_DAYS,
        "moves": [to for to in ("paused", "open") if (project.state, to) in PROJECT_MOVES and project.state != "draft"],
        "passed": project.ends_at is not None and project.ends_at <= now and project.state != "closed",
        "history": [told(each, project.currency) for each in decisions_on([project.id, *ids], _TOLD, project.id,
                                                                         _DECISIONS_SHOWN)],
        "form": form.name if form else "", "problems": form.problems if form else {},
        "listed": _listed(form), "typed": form.typed if form else _as_it_is(project),
    }  # fmt: skip
    return page(request, project, "operations", "operations", context, status)


@opens(SEE_OPERATION)
def everywhere(request: Signed) -> HttpResponse:
    """Every project that gives out work or rests, newest first, with what needs somebody."""
    now = utc_now()
    found = visible_as(request.viewer, SEE_OPERATION.roles).filter(state__in=("open", "paused"))
    read_ = newest_first(found, before_of(request), CARDS_PER_PAGE_MAX + 1)
    shown, older = page_of(read_, CARDS_PER_PAGE_MAX, lambda project: (project.created_at, project.id))
    ids = [project.id for project in shown]
    standing, expected = read.standing_of(ids, now), expected_for(ids, now)
    context = {
        "tabs": tabs(request.viewer), "older": older, "first": bool(request.GET.get("before")), "now": now,
        "rows": [(standing[id_], expecting.said(expected[id_])) for id_ in ids],
    }  # fmt: skip
    return render(request, "operation/work.html", context)


def typical_times(facts: Read) -> dict[UUID, int]:
    """Stage -> typical work time in milliseconds: the middle of the latest ones, else the stage's estimate."""
    found = {}
    for stage_id, stage in zip(facts.stage_ids, facts.facts.stages, strict=True):
        if stage.measured_ms:
            found[stage_id] = int(median(stage.measured_ms))
        elif stage.p50_s:
            found[stage_id] = int(stage.p50_s * 1000)
    return found


def _ahead(project: Project, work: Expected, now: datetime) -> dict[str, object]:
    """Two weeks in words, and the arithmetic of who can be given what was promised."""
    room = room_in(project.id, 0, now)
    return {
        "tasks_ahead": expecting.tasks_between(work.tasks),
        "pace": work.pace and expecting.tasks_between(work.pace),
        "hours_ahead": expecting.hours_between(work.ms) if work.ms is not None else "",
        "room": room,
        "partly": work.partly,
        "room_bars": expecting.room_bars(room) if room else [],
    }


def _states(stages: Sequence[read.StageNow], state: str) -> int:
    return sum(each.states.get(state, 0) for each in stages)


def _stack(stage: read.StageNow) -> charts.Stack | None:
    said = [(words.word("slot", state), state, tone) for state, tone in _WAY]
    if stage.kind == "attempt":  # further attempts, should people disagree: nothing waits for money
        said[-1] = (_("kept for disagreement"), "planned", "plain")
    parts = [(label, stage.states[state], tone) for label, state, tone in said if stage.states.get(state)]
    return charts.stack(parts, get_language_bidi())


def _starved(project_id: UUID, now: datetime) -> list[tuple[read.Starved, list[tuple[str, int | None]]]]:
    """Each gate with the conditions that bar most, in words."""
    found = read.starved_gates(project_id, now)
    names = skill_names(*({"all": [asked]} for each in found for asked, _n in each.bars))
    return [(each, [(condition_said(asked, names), n) for asked, n in each.bars]) for each in found]


def _as_it_is(project: Project) -> dict[str, str]:
    ends_at = timezone.localtime(project.ends_at) if project.ends_at else None
    return {
        "ends_on": f"{ends_at:%Y-%m-%d}" if ends_at else "",
        "target_hours": "" if project.target_hours is None else str(project.target_hours),
    }


def _listed(form: Form | None) -> list[Mistake]:
    if form is None:
        return []
    labels = {
        "reason": _("Reason"), "ends_on": _("Last day"), "target_hours": _("Hours a week for each"),
        "tier": _("Turn"), "batch": _("Batch"),
    }  # fmt: skip
    return listed(form.problems, labels, f"-{form.name}")
