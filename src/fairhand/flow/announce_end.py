"""announce_end: a project says when it ends, a week ahead at the least, or is extended. Everybody seated is told.

Nothing is closed by it: past the announced end a person closes the project or extends it, and is reminded to.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.audit.models import Event
from fairhand.flow.change_stage import reason_problems
from fairhand.kernel.refusals import Refused
from fairhand.projects import commands as projects
from fairhand.projects.ends import end_problem, promise_problem
from fairhand.projects.models import Project

_PASSED = "project:end_passed"


@transaction.atomic
def announce_end(
    *, project_id: UUID, ends_at: datetime | None, reason: str, actor: Actor, now: datetime
) -> str | Refused | None:
    """Announce an end, move it or take it back (None): the verb of the event, None if nothing changed.

    Refusals: project_closed, bad_input (facts["problems"]: Wrong).
    """
    project = Project.objects.select_for_update(no_key=True).get(id=project_id)
    if project.state == "closed":
        return Refused("project_closed", "The project is closed; it has ended.")
    problems = reason_problems(reason)
    if wrong := end_problem(project.ends_at, ends_at, now):
        problems.append(wrong)
    if problems:
        return Refused("bad_input", "The end can't be announced like this.", {"problems": problems})

    return projects.change_end(project_id=project_id, ends_at=ends_at, reason=reason.strip(), actor=actor, now=now)


@transaction.atomic
def promise_hours(
    *, project_id: UUID, target_hours: int | None, reason: str, actor: Actor, now: datetime
) -> bool | Refused:
    """How many hours a week the project promises each of its people, about; whether that changed. None: nothing.

    Refusal: bad_input (facts["problems"]: Wrong).
    """
    problems = reason_problems(reason)
    if wrong := promise_problem(target_hours):
        problems.append(wrong)
    if problems:
        return Refused("bad_input", "The promise can't be made like this.", {"problems": problems})

    return projects.change_target_hours(
        project_id=project_id, target_hours=target_hours, reason=reason.strip(), actor=actor, now=now
    )


@transaction.atomic
def remind_of_ends(*, actor: Actor, now: datetime) -> int:
    """Say of each project past its announced end, once for each end, that a person should close or extend it."""
    due = list(
        Project.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(state__in=("draft", "open", "paused"), ends_at__lte=now)
        .values_list("id", "org_id", "ends_at")
    )
    said = set(
        Event.objects.filter(verb=_PASSED, subject_id__in=[id_ for id_, _org, _at in due])
        .values_list("subject_id", "facts__ends_at")
    )  # fmt: skip
    facts = [
        Fact(_PASSED, "project", id_, org_id, id_, {"ends_at": at.isoformat()})
        for id_, org_id, at in due
        if at is not None and (id_, at.isoformat()) not in said
    ]
    record(actor=actor, now=now, happened=facts)
    return len(facts)
