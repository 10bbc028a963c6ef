"""A rubric that the expert writes: criteria with weights, in groups if wished, negative ones for faults.

While it is written, each criterion is looked at for what makes rubrics fail: two demands in one, words that lean on
something outside, vague words, the same thing twice, and no fault that costs points. These are hints; `insist` names
those without which an answer is refused. A rubric is delivered as it was written, and as a list of points with tags.
"""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import (
    CRITERION_CHARS_MAX,
    LABEL_CHARS_MAX,
    RUBRIC_CRITERIA_MAX,
    RUBRIC_DEPTH_MAX,
    RUBRIC_ROWS_MAX,
    RUBRIC_STEPS_MAX,
    RUBRIC_TAG_CHARS_MAX,
    RUBRIC_TAGS_MAX,
    RUBRIC_WEIGHT_MAX,
)
from fairhand.tasks.questions._apart import apart
from fairhand.tasks.questions._question import Posted, QuestionTerms
from fairhand.tasks.questions.rubricdraft.outline import rows_in, rows_of, tree_of
from fairhand.tasks.rubrics.files import health_items
from fairhand.tasks.rubrics.lint import CODES, Hint, lint
from fairhand.tasks.rubrics.tree import leaves, nodes_of
from fairhand.tasks.wording import Problem, shown, storable_problem, unfit

_KEYS = frozenset({"criterion", "weight", "tags", "steps", "criteria"})
_LINT = Literal["atomic", "alone", "vague", "overlap", "no_negative"]


class RubricdraftTerms(QuestionTerms):
    """From `least` to `most` criteria, on at most `depth` levels; `weight_max`: the largest weight, and its negative.

    `scoring`: `points` adds up points, and groups are headings; `tree` is the weighted mean up the tree, and groups
    have weights. `graded`: whether a criterion may have steps. `insist`: hints that must be heeded.
    """

    type: Literal["rubricdraft"]
    scoring: Literal["points", "tree"] = "points"
    depth: Annotated[int, Field(ge=1, le=RUBRIC_DEPTH_MAX)] = 2
    least: Annotated[int, Field(ge=1, le=RUBRIC_CRITERIA_MAX)] = 3
    most: Annotated[int, Field(ge=1, le=RUBRIC_CRITERIA_MAX)] = 50
    weight_max: Annotated[int, Field(ge=1, le=RUBRIC_WEIGHT_MAX)] = 10
    graded: bool = True
    tags: bool = True
    insist: Annotated[list[_LINT], Field(max_length=len(CODES))] = []

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise unfit(
                "least_above_most", "least (%(least)s) is more than most (%(most)s)", least=self.least, most=self.most
            )
        return self


