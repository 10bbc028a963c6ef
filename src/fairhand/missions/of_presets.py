"""What a preset promises over days and weeks: no part of a stage's plan, but missions to be opened beside it. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from fairhand.kernel.limits import MISSION_SEATS_MAX
from fairhand.missions.rules import NewMission
from fairhand.missions.states import GOAL, GUARANTEE
from fairhand_pay import Chosen, Terms

DAYS = 28  # four weeks, counted from tomorrow
WORK = ("attempt", "review")  # kinds of stages whose work a mission counts
_HOUR_S = 3600
_NAMES = {
    (GOAL, "day"): "Daily goal", (GOAL, "week"): "Weekly goal", (GOAL, "window"): "Goal",
    (GUARANTEE, "day"): "Daily guarantee", (GUARANTEE, "week"): "Weekly guarantee", (GUARANTEE, "window"): "Guarantee",
}  # fmt: skip


def task_part(terms: Terms) -> Terms:
    """What of a plan is paid for each task, with a weekly cap of hours; the whole plan, if nothing else is in it."""
    if not any(is_beside(each) for each in terms.primitives):
        return terms
    return Terms(terms.currency, tuple(each for each in terms.primitives if not is_beside(each)), terms.paid_s_max)


def is_beside(each: Chosen) -> bool:
    """A goal or a guarantee over a period. A cap is no pay: that of hours in a week is kept by the plan itself."""
    return each.part.scope(each.params) != "task" and each.primitive in ("GOAL", "FLOOR")


def not_kept(terms: Terms, kind: str) -> str:
    """Why what a plan promises over days and weeks is no mission; "" where it is, or where there is nothing."""
    parts = [each for each in terms.primitives if is_beside(each)]
    if parts and kind not in WORK:
        return "what it promises over days and weeks is a mission, and a mission counts attempts or reviews alone"
    if any(each.primitive == "FLOOR" and each.params.model_dump()["amount"] is None for each in parts):
        return "it guarantees a wage by the hour over days or weeks, which no mission keeps: name an amount or leave it"
    return ""


def missions_of(terms: Terms, kind: str, seats: int, today: date) -> list[tuple[Chosen, NewMission]]:
    """The missions that a plan stands for on a stage of this kind, each with its part; none for most plans."""
    if kind not in WORK:
        return []
    return [
        (each, _mission(each.primitive, each.params.model_dump(), kind, seats, today))
        for each in terms.primitives if is_beside(each)
    ]  # fmt: skip


def _mission(primitive: str, params: Mapping[str, Any], kind: str, seats: int, today: date) -> NewMission:
    """A GOAL, or a FLOOR of an amount."""
    if primitive == "GOAL":
        what, of, how = GOAL, params["of"], params["how"]
        tiers = tuple((tier["at"] // (_HOUR_S if of == "hours" else 1), tier["amount"]) for tier in params["tiers"])
    else:
        what, of, how = GUARANTEE, "hours" if params["from_s"] else "tasks", "highest"
        asked = params["from_s"] // _HOUR_S if params["from_s"] else params["from_tasks"] or None
        tiers = ((asked, params["amount"] or ""),)
    return NewMission(
        name=_NAMES[what, params["scope"]], kind=what, work=kind, scope=params["scope"], of=of, zone="UTC",
        first=today + timedelta(days=1), last=today + timedelta(days=DAYS), tiers=tiers, how=how,
        seats=max(1, min(seats, MISSION_SEATS_MAX)),
    )  # fmt: skip
