"""remotasks: a price per task, with incentives for tasks in a day and hours in a week, and a guaranteed wage."""

from typing import Annotated, Any

from pydantic import Field

from fairhand_pay.presets._part import Amount, Composed, unit_of
from fairhand_pay.primitives._part import Params

_Count = Annotated[int, Field(strict=True, ge=1, le=10_000)]


class RemotasksParams(Params):
    """`day_tasks` tasks in a day bring `day_bonus`, `week_hours` hours in a week `week_bonus`.

    `floor_rate`: a week's pay is brought up to so much an hour, over at most `floor_hours` hours; may be left out.
    """

    price: Amount = "2.50"
    day_tasks: _Count = 20
    day_bonus: Amount = "10.00"
    week_hours: _Count = 20
    week_bonus: Amount = "40.00"
    floor_rate: Amount | None = None
    floor_hours: Annotated[int, Field(strict=True, ge=1, le=168)] = 40


class Remotasks:
    """{price: "2.50", day_tasks: 20, day_bonus: "10.00", week_hours: 20, week_bonus: "40.00"}"""

    name = "remotasks"
    version = 1
    params = RemotasksParams
    copies = (
        "pay by the task, missions for so many tasks or hours; its programme of 2020 had an hourly minimum and bonuses"
    )
    source = (
        "Remotasks (Scale), press on the Venezuela programme 2020-03 to 2021-04, and experts on missions, 2024 to 2026"
    )
    ours = (
        "work counts by when it was handed in, so a slow review costs no bonus; a goal that somebody joined doesn't "
        "change; its money is set apart before anybody joins"
    )

    def compose(self, asked: RemotasksParams) -> Composed:
        """UNIT, two GOALs, and a FLOOR on the week where one is asked for."""
        primitives: list[dict[str, Any]] = [
            unit_of("task", 1, (None, asked.price)),
            _goal("day", "tasks", asked.day_tasks, asked.day_bonus),
            _goal("week", "hours", asked.week_hours * 3600, asked.week_bonus),
        ]
        if asked.floor_rate is not None:
            primitives.append({"primitive": "FLOOR", "version": 1, "scope": "week", "rate": asked.floor_rate,
                               "upto_s": asked.floor_hours * 3600})  # fmt: skip
        names = {
            "primitives.0.bands.0.price": "price", "primitives.1.tiers.0.amount": "day_bonus",
            "primitives.2.tiers.0.amount": "week_bonus", "primitives.3.rate": "floor_rate", "": "price",
        }  # fmt: skip
        return Composed({"paid_s_max": None, "primitives": primitives}, names)


def _goal(scope: str, of: str, at: int, amount: str) -> dict[str, Any]:
    return {"primitive": "GOAL", "version": 1, "scope": scope, "of": of, "tiers": [{"at": at, "amount": amount}]}


PART = Remotasks()
