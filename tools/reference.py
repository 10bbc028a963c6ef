"""The half of the reference that is generated: blocks in docs/**/*.md, filled from the registries of the code.

python tools/reference.py          fills every block
python tools/reference.py --check  changes nothing; says what is stale, and fails if anything is

A block stands between `<!-- reference: NAME -->` and `<!-- end -->`; NAME is a key of BLOCKS.
"""

import argparse
import importlib
import inspect
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import django
from pydantic import BaseModel

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
BLOCK = re.compile(r"(<!-- reference: ([a-z_]+) -->\n).*?(<!-- end -->)", re.S)
sys.path.insert(0, str(ROOT / "src"))
sys.path.insert(0, str(ROOT))

from fairhand.cli.main import COMMANDS, subparser  # noqa: E402  # found through the line above
from fairhand.delivery.formats import FORMATS  # noqa: E402
from fairhand.dispatch.policies.queue import QUEUE_POLICIES  # noqa: E402
from fairhand.dispatch.policies.slot import SLOT_POLICIES  # noqa: E402
from fairhand.gates.rules import KINDS  # noqa: E402
from fairhand.insight.books import CHECKS  # noqa: E402
from fairhand.kernel import limits as named_limits  # noqa: E402
from fairhand.ledger.chart import CHART  # noqa: E402
from fairhand.people.access import RIGHTS  # noqa: E402
from fairhand.people.states import ROLES  # noqa: E402
from fairhand.review.policies import POLICIES  # noqa: E402
from fairhand.review.redundancy import REDUNDANCY  # noqa: E402
from fairhand.tasks.fields import FIELDS  # noqa: E402
from fairhand.tasks.library import ready, ready_names  # noqa: E402
from fairhand.tasks.questions import QUESTIONS  # noqa: E402
from fairhand_pay import floors  # noqa: E402
from fairhand_pay.currency import format_minor  # noqa: E402
from fairhand_pay.presets import PRESETS  # noqa: E402
from fairhand_pay.primitives import PRIMITIVES  # noqa: E402
from tools.configurations import HEAD, configurations  # noqa: E402


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a bar inside a cell is escaped."""
    lines = [list(head), ["---"] * len(head), *[[cell.replace("|", "\\|") for cell in row] for row in rows]]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def first_line(thing: object) -> str:
    """The first sentence of a docstring."""
    return (inspect.getdoc(thing) or "").split("\n", maxsplit=1)[0]


def settings_of(model: type[BaseModel]) -> str:
    """A plug-in's settings, from the JSON schema of its model."""
    schema = model.model_json_schema()
    needed = schema.get("required", [])
    rows = []
    for name, said in schema["properties"].items():
        default = "needed" if name in needed else f"`{said['default']!r}`" if said.get("default") is not None else "–"
        rows.append((f"`{name}`", _kind(said), default))
    return table(("setting", "what it takes", "default"), rows)


def _kind(said: dict[str, Any]) -> str:
    """A piece of JSON schema in words."""
    if "enum" in said:
        return " or ".join(f"`{each}`" for each in said["enum"])
    if "const" in said:
        return f"`{said['const']!r}`"
    if "$ref" in said:
        return f"a table `{said['$ref'].rpartition('/')[2]}`"
    if choices := said.get("anyOf") or said.get("oneOf"):
        return " or ".join(dict.fromkeys(_kind(each) for each in choices if each.get("type") != "null"))
    words = {"string": "text", "integer": "whole number", "boolean": "true or false", "number": "number"}
    kind = said.get("type", "")
    extra = said.get("additionalProperties")
    if kind == "object" and isinstance(extra, dict) and extra.get("type") == "integer":
        return f"a table of name and {_kind(said['additionalProperties'])}"
    if kind == "object":
        return "a table" if extra is True else "a table of language and text"
    if kind == "array":
        least, most = said.get("minItems"), said.get("maxItems")
        span = f" ({least or 0} to {most})" if most else ""
        return f"a list of {_kind(said.get('items', {}))}{span}"
    bounds = [f"{words_} {said[key]:,}" for key, words_ in _BOUNDS if key in said]
    pattern = [f"`{said['pattern']}`"] if "pattern" in said else []
    return ", ".join([words.get(kind, kind), *bounds, *pattern])


