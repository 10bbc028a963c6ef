"""Rubric files of other houses, read, scored by their own rules, and written back. Pure.

PaperBench: one tree; a criterion scores 0 or 1 and a group the weighted mean of what is in it. HealthBench: a list of
criteria with points; the points met, of the positive points. Fairhand's own: what a `rubricdraft` question is answered
with, as {"criteria": [...]}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fairhand.kernel.limits import (
    LABEL_CHARS_MAX,
    RUBRIC_CRITERIA_MAX,
    RUBRIC_FILE_DEPTH_MAX,
    RUBRIC_FILE_NODES_MAX,
    RUBRIC_WEIGHT_MAX,
)
from fairhand.tasks.rubrics.tree import Node, clipped, leaves, points, walk, weighted
from fairhand.tasks.wording import storable_problem

PAPERBENCH, HEALTHBENCH, FAIRHAND, FIELD = "paperbench", "healthbench", "fairhand", "field"
FORMATS = (FAIRHAND, HEALTHBENCH, PAPERBENCH, FIELD)
_THOUSAND = 1_000
_CATEGORY, _FINE = "category:", "fine:"


class RubricFileError(ValueError):
    """Why a file is no rubric; its text is a sentence that names the place."""


@dataclass(frozen=True, slots=True)
class Rubric:
    """A rubric out of a file. `prompt`: what it was written for, as the file has it; None where it says nothing."""

    form: str
    nodes: tuple[Node, ...]
    prompt: Any = None


def read(given: object) -> Rubric:
    """A rubric of any of the three formats, told apart by what the JSON holds. Raises RubricFileError."""
    if isinstance(given, Mapping) and "sub_tasks" in given:
        return Rubric(PAPERBENCH, (_paper(given, "the tree", 1, [0]),))
    if isinstance(given, Mapping) and "rubrics" in given:
        return Rubric(HEALTHBENCH, _health(given["rubrics"]), given.get("prompt"))
    if isinstance(given, list) and given and all(isinstance(each, Mapping) and "points" in each for each in given):
        return Rubric(HEALTHBENCH, _health(given))
    if isinstance(given, Mapping) and "criteria" in given:
        return Rubric(FAIRHAND, _own(given["criteria"], "criteria", 1, [0]), given.get("prompt"))
    raise RubricFileError("this is no rubric: it has neither `sub_tasks` nor `rubrics` nor `criteria`")


def score(rubric: Rubric) -> Fraction | None:
    """What a graded file comes to, 0 to 1, by the rule of its own format; None where it isn't graded throughout."""
    if rubric.form == PAPERBENCH:
        return weighted(rubric.nodes)
    share = points(rubric.nodes)
    return None if share is None else clipped(share)


def ungraded(rubric: Rubric) -> int:
    """How many criteria have no score."""
    return sum(node.score is None for _, node in leaves(rubric.nodes))


def write(rubric: Rubric, form: str) -> Any:
    """The rubric as JSON of a format. Raises RubricFileError where the format can't hold it."""
    if form == PAPERBENCH:
        return _paper_out(rubric)
    if form == FIELD:
        return _field_items(rubric)
    if form == HEALTHBENCH:
        items = health_items(rubric.nodes)
        return {"rubrics": items} | ({} if rubric.prompt is None else {"prompt": rubric.prompt})
    return {"criteria": [_own_out(node) for node in rubric.nodes]}


def health_items(nodes: Sequence[Node]) -> list[dict[str, Any]]:
    """Criteria with their points and tags; the groups above a criterion become tags of it. Scores are left out."""
    return [
        {
            "criterion": node.text, "points": _plain(node.weight),
            "tags": [*node.tags, *(f"group:{text}" for text in above)],
        }
        for above, node in leaves(nodes)
    ]  # fmt: skip


def _field_items(rubric: Rubric) -> list[dict[str, Any]]:
    """What a task's field `rubric` takes. A tree's criteria get their share of the whole, in thousandths."""
    every = leaves(rubric.nodes)
    if len(every) > RUBRIC_CRITERIA_MAX:
        raise RubricFileError(f"it has {len(every)} criteria; a field takes {RUBRIC_CRITERIA_MAX}")
    shares = _shares(rubric.nodes, Fraction(_THOUSAND)) if rubric.form == PAPERBENCH else None
    found = []
    for place, (above, node) in enumerate(every):
        weight = node.weight if shares is None else Fraction(max(1, round(shares[place])))
        if weight.denominator != 1 or not weight or abs(weight) > RUBRIC_WEIGHT_MAX:
            raise RubricFileError(
                f"a field takes whole weights up to {RUBRIC_WEIGHT_MAX}, and not 0: {node.text[:60]!r}"
            )
        section = " / ".join(above)[:LABEL_CHARS_MAX].strip()
        told: dict[str, Any] = {"criterion": node.text, "weight": int(weight)}
        found.append(
            told | ({"section": section} if section else {}) | ({"steps": [*node.steps]} if node.steps else {})
        )
    return found


def _shares(nodes: Sequence[Node], whole: Fraction) -> list[Fraction]:
    """Of each criterion, how much of the whole it decides."""
    total = sum((node.weight for node in nodes), Fraction(0)) or Fraction(1)
    found = []
    for node in nodes:
        mine = whole * node.weight / total
        found += _shares(node.children, mine) if node.children else [mine]
    return found


