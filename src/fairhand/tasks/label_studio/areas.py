"""Boxes, polygons and points on pictures: percent of the picture there, whole pixels here. Pure."""

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
from fairhand.tasks.label_studio.reasons import reason

_POINT_PERCENT = 0.5  # how large a point is drawn there


def boxes(given: Given) -> Question:
    """Boxes whose sides lie along those of the picture."""
    return _areas(given, "box", "rectanglelabels")


def polygons(given: Given) -> Question:
    """Polygons."""
    return _areas(given, "polygon", "polygonlabels")


def points(given: Given) -> Question:
    """Points."""
    return _areas(given, "point", "keypointlabels")


def _areas(given: Given, kind: str, type_: str) -> Question:
    if len(given.to) != 1 or given.to[0].fields[0]["type"] != "image":
        raise NotAsked(reason("no_picture"))
    tags = given.tag.of("Label")
    if not 1 <= len(tags) <= SPAN_LABELS_MAX:
        raise NotAsked(reason("too_many_labels", n=len(tags), most=SPAN_LABELS_MAX))
    options, values = options_of(tags)
    theirs = {ours: each for each, ours in values.items()}
    field = given.to[0].fields[0]["name"]
    terms: Json = {**given.terms, "type": "regions", "of": field, "labels": options, "shapes": [kind]}
    if given.terms["required"]:
        terms["least"] = 1

    def read(found: Rows, _data: Mapping[str, Any]) -> Any:
        marks = []
        for row in found:
            size = (row.get("original_width"), row.get("original_height"))
            if not all(type(side) is int and side > 0 for side in size):
                raise NoAnswer("a mark does not say how large its picture is")
            for label in row["value"].get(type_, []):
                mark = {"kind": kind, "label": known_value(values, label), "at": _pixels(kind, row["value"], size)}
                marks.append(mark)
        return {"marks": marks} if marks else None

    def write(answer: Any, payload: Mapping[str, Any]) -> list[Json]:
        picture = payload[field]
        size = (picture["width"], picture["height"])
        beside = {"original_width": size[0], "original_height": size[1], "image_rotation": 0}
        return [
            {**beside, "value": {**_percent(kind, mark["at"], size), type_: [theirs[mark["label"]]]}}
            for mark in answer["marks"]
        ]

    return Question(given.tag, terms, type_, given.to, read, write)


def _pixels(kind: str, value: Mapping[str, Any], size: tuple[Any, Any]) -> list[int]:
    if value.get("rotation"):
        raise NoAnswer("a box is turned; boxes here lie along the sides of the picture")
    if kind == "polygon":
        shares = [share for corner in value.get("points", []) for share in corner]
    else:
        shares = [value.get(name) for name in ("x", "y", "width", "height")[: 4 if kind == "box" else 2]]
    if not shares or not all(type(share) in (int, float) and 0 <= share <= 100 for share in shares):
        raise NoAnswer("a mark lies outside its picture")
    return [round(share * size[number % 2] / 100) for number, share in enumerate(shares)]


def _percent(kind: str, at: list[int], size: tuple[int, int]) -> Json:
    shares = [100 * pixels / size[number % 2] for number, pixels in enumerate(at)]
    if kind == "polygon":
        return {"points": [shares[place : place + 2] for place in range(0, len(shares), 2)], "closed": True}
    if kind == "point":
        return {"x": shares[0], "y": shares[1], "width": _POINT_PERCENT}
    return dict(zip(("x", "y", "width", "height"), shares, strict=True)) | {"rotation": 0}
