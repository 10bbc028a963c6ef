"""Ready-made templates: one folder each, found by walking, read once.

A folder holds template.toml (name, summary, minutes, and the template itself), guideline.md and rubric.md with their
other languages beside them (guideline.ar.md), examples.jsonl (tasks with a known answer and its reason),
ATTRIBUTION.md, and files/ with the files that its examples show. A new one needs no code: tests/rules/test_library.py
looks at every folder there is.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from fairhand.kernel.limits import CLAIM_S_MAX_MAX
from fairhand.tasks.attached import files_in
from fairhand.tasks.template_spec import Part, Template, template_faults
from fairhand.tasks.wording import Label, Paragraph

_FOLDER = Path(__file__).parent
_TEMPLATE, _FILES = "template.toml", "files"


class Spec(Part):
    """template.toml. `minutes`: how long one task typically takes, as whoever starts a project is told."""

    name: Label
    minutes: Annotated[int, Field(ge=1, le=CLAIM_S_MAX_MAX // 60)]
    summary: Paragraph
    template: Template


@dataclass(frozen=True, slots=True)
class Example:
    """A task with its known answer. `reason`: language -> why it is right."""

    key: str
    payload: Mapping[str, Any]
    answer: Mapping[str, Any]
    reason: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ready:
    """A ready-made template. `template` is the JSON that a project stores; texts are by language.

    `files`: name -> where a file of the examples lies. They hold what is known of it, under an id of its own;
    a project takes it in as one of its own.
    """

    slug: str
    name: Mapping[str, str]
    summary: Mapping[str, str]
    minutes: int
    template: Mapping[str, Any]
    guideline: Mapping[str, str]
    rubric: Mapping[str, str]
    examples: tuple[Example, ...]
    attribution: str
    files: Mapping[str, Path]


def ready_names() -> list[str]:
    """The folders' names, in order."""
    return sorted(found.parent.name for found in _FOLDER.glob(f"*/{_TEMPLATE}"))


@cache
def ready(slug: str) -> Ready | None:
    """A ready-made template by its folder's name; None where there is none. Raises ValueError if it doesn't fit."""
    if slug not in ready_names():
        return None
    folder = _FOLDER / slug
    spec = Spec.model_validate(tomllib.loads((folder / _TEMPLATE).read_text(encoding="utf-8")))
    if faults := list(template_faults(spec.template)):
        raise ValueError(f"{slug}: {faults}")
    rows = [json.loads(line) for line in (folder / "examples.jsonl").read_text(encoding="utf-8").splitlines()]
    return Ready(
        slug, spec.name, spec.summary, spec.minutes, spec.template.model_dump(mode="json", exclude_none=True),
        _texts(folder, "guideline"), _texts(folder, "rubric"), tuple(Example(**row) for row in rows),
        (folder / "ATTRIBUTION.md").read_text(encoding="utf-8"),
        {path.name: path for path in sorted((folder / _FILES).glob("*"))},
    )  # fmt: skip


@cache
def shipped_files() -> Mapping[str, tuple[Mapping[str, Any], Path]]:
    """The files of all examples by their ids: what is known of each, and where it lies."""
    found = filter(None, map(ready, ready_names()))
    return {
        file["file"]: (file, each.files[file["name"]])
        for each in found
        for example in each.examples
        for file in files_in([example.payload, example.answer])
    }


def _texts(folder: Path, name: str) -> dict[str, str]:
    """`guideline.md` is English, `guideline.ar.md` Arabic."""
    found = {path.suffixes[-2][1:] if len(path.suffixes) > 1 else "en": path for path in folder.glob(f"{name}*.md")}
    return {language: path.read_text(encoding="utf-8") for language, path in sorted(found.items())}