_BOUNDS = (
    ("minimum", "from"),
    ("maximum", "up to"),
    ("minLength", "characters at least"),
    ("maxLength", "characters at most"),
)


def parts(registry: Any) -> str:
    """Every plug-in of a registry: name, what it is, its settings."""
    found = []
    for part in registry.all():
        found.append(f"### `{part.name}`, version {part.version}\n\n{first_line(sys.modules[type(part).__module__])}\n")
        if (told := first_line(type(part))) != first_line(sys.modules[type(part).__module__]):
            found.append(f"{told}\n")
        if model := getattr(part, "terms", None):
            found.append(settings_of(model))
    return "\n".join(found)


def fields() -> str:
    """What a task may show."""
    return parts(FIELDS)


def questions() -> str:
    """What a task may ask."""
    return parts(QUESTIONS)


def review_policies() -> str:
    """Which work is reviewed."""
    return table(("policy", "version", "asks a review of"), [
        (f"`{part.name}`", str(part.version), first_line(sys.modules[type(part).__module__])) for part in POLICIES.all()
    ])  # fmt: skip


def slot_policies() -> str:
    """Where a slot ranks."""
    return parts(SLOT_POLICIES)


def redundancy_policies() -> str:
    """How many attempts a task gets."""
    return parts(REDUNDANCY)


def queue_policies() -> str:
    """Which queue is looked at first."""
    return parts(QUEUE_POLICIES)


def delivery_formats() -> str:
    """What a delivery is written as."""
    return table(("format", "version", "file", "media type", "holds"), [
        (f"`{part.name}`", str(part.version), f"`.{part.suffix}`", f"`{part.media_type}`",
         first_line(sys.modules[type(part).__module__]))
        for part in FORMATS.all()
    ])  # fmt: skip


def pay_parts() -> str:
    """What a pay plan is made of."""
    rows = [
        (kind, f"`{name}`", str(version), first_line(sys.modules[type(part).__module__]))
        for kind, found in (("primitive", PRIMITIVES), ("preset", PRESETS))
        for (name, version), part in sorted(found.items())
    ]
    return table(("kind", "name", "version", "what it pays"), rows)


def pay_presets() -> str:
    """What each preset copies, where that was read, and what our guarantees change."""
    rows = [(f"`{name}`", part.copies, part.source, part.ours) for (name, _), part in sorted(PRESETS.items())]
    return table(("preset", "what it is like", "source", "what our guarantees change"), rows)


def pay_preset_parameters() -> str:
    """The parameters of each preset, with what holds if they are left out."""
    rows = []
    for (name, _), part in sorted(PRESETS.items()):
        for field, info in part.params.model_fields.items():
            default = "needed" if info.is_required() else "–" if info.default in (None, {}) else f"`{info.default}`"
            rows.append((f"`{name}`", f"`{field}`", default))
    return table(("preset", "parameter", "without it"), rows)


def pay_floors() -> str:
    """The rows of floors.toml."""
    rows = [
        (row.place, f"{row.begins}", f"{format_minor(row.per_hour_minor, row.currency)}/h", row.source,
         f"{row.noted_on}")
        for row in floors()
    ]  # fmt: skip
    return table(("place", "from", "floor", "published by", "written down, unchecked"), rows)


def roles() -> str:
    """Role -> its rights."""
    rows = [(f"`{role}`", ", ".join(f"`{r.name}`" for r in RIGHTS if role in r.roles) or "–") for role in ROLES]
    return table(("role", "rights"), rows)


