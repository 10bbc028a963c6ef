"""A rubric as a tree: criteria at its leaves, groups above them, and what it scores. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """A criterion, or with `children` a group of them.

    `weight`: its points, or its share beside its siblings; negative for a fault. `steps`: the words of a graded scale,
    worst first; none: met or not. `key`: the id that a file gives it. `score`: 0 to 1 where a file was graded.
    """

    text: str
    weight: Fraction = Fraction(1)
    children: tuple["Node", ...] = ()
    tags: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    key: str = ""
    score: Fraction | None = None


def nodes_of(answer: object) -> tuple[Node, ...]:
    """The tree of a `rubricdraft` answer; of one that is still being written what fits is taken."""
    return tuple(_node(each) for each in _list(answer) if isinstance(each, Mapping))


def _node(given: Mapping[str, Any]) -> Node:
    weight = given.get("weight", 1)
    return Node(
        text=str(given.get("criterion", "")),
        weight=Fraction(weight) if type(weight) is int else Fraction(1),
        children=nodes_of(given.get("criteria")),
        tags=tuple(str(tag) for tag in _list(given.get("tags"))),
        steps=tuple(str(step) for step in _list(given.get("steps"))),
    )


def _list(given: object) -> Sequence[Any]:
    return given if isinstance(given, list) else ()


def walk(nodes: Sequence[Node], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every node in the order of the page, each with the texts of the groups above it."""
    for node in nodes:
        yield above, node
        yield from walk(node.children, (*above, node.text))


def leaves(nodes: Sequence[Node]) -> list[tuple[tuple[str, ...], Node]]:
    """The criteria alone."""
    return [(above, node) for above, node in walk(nodes) if not node.children]


def points(nodes: Sequence[Node]) -> Fraction | None:
    """Points met, of the points there are: groups are headings. Not cut: faults can bring it below 0.

    None: no criterion has positive points, or one has no score.
    """
    found = [node for _, node in leaves(nodes)]
    return _share(found, [node.score for node in found])


def weighted(nodes: Sequence[Node]) -> Fraction | None:
    """The weighted mean up the tree, each group cut at 0 and 1. None: a criterion has no score.

    Where no weight is negative this is the plain weighted mean; a group whose weights are all 0 scores 0.
    """
    scores = [weighted(node.children) if node.children else node.score for node in nodes]
    if any(score is None for score in scores):
        return None
    share = _share(nodes, scores)
    return Fraction(0) if share is None else clipped(share)


def clipped(share: Fraction) -> Fraction:
    """Cut at 0 and 1."""
    return min(max(share, Fraction(0)), Fraction(1))


def _share(nodes: Sequence[Node], scores: Sequence[Fraction | None]) -> Fraction | None:
    most = sum((max(node.weight, Fraction(0)) for node in nodes), Fraction(0))
    if not most or any(score is None for score in scores):
        return None
    return sum((node.weight * (score or 0) for node, score in zip(nodes, scores, strict=True)), Fraction(0)) / most
