"""GOAL: a mission. An amount for so many tasks or hours handed in within a day, a week or a window, in tiers."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from fairhand_pay.errors import FactsError, TermsError
from fairhand_pay.facts import Facts
from fairhand_pay.primitives._part import WINDOW_GOAL, Draft, Frame, Params, Usual
from fairhand_pay.primitives._text import hours, minor, money, written

_DONE = {"tasks": "tasks", "good_tasks": "good_tasks", "hours": "ms"}
_SENTENCES = {
    "goal_day_tasks": "Daily goal in tasks: %(done)s of %(at)s = %(amount)s",
    "goal_day_good_tasks": "Daily goal in well-scored tasks: %(done)s of %(at)s = %(amount)s",
    "goal_day_hours": "Daily goal in hours: %(done)s of %(at)s = %(amount)s",
    "goal_week_tasks": "Weekly goal in tasks: %(done)s of %(at)s = %(amount)s",
    "goal_week_good_tasks": "Weekly goal in well-scored tasks: %(done)s of %(at)s = %(amount)s",
    "goal_week_hours": "Weekly goal in hours: %(done)s of %(at)s = %(amount)s",
    "goal_window_tasks": "Mission in tasks: %(done)s of %(at)s = %(amount)s",
    "goal_window_good_tasks": "Mission in well-scored tasks: %(done)s of %(at)s = %(amount)s",
    "goal_window_hours": "Mission in hours: %(done)s of %(at)s = %(amount)s",
    "goal_said_day_tasks": "%(pay)s for %(at)s tasks in a day",
    "goal_said_day_good_tasks": "%(pay)s for %(at)s well-scored tasks in a day",
    "goal_said_day_hours": "%(pay)s for %(at)s h in a day",
    "goal_said_week_tasks": "%(pay)s for %(at)s tasks in a week",
    "goal_said_week_good_tasks": "%(pay)s for %(at)s well-scored tasks in a week",
    "goal_said_week_hours": "%(pay)s for %(at)s h in a week",
    "goal_said_window_tasks": "%(pay)s for %(at)s tasks within the mission",
    "goal_said_window_good_tasks": "%(pay)s for %(at)s well-scored tasks within the mission",
    "goal_said_window_hours": "%(pay)s for %(at)s h within the mission",
}
_SINGULARS = {
    "goal_said_day_tasks": ("%(pay)s for one task in a day", "at"),
    "goal_said_day_good_tasks": ("%(pay)s for one well-scored task in a day", "at"),
    "goal_said_week_tasks": ("%(pay)s for one task in a week", "at"),
    "goal_said_week_good_tasks": ("%(pay)s for one well-scored task in a week", "at"),
    "goal_said_window_tasks": ("%(pay)s for one task within the mission", "at"),
    "goal_said_window_good_tasks": ("%(pay)s for one well-scored task within the mission", "at"),
}


class Tier(Params):
    """`amount` once `at` is reached: a number of tasks, or of seconds where hours are counted."""

    at: Annotated[int, Field(strict=True, ge=1, le=100 * 7 * 86_400)]
    amount: Annotated[str, Field(strict=True)]


class GoalParams(Params):
    """`how`: the highest tier reached is paid, or each tier that is reached (cumulative)."""

    scope: Literal["day", "week", "window"]
    of: Literal["tasks", "good_tasks", "hours"]
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1, max_length=10)]
    how: Literal["highest", "cumulative"] = "highest"


class Goal(Usual):
    """Work counts by when it was handed in, once it is accepted; a late review changes nothing but the day of pay."""

    name = "GOAL"
    version = 1
    params = GoalParams
    sentences = _SENTENCES
    singulars = _SINGULARS

    def settle(self, params: GoalParams, frame: Frame) -> GoalParams:
        """Tiers rise, and so do their amounts where only the highest is paid."""
        settled: list[Tier] = []
        for number, tier in enumerate(params.tiers):
            where = f"tiers.{number}"
            amount = written(tier.amount, frame, f"{where}.amount")
            if settled and tier.at <= settled[-1].at:
                raise TermsError(f"{where}.at", f"{tier.at} is not above {settled[-1].at}, the tier before")
            lower = settled and minor(amount, frame) < minor(settled[-1].amount, frame)
            if lower and params.how == "highest":
                raise TermsError(f"{where}.amount", f"{amount} is below {settled[-1].amount}: more would pay less")
            settled.append(Tier(at=tier.at, amount=amount))
        return GoalParams(scope=params.scope, of=params.of, tiers=tuple(settled), how=params.how)

    def counts(self, params: GoalParams) -> str:
        """One goal for each scope and measure."""
        return f"goal of a {params.scope} in {params.of}"

    def asks(self, params: GoalParams) -> tuple[str, ...]:
        """Its number."""
        return (f"done.{_DONE[params.of]}",)

    def scope(self, params: GoalParams) -> str:
        """As written."""
        return params.scope

    def step(self, params: GoalParams) -> int:
        """First when a window closes."""
        return WINDOW_GOAL

    def drafts(self, facts: Facts, params: GoalParams, frame: Frame) -> tuple[Draft, ...]:
        """One line for the highest tier, or one for each tier reached; before the first, one of nought."""
        name = _DONE[params.of]
        done = frame.period.done.get(name) if frame.period else None
        if done is None:
            raise FactsError(f"done.{name}", "the goal counts it, and it is missing; tell it")
        reached = [tier for tier in params.tiers if done >= _at(params, tier)]
        paid: list[Tier | None] = [*(reached[-1:] if params.how == "highest" else reached)]
        following = params.tiers[len(reached)] if len(reached) < len(params.tiers) else params.tiers[-1]
        found = []
        for tier in paid or [None]:
            # What is said is how far it is to the next tier, until the last one is reached.
            aim = tier if tier is not None and params.how == "cumulative" else following
            exact = Fraction(0) if tier is None else Fraction(minor(tier.amount, frame))
            inputs: dict[str, int | str] = {
                "scope": params.scope, "of": params.of, name: done, "how": params.how,
                "tier": 0 if tier is None else _at(params, tier), "next": _at(params, following),
            }  # fmt: skip
            shown = {"done": _said(params, done), "at": _said(params, _at(params, aim))}
            found.append(Draft(inputs, exact, f"goal_{params.scope}_{params.of}", shown))
        return tuple(found)

    def most(self, params: GoalParams, frame: Frame) -> Facts:
        """Of one claim nothing."""
        return Facts(None)

    def most_done(self, params: GoalParams) -> dict[str, int]:
        """The last tier."""
        return {_DONE[params.of]: _at(params, params.tiers[-1])}

    def said(self, params: GoalParams, frame: Frame) -> tuple[tuple[str, dict[str, str]], ...]:
        """A phrase for each tier."""
        key = f"goal_said_{params.scope}_{params.of}"
        return tuple((key, {"pay": money(tier.amount, frame), "at": _said(params, _at(params, tier))})
                     for tier in params.tiers)  # fmt: skip


def _at(params: GoalParams, tier: Tier) -> int:
    return tier.at * 1000 if params.of == "hours" else tier.at


def _said(params: GoalParams, number: int) -> str:
    return hours(number) if params.of == "hours" else str(number)


PART = Goal()
