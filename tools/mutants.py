"""Mutants of the pay engine: small faults put into it one at a time; the tests of pay must notice each.

python tools/mutants.py [--count N] [--seed S] [--only KEY]
    runs N mutants drawn by a seed (all, where N is 0) and prints those that no test noticed. What survives for a good
    reason stands, with its reason, in docs/reference/pay-mutants.md; anything else fails.

A mutant is one changed place: a comparison, an operator, a number, a truth value, min for max, `and` for `or`, the arms
of a choice, a `not` left out. Texts, docstrings and the limits in annotations are let be.
"""

import argparse
import ast
import copy
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "fairhand_pay"
PAGE = ROOT / "docs" / "reference" / "pay-mutants.md"
# Written as paths below tests/rules, they run as rules do: without Django's set-up, which takes longer than they do.
TESTS = (
    "tests/rules/test_pay_recorded.py", "tests/rules/test_pay_goldens.py", "tests/rules/test_pay_cards.py",
    "tests/rules/test_pay.py", "tests/rules/test_pay_noticed.py",
    "tests/rules/../pay/test_pay_sentences.py", "tests/rules/../pay/test_pay_recompute.py",
    "tests/rules/../pay/test_pay_second.py",
    "tests/rules/test_pay_properties.py",
)  # fmt: skip
QUICK = TESTS[:5]
TIMEOUT_S = 120
OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult, ast.Mod: ast.FloorDiv, ast.And: ast.Or,
    ast.Or: ast.And, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr, ast.USub: ast.UAdd, ast.Break: ast.Continue,
}  # fmt: skip
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """One changed place, by its number in the file's tree; None changes nothing.

    `key` names it without its line, so that it stays the same when lines move.
    """

    path: str
    line: int
    key: str
    place: int | None

    @property
    def source(self) -> str:
        """The file with the fault in it."""
        tree = ast.parse((PACKAGE / self.path).read_text(encoding="utf-8"))
        if self.place is not None:
            _change(list(ast.walk(tree))[self.place])
        return ast.unparse(tree)


def mutants() -> list[Mutant]:
    """Every mutant there is, in order."""
    return [mutant for path in sorted(PACKAGE.rglob("*.py")) for mutant in _of_file(path)]


def _of_file(path: Path) -> Iterator[Mutant]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    places = [place for place, node in enumerate(ast.walk(tree)) if _changeable(node)]
    skipped = {id(inner) for node in ast.walk(tree) if _let_be(node) for inner in ast.walk(node)}
    skipped |= {
        id(inner) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list for inner in ast.walk(decorator)
    }  # fmt: skip
    homes = _homes(tree)
    nodes = list(ast.walk(tree))
    name = path.relative_to(PACKAGE).as_posix()
    seen: dict[str, int] = {}
    for place in places:
        node = nodes[place]
        if id(node) in skipped:
            continue
        changed = copy.deepcopy(node)
        _change(changed)
        key = f"{name} {homes.get(id(node), '')}: {_short(ast.unparse(node))} → {_short(ast.unparse(changed))}"
        seen[key] = seen.get(key, 0) + 1
        key += f" ({seen[key]})" if seen[key] > 1 else ""
        yield Mutant(name, getattr(node, "lineno", 0), key, place)


def _changeable(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        return type(node.ops[0]) in OPERATORS
    if isinstance(node, ast.BinOp | ast.BoolOp):
        return type(node.op) in OPERATORS and not _is_type(node)
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not | ast.USub)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int)
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in NAMES
    return isinstance(node, ast.IfExp | ast.Break)


def _is_type(node: ast.AST) -> bool:
    """`int | None` is a type, not a sum."""
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr) and "None" in ast.unparse(node)


