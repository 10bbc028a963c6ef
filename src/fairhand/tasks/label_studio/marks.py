"""Labels in texts, which are marks: offsets are checked against the text, however they were counted. Pure."""

from collections.abc import Mapping
from typing import Any

from fairhand.kernel.limits import SPAN_LABELS_MAX
from fairhand.tasks.label_studio.controls import (
    Given,
    Json,
    NoAnswer,
    NotAsked,
    Question,
    Rows,
    known_value,
    options_of,
)
from fairhand.tasks.label_studio.objects import NoValue
from fairhand.tasks.label_studio.read import Tag
from fairhand.tasks.label_studio.reasons import reason


def labels(given: Given) -> Question:
    """Marks in a text; a TextArea for each of them is their comment."""
    if len(given.to) != 1 or given.to[0].fields[0]["type"] != "text":
        raise NotAsked(reason("no_text"))
    tags = given.tag.of("Label")
    if not 1 <= len(tags) <= SPAN_LABELS_MAX:
        raise NotAsked(reason("too_many_labels", n=len(tags), most=SPAN_LABELS_MAX))
    options, values = options_of(tags)
    theirs = {ours: each for each, ours in values.items()}
    area, about = _comment_of(given), given.to[0]
    field = about.fields[0]["name"]
    terms: Json = {**given.terms, "type": "spans", "of": field, "labels": options, "overlap": True}
    if given.terms["required"]:
        terms["least"] = 1
    if area is not None:
        terms["comment"] = "required" if area.on("required") else "optional"

    def read(found: Rows, data: Mapping[str, Any]) -> Any:
        try:
            text = about.read(data)[field]
        except NoValue as why:
            raise NoAnswer(f"its text can't be read: {why}") from None
        said = {row.get("id"): "\n".join(map(str, row["value"].get("text", []))) for row in found
                if area is not None and row.get("from_name") == area.attrs["name"]}  # fmt: skip
        marks = []
        for row in found:
            for label in row["value"].get("labels", []):
                start, end = _place(text, row["value"])
                mark = {"start": start, "end": end, "label": known_value(values, label), "quote": text[start:end]}
                if said.get(row.get("id")):
                    mark["comment"] = said[row.get("id")]
                marks.append(mark)
        marks.sort(key=lambda mark: (mark["start"], mark["end"], mark["label"]))
        return {"marks": marks} if marks else None

    def write(answer: Any, _payload: Mapping[str, Any]) -> list[Json]:
        rows: list[Json] = []
        for number, mark in enumerate(answer["marks"], start=1):
            place = {"start": mark["start"], "end": mark["end"], "text": mark["quote"]}
            rows.append({"id": f"m{number}", "value": {**place, "labels": [theirs[mark["label"]]]}})
            if mark.get("comment") and area is not None:
                value = {**place, "text": [mark["comment"]]}
                rows.append({"id": f"m{number}", "from_name": area.attrs["name"], "type": "textarea", "value": value})
        return rows

    return Question(given.tag, terms, "labels", given.to, read, write, also=(area,) if area is not None else ())


def _comment_of(given: Given) -> Tag | None:
    """A text for each mark of the same object."""
    top = list(given.tag.around())[-1]
    for tag in top.walk():
        if tag.name == "TextArea" and tag.on("perRegion") and tag.attrs.get("toName") == given.tag.attrs.get("toName"):
            return tag
    return None


def _place(text: str, value: Mapping[str, Any]) -> tuple[int, int]:
    """Start and end in code points. Offsets may count UTF-16 units, as scripts do; the quoted text says which."""
    start, end, quote = value.get("start"), value.get("end"), value.get("text")
    if isinstance(start, str) or isinstance(end, str):
        start, end = (int(each) if isinstance(each, str) and each.isdecimal() else each for each in (start, end))
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise NoAnswer("a mark has no start and end")
    pairs = [(start, end), (_from_units(text, start), _from_units(text, end))]
    for begins, ends in pairs:
        if ends <= len(text) and (text[begins:ends] == quote or not isinstance(quote, str)):
            return begins, ends
    raise NoAnswer(f"from {start} to {end} of the text there is something else than its mark quotes")


def _from_units(text: str, units: int) -> int:
    return len(text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore"))
