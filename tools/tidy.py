"""The house rules that no linter knows, each a small function. `python tools/tidy.py` prints file:line, rule, reason.

What each rule is for is its docstring; what it takes for good and bad is in tests/house/test_tidy.py. An exception is
a line in EXCEPTIONS with its reason, and an exception that nothing needs is an error itself.
"""

import ast
import gc
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.tidy_edges import lock_address, outgoing, outside  # found through the line above
from tools.tidy_file import File, Found, Hits, dotted, line_of

FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
OURS = ("fairhand", "fairhand_pay")

# (rule, file) -> why it may. A file is a path from the root of the checkout.
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("outgoing", "src/fairhand/cli/up.py"): "takes a free port, and asks the site that it started whether it is there",
    ("outgoing", "src/fairhand/files/store.py"): "the operator's own bucket; an optional group",
    (
        "outgoing",
        "src/fairhand/insight/health_facts.py",
    ): "only names the errors of Django's mail, which the operator set",
    ("write", "src/fairhand/cli/inventory.py"): "after a restore, as owner: stored transaction ids become 0",
    ("clock", "src/fairhand/insight/health_facts.py"): "the distance of our clock to the database's is the finding",
    ("clock", "src/fairhand/kernel/clock.py"): "the one clock",
    ("clock", "src/fairhand/ledger/sql/0001_ledger.sql"): "created_at is the database's own witness beside our `now`",
    ("write", "src/fairhand/dispatch/cohorts.py"): "commands, of what is kept for some; likewise",
    ("write", "src/fairhand/dispatch/planned.py"): "commands, of planned slots; likewise",
    ("write", "src/fairhand/dispatch/held.py"): "commands, of tasks that are held back; likewise",
    ("write", "src/fairhand/dispatch/closing.py"): "commands, of a project's end; likewise",
    ("write", "src/fairhand/dispatch/life.py"): "commands, of a claim's pauses and extensions; likewise",
    ("write", "src/fairhand/dispatch/queue_moves.py"): "commands, of slots that wait; with the others too long a file",
    ("write", "src/fairhand/people/accounts.py"): "commands, of accounts and their factors; likewise",
    ("write", "src/fairhand/people/invitations.py"): "commands, of invitations; likewise",
    ("write", "src/fairhand/web/account/counters.py"): "Django's cache interface: counters of rate limits, no fact",
    ("write", "src/fairhand/people/keys.py"): "commands, of API keys; with the others the file would be too long",
    ("write", "src/fairhand/work/timesheet_commands.py"): "commands, of what is said of weeks; likewise",
    ("write", "src/fairhand/work/draft_commands.py"): "commands, of drafts; likewise",
    ("write", "src/fairhand/people/roles.py"): "commands, of roles and accounts; likewise",
}

SOURCES = frozenset({".py", ".sql", ".ts", ".css", ".html"})
READ = SOURCES | {".md", ".toml", ".lock", ".json", ".sh", ".mjs", ".yml", ".yaml", ".cfg", ".ini", ""}
# Not ours, or made by a machine. `shipped` packs are data.
LEFT_OUT = frozenset({"node_modules", "__pycache__", "static", "shipped", "build", "dist", "locale"})

DOORS = ("api", "web", "cli", "scale")
MONEY = ("src/fairhand_pay/", "src/fairhand/ledger/", "src/fairhand/pay/", "src/fairhand/kernel/money.py")
PLUGINS = (
    "src/fairhand/tasks/fields", "src/fairhand/tasks/questions", "src/fairhand/tasks/importers",
    "src/fairhand/dispatch/policies/slot", "src/fairhand/dispatch/policies/queue", "src/fairhand/review/policies",
    "src/fairhand/delivery/formats",
    "src/fairhand/quality/estimators", "src/fairhand/quality/signals", "src/fairhand/payouts/rails",
    "src/fairhand_pay/primitives", "src/fairhand_pay/presets",
)  # fmt: skip
VAGUE = frozenset({"core", "common", "utils", "helpers", "services"})


def file_length(file: File) -> Hits:
    """A file that needs scrolling through is two files."""
    lines = file.text.count("\n")
    if PurePosixPath(file.path).suffix in SOURCES and lines > FILE_LINES_MAX:
        yield FILE_LINES_MAX + 1, f"{lines} lines, the most is {FILE_LINES_MAX}; split it by what it is about"


def function_length(file: File) -> Hits:
    """A function is read at one glance."""
    for node in file.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                yield node.lineno, f"{node.name} has {lines} lines, the most is {FUNCTION_LINES_MAX}; name its parts"


def local_import(file: File) -> Hits:
    """Imports of our own stand at the top, so that the import contract sees knots. AppConfig.ready() may: it must."""
    if not file.within("src/"):
        return
    for function in file.nodes:
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if function.name == "ready" and file.path.endswith("/apps.py"):
            continue
        for node in ast.walk(function):
            for module in _imported(node):
                if module.split(".")[0] in OURS:
                    yield line_of(node), f"{function.name} imports {module}; import it at the top of the file"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""] if not node.level else [OURS[0]]
    if isinstance(node, ast.Call) and dotted(node.func).endswith("import_module") and node.args:
        named = node.args[0]
        return [named.value] if isinstance(named, ast.Constant) and isinstance(named.value, str) else []
    return []


