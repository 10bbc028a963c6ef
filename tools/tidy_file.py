"""A file as the house rules look at it, and what they find in it."""

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class File:
    """One text file. `path` is from the root, with forward slashes."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module | None:
        """The parsed file, None if it isn't Python."""
        return ast.parse(self.text, self.path) if self.path.endswith(".py") else None

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node, outermost first."""
        return list(ast.walk(self.tree)) if self.tree else []

    @cached_property
    def comments(self) -> dict[int, str]:
        """Line -> the comment on it."""
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}

    @cached_property
    def prose(self) -> set[int]:
        """Docstrings, by the id of their node: they speak, they do nothing."""
        holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        bodies = [node.body for node in self.nodes if isinstance(node, holders)]
        return {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}

    def within(self, *places: str) -> bool:
        """Whether the file is one of some files or lies below one of some folders (written with a last slash)."""
        return any(self.path == place or (place.endswith("/") and self.path.startswith(place)) for place in places)


@dataclass(frozen=True, order=True)
class Found:
    """A rule that was broken, and where."""

    path: str
    line: int
    rule: str
    why: str = field(compare=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.why}"


Hits = Iterator[tuple[int, str]]


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or an attribute; calls in between are left out."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return dotted(node.func) if isinstance(node, ast.Call) else ""


def line_of(node: ast.AST) -> int:
    """Where it stands."""
    return getattr(node, "lineno", 1)
