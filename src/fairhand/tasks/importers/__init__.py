"""Importers: one file each, found by walking. `IMPORTERS.get("csv")` reads such a file; `for_file` chooses by name."""

import sys

from fairhand.kernel.registry import Registry
from fairhand.tasks.importers._importer import Importer

IMPORTERS: Registry[Importer] = Registry(sys.modules[__name__])


def for_file(name: str) -> Importer | None:
    """The newest importer for a file of that name, by how the name ends."""
    found = [part for part in IMPORTERS.all() if name.lower().endswith(part.suffixes)]
    return found[-1] if found else None