CLOCKS = frozenset(
    {"clock.utc_now", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
    | {"time.localtime", "time.gmtime", "timezone.now", "timezone.localtime", "timezone.localdate", "functions.Now"}
)
SQL_CLOCK = re.compile(r"\b(?:now|(?:clock|statement|transaction)_timestamp)\(\)|\bcurrent_(?:date|time)|\blocaltime")


def clock(file: File) -> Hits:
    """Only doors and jobs read the clock: below them `now` is an argument, or no test could choose it."""
    if not file.within("src/") or file.within(*(f"src/fairhand/{door}/" for door in DOORS)):
        return
    if file.path.endswith("/jobs.py"):
        return
    for node in file.nodes:
        read = [dotted(node)] if isinstance(node, ast.Name | ast.Attribute) else []
        if isinstance(node, ast.ImportFrom):  # `from time import time` would hide the call
            read = [f"{node.module}.{alias.name}" for alias in node.names]
        if isinstance(node, ast.FunctionDef) and node.name == "utc_now":
            read = ["clock.utc_now"]
        for name in read:
            if ".".join(name.split(".")[-2:]) in CLOCKS:
                yield line_of(node), f"{name} reads the clock; take `now` as an argument"
    for line, text in _texts(file):
        if SQL_CLOCK.search(text.lower()):
            yield line, "this SQL reads the database's clock; pass `now` as a parameter"


def _texts(file: File) -> Iterator[tuple[int, str]]:
    """Line and value of every string that isn't a docstring; of every line, in a file of SQL."""
    if file.path.endswith(".sql"):
        yield from enumerate((line.partition("--")[0] for line in file.text.splitlines()), start=1)
    for node in file.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in file.prose:
            yield node.lineno, node.value


def floats(file: File) -> Hits:
    """0.1 + 0.2 is not 0.3: money is integers, and exact fractions until the one rounding of a line."""
    if not file.within(*MONEY):
        return
    for node in file.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield node.lineno, f"{node.value!r} is a float; write an integer, a Fraction or decimal text"
        if isinstance(node, ast.Name) and node.id == "float":
            yield node.lineno, "float has no place near money; use int, Fraction or Decimal"


ORM_WRITES = frozenset(
    {"create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "save", "_raw_delete"}
    | {"acreate", "aget_or_create", "aupdate_or_create", "abulk_create", "abulk_update", "asave", "aupdate", "adelete"}
)
SQL_WRITE = re.compile(
    r"\b(insert\s+into|update\s+\w+(\s+\w+)?\s+set|delete\s+from|truncate|merge\s+into|copy\s+\w+.*from)\b"
)


def writes(file: File) -> Hits:
    """What changes the database is a command: `<package>/commands.py`, or a verb in flow. Migrations make tables.

    SQL files hold the schema and its functions, which migrations make. Elsewhere a write is known by the call
    (`.save()`, `.create(...)`, `.update(only=keywords)`, `.delete()` without arguments) or by the text of the SQL.
    """
    if not file.within("src/") or file.within("src/fairhand/flow/") or file.path.endswith(".sql"):
        return
    if file.path.endswith("/commands.py") or "/migrations/" in file.path:
        return
    for node in file.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is_write(node, node.func.attr):
            yield node.lineno, f".{node.func.attr}(...) writes; move it into a command"
    for line, text in _texts(file):
        if SQL_WRITE.search(text.lower()):
            yield line, "this SQL writes; move it into a command"


def _is_write(call: ast.Call, name: str) -> bool:
    if name == "update":  # dict.update and hash.update take something by position
        return bool(call.keywords) and not call.args
    if name == "save":  # a picture is saved to a place, by position
        return not call.args
    return name in ORM_WRITES or (name == "delete" and not call.args and not call.keywords)


def state_moves(file: File) -> Hits:
    """A state moves by `UPDATE ... WHERE state = from`: an assignment would overwrite what somebody else just did."""
    if not file.within("src/fairhand/") or file.within("src/fairhand/cli/"):
        return
    for node in file.nodes:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Attribute) and target.attr == "state":
                yield target.lineno, "assigns a state; move it with a conditional update"


def catch_all(file: File) -> Hits:
    """Who catches everything says why beside it: `except Exception:  # a job must outlive its own failure`."""
    for node in file.nodes:
        if isinstance(node, ast.ExceptHandler) and _catches_all(node.type):
            said = re.sub(r"#\s*(noqa|type: ignore|fmt:)[^#]*", "", file.comments.get(node.lineno, "")).strip("# ")
            if len(said) < 10:
                yield node.lineno, "catches everything; name the errors, or say in a comment here why all of them"
        if isinstance(node, ast.Call) and dotted(node.func).endswith("suppress") and any(map(_catches_all, node.args)):
            yield node.lineno, "suppresses everything; name the errors"


def _catches_all(kind: ast.expr | None) -> bool:
    if isinstance(kind, ast.Tuple):
        return any(map(_catches_all, kind.elts))
    return kind is None or dotted(kind).split(".")[-1] in ("Exception", "BaseException")


def request_spread(file: File) -> Hits:
    """A request's parameters are read by name: spread into a query they would be the visitor's query."""
    for node in file.nodes:
        for keyword in node.keywords if isinstance(node, ast.Call) else ():
            if keyword.arg is None and re.search(r"\brequest\b", ast.unparse(keyword.value)):
                yield line_of(node), "spreads a request into a call; read the parameters by name"


def vague_name(file: File) -> Hits:
    """A drawer called utils takes everything. Name a thing for what it does."""
    for part in PurePosixPath(file.path).parts:
        if part.split(".")[0] in VAGUE:
            yield 1, f"`{part}` says nothing; name it for what it holds"


RULES: dict[str, Callable[[File], Hits]] = {
    "file-length": file_length,
    "function-length": function_length,
    "local-import": local_import,
    "clock": clock,
    "float": floats,
    "write": writes,
    "state-move": state_moves,
    "catch-all": catch_all,
    "request-spread": request_spread,
    "vague-name": vague_name,
    "lock-address": lock_address,
    "outside": outside,
    "outgoing": outgoing,
}


def plugins(files: Iterable[File]) -> Iterator[Found]:
    """A part that nobody tests or that no page names: its name stands in quotes in a test, in backticks in docs/."""
    everything = list(files)
    tests = "\n".join(file.text for file in everything if file.path.startswith("tests/") and file.path.endswith(".py"))
    docs = "\n".join(file.text for file in everything if file.path.startswith("docs/") and file.path.endswith(".md"))
    for file in everything:
        name = _part_name(file)
        if name and f'"{name}"' not in tests:
            yield Found(file.path, 1, "plug-in", f'no test names "{name}"; write one')
        if name and f"`{name}`" not in docs:
            yield Found(file.path, 1, "plug-in", f"no page of docs/ names `{name}`; write its line")


def _part_name(file: File) -> str | None:
    """The name a part gives itself (`name = "..."`), else that of its file or folder; None if it isn't a part."""
    path = PurePosixPath(file.path)
    one_file = str(path.parent) in PLUGINS and path.suffix == ".py" and not path.name.startswith("_")
    a_folder = path.name == "part.py" and str(path.parent.parent) in PLUGINS
    if not one_file and not a_folder:
        return None
    for node in file.nodes:
        named = isinstance(node, ast.keyword) and node.arg == "name"
        if isinstance(node, ast.Assign | ast.AnnAssign):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            named = isinstance(target, ast.Name) and target.id == "name"
        value = getattr(node, "value", None)
        if named and isinstance(value, ast.Constant):
            return str(value.value)
    return path.stem if one_file else path.parent.name


def judge(file: File) -> Iterator[Found]:
    """Every rule on one file."""
    try:
        file.tree  # noqa: B018  # parsed here, and kept
    except SyntaxError as error:
        yield Found(file.path, error.lineno or 1, "syntax", f"{error.msg}; no other rule was tried")
        return
    for rule, check in RULES.items():
        for line, why in check(file):
            yield Found(file.path, line, rule, why)


def tidy(files: Iterable[File], exceptions: dict[tuple[str, str], str]) -> list[Found]:
    """What is wrong with a checkout, in order; exceptions are taken off, and those not needed are named."""
    everything = list(files)
    gc.disable()  # a million nodes that are all still needed: looking through them again and again took half the time
    found = [hit for file in everything for hit in judge(file)] + list(plugins(everything))
    gc.enable()
    needed = {(hit.rule, hit.path) for hit in found}
    why = "{} in {} is excepted and needn't be; take the line out"
    unused = [Found("tools/tidy.py", 1, "exception", why.format(*each)) for each in exceptions if each not in needed]
    return sorted({hit for hit in found if (hit.rule, hit.path) not in exceptions} | set(unused))


def read(root: Path) -> Iterator[File]:
    """The text files of a checkout that are ours. Folders that start with a dot aren't."""
    for path in sorted(root.iterdir()):
        if path.is_symlink() or path.name in LEFT_OUT:
            continue
        if path.is_dir():
            if not path.name.startswith("."):
                yield from (File(f"{path.name}/{inner.path}", inner.text) for inner in read(path))
        elif path.suffix in READ:
            yield File(path.name, path.read_text(encoding="utf-8", errors="replace"))


def main() -> int:
    """0 if the house is tidy."""
    found = tidy(read(Path(__file__).resolve().parent.parent), EXCEPTIONS)
    for hit in found:
        print(hit)
    print(f"tidy: {len(found)} broken" if found else "tidy: nothing to say", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
