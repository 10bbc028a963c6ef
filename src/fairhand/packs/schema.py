"""The JSON Schemas of project.toml and of a template alone, for editors and for other programs that write them.

`python -m fairhand.packs.schema` writes docs/reference/pack.schema.json and template.schema.json; with `--check` it
says whether they are fresh.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from fairhand.packs.spec import PackSpec
from fairhand.review.policies import POLICIES
from fairhand.tasks.template_spec import Template
from fairhand_pay.presets import PRESETS

_FOLDER = Path(__file__).parents[3] / "docs" / "reference"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_text() -> str:
    """The schema as it stands in the file. Order, endpoints and names do not vary between runs."""
    schema = PackSpec.model_json_schema()
    stage = schema["$defs"]["Stage"]["properties"]
    stage["pay"] = {
        "description": "A pay preset and its parameters.",
        "oneOf": [_preset(key) for key in sorted(PRESETS)],
    }
    stage["policy"] = {
        "description": "Which submissions are reviewed: the name of a review policy and its settings.",
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"enum": POLICIES.names()}, "version": {"type": "integer", "default": 1}},
    }
    return _text(schema, "Fairhand pack: project.toml")


def template_schema_text() -> str:
    """The same of a template: what a task shows and asks."""
    return _text(Template.model_json_schema(), "Fairhand template")


def _text(schema: dict[str, Any], title: str) -> str:
    whole = {"$schema": _DIALECT, **schema, "title": title}
    return json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _preset(key: tuple[str, int]) -> dict[str, Any]:
    params = PRESETS[key].params.model_json_schema()
    properties = {"preset": {"const": key[0]}, **params.get("properties", {})}
    return {
        "additionalProperties": False,
        "properties": properties,
        "required": ["preset", *params.get("required", [])],
        "title": key[0],
        "type": "object",
    }


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or check them. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Write the JSON Schemas of project.toml and of a template.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if a file is stale")
    parser.add_argument("--folder", type=Path, default=_FOLDER)
    asked = parser.parse_args(arguments)
    stale = 0
    for name, fresh in (("pack.schema.json", schema_text()), ("template.schema.json", template_schema_text())):
        file = asked.folder / name
        if asked.check:
            same = file.is_file() and file.read_text(encoding="utf-8") == fresh
            print(f"{file} is {'fresh' if same else 'stale; run python -m fairhand.packs.schema'}")
            stale += not same
        else:
            asked.folder.mkdir(parents=True, exist_ok=True)
            file.write_text(fresh, encoding="utf-8")
            print(f"wrote {file}")
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
