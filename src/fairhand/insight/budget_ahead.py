"""A project's budget against what its work will have cost: the forecast's facts, and what somebody must be told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from fairhand.insight.board import progress_of, running_total
from fairhand.insight.budgets import Budget
from fairhand.insight.forecast import Forecast, forecast
from fairhand.insight.forecast_spend import SpendAhead, Spent, spend_ahead
from fairhand.insight.tally import accepted_points, slots_of
from fairhand.kernel.limits import BUDGET_ALERT_SHARE

USED, SHORT = "used", "short"


@dataclass(frozen=True, slots=True)
class BudgetAhead:
    """What was spent over time, where it leads, and when; None without enough to go by."""

    spent: list[tuple[datetime, int]]
    rest: SpendAhead | None
    end: Forecast | None


_PAID = """
SELECT y.at, sum(y.n)::bigint, coalesce(g.kind, '') = 'attempt' FROM tally y LEFT JOIN stage g ON g.id = y.stage_id
 WHERE y.project_id = %s AND y.what = 'paid' GROUP BY 1, 3 HAVING sum(y.n) <> 0 ORDER BY 1
"""


def budget_ahead(project_id: UUID, now: datetime) -> BudgetAhead:
    """From running counts alone, however large the project."""
    with connection.cursor() as cursor:
        cursor.execute(_PAID, [project_id])
        spent = [Spent(*row) for row in cursor.fetchall()]
    accepted = [(point.at, point.n) for point in accepted_points(project_id) if point.stage_kind == "attempt"]
    progress = progress_of([project_id])[project_id]
    undecided = sum(
        each.n for each in slots_of([project_id]) if each.stage_kind == "attempt" and each.state == "submitted"
    )
    left = progress.wanted - progress.accepted
    return BudgetAhead(
        running_total([(each.at, each.minor) for each in spent]), spend_ahead(spent, accepted, left, undecided, now),
        forecast(running_total(accepted), progress.wanted, now),
    )  # fmt: skip


def alerts(budget: Budget, ahead: BudgetAhead) -> dict[str, int]:
    """`used`: the share of the budget that is paid, in percent, from BUDGET_ALERT_SHARE on. `short`: minor units that
    the work to come costs beyond what is left, likely. Only of projects that give out work."""
    found: dict[str, int] = {}
    if budget.state != "open" or budget.stock_minor <= 0:
        return found
    if budget.used_percent >= BUDGET_ALERT_SHARE:
        found[USED] = budget.used_percent
    if ahead.rest is not None and ahead.rest.rest_minor > budget.left_minor:
        found[SHORT] = ahead.rest.rest_minor - budget.left_minor
    return found