class Rubricdraft:
    """answer: a list of {"criterion", "weight", "tags"?, "steps"?}, or of groups {"criterion", "weight"?, "criteria"}.

    `steps`: what the scores of a graded criterion stand for, worst first; without them it is met or not.
    """

    name = "rubricdraft"
    version = 1
    terms = RubricdraftTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_list, bad_criterion, bad_weight, bad_steps, bad_tags, too_deep, few_criteria, too_many, …"""
        question = str(terms["name"])
        if not isinstance(answer, list):
            return [Problem(question, "not_a_list", "is answered with a list of criteria")]
        if (found := _faults(answer, terms, 1)) is not None:
            return [Problem(question, found[0], found[1])]
        nodes = nodes_of(answer)
        many, least, most = len(leaves(nodes)), terms.get("least", 3), terms.get("most", 50)
        if many < least:
            return [Problem(question, "few_criteria", f"has {many} criteria; {least} are asked for at the least")]
        if many > most:
            return [Problem(question, "too_many", f"has {many} criteria; {most} are allowed")]
        for hint in lint(nodes) if terms.get("insist") else []:
            if hint.code in terms["insist"]:
                where = "" if hint.place is None else f"has a row {hint.place + 1} that "
                return [Problem(question, f"hint_{hint.code}", f"{where}{hint.why}")]
        return []

    def hints(self, answer: object, terms: Mapping[str, Any]) -> list[Hint]:
        """What the words of the criteria give to think about; of an answer right or wrong."""
        return lint(nodes_of(answer))

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """The tree that the rows make; rows that were left blank are left out, and none is no answer."""
        return tree_of(rows_in(posted, name), terms) or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """`rows` with their hints, `blank` places after them, what they come to, and hints on the whole."""
        rows, nodes = rows_of(value), nodes_of(value)
        hints = self.hints(value, terms) if rows else []
        for place, row in enumerate(rows):
            row["hints"] = [hint for hint in hints if hint.place == place]
            row["weighed"] = not row["group"] or terms.get("scoring", "points") == "tree"
        criteria = [node for _, node in leaves(nodes)]
        return {
            "rows": rows, "blank": range(len(rows), min(len(rows) + RUBRIC_ROWS_MAX, 2 * RUBRIC_CRITERIA_MAX)),
            "whole": [hint for hint in hints if hint.place is None], "n": len(criteria),
            "most": str(sum(int(node.weight) for node in criteria if node.weight > 0)),
            "faults": str(sum(int(node.weight) for node in criteria if node.weight < 0)),
            "levels": range(1, terms.get("depth", 2) + 1), "graded": terms.get("graded", True),
            "tags": terms.get("tags", True), "weight_max": terms.get("weight_max", 10), "hinted": len(hints),
        }  # fmt: skip

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        levels = [("alt+[ alt+]", "level")] if terms.get("depth", 2) > 1 else []
        return [("enter", "new_row"), ("alt+up alt+down", "move_row"), *levels, ("backspace", "drop_row")]

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """Of the criteria that either has, the share that the other hasn't word for word, under the same heads."""
        return apart(_said(a), _said(b))

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """Of the known rubric's criteria, the share that stands here in the same words with a weight of the same sign.

        Words are compared, not what they mean: a rubric that is worth something is judged by people.
        """
        mine = {_plain(node.text): node.weight > 0 for _, node in leaves(nodes_of(answer))}
        known = {_plain(node.text): node.weight > 0 for _, node in leaves(nodes_of(gold))}
        return Fraction(sum(mine.get(text) is sign for text, sign in known.items()), len(known))

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """How many criteria, their positive and negative points, how many hints, a list of points, the tree."""
        return tuple(f"{terms['name']}_{each}" for each in ("n", "points", "faults", "hints", "healthbench", "tree"))

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The same; the last two as JSON."""
        if not answer:
            return ("",) * len(self.export_columns(terms))
        nodes = nodes_of(answer)
        weights = [int(node.weight) for _, node in leaves(nodes)]
        sums = (sum(each for each in weights if each > 0), sum(each for each in weights if each < 0))
        counts = (len(weights), *sums, len(lint(nodes)))
        return (*(str(each) for each in counts), _json(health_items(nodes)), _json(answer))


def _faults(nodes: Sequence[Any], terms: Mapping[str, Any], level: int) -> tuple[str, str] | None:
    """(code, why) of the first node that is wrong."""
    for number, node in enumerate(nodes, start=1):
        where = f"has on level {level} a row {number} that"
        if not isinstance(node, Mapping) or "criterion" not in node or not set(node) <= _KEYS:
            return "bad_criterion", f"{where} is not a criterion, a weight, tags and steps"
        if (found := _text_fault(node["criterion"])) is not None:
            return found[0], f"{where} {found[1]}"
        group = node.get("criteria")
        if "criteria" in node and (not isinstance(group, list) or not group):
            return "bad_criterion", f"{where} is a group of nothing"
        if group and level >= terms.get("depth", 2):
            return "too_deep", f"{where} is a group below the {terms.get('depth', 2)} levels there are"
        found = _group_fault(node, terms) if group else _criterion_fault(node, terms)
        if found is not None:
            return found[0], f"{where} {found[1]}"
        if group and (found := _faults(group, terms, level + 1)) is not None:
            return found
    return None


def _text_fault(text: object) -> tuple[str, str] | None:
    if not isinstance(text, str) or not text.strip():
        return "bad_criterion", "has no text"
    if len(text) > CRITERION_CHARS_MAX:
        return "too_long", f"is longer than {CRITERION_CHARS_MAX} characters"
    problem = storable_problem(text)
    return ("bad_character", problem) if problem else None


def _group_fault(node: Mapping[str, Any], terms: Mapping[str, Any]) -> tuple[str, str] | None:
    if "tags" in node or "steps" in node:
        return "bad_criterion", "is a group, which has no tags and no steps"
    if terms.get("scoring", "points") == "points":
        return ("bad_weight", "is a heading, which has no points") if "weight" in node else None
    weight = node.get("weight")
    if type(weight) is not int or not 0 < weight <= terms.get("weight_max", 10):
        return "bad_weight", "is a group whose weight is no whole number above 0, or too large"
    return None


def _criterion_fault(node: Mapping[str, Any], terms: Mapping[str, Any]) -> tuple[str, str] | None:
    weight, steps, tags = node.get("weight"), node.get("steps", []), node.get("tags", [])
    if type(weight) is not int or not 0 < abs(weight) <= terms.get("weight_max", 10):
        return "bad_weight", f"has the weight {shown(weight)}, which is no whole number, is 0, or is too large"
    if not isinstance(steps, list) or len(steps) not in (0, *range(2, RUBRIC_STEPS_MAX + 1)):
        return "bad_steps", f"has steps that are no list of 2 to {RUBRIC_STEPS_MAX} texts"
    if not isinstance(tags, list) or len(tags) > RUBRIC_TAGS_MAX:
        return "bad_tags", f"has tags that are no list of at most {RUBRIC_TAGS_MAX}"
    if (steps and not terms.get("graded", True)) or ("steps" in node and not steps):
        return "bad_steps", "has steps, which are not asked for, or an empty list of them"
    if (tags and not terms.get("tags", True)) or ("tags" in node and not tags):
        return "bad_tags", "has tags, which are not asked for, or an empty list of them"
    for texts, most, code, apart_by in (
        (steps, LABEL_CHARS_MAX, "bad_steps", "\n"), (tags, RUBRIC_TAG_CHARS_MAX, "bad_tags", ",\u060c\n"),
    ):  # fmt: skip
        for text in texts:
            if not isinstance(text, str) or not text.strip() or len(text) > most or set(text) & set(apart_by):
                return code, f"has {shown(text)}, which is blank, too long or two in one"
            if (problem := storable_problem(text)) is not None:
                return "bad_character", problem
    return None


def _said(answer: Any) -> dict[str, tuple[Fraction, tuple[str, ...]]]:
    """Each criterion under its heads, told from others of the same words by its number among them."""
    found: dict[str, tuple[Fraction, tuple[str, ...]]] = {}
    for above, node in leaves(nodes_of(answer)):
        key = " / ".join(map(_plain, (*above, node.text)))
        while key in found:
            key += " +"
        found[key] = node.weight, (*node.tags, "", *node.steps)
    return found


def _plain(text: str) -> str:
    return " ".join(text.split())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


PART = Rubricdraft()
