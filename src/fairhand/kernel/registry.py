"""Plug-ins are found by walking a folder: one file (or one folder) each, a duplicate name refused."""

import importlib
import pkgutil
from collections.abc import Iterable
from types import ModuleType
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Name -> plug-in, filled by importing every module below a package that has an attribute `PART`.

    `PART` must carry `name: str` and `version: int`. What a project chose is stored as (name, version, terms):
    new behaviour is a new version, never a changed past.
    """

    def __init__(self, package: ModuleType, module: str | None = None) -> None:
        """`module` names the file inside each plug-in folder (`part`); None when each plug-in is one file."""
        self._parts: dict[tuple[str, int], T] = {}
        for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
            if info.name.startswith("_") or (module is not None and not info.ispkg):
                continue
            name = f"{package.__name__}.{info.name}" + (f".{module}" if module else "")
            part: T = importlib.import_module(name).PART
            key = (part.name, part.version)  # type: ignore[attr-defined]  # the protocol is the plug-in kind's own
            if key in self._parts:
                raise ValueError(f"{name}: a plug-in named {key[0]} version {key[1]} exists already")
            self._parts[key] = part

    def get(self, name: str, version: int = 1) -> T | None:
        """The plug-in, or None."""
        return self._parts.get((name, version))

    def newest(self, name: str) -> T | None:
        """The last version of a plug-in, or None."""
        return self._parts.get((name, max((version for each, version in self._parts if each == name), default=0)))

    def names(self) -> list[str]:
        """Names in order, each once."""
        return sorted({name for name, _ in self._parts})

    def all(self) -> Iterable[T]:
        """Every plug-in, in the order of name and version."""
        return [self._parts[key] for key in sorted(self._parts)]