def rights() -> str:
    """Right -> how far it reaches, and who has it."""
    rows = [(f"`{r.name}`", r.reach, ", ".join(f"`{role}`" for role in sorted(r.roles)) or "–") for r in RIGHTS]
    return table(("right", "reaches", "roles that give it"), rows)


def endpoints() -> str:
    """Every address with the right that its door asks for, as the access matrix of the tests walks them."""
    from tests.browser.endpoints import endpoints as every

    rows = sorted(
        (f"`/{each.route}`", f"`{each.name}`", ", ".join(each.methods), f"`{each.door.right.name}`",
         "POST" if each.door.fresh and "POST" in each.methods else "yes" if each.door.fresh else "")
        for each in every() if each.door is not None
    )  # fmt: skip
    return table(("address", "name", "methods", "right", "asks for a proof just given"), rows)


def commands() -> str:
    """Every command with its arguments."""
    found = []
    for command in COMMANDS:
        if not command.told:
            continue
        parser = subparser(command)
        found.append(f"### `fairhand {command.name}`\n\n{parser.description or command.told}\n")
        found.append(_options(parser))
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for name, sub in action.choices.items():
                    found.append(f"#### `fairhand {command.name} {name}`\n\n{sub.description or ''}\n")
                    found.append(_options(sub))
    return "\n".join(part for part in found if part)


def _options(parser: argparse.ArgumentParser) -> str:
    rows = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction | argparse._HelpAction):
            continue
        shown = ", ".join(action.option_strings) or str(action.metavar or action.dest)
        told = (action.help or "") % {"default": action.default, "prog": parser.prog} if action.help else ""
        rows.append((f"`{shown}`", told))
    return table(("argument", "what it does"), rows) if rows else ""


def limits() -> str:
    """Every named maximum, by the section of the file it stands in."""
    found: list[str] = []
    rows: list[tuple[str, str, str]] = []
    section = ""
    for line in [*inspect.getsource(named_limits).splitlines(), "# end"]:
        if line.startswith("# ") and rows:
            found.append(f"### {section}\n\n" + table(("limit", "value", "what it bounds"), rows))
            rows = []
        if line.startswith("# "):
            section = line[2:]
        names, _, told = line.partition("=")
        for name in names.partition(":")[0].split(","):
            value = getattr(named_limits, name.strip(), None) if name.strip().isupper() else None
            if isinstance(value, int):
                rows.append((f"`{name.strip()}`", f"{value:,}", told.partition("#")[2].strip()))
    return "\n".join(found)


def checks() -> str:
    """What is recounted in the books."""
    return table(("check", "a found row is"), [(f"`{name}`", told) for name, (told, _) in CHECKS.items()])


def chart() -> str:
    """Where money can sit."""
    return table(("owner", "purpose", "holds", "may fall below zero", "in the export"), [
        (place.owner_kind, f"`{place.purpose}`", place.told, "yes" if place.below_zero else "no", f"`{place.root}`")
        for place in CHART
    ])  # fmt: skip


def metrics() -> str:
    """What a monitor may read. Figures of requests are imported late: their module wants the settings."""
    probes = importlib.import_module("fairhand.web.probes")
    observed = importlib.import_module("fairhand.web.observed")
    of_requests = [
        (f"`{name}`", "counter" if name.endswith("_total") else "histogram", ", ".join(metric._labelnames), told)
        for metric, name, told in (
            (observed.REQUESTS, "fairhand_http_requests_total", observed.REQUESTS._documentation),
            (observed.SECONDS, "fairhand_http_request_seconds", observed.SECONDS._documentation),
        )
    ]
    rows = [
        (f"`{name}`", "counter" if name.endswith("_total") else "gauge", label, told)
        for name, (told, label) in probes.FAMILIES.items()
    ]
    return table(("figure", "kind", "by", "what it is"), [*of_requests, *rows])