def _let_be(node: ast.AST) -> bool:
    """Limits in annotations, defaults in signatures, and everything that is only said."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Field":
        return True
    return isinstance(node, ast.AnnAssign | ast.Import | ast.ImportFrom | ast.JoinedStr | ast.arguments | ast.Raise)


def _change(node: ast.AST) -> None:
    """Put the fault into a node of the copied tree."""
    if isinstance(node, ast.Compare):
        node.ops[0] = OPERATORS[type(node.ops[0])]()  # type: ignore[call-overload]
    elif isinstance(node, ast.BinOp | ast.BoolOp):
        node.op = OPERATORS[type(node.op)]()  # type: ignore[assignment]
    elif isinstance(node, ast.UnaryOp):
        node.op = ast.UAdd() if isinstance(node.op, ast.USub) else ast.Not()
        if isinstance(node.op, ast.Not):
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
    elif isinstance(node, ast.Constant):
        node.value = not node.value if isinstance(node.value, bool) else node.value + 1
    elif isinstance(node, ast.Call):
        node.func = ast.Name(NAMES[node.func.id], ast.Load())  # type: ignore[attr-defined]
    elif isinstance(node, ast.IfExp):
        node.body, node.orelse = node.orelse, node.body
    elif isinstance(node, ast.Break):
        node.__class__ = ast.Continue  # type: ignore[assignment]


def _homes(tree: ast.AST) -> dict[int, str]:
    """Which function a node stands in."""
    found: dict[int, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            for inner in ast.walk(node):
                found[id(inner)] = node.name
    return found


def _short(text: str) -> str:
    one = " ".join(text.split()).replace("|", "¦").replace("`", "'")
    return one if len(one) <= 70 else one[:67] + "..."


def survives(mutant: Mutant, tests: tuple[str, ...] = TESTS) -> bool:
    """Whether no test of pay notices it. In a child process, whose copy of the engine alone is changed."""
    with tempfile.TemporaryDirectory(prefix="fairhand-mutant-") as folder:
        package = Path(folder) / PACKAGE.name
        shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
        (package / mutant.path).write_text(mutant.source, encoding="utf-8")
        child = os.fork()
        if child == 0:
            os._exit(_judge(folder, tests))
        return _waited(child) == 0


def _judge(folder: str, tests: tuple[str, ...]) -> int:
    """0 if every test passes on the changed engine."""
    code = 3
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
            os.chdir(ROOT)
            sys.dont_write_bytecode = True
            sys.path[:0] = [folder, str(ROOT), str(ROOT / "src")]
            os.environ["FAIRHAND_SEED"] = "1"
            os.environ.pop("FAIRHAND_PROVE", None)
            for name in ("FAIRHAND_TEST_RESULT", "FAIRHAND_PROVE_LOG"):
                os.environ.pop(name, None)
            import pytest

            words = ["-x", "-q", "--no-header", "-o", f"pythonpath={folder} . src", *tests]
            code = int(pytest.main(words))
    finally:
        sys.stdout.flush()
        os._exit(code)


def _waited(child: int) -> int:
    """The exit code; a mutant that runs for ever was noticed."""
    until = time.monotonic() + TIMEOUT_S
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


def unchanged() -> Mutant:
    """The engine as it is: if its tests fail, a fault that they notice means nothing."""
    return Mutant("engine.py", 0, "unchanged", None)


def explained() -> set[str]:
    """Keys of the mutants that the page gives a reason for."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    return {row.split("`")[1] for row in text.splitlines() if row.startswith("| `")}


def drawn(count: int, seed: int) -> list[Mutant]:
    """Some of them by a seed; all where `count` is 0."""
    every = mutants()
    return every if not count else Random(seed).sample(every, min(count, len(every)))  # noqa: S311  # a draw


def main(words: list[str]) -> int:
    """0 if every mutant that survives is explained."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="run the mutants whose key contains this")
    parser.add_argument(
        "--quick", action="store_true", help="the examples by hand first, the rest where they notice nothing"
    )
    parser.add_argument("--list", action="store_true", help="print their keys, run none")
    args = parser.parse_args(words)
    chosen = [each for each in drawn(args.count, args.seed) if not args.only or args.only in each.key]
    if args.list:
        print("\n".join(f"{each.path}:{each.line} {each.key}" for each in chosen))
        return 0
    reasons, left = explained(), []
    tests = QUICK if args.quick else TESTS
    if not survives(unchanged(), tests):
        print("the tests of pay fail without any mutant; mend them first")
        return 2
    for mutant in chosen:
        if survives(mutant, tests) and (tests == TESTS or survives(mutant)):
            left.append(mutant)
            told = "explained" if mutant.key in reasons else "SURVIVED"
            print(f"{told}: src/fairhand_pay/{mutant.path}:{mutant.line}: {mutant.key}", flush=True)
    bad = [mutant for mutant in left if mutant.key not in reasons]
    print(f"{len(chosen)} mutants, {len(chosen) - len(left)} noticed, {len(left) - len(bad)} explained, {len(bad)} not")
    return 1 if bad else 0


if __name__ == "__main__":
    # What every child needs and no mutant touches is loaded once.
    import babel.messages  # noqa: F401
    import django.conf  # noqa: F401
    import psycopg  # noqa: F401
    import pydantic  # noqa: F401
    import pytest  # noqa: F401

    sys.exit(main(sys.argv[1:]))
