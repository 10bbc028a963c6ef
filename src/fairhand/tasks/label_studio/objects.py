"""Object tags: what a task of Label Studio shows, as fields; and its data as their values and back. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fairhand.kernel.limits import LABEL_STUDIO_ITEMS_DEFAULT, RANKING_ITEMS_MAX
from fairhand.tasks.label_studio.read import Tag
from fairhand.tasks.label_studio.reasons import reason
from fairhand.tasks.wording import Reason, shown

Json = dict[str, Any]
_ITEM_PARTS = ("title", "body")


class NoValue(ValueError):
    """Why a task's data give a field no value."""

    def __init__(self, why: Reason) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Shown:
    """An object tag and the fields that stand for it.

    `read(data)` gives their values and raises NoValue; `write(payload)` gives the part of the task's data again.
    """

    tag: Tag
    fields: tuple[Json, ...]
    read: Callable[[Mapping[str, Any]], Json]
    write: Callable[[Mapping[str, Any]], Json]
    items: tuple[str, ...] = field(default=())  # of a list: its fields, in their order


@dataclass(frozen=True, slots=True)
class Asked:
    """How a tag is made into fields: their name, what they are called, and how many items a list has."""

    tag: Tag
    name: str
    label: str
    items_n: int = LABEL_STUDIO_ITEMS_DEFAULT


def variable(tag: Tag) -> str | None:
    """The name of the data that a tag shows (`$text`); None for a text that stands in the configuration."""
    value = tag.attrs.get("value", "")
    return value[1:] if value.startswith("$") else None


def why_not(tag: Tag) -> Reason | None:
    """Why an object tag can't be a field, though its kind can."""
    name = variable(tag)
    if tag.attrs.get("valueType") == "url":
        return reason("fetched")
    if tag.attrs.get("valueList"):
        return reason("picture_list")
    if name is None:
        return None if tag.name in ("Text", "Header") else reason("no_data")
    if not name or any(char in name for char in "$[]{} "):
        return reason("more_than_name", name=shown(tag.attrs["value"]))
    return None


def data_of(data: Mapping[str, Any], name: str) -> Any:
    """What stands under a name, of which dots make a path. Raises NoValue."""
    value: Any = data
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise NoValue(reason("not_in_data", name=shown(name)))
        value = value[part]
    return value


def _put(name: str, value: Any) -> Json:
    """{"a": {"b": value}} for a.b."""
    for part in reversed(name.split(".")):
        value = {part: value}
    return value  # type: ignore[no-any-return]


def _one(asked: Asked, terms: Json, read: Callable[[Any], Any], write: Callable[[Any], Any]) -> Shown:
    """A field of one value."""
    name = variable(asked.tag) or ""
    known = {"name": asked.name, "label": {"en": asked.label}, **terms}
    return Shown(
        asked.tag, (known,), lambda data: {asked.name: read(data_of(data, name))},
        lambda payload: _put(name, write(payload[asked.name])),
    )  # fmt: skip


def text(asked: Asked) -> Shown:
    """A text of the task, or one that stands in the configuration and is the same in every task."""
    fixed = None if variable(asked.tag) else asked.tag.attrs.get("value", "").strip() or asked.tag.text.strip()
    if fixed is None:
        return _one(asked, {"type": "text"}, _as_text, str)
    terms = {"name": asked.name, "label": {"en": asked.label}, "type": "text"}
    return Shown(asked.tag, (terms,), lambda _data: {asked.name: fixed}, lambda _payload: {})


def _as_text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NoValue(reason("value_no_text"))
    return str(value)


def of_file(kind: str) -> Callable[[Asked], Shown]:
    """A picture, sound, film or document: our tasks name a file of the project, by the last part of its address."""

    def read(value: Any) -> Json:
        if not isinstance(value, str) or not value.strip():
            raise NoValue(reason("value_no_address"))
        return {"file": value.split("?")[0].rstrip("/").rsplit("/", 1)[-1]}

    return lambda asked: _one(asked, {"type": kind}, read, lambda value: value.get("name") or value["file"])


def paragraphs(asked: Asked) -> Shown:
    """A dialogue: who said what."""
    name_key, text_key = asked.tag.attrs.get("nameKey", "author"), asked.tag.attrs.get("textKey", "text")

    def read(value: Any) -> list[Json]:
        if not isinstance(value, list) or not all(isinstance(turn, Mapping) for turn in value):
            raise NoValue(reason("value_no_talk"))
        return [{"role": "user", "content": _as_text(turn.get(text_key, "")),
                 **({"name": str(turn[name_key])} if turn.get(name_key) else {})} for turn in value]  # fmt: skip

    def write(value: Any) -> list[Json]:
        return [{name_key: turn.get("name", ""), text_key: turn["content"]} for turn in value]

    return _one(asked, {"type": "chat"}, read, write)


def table(asked: Asked) -> Shown:
    """Names and their values."""

    def read(value: Any) -> Json:
        if not isinstance(value, Mapping):
            raise NoValue(reason("value_no_table"))
        plain = {name: each if isinstance(each, str | int | bool) else str(each) for name, each in value.items()}
        return {"columns": ["name", "value"], "rows": [[name, each] for name, each in plain.items()]}

    return _one(asked, {"type": "table"}, read, lambda value: dict(value["rows"]))


def items(asked: Asked) -> Shown:
    """A list of things, a field each. How many there are is the same in all tasks."""
    count = min(max(asked.items_n, 2), RANKING_ITEMS_MAX)
    names = tuple(f"{asked.name}_{number}" for number in range(1, count + 1))
    title = asked.tag.attrs.get("title") or asked.label
    fields = tuple(
        {"name": name, "label": {"en": f"{title} {number}"}, "type": "text"}
        for number, name in enumerate(names, start=1)
    )
    name = variable(asked.tag) or ""

    def read(data: Mapping[str, Any]) -> Json:
        value = data_of(data, name)
        if not isinstance(value, list) or not all(isinstance(each, Mapping) for each in value):
            raise NoValue(reason("value_no_list"))
        if len(value) != count:
            raise NoValue(reason("value_other_number", n=len(value), shown=count))
        return {ours: _said(each) for ours, each in zip(names, value, strict=True)}

    def write(payload: Mapping[str, Any]) -> Json:
        things = [{"id": str(number), "body": payload[ours]} for number, ours in enumerate(names, start=1)]
        return _put(name, things)

    return Shown(asked.tag, fields, read, write, names)


def _said(thing: Mapping[str, Any]) -> str:
    parts = [str(thing[part]) for part in _ITEM_PARTS if thing.get(part)]
    if not parts:
        raise NoValue(reason("thing_empty"))
    return "\n\n".join(parts)


OBJECTS: Mapping[str, Callable[[Asked], Shown]] = {
    "Text": text, "Image": of_file("image"), "Audio": of_file("audio"), "Video": of_file("video"),
    "Pdf": of_file("pdf"), "Paragraphs": paragraphs, "Table": table, "List": items,
}  # fmt: skip
