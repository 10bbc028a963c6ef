"""Marks on a picture of the task: boxes, polygons and points, each with a label, and a comment where asked for."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import REGION_CORNERS_MAX, REGION_MARKS_MAX, REGION_POINTS_MAX, SPAN_LABELS_MAX
from fairhand.tasks.questions._labels import numbered
from fairhand.tasks.questions._marks import comment_fault, marks_problems
from fairhand.tasks.questions._option import Option, no_two_alike
from fairhand.tasks.questions._question import Posted, QuestionTerms
from fairhand.tasks.questions.regions import form, shapes
from fairhand.tasks.wording import Identifier, Problem, shown, unfit

Kind = Literal["box", "polygon", "point"]
_SIDE_MIN, _CORNERS_MIN = 1, 3


class RegionsTerms(QuestionTerms):
    """`of`: the picture. `labels`: what a mark may be; without a `key` of its own, its number is its key.

    `shapes`: boxes, polygons, points, or some of them. `comment`: on each mark. `least`, `most`: how many marks; where
    `least` is 0, that there is nothing to mark is said with a tick. `overlap_pct`: how much of two marks' areas must be
    common to both (intersection over union, in percent) for one of them to count as the other found.
    """

    of_types: ClassVar[tuple[str, ...]] = ("image",)

    type: Literal["regions"]
    of: Identifier
    labels: Annotated[list[Option], Field(min_length=1, max_length=SPAN_LABELS_MAX)]
    shapes: Annotated[list[Kind], Field(min_length=1, max_length=3)] = ["box", "polygon", "point"]
    comment: Literal["none", "optional", "required"] = "none"
    least: Annotated[int, Field(ge=0, le=REGION_MARKS_MAX)] = 0
    most: Annotated[int, Field(ge=1, le=REGION_MARKS_MAX)] = REGION_MARKS_MAX
    overlap_pct: Annotated[int, Field(ge=1, le=100)] = 50

    @model_validator(mode="after")
    def _sound(self) -> Self:
        no_two_alike(self.labels)
        if len(set(self.shapes)) < len(self.shapes):
            raise unfit("shape_twice", "a shape stands twice")
        if any(label.value == "coco" for label in self.labels):
            why = "a label can't have the value %(value)s: a column of what is delivered is called so"
            raise unfit("label_taken", why, value="coco")
        if self.least > self.most:
            raise unfit(
                "least_above_most", "least (%(least)s) is more than most (%(most)s)", least=self.least, most=self.most
            )
        return self

    def shows_field(self) -> bool:
        """Always."""
        return True


class Regions:
    """answer: {"marks": [{"kind", "label", "at", "comment"?}]}; `at` in whole pixels of the picture as it is stored.

    `at` of a box: x, y, width, height from its upper left corner; of a point: x, y; of a polygon: x, y of each corner.
    """

    name = "regions"
    version = 1
    terms = RegionsTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_an_object, bad_mark, no_label, bad_place, shape_not_asked, outside, comment_missing, too_long,
        bad_character, too_many, few_marks, many_corners, place_twice."""
        question = str(terms["name"])
        if problems := marks_problems(answer, terms, REGION_MARKS_MAX, "mark", lambda mark: _fault(mark, terms)):
            return problems
        given: list[Any] = answer["marks"]  # type: ignore[index]  # looked at just now
        corners = sum(len(mark["at"]) // 2 for mark in given if mark["kind"] == "polygon")
        if corners > REGION_CORNERS_MAX:
            why = f"has {corners} corners in all its polygons; {REGION_CORNERS_MAX} are allowed"
            return [Problem(question, "many_corners", why)]
        if len({(mark["kind"], mark["label"], tuple(mark["at"])) for mark in given}) < len(given):
            return [Problem(question, "place_twice", "has a place twice under one label")]
        return []

    def check_given(self, value: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: no_size."""
        if form.size_of({"given": value}) is None:
            return [Problem(terms["of"], "no_size", "is a picture whose width and height are not known")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """The marks that the page's script keeps, or the numbers of the rows; None: neither, and no tick."""
        return form.read(posted, name, terms)

    def draws_given(self, value: Any, terms: Mapping[str, Any]) -> bool:
        """With its marks, or bare."""
        return form.drawn(value, terms)["file"] is not None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """The picture, the marks over it, the marks as rows with empty ones after them, the labels."""
        return form.drawn(value, terms)

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        shapes = terms.get("shapes", ())
        more = [("z", "next_shape")] if len(shapes) > 1 else []
        more += [("f", "end_shape")] if "polygon" in shapes else []
        return [
            *numbered(terms["labels"]), ("arrows", "cross"), ("enter", "corner"), ("backspace", "corner_back"), *more,
            ("j", "next_mark"), ("k", "mark_before"), ("delete", "drop_mark"), ("esc", "leave_mark"),
            ("+ -", "zoom"), ("0", "zoom_fit"),
        ]  # fmt: skip

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """Marks matched as well as can be: the mean of 1 minus intersection over union, 1 for each without a partner.

        A metric (OSPA, with the distance of two points a share of a 20th of the longer side); comments aside.
        """
        return shapes.marks_apart(a["marks"], b["marks"], _size(terms))

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """F1 over marks: one is found where it shares `overlap_pct` of its area with one of the same label."""
        made, known = answer["marks"], gold["marks"]
        share = Fraction(terms.get("overlap_pct", 50), 100)
        both = shapes.found(made, known, _size(terms), share)
        return Fraction(2 * both, len(made) + len(known)) if made or known else Fraction(1)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The marks as JSON, the same as annotations in the way of COCO, and for each label how many there are."""
        name = terms["name"]
        return (str(name), f"{name}_coco", *(f"{name}_{label['value']}" for label in terms["labels"]))

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The marks, the annotations, and the numbers."""
        if not answer:
            return ("",) * (2 + len(terms["labels"]))
        found = [mark["label"] for mark in answer["marks"]]
        return (
            form.as_json(answer["marks"]), form.as_json([_coco(mark) for mark in answer["marks"]]),
            *(str(found.count(label["value"])) for label in terms["labels"]),
        )  # fmt: skip


def _size(terms: Mapping[str, Any]) -> shapes.Size:
    return form.size_of(terms) or shapes.Size(form.UNKNOWN_SIDE, form.UNKNOWN_SIDE)


def _coco(mark: Mapping[str, Any]) -> dict[str, Any]:
    """One mark as COCO writes it: bbox, segmentation (a polygon's corners), area, keypoints of a point."""
    area = shapes.area_of(mark)
    row: dict[str, Any] = {"category_name": mark["label"], "bbox": list(shapes.box_of(mark)), "iscrowd": 0}
    row["area"] = int(area) if area.denominator == 1 else float(area)
    if mark["kind"] == "polygon":
        row["segmentation"] = [mark["at"]]
    elif mark["kind"] == "point":
        row |= {"keypoints": [*mark["at"], 2], "num_keypoints": 1}
    return row


def _fault(mark: object, terms: Mapping[str, Any]) -> tuple[str, str] | None:
    """(code, why) of one mark."""
    if not isinstance(mark, Mapping) or set(mark) - {"comment"} != {"kind", "label", "at"}:
        return "bad_mark", "needs kind, label and at, and nothing else but a comment"
    if (label := mark["label"]) not in [each["value"] for each in terms["labels"]]:
        return "no_label", f"has the label {shown(label)}, which is not one of its labels"
    kind, at = mark["kind"], mark["at"]
    if not isinstance(at, list) or not all(type(number) is int for number in at) or not _is_place(kind, at):
        return "bad_place", "has numbers that are no box, no polygon and no point"
    if kind not in terms.get("shapes", form.SHAPES):
        return "shape_not_asked", f"is a {kind}, which is not asked for"
    if _outside(kind, at, form.size_of(terms)):
        return "outside", "lies outside the picture"
    return comment_fault(mark, terms.get("comment", "none"))


def _is_place(kind: object, at: Sequence[int]) -> bool:
    if kind == "point":
        return len(at) == 2
    if kind == "box":
        return len(at) == 4 and min(at[2:]) >= _SIDE_MIN
    corners = set(zip(at[0::2], at[1::2], strict=False))
    return kind == "polygon" and len(at) % 2 == 0 and len(corners) >= _CORNERS_MIN and len(at) <= 2 * REGION_POINTS_MAX


def _outside(kind: str, at: Sequence[int], size: shapes.Size | None) -> bool:
    wide, high = size or (form.UNKNOWN_SIDE, form.UNKNOWN_SIDE)
    xs, ys = list(at[0::2]), list(at[1::2])
    if kind == "box":
        xs, ys = [at[0], at[0] + at[2]], [at[1], at[1] + at[3]]
    return min(xs) < 0 or min(ys) < 0 or max(xs) > wide or max(ys) > high


PART = Regions()
