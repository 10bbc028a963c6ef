"""change_gate: who may take work of a stage, from the next claim on; what is claimed stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from fairhand.audit.actor import Actor
from fairhand.audit.commands import Fact, record
from fairhand.dispatch.models import Queue
from fairhand.gates.commands import ensure_gate
from fairhand.kernel.refusals import Refused
from fairhand.people.rules import reason_given
from fairhand.projects.models import Project, Stage


@transaction.atomic
def change_gate(
    *, project_id: UUID, number: int, rule: Mapping[str, Any], seen: UUID | None, reason: str, actor: Actor,
    now: datetime,
) -> bool | Refused:  # fmt: skip
    """Whether the gate of a project's stage changed. A rule without conditions: whoever has a seat.

    `seen`: the gate that whoever decides had before their eyes. The stage and all its queues change together, so a
    claim meets the old rule or the new one. Refusals: no_stage, gate_moved, bad_rule, no_skill, reason_…
    """
    # A launch holds the project too. Queues before the stage: whoever adds a queue holds its stage until they commit.
    Project.objects.select_for_update(no_key=True).get(id=project_id)
    stage_id = Stage.objects.filter(project_id=project_id, ordinal=number).values_list("id", flat=True).first()
    if stage_id is None:
        return Refused("no_stage", f"The project has no stage {number}.")
    list(Queue.objects.select_for_update().filter(stage_id=stage_id).order_by("id").values_list("id"))
    stage = Stage.objects.select_for_update(no_key=True).get(id=stage_id)

    if stage.gate_id != seen:
        return Refused("gate_moved", "The gate was changed since it was looked at.")
    if refused := reason_given(reason):
        return refused
    gate = ensure_gate(rule=rule, now=now)
    if isinstance(gate, Refused):
        return gate
    after = gate.id if gate.rule["all"] else None
    if after == stage.gate_id:
        return False

    Stage.objects.filter(id=stage_id).update(gate_id=after)
    Queue.objects.filter(stage_id=stage_id).update(gate_id=after)

    facts = {
        "stage": stage.name, "number": number, "reason": reason.strip(), "conditions": len(gate.rule["all"]),
        "before": str(stage.gate_id) if stage.gate_id else None, "after": str(after) if after else None,
    }  # fmt: skip
    record(
        actor=actor, now=now, happened=[Fact("gate:changed", "stage", stage_id, stage.org_id, project_id, facts)]
    )  # fmt: skip
    return True
