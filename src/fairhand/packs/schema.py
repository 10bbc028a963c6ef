"""The JSON Schema of project.toml, for editors and for other programs that write packs.

`python -m fairhand.packs.schema` writes docs/reference/pack.schema.json; with `--check` it says whether it is fresh.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from fairhand.packs.spec import PackSpec
from fairhand.review.policies import POLICIES
from fairhand_pay.presets import PRESETS

_FILE = Path(__file__).parents[3] / "docs" / "reference" / "pack.schema.json"


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
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fairhand pack: project.toml",
        **{key: value for key, value in schema.items() if key != "title"},
    }
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
    """Write the file, or check it. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Write the JSON Schema of project.toml.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if the file is stale")
    parser.add_argument("--file", type=Path, default=_FILE)
    asked = parser.parse_args(arguments)
    fresh = schema_text()
    if asked.check:
        same = asked.file.is_file() and asked.file.read_text(encoding="utf-8") == fresh
        print(f"{asked.file} is {'fresh' if same else 'stale; run python -m fairhand.packs.schema'}")
        return 0 if same else 1
    asked.file.parent.mkdir(parents=True, exist_ok=True)
    asked.file.write_text(fresh, encoding="utf-8")
    print(f"wrote {asked.file}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