def _health(given: object) -> tuple[Node, ...]:
    if not isinstance(given, list) or not given or len(given) > RUBRIC_FILE_NODES_MAX:
        raise RubricFileError(f"`rubrics` must be a list of 1 to {RUBRIC_FILE_NODES_MAX} criteria")
    found = []
    for number, each in enumerate(given, start=1):
        where = f"criterion {number}"
        if not isinstance(each, Mapping):
            raise RubricFileError(f"{where} is no table")
        met = each.get("criteria_met")
        if met is not None and not isinstance(met, bool):
            raise RubricFileError(f"{where}: `criteria_met` must be true or false")
        weight, tags = _number(each.get("points"), f"{where}: `points`"), _tags(each.get("tags", []), where)
        text = _text(each.get("criterion"), f"{where}: `criterion`")
        found.append(Node(text, weight, tags=tags, score=None if met is None else Fraction(met)))
    return tuple(found)


def _paper(given: object, where: str, depth: int, seen: list[int]) -> Node:
    if not isinstance(given, Mapping):
        raise RubricFileError(f"{where} is no table")
    _count(seen, depth, where)
    text, below = _text(given.get("requirements"), f"{where}: `requirements`"), given.get("sub_tasks", [])
    weight = _number(given.get("weight"), f"{where}: `weight`")
    if weight < 0:
        raise RubricFileError(f"{where}: PaperBench has no negative weights")
    if not isinstance(below, list):
        raise RubricFileError(f"{where}: `sub_tasks` must be a list")
    children = tuple(_paper(each, f"{where}, {number}", depth + 1, seen) for number, each in enumerate(below, start=1))
    marks = ((_CATEGORY, "task_category"), (_FINE, "finegrained_task_category"))
    tags = tuple(f"{mark}{given[name]}" for mark, name in marks if given.get(name))
    scored = given.get("score")
    result = None if scored is None or children else _number(scored, f"{where}: `score`")
    if result is not None and not 0 <= result <= 1:
        raise RubricFileError(f"{where}: `score` must lie between 0 and 1")
    return Node(text, weight, children, tags, key=str(given.get("id") or ""), score=result)


def _paper_out(rubric: Rubric) -> dict[str, Any]:
    nodes = rubric.nodes if len(rubric.nodes) == 1 else (Node("The whole", Fraction(1), rubric.nodes),)
    if any(node.weight < 0 for _, node in walk(nodes)):
        raise RubricFileError("PaperBench has no negative weights, and this rubric has some")
    if any(node.steps for _, node in walk(nodes)):
        raise RubricFileError("PaperBench has no graded criteria, and this rubric has some")
    return _paper_node(nodes[0], "1")


def _paper_node(node: Node, place: str) -> dict[str, Any]:
    told = {mark: next((t[len(mark) :] for t in node.tags if t.startswith(mark)), None) for mark in (_CATEGORY, _FINE)}
    return {
        "id": node.key or place, "requirements": node.text, "weight": _plain(node.weight),
        "sub_tasks": [_paper_node(each, f"{place}.{n}") for n, each in enumerate(node.children, start=1)],
        "task_category": told[_CATEGORY], "finegrained_task_category": told[_FINE],
    }  # fmt: skip


def _own(given: object, where: str, depth: int, seen: list[int]) -> tuple[Node, ...]:
    if not isinstance(given, list) or not given:
        raise RubricFileError(f"{where} must be a list of criteria, at least one")
    found = []
    for number, each in enumerate(given, start=1):
        here = f"{where}, {number}"
        if not isinstance(each, Mapping):
            raise RubricFileError(f"{here} is no table")
        _count(seen, depth, here)
        children = _own(each["criteria"], here, depth + 1, seen) if each.get("criteria") else ()
        weight = Fraction(1) if children and "weight" not in each else _number(each.get("weight"), f"{here}: `weight`")
        steps, scored = _tags(each.get("steps", []), here), each.get("score")
        graded = None if scored is None else _number(scored, f"{here}: `score`") / max(len(steps) - 1, 1)
        if graded is not None and not 0 <= graded <= 1:
            raise RubricFileError(f"{here}: `score` lies outside its scale")
        text, tags = _text(each.get("criterion"), f"{here}: `criterion`"), _tags(each.get("tags", []), here)
        found.append(Node(text, weight, children, tags, steps, score=graded))
    return tuple(found)


def _own_out(node: Node) -> dict[str, Any]:
    told: dict[str, Any] = {"criterion": node.text, "weight": _plain(node.weight)}
    if node.children:
        return told | {"criteria": [_own_out(each) for each in node.children]}
    return told | {name: list(value) for name, value in (("tags", node.tags), ("steps", node.steps)) if value}


def _count(seen: list[int], depth: int, where: str) -> None:
    seen[0] += 1
    if depth > RUBRIC_FILE_DEPTH_MAX or seen[0] > RUBRIC_FILE_NODES_MAX:
        most = f"{RUBRIC_FILE_DEPTH_MAX} levels and {RUBRIC_FILE_NODES_MAX} nodes"
        raise RubricFileError(f"{where}: a rubric has at most {most}")


def _text(given: object, what: str) -> str:
    if not isinstance(given, str) or not given.strip():
        raise RubricFileError(f"{what} must be a text")
    if (why := storable_problem(given)) is not None:
        raise RubricFileError(f"{what} {why}")
    return given


def _tags(given: object, where: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise RubricFileError(f"{where}: tags and steps are lists of texts")
    if (why := next((why for each in given if (why := storable_problem(each)) is not None), None)) is not None:
        raise RubricFileError(f"{where}: a tag or a step {why}")
    return tuple(given)


def _number(given: object, what: str) -> Fraction:
    if isinstance(given, bool) or not isinstance(given, int | float) or given != given or abs(given) > 1e12:
        raise RubricFileError(f"{what} must be a number")
    return Fraction(str(given))


def _plain(weight: Fraction) -> int | float:
    return int(weight) if weight.denominator == 1 else float(weight)
