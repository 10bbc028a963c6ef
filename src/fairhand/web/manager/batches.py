"""A project's batches: the list, a file read and judged before anything is imported, the launch and the pool."""

import re
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fairhand.audit.actor import Actor
from fairhand.flow.fund_project import Moved, top_up
from fairhand.flow.import_batch import import_batch, read_upload
from fairhand.flow.launch_batch import launch_batch, launch_models, may_pilot, plan_launch
from fairhand.flow.reprioritise import reprioritise
from fairhand.flow.stage_cards import stage_cards
from fairhand.insight.batches import Waits, money_of, money_of_batches, waits_for_pools
from fairhand.insight.tally import slots_of, tasks_of
from fairhand.kernel.clock import utc_now
from fairhand.kernel.limits import BATCHES_PER_PAGE_MAX, UPLOAD_BYTES_MAX, UPLOAD_ROWS_MAX
from fairhand.kernel.money import exponent, format_minor
from fairhand.kernel.refusals import Refused
from fairhand.people.access import LAUNCH, MANAGE, SEE_TASKS
from fairhand.projects.models import Project
from fairhand.projects.queries import stages_of
from fairhand.projects.rules import Wrong
from fairhand.tasks.commands import drop_upload
from fairhand.tasks.models import Batch, Upload
from fairhand.tasks.queries import batch_in, batches_of, upload_of, waiting_uploads
from fairhand.web import words
from fairhand.web.entry import Signed, found_or_404, of_project
from fairhand.web.figures import amount
from fairhand.web.finance.amounts import typed_minor
from fairhand.web.manager.frame import listed, may, models_short, page, posted, problems_of, whole
from fairhand.web.manager.ranking import moved_said, priorities, read_moment, typed_moment
from fairhand.web.shown import blocks_of
from fairhand.web.template_words import fault_of_row

_KEY = re.compile("[A-Za-z0-9_-]{16,64}")
_STATES = ("open", "claimed", "submitted", "settled", "planned", "cancelled")


@of_project(SEE_TASKS)
def batches(request: Signed, project: Project) -> HttpResponse:
    """Newest first, with where each one's attempts are."""
    before = whole(request.GET.get("before", ""))
    found = batches_of(project.id, BATCHES_PER_PAGE_MAX + 1, before)
    shown = found[:BATCHES_PER_PAGE_MAX]
    tasks, slots = tasks_of([project.id]), slots_of([project.id])
    money = money_of_batches([each.id for each in shown])
    mine = waiting_uploads(project.id, request.viewer.person_id, utc_now()) if may(request, project, MANAGE) else []
    context = {
        "rows": [
            (each, tasks.get((project.id, each.id)), _states(slots, each.id, "attempt"), money[each.id])
            for each in shown
        ],
        "following": shown[-1].ordinal if len(found) > len(shown) else None, "first": before is not None,
        "uploads": mine,
    }  # fmt: skip
    return page(request, project, "batches", "batches", context)


@of_project(MANAGE, "GET", "POST")
def upload(request: Signed, project: Project) -> HttpResponse:
    """A file is sent, read and judged; nothing of it is a task yet."""
    if request.method == "GET":
        return _upload_page(request, project, {"file": "", "want": ""}, 200)
    sent = request.FILES.get("file")
    if sent is None:
        too_large = getattr(request, "upload_too_large", False)
        code = "file_too_large" if too_large else "no_file"
        return _upload_page(request, project, {"file": words.refusal(Refused(code, code)), "want": ""}, 422)
    read = read_upload(
        project=project, person_id=request.viewer.person_id, file=str(sent.name), pieces=sent.chunks(),
        want=whole(posted(request, "want")), now=utc_now(),
    )  # fmt: skip
    if isinstance(read, Refused):
        field = "want" if read.code == "bad_want" else "file"
        return _upload_page(request, project, {"file": "", "want": "", field: words.refusal(read)}, 422)
    return redirect("manage-upload", slug=project.slug, upload_id=read.id)


def _upload_page(request: Signed, project: Project, problems: Mapping[str, str], status: int) -> HttpResponse:
    stage = next(iter(stages_of([project.id], "attempt")), None)
    fields = stage.template.body["fields"] if stage else []
    names = [field["name"] for field in fields]
    context = {
        "problems": problems, "want": posted(request, "want") or "1", "fields": fields,
        "listed": listed(problems, {"file": _("File"), "want": _("Attempts per task")}),
        "csv_head": ",".join(["key", "want", *names]),
        "jsonl_line": '{"key": "a-1", "payload": {' + ", ".join(f'"{name}": "…"' for name in names) + "}}",
        "rows_max": UPLOAD_ROWS_MAX, "bytes_max": UPLOAD_BYTES_MAX,
    }  # fmt: skip
    return page(request, project, "batches", "upload", context, status)


