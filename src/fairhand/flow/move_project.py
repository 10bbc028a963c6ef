"""move_project: a project rests, goes on, or ends. What an expert has opened is never taken from them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.dispatch.closing import end_tasks
from fairhand.flow.change_stage import reason_problems
from fairhand.flow.close_rest import cut_short, empty_pool
from fairhand.kernel.refusals import Refused
from fairhand.projects import commands as projects
from fairhand.projects.models import Project
from fairhand.tasks.models import Batch


@transaction.atomic
def move_project(*, project_id: UUID, to: str, reason: str, actor: Actor, now: datetime) -> int | Refused:
    """Pause (`paused`), open again (`open`) or close (`closed`) a project; how many untaken slots a close cancelled.

    Paused or closed it gives out nothing new; claims, rework and reviews go on to their end, and are paid. Closing
    gives the reserve of untaken slots back to the budget at once, the pools once their batches are done
    (`flow.close_rest`), and can't be undone.
    Refusals: bad_input (no reason), project_not_movable.
    """
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    if problems := reason_problems(reason):
        return Refused("bad_input", "A reason is needed.", {"problems": problems})
    if to == "open" and project.state == "draft":  # launching opens it: without slots there is nothing to open
        return Refused("project_not_movable", "Launch a batch: that opens the project.")

    if not projects.move_project(project_id=project_id, to=to, reason=reason.strip(), actor=actor, now=now):
        return Refused("project_not_movable", f"The project is {project.state}; it can't become {to} from there.")
    return _close(project, actor, now) if to == "closed" else 0


def _close(project: Project, actor: Actor, now: datetime) -> int:
    """Batch by batch, in the order of their ids; what is freed goes back to the budget. Whoever ranks a batch anew
    holds it too."""
    total = 0
    launched = Batch.objects.select_for_update(no_key=True).filter(project=project, state="launched")
    batches = list(launched.order_by("id"))
    for batch in batches:
        key = f"close:{batch.id}"
        total += cut_short(batch=batch, project=project, key=key, actor=actor, now=now).opened
    end_tasks(project_id=project.id)
    for batch in batches:
        empty_pool(batch=batch, project=project, actor=actor, now=now)
    return total