def conditions() -> str:
    """What a rule of who may can ask."""
    return table(("kind", "holds", "asks for"), [
        (f"`{kind}`", ", ".join(f"`{part}`" for part in parts_), said) for kind, (parts_, said) in KINDS.items()
    ])  # fmt: skip


def ready_made() -> str:
    """Each ready-made template with what it shows, asks and exports, and a picture of its example."""
    made = []
    for found in filter(None, map(ready, ready_names())):
        asked = [(QUESTIONS.get(each["type"], each["version"]), each) for each in found.template["questions"]]
        columns = [column for part, terms in asked if part for column in part.export_columns(terms)]
        made.append(
            f"### `{found.slug}`\n\n{found.name['en']}. {found.summary['en']}\n\n"
            f"Shows {_typed(found.template['fields'])}; asks {_typed(found.template['questions'])}. "
            f"Columns: {', '.join(f'`{column}`' for column in columns)}.\n\n"
            f"![{found.name['en']}, answered](../images/ready-{found.slug}.png)\n"
        )
    return "\n".join(made)


def _typed(parts: Sequence[dict[str, Any]]) -> str:
    return ", ".join(f"`{each['name']}` ({each['type']})" for each in parts)


def proof() -> str:
    """What `make prove` has shown: claim, cases, seed, seconds, commit."""
    shown = json.loads((DOCS / "reference" / "proof.json").read_text(encoding="utf-8"))
    rows = [(row["claim"], f"{row['count']:,}", f"{row['seconds']:,.0f}", f"`{row['commit'][:9]}`") for row in shown]
    return table(("what holds", "cases", "seconds", "at"), rows)


BLOCKS: dict[str, Callable[[], str]] = {
    "chart": chart,
    "checks": checks,
    "commands": commands,
    "conditions": conditions,
    "delivery_formats": delivery_formats,
    "endpoints": endpoints,
    "fields": fields,
    "label_studio": lambda: table(HEAD, configurations(ROOT)),
    "limits": limits,
    "metrics": metrics,
    "pay_floors": pay_floors,
    "pay_parts": pay_parts,
    "pay_preset_parameters": pay_preset_parameters,
    "pay_presets": pay_presets,
    "proof": proof,
    "questions": questions,
    "queue_policies": queue_policies,
    "ready_made": ready_made,
    "redundancy_policies": redundancy_policies,
    "review_policies": review_policies,
    "rights": rights,
    "roles": roles,
    "slot_policies": slot_policies,
}


def filled(text: str, problems: list[str], where: str, seen: set[str]) -> str:
    """The page with its blocks as the code says today."""

    def fill(found: re.Match[str]) -> str:
        name = found.group(2)
        seen.add(name)
        if name not in BLOCKS:
            problems.append(f"{where}: nothing is called {name!r}; there are {', '.join(sorted(BLOCKS))}")
            return found.group(0)
        return f"{found.group(1)}\n{BLOCKS[name]().strip()}\n\n{found.group(3)}"

    return BLOCK.sub(fill, text)


def problems_of(check: bool) -> list[str]:
    """What is stale or missing; without `check` the pages are written first."""
    problems: list[str] = []
    seen: set[str] = set()
    for page in sorted(DOCS.rglob("*.md")):
        old, where = page.read_text(encoding="utf-8"), page.relative_to(ROOT).as_posix()
        new = filled(old, problems, where, seen)
        if new != old and check:
            problems.append(f"{where} is stale; run python tools/reference.py")
        elif new != old:
            page.write_text(new, encoding="utf-8")
    problems += [f"no page shows {name!r}" for name in sorted(set(BLOCKS) - seen)]
    return problems


def main() -> int:
    """0 if every block says what the code says."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairhand.settings")
    django.setup()
    found = problems_of("--check" in sys.argv[1:])
    for line in found:
        print(line)
    print(f"{len(BLOCKS)} blocks, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
