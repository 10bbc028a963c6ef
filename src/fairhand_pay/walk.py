"""Primitives and presets are found by walking their folder: one file each, with a `PART` that has name and version."""

import importlib
import pkgutil
from types import ModuleType
from typing import Any


def parts_in(package: ModuleType) -> dict[tuple[str, int], Any]:
    """(name, version) -> part, for every module of a folder not starting with `_`. A name used twice is refused."""
    found: dict[tuple[str, int], Any] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda each: each.name):
        if info.name.startswith("_"):
            continue
        part = importlib.import_module(f"{package.__name__}.{info.name}").PART
        if (part.name, part.version) in found:
            raise ValueError(f"{package.__name__}.{info.name}: {part.name} version {part.version} exists already")
        found[part.name, part.version] = part
    return found
