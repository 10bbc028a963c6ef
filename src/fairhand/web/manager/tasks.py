"""A project's tasks: the list with its filters, and one task with its whole life."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.insight.tasks import MARKS, SLOT_FILTERS, SlotSeen, Wanted, WorkSeen, list_tasks, slots_of, work_on
from fairhand.insight.timeline import Happened, life_of
from fairhand.kernel.limits import BATCHES_PER_PAGE_MAX, ROWS_PER_PAGE_MAX, SEARCH_CHARS_MAX
from fairhand.pay.queries import lines_of_submissions
from fairhand.people.access import SEE_TASKS
from fairhand.projects.models import Project, Stage
from fairhand.projects.queries import stages_of
from fairhand.tasks.models import TASK_STATES, Task
from fairhand.tasks.queries import batches_of, task_in
from fairhand.tasks.template import bound, with_known
from fairhand.web import words
from fairhand.web.entry import Signed, found_or_404, of_project
from fairhand.web.figures import amount, clock, isolated, number, spell
from fairhand.web.manager.frame import page
from fairhand.web.shown import Block, answered, blocks_of
from fairhand.web.words_of_why import why_this


@of_project(SEE_TASKS)
def tasks(request: Signed, project: Project) -> HttpResponse:
    """Newest first, a page at a time; a filter that makes no sense is none, and an id leads to its task."""
    asked_id = _uuid(request.GET.get("q", "").strip())
    if asked_id is not None and task_in(asked_id, project.id) is not None:
        return redirect("manage-task", slug=project.slug, task_id=asked_id)
    stages = {stage.kind: stage for stage in reversed(stages_of([project.id]))}
    batches = batches_of(project.id, BATCHES_PER_PAGE_MAX)
    wanted = _wanted(request)
    found = list_tasks(
        project.id, {kind: stage.id for kind, stage in stages.items()}, _choices(stages.get("attempt")), wanted,
        ROWS_PER_PAGE_MAX, _uuid(request.GET.get("before", "")),
    )  # fmt: skip
    kept = request.GET.copy()
    kept.pop("before", None)
    context = {
        "rows": found.rows, "wanted": wanted, "looked": found.looked, "following": found.following,
        "first": "before" in request.GET, "kept": kept.urlencode(),
        "states": [("", _("any"))] + [(code, words.word("task", code)) for code in TASK_STATES],
        "batches": [("", _("any"))] + [(str(each.id), str(each.ordinal)) for each in batches],
        "slots": [("", _("anywhere"))] + [(code, words.word("slots_at", code)) for code in SLOT_FILTERS],
        "marks": [("", _("no matter"))] + [(code, words.word("task_mark", code)) for code in MARKS],
    }  # fmt: skip
    return page(request, project, "tasks", "tasks", context)


@of_project(SEE_TASKS)
def task(request: Signed, project: Project, task_id: UUID) -> HttpResponse:
    """What the task shows, what was handed in, what that paid, and everything that happened to it."""
    found: Task = found_or_404(task_in(task_id, project.id))
    stage = next(iter(stages_of([project.id], "attempt")), None)
    done = work_on(task_id)
    lines = lines_of_submissions([each.submission_id for each in done])
    reviews: dict[UUID, list[WorkSeen]] = {}
    for each in done:
        for subject_id in each.subject_ids if each.kind == "review" else ():
            reviews.setdefault(subject_id, []).append(each)
    seen = [_Work(found, each, lines.get(each.submission_id, []), reviews.get(each.submission_id, [])) for each in done]
    context = {
        "task": found, "blocks": _blocks(stage, done, found.payload),
        "slots": _attempts(slots_of(task_id), [each for each in seen if each.row.kind == "attempt"]),
        "life": [told(each, project.currency) for each in life_of(task_id, project.id)],
    }  # fmt: skip
    return page(request, project, "tasks", "task", context)


def _blocks(stage: Stage | None, done: list[WorkSeen], payload: Mapping[str, Any]) -> list[Block]:
    """What the task shows, as whoever worked on it last saw it; a task that is over may not fit what came later."""
    body = done[-1].template if done else stage.template.body if stage else None
    return blocks_of(with_known(body, payload), payload) if body else []


class _Work:
    """A submission with what it paid and its reviews; each review with what that paid."""

    def __init__(self, task: Task, row: WorkSeen, lines: list[Any], reviews: list[WorkSeen]) -> None:
        self.row, self.lines = row, lines
        self.earned_minor = sum(line.amount_minor for line in lines)
        template = bound(row.template, task.payload)
        self.answers = answered(template, row.answer) if row.kind == "attempt" else []
        self.reviews = [(review, answered(template, review.answer.get("fixed_answer") or {})) for review in reviews]


def _attempts(slots: list[SlotSeen], done: list[_Work]) -> list[dict[str, Any]]:
    """Each attempt slot with its rounds, oldest first, and its review slot."""
    return [
        {
            "slot": slot,
            "rounds": [each for each in done if each.row.slot_id == slot.slot_id],
            "reviews": [each for each in slots if each.subject_slot_id == slot.slot_id],
        }
        for slot in slots
        if slot.kind == "attempt"
    ]


def told(event: Happened, currency: str) -> dict[str, Any]:
    """An event as a line of a timeline: what, who, and the facts that a reader of the project may see."""
    facts = event.facts
    body = facts.get("reason") or facts.get("note") or ""
    if event.verb == "claim:skipped":
        body = words.word("skip", body)
    elif event.verb == "claim:expired":
        body = ""
    shown = [
        (label, spell(facts[name])) for name, label in (("asked_s", _("Asked for")), ("granted_s", _("Granted")))
        if name in facts
    ]  # fmt: skip
    if event.stage:
        shown.append((words.word("stage", event.stage), isolated(event.seq or 1)))
    if facts.get("round", 1) > 1:
        shown.append((_("Round"), isolated(facts["round"])))
    if event.verb == "claim:made":
        shown += why_this(facts)
    if facts.get("verdict"):
        shown.append((_("Verdict"), words.word("verdict", facts["verdict"])))
    if event.verb == "submission:made":
        shown += [(_("Work time"), clock(facts.get("work_ms"))), (_("Pay"), amount(facts["amount_minor"], currency))]
    if "paid_minor" in facts:
        shown.append((_("Pay"), amount(facts["paid_minor"], currency)))
        body = words.word("decided_by", facts["decided_by"])
    if event.verb == "batch:imported":
        shown.append((_("Tasks"), number(facts["tasks"])))
        if facts.get("file"):
            shown.append((_("File"), isolated(facts["file"])))
    if event.verb in ("batch:topped_up", "batch:closed"):
        shown.append((_("Money"), amount(facts.get("amount_minor", facts.get("returned_minor", 0)), currency)))
    if event.verb == "delivery:released":
        shown.append((_("Number"), isolated(facts["number"])))
    if event.verb == "guideline:published":
        shown.append((_("Version"), isolated(facts["version"])))
    if event.verb == "seat:capped":
        shown += [(_("Before"), _caps(facts["before"])), (_("After"), _caps(facts["after"]))]
    if event.verb == "stage:changed":
        shown += [
            (words.word("stage_number", name), isolated(f"{_plain(before)} → {_plain(after)}"))
            for name, (before, after) in facts["changed"].items()
        ]
    tone = words.tone("happened", event.verb)
    if facts.get("verdict") == "return":
        tone = "wait"
    return {
        "at": event.at, "title": words.word("happened", event.verb), "body": body, "tone": tone, "facts": shown,
        "who": isolated(event.alias) if event.alias else words.word("doer", event.actor_kind),
    }  # fmt: skip


def _caps(caps: list[int | None]) -> str:
    day, week, total = (_("no limit") if cap is None else number(cap) for cap in caps)
    return _("%(day)s a day, %(week)s a week, %(total)s in all") % {"day": day, "week": week, "total": total}


def _plain(value: Any) -> str:
    """A number, or a policy's terms that differ from nothing a reader knows: its share and its first ones."""
    if isinstance(value, dict):
        terms = value.get("terms", {})
        return ", ".join(f"{name} {terms[name]}" for name in sorted(terms) if name != "seed")
    return str(value)


def _wanted(request: Signed) -> Wanted:
    asked = request.GET
    state, slots, mark = asked.get("state", ""), asked.get("slots", ""), asked.get("mark", "")
    return Wanted(
        state=state if state in TASK_STATES else "", batch_id=_uuid(asked.get("batch", "")),
        slots=slots if slots in SLOT_FILTERS else "", mark=mark if mark in MARKS else "",
        words=asked.get("q", "").replace("\x00", "").strip()[:SEARCH_CHARS_MAX],
    )  # fmt: skip


def _choices(stage: Stage | None) -> list[str]:
    """Questions whose answers can be told apart at a glance."""
    questions = stage.template.body["questions"] if stage else []
    return [question["name"] for question in questions if question["type"] == "choice"]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
