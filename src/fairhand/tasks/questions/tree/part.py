"""A choice from a tree: kinds that hold kinds, as deep as a taxonomy goes. One is chosen, or several."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fairhand.kernel.limits import CHOICE_OPTIONS_MAX, TREE_CHOSEN_MAX, TREE_DEPTH_MAX, TREE_NODES_MAX
from fairhand.tasks.questions._question import Posted, QuestionTerms
from fairhand.tasks.wording import Label, OptionValue, Problem, shown, unfit

Path = tuple[str, ...]


class Node(BaseModel):
    """`value` is stored and delivered, `label` is shown, `options` are the kinds of it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    value: OptionValue
    label: Label
    options: Annotated[list["Node"], Field(max_length=CHOICE_OPTIONS_MAX)] = []


class TreeTerms(QuestionTerms):
    """`leaf`: only what has no kinds of its own may be chosen. `least`, `most`: how many, where it is answered."""

    type: Literal["tree"]
    options: Annotated[list[Node], Field(min_length=1, max_length=CHOICE_OPTIONS_MAX)]
    leaf: bool = True
    least: Annotated[int, Field(ge=1, le=TREE_CHOSEN_MAX)] = 1
    most: Annotated[int, Field(ge=1, le=TREE_CHOSEN_MAX)] = 1

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.least > self.most:
            raise unfit(
                "least_above_most", "least (%(least)s) is more than most (%(most)s)", least=self.least, most=self.most
            )
        nodes, level, depth = 0, [("", self.options)], 0
        while level:
            depth += 1
            if depth > TREE_DEPTH_MAX:
                raise unfit("tree_deep", "the tree is deeper than %(most)s levels", most=TREE_DEPTH_MAX)
            for where, options in level:
                nodes += len(options)
                values = [node.value for node in options]
                if twice := sorted({one for one in values if values.count(one) > 1}):
                    why = "two options of %(name)s have the value %(value)s"
                    raise unfit("value_twice_in", why, name=shown(where), value=shown(twice[0]))
            level = [(node.value, node.options) for _, options in level for node in options if node.options]
        if nodes > TREE_NODES_MAX:
            raise unfit("tree_large", "the tree has %(n)s options; %(most)s are allowed", n=nodes, most=TREE_NODES_MAX)
        return self


class Tree:
    """answer: a list of paths, each a list of values from the top of the tree down, none twice."""

    name = "tree"
    version = 1
    terms = TreeTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_list, not_an_option, not_a_leaf, twice, too_few, too_many."""
        question = str(terms["name"])
        if not isinstance(answer, list) or not all(isinstance(path, list) and path for path in answer):
            return [Problem(question, "not_a_list", "is answered with a list of paths, each a list of values")]
        for path in answer:
            node = _node(terms["options"], path)
            if node is None:
                return [Problem(question, "not_an_option", f"{shown('/'.join(map(str, path)))} is not in its tree")]
            if terms.get("leaf", True) and node.get("options"):
                return [Problem(question, "not_a_leaf", f"{shown(path[-1])} has kinds of its own; choose one of them")]
        if len({tuple(path) for path in answer}) < len(answer):
            return [Problem(question, "twice", "has an option twice")]
        least, most = terms.get("least", 1), terms.get("most", 1)
        if len(answer) < least:
            return [Problem(question, "too_few", f"has {len(answer)} options; {least} are asked for")]
        if len(answer) > most:
            return [Problem(question, "too_many", f"has {len(answer)} options; {most} are allowed")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """The paths that are marked, in the order of the tree."""
        return [path.split("/") for path in dict.fromkeys(posted.get(name) or []) if path] or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """The tree as steps of one list (a branch begins, an option, a branch ends), and what is chosen, in labels."""
        chosen = [
            tuple(path) for path in value or [] if isinstance(path, list) and all(isinstance(v, str) for v in path)
        ]
        paths = [nodes for path in chosen if (nodes := _nodes(terms["options"], path))]
        return {
            "steps": list(_steps(terms["options"], (), set(chosen), not terms.get("leaf", True))),
            "chosen": [[node["label"] for node in nodes] for nodes in paths],
        }

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        return [("arrows", "tree"), ("space enter", "tree_choose")]

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 minus the share of branches and options that the two have in common, ends of paths counted too."""
        left, right = _branches(a), _branches(b)
        return 1 - Fraction(len(left & right), len(left | right)) if left or right else Fraction(0)

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 minus the distance: the right branch counts for something."""
        return 1 - self.distance(answer, gold, terms)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """One column, of paths."""
        return (str(terms["name"]),)

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """Each path's values with " / " between them; "; " between paths."""
        return ("; ".join(" / ".join(path) for path in answer or []),)


def _nodes(options: Sequence[Mapping[str, Any]], path: Sequence[object]) -> list[Mapping[str, Any]]:
    """The options along a path; empty where it isn't one."""
    found: list[Mapping[str, Any]] = []
    for value in path:
        node = next((each for each in options if each["value"] == value), None)
        if node is None:
            return []
        found.append(node)
        options = node.get("options") or []
    return found


def _node(options: Sequence[Mapping[str, Any]], path: Sequence[object]) -> Mapping[str, Any] | None:
    found = _nodes(options, path)
    return found[-1] if found else None


def _steps(
    options: Sequence[Mapping[str, Any]], above: Path, chosen: set[Path], any_node: bool
) -> Iterator[tuple[str, str, Any, bool]]:
    """(open | option | whole | close, path, label, whether it is chosen; of a branch: whether something in it is)."""
    for node in options:
        path = (*above, node["value"])
        at = "/".join(path)
        if inner := node.get("options"):
            yield "open", at, node["label"], any(one[: len(path)] == path for one in chosen)
            if any_node:
                yield "whole", at, node["label"], path in chosen
            yield from _steps(inner, path, chosen, any_node)
            yield "close", at, node["label"], False
        else:
            yield "option", at, node["label"], path in chosen


def _branches(answer: Any) -> set[tuple[Path, bool]]:
    """Every branch that an answer's paths go through, and each path's end."""
    paths = [tuple(path) for path in answer]
    return {(path[:n], False) for path in paths for n in range(1, len(path) + 1)} | {(path, True) for path in paths}


PART = Tree()
