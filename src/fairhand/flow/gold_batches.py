"""Gold of a project: known answers are added with the money to serve them, and retired with a reason."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.commands import ensure_queue
from fairhand.files.queries import named
from fairhand.flow.change_stage import reason_problems
from fairhand.flow.stage_cards import stage_cards
from fairhand.kernel.limits import GOLD_DRAWS_MAX
from fairhand.kernel.money import format_minor
from fairhand.kernel.refusals import Refused
from fairhand.ledger.accounts import Leg, budget, pool
from fairhand.ledger.commands import post
from fairhand.ledger.queries import balance_minor
from fairhand.projects.models import Project
from fairhand.projects.queries import stages_of
from fairhand.projects.rules import Wrong
from fairhand.tasks.attached import may_show_files
from fairhand.tasks.commands import NewTask, make_batch, mark_launched, retire
from fairhand.tasks.gold_file import GoldRow, gold_rows


@transaction.atomic
def add_gold(
    *, project_id: UUID, text: str, draws: int | None, reason: str, actor: Actor, now: datetime
) -> int | Refused:  # fmt: skip
    """Add tasks with known answers, and pay from the budget for so many of them to be served; how many were added.

    `text`: see `tasks.gold_file`. They are never delivered, nor counted as the client's work.
    Refusals: project_closed, no_attempt_stage, budget_short, bad_input (facts["problems"]: Wrong).
    """
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    stage = next(iter(stages_of([project_id], "attempt")), None)
    if project.state == "closed":
        return Refused("project_closed", "The project is closed; nothing is given out in it any more.")
    if stage is None:
        return Refused("no_attempt_stage", "The project has no stage of kind attempt.")
    body = stage.template.body
    rows = gold_rows(text, body, named(project_id) if may_show_files(body) else {})
    wrong = [each for each in rows if isinstance(each, str)]
    problems = [Wrong("gold", "gold_wrong", "; ".join(wrong))] if wrong else []
    if draws is None or not 1 <= draws <= GOLD_DRAWS_MAX:
        problems.append(Wrong("draws", "not_in_range", f"is a whole number from 1 to {GOLD_DRAWS_MAX}"))
    problems += reason_problems(reason)
    if problems or draws is None:
        return Refused("bad_input", "Gold can't be added like this.", {"problems": problems})
    needed = draws * stage_cards(project_id, "attempt")[0].card.ceiling_minor
    have = balance_minor(budget(project_id), project.currency)
    if needed > have:
        said = [format_minor(amount, project.currency) for amount in (needed, have)]
        facts = {"needed_minor": needed, "have_minor": have, "currency": project.currency}
        return Refused("budget_short", f"Serving that many takes {said[0]}; the budget holds {said[1]}.", facts)

    ensure_queue(stage=stage, lane="gold")
    tasks = [NewTask(each.key, each.payload, 0, each.answer, each.reason) for each in rows if isinstance(each, GoldRow)]
    batch_id, made = make_batch(project=project, kind="gold", tasks=tasks, actor=actor, now=now)
    mark_launched(batch_id=batch_id, shards=1, now=now)
    post(
        key=f"gold:{batch_id}", kind="launch", currency=project.currency, now=now,
        legs=[Leg(budget(project_id), -needed), Leg(pool(batch_id), needed)],
    )  # fmt: skip
    said_of = {"tasks": made, "draws": draws, "pool_minor": needed, "reason": reason.strip()}
    record(actor=actor, now=now, happened=[Fact("gold:added", "batch", batch_id, project.org_id, project.id, said_of)])
    return made


@transaction.atomic
def retire_gold(*, project_id: UUID, task_id: UUID, reason: str, actor: Actor, now: datetime) -> bool | Refused:
    """Serve a task of gold to nobody any more; True if that is news. What is in work goes on and is graded.

    Refusals: no_gold, bad_input.
    """
    if problems := reason_problems(reason):
        return Refused("bad_input", "Say why it is retired.", {"problems": problems})
    done = retire(task_id=task_id, project_id=project_id, by=actor.id, why=reason.strip(), now=now)
    if done is None:
        return Refused("no_gold", "The project has no such gold.")
    if done:
        org_id = Project.objects.values_list("org_id", flat=True).get(id=project_id)
        fact = Fact("gold:retired", "task", task_id, org_id, project_id, {"reason": reason.strip()})
        record(actor=actor, now=now, happened=[fact])
    return done
