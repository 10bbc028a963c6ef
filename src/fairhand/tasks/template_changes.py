"""What differs between two versions of a template: part by part, and within a part setting by setting. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["added", "removed", "changed"]
_NAMES = ("value", "name", "at", "type")  # what tells the things of a list apart, the first that all of them have
_PARTS = ("fields", "questions")


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting by its path (`options.left.label.en`); None on the side where it isn't there."""

    path: str
    before: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """A part that differs. `part`: `fields`, `questions` or `layout`; `label`: its newest one; `moved`: it stands in
    another place among the parts that both versions have."""

    part: str
    kind: Kind
    name: str
    type: str
    label: Mapping[str, str]
    settings: tuple[Setting, ...] = ()
    moved: bool = False


def template_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """Everything that differs, fields first, each kind of part in the order of the newer version; what was removed
    comes last."""
    found: list[Difference] = []
    for part in _PARTS:
        found += _of_parts(part, before[part], now[part])
    old, new = before.get("layout") or {}, now.get("layout") or {}
    if settings := tuple(_settings("", old, new)):
        kind: Kind = "changed" if old and new else "added" if new else "removed"
        found.append(Difference("layout", kind, "layout", str((new or old)["kind"]), {}, settings))
    return found


def _of_parts(part: str, before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    old, new = {each["name"]: each for each in before}, {each["name"]: each for each in now}
    stays = [name for name in old if name in new]
    moved = _out_of_place(stays, [name for name in new if name in old])
    for name, terms in new.items():
        if name not in old:
            yield Difference(part, "added", name, terms["type"], terms["label"], tuple(_settings("", {}, _rest(terms))))
            continue
        settings = tuple(_settings("", old[name], terms))
        if settings or name in moved:
            yield Difference(part, "changed", name, terms["type"], terms["label"], settings, name in moved)
    for name, terms in old.items():
        if name not in new:
            gone = tuple(_settings("", _rest(terms), {}))
            yield Difference(part, "removed", name, terms["type"], terms["label"], gone)


def _rest(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the head of a part says, and without lists of nothing."""
    said = ("name", "type", "version", "label")
    return {key: value for key, value in terms.items() if key not in said and value not in ([], {}, "")}


def _out_of_place(before: Sequence[str], now: Sequence[str]) -> frozenset[str]:
    """The fewest names that were moved: all that are not of the longest run kept in order."""
    place = {name: at for at, name in enumerate(before)}
    best: dict[str, list[str]] = {}
    for name in now:
        runs = [run for last, run in best.items() if place[last] < place[name]]
        best[name] = [*max(runs, key=len, default=[]), name]
    kept = max(best.values(), key=len, default=[])
    return frozenset(now) - frozenset(kept)


def _settings(path: str, before: Any, now: Any) -> Iterator[Setting]:
    if before == now:
        return
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in [*now, *(key for key in before if key not in now)]:
            yield from _settings(_at(path, key), before.get(key), now.get(key))
    elif isinstance(before, list) and isinstance(now, list) and (by := _told_apart(before, now)):
        old, new = {each[by]: each for each in before}, {each[by]: each for each in now}
        for key in [*new, *(key for key in old if key not in new)]:
            yield from _settings(_at(path, key), old.get(key), new.get(key))
        if [key for key in old if key in new] != [key for key in new if key in old]:
            yield Setting(path, list(old), list(new))
    else:
        yield Setting(path, before, now)


def _at(path: str, key: Any) -> str:
    return f"{path}.{key}" if path else str(key)


def _told_apart(*lists: Sequence[Any]) -> str | None:
    """By which of their settings the things of these lists are told apart."""
    things = [each for one in lists for each in one]
    if not things or not all(isinstance(each, Mapping) for each in things):
        return None
    for name in _NAMES:
        if not all(isinstance(each.get(name), str | int) for each in things):
            continue
        if all(len({each[name] for each in one}) == len(one) for one in lists):
            return name
    return None
