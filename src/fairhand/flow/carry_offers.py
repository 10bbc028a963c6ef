"""carry_offers: after an estimate or a plan moved, or while a window of high demand or a pilot is out, an offer may
cost more than was reserved for its slot: one that was taken before and came back, say.

More money is put behind open slots, those first whose turn is next: from the project's budget, else from the batch's
pool. What neither can carry is not offered, and the manager's page says so; work that was taken is paid in any case.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from fairhand.dispatch.offers import SAMPLES_MIN
from fairhand.flow.raise_reserves import raise_reserves
from fairhand.flow.rework import raise_rework
from fairhand.flow.stage_cards import StageCard, cards_of
from fairhand.kernel.limits import SLOTS_CARRIED_PER_STAGE_MAX

_PROJECTS = """
SELECT DISTINCT g.project_id FROM stage g JOIN project p ON p.id = g.project_id
 WHERE p.state IN ('open', 'paused') AND (coalesce((g.estimate ->> 'n')::numeric, 0) < %s OR EXISTS (
   SELECT 1 FROM estimate_review v WHERE v.stage_id = g.id) OR EXISTS (
   SELECT 1 FROM plan_change c WHERE c.stage_id = g.id AND c.applied_at IS NOT NULL) OR EXISTS (
   SELECT 1 FROM surge w WHERE w.stage_id = g.id AND w.state = 'open') OR EXISTS (
   SELECT 1 FROM batch b WHERE b.project_id = p.id AND b.pilot AND b.state = 'launched'))
"""


def carry_offers(*, now: datetime, project_id: UUID | None = None) -> int:
    """Put more money behind open slots whose offers ask for it, of one project or of all whose offers may
    have come to cost more; how many got it."""
    project_ids = [project_id] if project_id else _projects()
    carried = 0
    for found_id, cards in cards_of(project_ids).items():
        for card in cards:
            carried += _carry(found_id, card, now)
            raise_rework(stage=card, now=now)
    return carried


def _projects() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_PROJECTS, [SAMPLES_MIN])
        return [row[0] for row in cursor.fetchall()]


@transaction.atomic
def _carry(project_id: UUID, card: StageCard, now: datetime) -> int:
    raised = raise_reserves(
        project_id=project_id, stage_id=card.stage_id, ceiling_minor=card.card.ceiling_minor,
        currency=card.card.currency, now=now, waiting_max=SLOTS_CARRIED_PER_STAGE_MAX,
    )  # fmt: skip
    return raised.slots_n
