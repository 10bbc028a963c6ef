"""What a project can pay by, and the facts of a piece of work that its plan asks for. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from fairhand.pay.own_rate import cards_in, row_problems
from fairhand.review.rules import OVERALL_SCORES
from fairhand_pay import Facts, Terms, flags_of, score_steps, units_of
from fairhand_pay.primitives.cap2 import CapParams as WeekCap
from fairhand_pay.primitives.hold import DECIDED
from fairhand_pay.primitives.mult import UNSCORED

# Units of which every submission is exactly one, and those that are counted in its answer.
ONE_EACH = frozenset({"judgement", "review", "task"})
COUNTED = frozenset({"word", "turn", "item"})
_ATTEMPT = "attempt"
_ROLES = {"attempt": "attempter", "review": "reviewer", "audit": "auditor", "adjudicate": "adjudicator"}


def dims_of(stage: str, kind: str, taken_at: datetime) -> dict[str, str]:
    """Whom a rate card's rows are asked about: the stage, the role in it, and the day (UTC) the task was taken."""
    return {**dims_of_stage(stage, kind), "date": f"{taken_at:%Y-%m-%d}"}


def dims_of_stage(stage: str, kind: str) -> dict[str, str]:
    """The same of a stage alone."""
    return {"stage": stage, "role": _ROLES.get(kind, kind)}


def dims_of_claim(terms: Mapping[str, Any], kind: str, taken_at: datetime) -> dict[str, str]:
    """Those of a claim, by the frozen terms of its offer: with what of the person its rate is for."""
    return {**dims_of(terms["stage"], kind, taken_at), **terms.get("dims", {})}


def facts_of(
    terms: Terms, template: Mapping[str, Any], answer: Mapping[str, Any], active_ms: int | None,
    dims: Mapping[str, str], *, decided: bool = False,
) -> Facts:  # fmt: skip
    """The facts that a piece of work is paid on. `decided`: it is accepted as it is handed in.

    `active_ms`: its work time, declared work away from the page included, which is what a timesheet holds of it.
    """
    return Facts(
        active_ms=active_ms, timesheet_ms=active_ms, units=units_in(template, answer, units_of(terms)), dims=dims,
        flags=flags_of(terms) | (frozenset({DECIDED, UNSCORED}) if decided else frozenset()),
    )  # fmt: skip


def units_in(template: Mapping[str, Any], answer: Mapping[str, Any], units: Collection[str]) -> dict[str, int]:
    """How many of each unit an answer to a template's questions holds.

    `item`: questions that are answered. `word`: of the answers in free text, as spaces part them. `turn`: those of a
    conversation that is written turn by turn, and paragraphs of free text, one each, with an empty line between them.
    Raises ValueError for a unit that nothing counts.
    """
    kinds = {question["name"]: question["type"] for question in template["questions"]}
    texts = [value for name, value in answer.items() if kinds.get(name) == "text" and isinstance(value, str)]
    written = [value for name, value in answer.items() if kinds.get(name) == "turns" and isinstance(value, list)]
    found = {}
    for unit in units:
        if unit in ONE_EACH:
            found[unit] = 1
        elif unit == "item":
            found[unit] = sum(1 for value in answer.values() if value not in (None, "", [], {}))
        elif unit == "word":
            found[unit] = sum(len(text.split()) for text in [*texts, *(turn for turns in written for turn in turns)])
        elif unit == "turn":
            found[unit] = sum(_paragraphs(text) for text in texts) + sum(len(turns) for turns in written)
        else:
            raise ValueError(f"nothing counts the unit {unit!r}")
    return found


def _paragraphs(text: str) -> int:
    lines = [bool(line.strip()) for line in text.splitlines()]
    return sum(1 for here, before in zip(lines, [False, *lines], strict=False) if here and not before)


def unpayable(terms: Terms, kind: str, *, reviewed: bool = True) -> list[tuple[str, str]]:
    """Why a stage of this kind can't pay by a plan: ("preset", "unit" or "rates", sentence); empty if it can.

    `reviewed`: whether its project has a stage of reviews.

    A promise whose facts nobody records would never be kept, so it is refused before it is made.
    """
    found = []
    for each in terms.primitives:
        params, name = each.params.model_dump(), f"{each.primitive} version {each.version}"
        if isinstance(each.params, WeekCap):
            continue  # no pay, but a bound on offers: flow/week_cap.py keeps it
        if each.part.scope(each.params) != "task":
            found.append(("preset", f"it needs {name} over a {each.part.scope(each.params)}; what is paid over a "
                                    "period is a mission of the project, not part of its plan"))  # fmt: skip
        elif why := _unknown(each.primitive, params):
            found.append(("preset", f"it needs {name} {why}"))
        elif each.primitive == "FLOOR" and params["basis"] == "median" and kind != _ATTEMPT:
            found.append(("preset", "the typical time of everybody is settled for attempts alone"))
        elif each.primitive == "MULT" and params["by"] == "score":
            found += [("preset", why) for why in _unscored(score_steps(terms), kind, reviewed)]
        elif each.primitive == "HOLD" and kind != _ATTEMPT:
            found.append(("preset", "judging is owed as soon as it is handed in; nothing of its pay is held"))
    for card in cards_in(terms):
        found += [("rates", f"it needs rows of a rate card {why}") for why in row_problems(card)]
    units = [unit for unit in units_of(terms) if unit not in ONE_EACH and (unit not in COUNTED or kind != _ATTEMPT)]
    found += [("unit", f"{unit} isn't counted at a stage of kind {kind}") for unit in units]
    return found


def _unscored(steps: tuple[str, ...], kind: str, reviewed: bool) -> list[str]:
    """Why no score can lead to a supplement that a plan promises."""
    if kind != _ATTEMPT:
        return ["judging gets no score"]
    if not reviewed:
        return ["it pays more for a reviewer's score, and the project has no stage of reviews"]
    least, most = OVERALL_SCORES[0], OVERALL_SCORES[-1]
    if not least < Fraction(steps[0]) or Fraction(steps[-1]) > most:
        return [f"reviewers give whole scores from {least} to {most}; a supplement begins above the least"]
    return []


def _unknown(primitive: str, params: Mapping[str, Any]) -> str:
    """What it asks that nobody records, in words; empty if there is nothing."""
    if primitive == "EVENT":
        return "for what happens outside of a task, which a plan of tasks doesn't pay"
    if primitive == "TIME" and params["basis"] == "wall":
        return f"by the clock {params['basis']}; work time is what is recorded of a task"
    if primitive == "MULT" and params["by"] not in (*COUNTED, "score"):
        return f"by {params['by']}, which nobody records of a task yet"
    return ""
