"""set_order: the next version of a project's dispatch plan; and what a plan would do with what waits."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from fairhand.audit.actor import Actor
from fairhand.dispatch.plan import Plan, parse
from fairhand.dispatch.queue_moves import waiting_of
from fairhand.flow.change_stage import reason_problems
from fairhand.flow.publish_template import hold_template
from fairhand.flow.reprioritise import rank_anew
from fairhand.flow.slot_ranks import passing_of, ranks_of
from fairhand.kernel.limits import BATCHES_PREVIEWED_MAX
from fairhand.kernel.refusals import Refused
from fairhand.projects import commands as projects
from fairhand.projects.queries import stages_of
from fairhand.projects.rules import Wrong
from fairhand.review import redundancy
from fairhand.tasks.models import Batch

# A draft's attempts in groups that no policy tells apart.
_DRAFTED = """
SELECT t.batch_id, n, n > t.want, t.uncertainty, count(*) FROM task t CROSS JOIN LATERAL generate_series(1, t.cap) n
 WHERE t.batch_id = ANY (%s) GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class OrderSet:
    """The version that was made, and how many slots that waited went to another queue."""

    version: int
    moved: int


@dataclass(frozen=True, slots=True)
class Previewed:
    """So many slots of a batch at a stage, and the tier they have (None: not opened yet) and would have."""

    ordinal: int
    kind: str
    tier_now: int | None
    tier_then: int
    n: int


@transaction.atomic
def set_order(
    *, project_id: UUID, base: int, body: object, note: str, anew: bool, actor: Actor, now: datetime
) -> OrderSet | Refused:
    """Write the next version of the order of work, against version `base` (0: none yet).

    `anew`: what waits of launched batches is ranked by it at once; otherwise it holds for what opens from now on. How
    queues are ordered holds from the next claim on. Refusals: bad_input (facts["problems"]: Wrong), order_stale.
    """
    hold_template(project_id)
    plan = checked(project_id, body)
    problems = [Wrong("note", each.code, each.why) for each in reason_problems(note)]
    if isinstance(plan, list):
        problems = plan + problems
    if problems or isinstance(plan, list):
        return Refused("bad_input", "The order of work can't be set like this.", {"problems": problems})

    made = projects.add_dispatch_plan(
        project_id=project_id, base=base, body=plan.to_json(), note=note.strip(), actor=actor, now=now
    )
    if made is None:
        return Refused("order_stale", "Somebody else set the order of work meanwhile; look at theirs first.")
    moved = rank_anew(project_id=project_id, actor=actor, now=now) if anew else 0
    return OrderSet(made.version, moved)


def checked(project_id: UUID, body: object) -> Plan | list[Wrong]:
    """The plan that a body says, or all that is wrong with it, its redundancy included."""
    plan = parse(body)
    found = [] if isinstance(plan, Plan) else [Wrong(each.field, each.code, each.why) for each in plan]
    chosen = body.get("redundancy") if isinstance(body, Mapping) else None
    if isinstance(chosen, Mapping):
        stages = stages_of([project_id], "attempt")
        asked = [str(each["name"]) for each in stages[0].template.body["questions"]] if stages else []
        name = chosen.get("name", "")
        found += [Wrong(f"redundancy.{name}.{field}", "bad_terms", why)
                  for field, why in redundancy.problems(chosen, asked)]  # fmt: skip
    return found if found or not isinstance(plan, Plan) else plan


def preview_order(project_id: UUID, plan: Plan, now: datetime) -> list[Previewed]:
    """Which tiers the plan gives what waits and what is drafted of the newest batches; writes nothing."""
    stages = {stage.id: stage for stage in stages_of([project_id])}
    attempt = next((stage for stage in stages.values() if stage.kind == "attempt"), None)
    batches = Batch.objects.filter(project_id=project_id, kind="real", state__in=["draft", "launched"])
    shown = list(batches.order_by("-ordinal")[:BATCHES_PREVIEWED_MAX])
    waiting = waiting_of([batch.id for batch in shown if batch.state == "launched"])
    drafts = _drafted([batch.id for batch in shown if batch.state == "draft"])
    passing = passing_of(stages.values(), now, plan)
    found: Counter[tuple[int, str, int | None, int]] = Counter()
    for batch in shown:
        if batch.state == "launched":
            ranks = {stage_id: ranks_of(batch, stage, now, plan, passing) for stage_id, stage in stages.items()}
            for each in waiting[batch.id]:
                tier = ranks[each.stage_id].tier(each.seq, each.extra, each.uncertainty_pm)
                found[batch.ordinal, stages[each.stage_id].kind, each.tier, tier] += each.n
        elif attempt is not None:
            drafted = ranks_of(batch, attempt, now, plan, passing)
            for seq, extra, unsure, n in drafts[batch.id]:
                found[batch.ordinal, attempt.kind, None, drafted.tier(seq, extra, unsure)] += n
    order = sorted(found, key=lambda row: (-row[0], row[1], row[3], -1 if row[2] is None else row[2]))
    return [Previewed(*key, found[key]) for key in order]


def _drafted(batch_ids: list[UUID]) -> dict[UUID, list[tuple[Any, ...]]]:
    found: dict[UUID, list[tuple[Any, ...]]] = {batch_id: [] for batch_id in batch_ids}
    with connection.cursor() as cursor:
        cursor.execute(_DRAFTED, [batch_ids])
        for batch_id, *row in cursor.fetchall():
            found[batch_id].append(tuple(row))
    return found