@of_project(MANAGE)
def preview(request: Signed, project: Project, upload_id: UUID) -> HttpResponse:
    """What the file holds: counts, faults by line, and the first tasks as experts will see them. Its sender's alone."""
    found: Upload = found_or_404(upload_of(upload_id, project.id, request.viewer.person_id, utc_now()))
    if found.batch_id is not None:
        return redirect("manage-batch", slug=project.slug, batch_id=found.batch_id)
    stage = found_or_404(next(iter(stages_of([project.id], "attempt")), None))
    report = found.report
    context = {
        "upload": found, "report": report,
        "faults": [(each["line"], each["field"], *fault_of_row(each)) for each in report["faults"]],
        "unlisted": report["faults_n"] - len(report["faults"]),
        "left_out": report["rows"] - report["right"],
        "first": [(row, blocks_of(stage.template.body, row["payload"])) for row in report["first"]],
    }  # fmt: skip
    return page(request, project, "batches", "preview", context)


@of_project(MANAGE, "POST")
def confirm(request: Signed, project: Project, upload_id: UUID) -> HttpResponse:
    """The file becomes a draft batch; or it is thrown away."""
    person_id = request.viewer.person_id
    if "drop" in request.POST:
        if drop_upload(upload_id=upload_id, person_id=person_id):
            messages.success(request, _("The file is thrown away; nothing of it was imported."))
        return redirect("manage-batches", slug=project.slug)
    made = import_batch(
        project=project, upload_id=upload_id, person_id=person_id, only_right=posted(request, "take") == "right",
        actor=Actor("person", person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(made, Refused):
        messages.warning(request, words.refusal(made), extra_tags="no")
        if made.code == "upload_gone":
            return redirect("manage-batches", slug=project.slug)
        return redirect("manage-upload", slug=project.slug, upload_id=upload_id)
    messages.success(
        request, _("%(n)s tasks are in a draft batch. Nobody sees them before the launch.") % {"n": made[1]}
    )
    return redirect("manage-batch", slug=project.slug, batch_id=made[0])


@of_project(SEE_TASKS)
def batch(request: Signed, project: Project, batch_id: UUID) -> HttpResponse:
    """A draft shows what launching it takes; a launched one where its work and its money are."""
    return _batch_page(request, project, found_or_404(batch_in(batch_id, project.id)))


def _batch_page(
    request: Signed, project: Project, found: Batch, typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """`typed`, `problems`: of a form that comes back, that of its rank or that of its pool."""
    ranked = {"deadline": typed_moment(found.deadline), "priority": str(found.priority), "reason": ""}
    draft = found.state == "draft" and found.kind == "real"
    slots, waits = slots_of([project.id]), waits_for_pools(project.id, found.id)
    context: dict[str, Any] = {
        "batch": found, "tasks": tasks_of([project.id]).get((project.id, found.id)),
        "plan": plan_launch(found) if draft else None, "draft": draft, "money": money_of_batches([found.id])[found.id],
        "attempts": _states(slots, found.id, "attempt"), "reviews": _states(slots, found.id, "review"),
        "project_money": money_of(project.id), "priorities": priorities(), "rank": ranked | dict(typed or {}),
        **_pool_form(project, waits, typed or {}),
        "problems": problems or {},
        "listed": listed(problems or {}, {
            "deadline": _("Deadline (UTC)"), "priority": _("Priority"), "reason": _("Reason"),
            "amount": _("Amount"),
        }),
    }  # fmt: skip
    if context["plan"] is not None:
        context["missing_minor"] = max(0, -context["plan"].left_minor)
        context["may_pilot"] = may_pilot(context["plan"].attempt.card.terms["estimate"])
        context |= models_short(launch_models(project))
    return page(request, project, "batches", "batch", context, 422 if problems else 200)


def _pool_form(project: Project, waits: list[Waits], typed: Mapping[str, str]) -> dict[str, Any]:
    """What waits for the pool, the most that takes, and the form that pays for it."""
    ceilings = {card.stage_id: card.card.ceiling_minor for card in stage_cards(project.id)} if waits else {}
    needed = sum(each.n * ceilings[each.stage_id] for each in waits)
    suggested = format_minor(needed, project.currency) if needed else ""
    return {
        "waits": waits, "needed_minor": needed, "key": secrets.token_urlsafe(16),
        "typed_amount": typed.get("amount", suggested), "pool_asked": "amount" in typed,
    }  # fmt: skip


@of_project(LAUNCH, "POST", fresh=True)
def pool(request: Signed, project: Project, batch_id: UUID) -> HttpResponse:
    """Money from the budget into the batch's pool, once per form; what waits for it opens."""
    found: Batch = found_or_404(batch_in(batch_id, project.id))
    typed, key = {"amount": posted(request, "amount").replace("\x00", "")}, posted(request, "key")
    minor = typed_minor(typed["amount"], project.currency)
    if not minor:
        example = f"\u2068{format_minor(1_250 * 10 ** exponent(project.currency), project.currency)}\u2069"
        said = _("An amount above zero is needed, such as %(example)s.") % {"example": example}
        return _batch_page(request, project, found, typed, {"amount": said})
    if not _KEY.fullmatch(key):
        said = _("The form was changed on its way. Look at it and send it again.")
        return _batch_page(request, project, found, typed, {"amount": said})
    done: Moved | Refused = top_up(
        project_id=project.id, batch_id=batch_id, amount_minor=minor, key=key,
        actor=Actor("person", request.viewer.person_id), now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused) and done.code == "top_up_short":
        return _batch_page(request, project, found, typed, {"amount": words.refusal(done)})
    if isinstance(done, Refused):
        messages.warning(request, words.refusal(done), extra_tags="no")
    else:
        said = _("%(money)s is in the pool. What waits for it opens within a minute.")
        messages.success(request, said % {"money": f"\u2068{format_minor(minor, project.currency)}\u2069"})
    return redirect("manage-batch", slug=project.slug, batch_id=batch_id)


@of_project(MANAGE, "POST")
def rank(request: Signed, project: Project, batch_id: UUID) -> HttpResponse:
    """A batch's deadline and priority, with a reason; what waits of it is ranked anew."""
    found: Batch = found_or_404(batch_in(batch_id, project.id))
    typed = {name: posted(request, name) for name in ("deadline", "priority", "reason")}
    deadline, unread = read_moment(typed["deadline"])
    done = Refused("bad_input", "", {"problems": [Wrong("deadline", "bad_moment", typed["deadline"])]}) if unread else (
        reprioritise(
            project_id=project.id, batch_id=batch_id, priority=_priority(typed["priority"]), deadline=deadline,
            reason=typed["reason"], actor=Actor("person", request.viewer.person_id), now=utc_now(),
        )
    )  # fmt: skip
    if not isinstance(done, Refused):
        messages.success(request, moved_said(done))
    elif done.code == "bad_input":
        return _batch_page(request, project, found, typed, problems_of(done))
    else:
        messages.warning(request, words.refusal(done), extra_tags="no")
    return redirect("manage-batch", slug=project.slug, batch_id=batch_id)


def _priority(text: str) -> int:
    found = whole(text)
    return -1 if found is None else found


@of_project(LAUNCH, "POST", fresh=True)
def launch(request: Signed, project: Project, batch_id: UUID) -> HttpResponse:
    """The slots open and the money is reserved; or nothing happens, and what is missing is said."""
    found: Batch = found_or_404(batch_in(batch_id, project.id))
    done = launch_batch(
        batch_id=found.id, pilot=bool(posted(request, "pilot")), actor=Actor("person", request.viewer.person_id),
        now=utc_now(),
    )  # fmt: skip
    if isinstance(done, Refused):
        said = words.refusal(done)
        if done.code == "budget_short":
            missing = done.facts["needed_minor"] - done.facts["have_minor"]
            short = _("The budget is short by %(missing)s. Ask finance to fund the project; nothing was changed.")
            said = short % {"missing": amount(missing, project.currency)}
        messages.warning(request, said, extra_tags="no")
    else:
        said = _("Batch %(batch)s is launched: %(slots)s slots are open, %(money)s is reserved.")
        facts = {
            "batch": found.ordinal,
            "slots": f"{done.slots:,}",
            "money": amount(done.total_minor, project.currency),
        }
        messages.success(request, said % facts)
    return redirect("manage-batch", slug=project.slug, batch_id=batch_id)


def _states(slots: list[Any], batch_id: UUID, kind: str) -> list[tuple[str, int]]:
    """(state, how many) of a batch's slots of one kind of stage; states without a slot are left out."""
    counts = dict.fromkeys(_STATES, 0)
    for each in slots:
        if each.batch_id == batch_id and each.stage_kind == kind:
            counts[each.state] += each.n
    return [(state, n) for state, n in counts.items() if n]
