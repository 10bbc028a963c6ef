"""A response scored by criteria: met or not, or by steps; each with a weight, which may be negative, and its evidence.

The criteria are the template's, or come with each task (`of` names a field of type `rubric`).
"""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from fairhand.kernel.limits import (
    PARAGRAPH_CHARS_MAX,
    RUBRIC_CRITERIA_MAX,
    RUBRIC_STEPS_MAX,
    RUBRIC_WEIGHT_MAX,
)
from fairhand.tasks.fields._rubric import criteria_of
from fairhand.tasks.questions._option import Item, no_two_alike
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.questions.rubric.sums import share_of, sum_of
from fairhand.tasks.wording import Identifier, Label, Paragraph, Problem, shown, storable_problem, unfit

NOT_APPLICABLE = "na"
_KEYS_OF_STEPS = "123456789"
_KEY_OF_NONE = "0"


def _not_nothing(weight: int) -> int:
    if weight == 0:
        raise unfit("weighs_nothing", "a criterion that weighs nothing asks for work that counts for nothing")
    return weight


class Criterion(Item):
    """`weight`: its points, negative for a fault. `steps`: what its scores stand for, worst first; none: met or not."""

    label: Paragraph
    weight: Annotated[int, Field(ge=-RUBRIC_WEIGHT_MAX, le=RUBRIC_WEIGHT_MAX), AfterValidator(_not_nothing)] = 1
    section: Label | None = None
    help: Paragraph | None = None
    steps: Annotated[list[Label], Field(max_length=RUBRIC_STEPS_MAX)] = []

    @model_validator(mode="after")
    def _graded(self) -> Self:
        if len(self.steps) == 1:
            raise unfit("one_step", "one step is no scale; give two or more, or none for met or not")
        return self


class RubricTerms(QuestionTerms):
    """`criteria`, or `of`: the field that has them. `total`: whether weights and points are shown while scoring."""

    of_types: ClassVar[tuple[str, ...]] = ("rubric",)
    type: Literal["rubric"]
    criteria: Annotated[list[Criterion], Field(max_length=RUBRIC_CRITERIA_MAX)] = []
    of: Identifier | None = None
    evidence: Literal["none", "optional", "required"] = "optional"
    not_applicable: bool = False
    total: bool = True

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        no_two_alike(self.criteria)
        if bool(self.criteria) == (self.of is not None):
            raise unfit("criteria_or_of", "needs either criteria or `of`, the field that has them")
        return self

    def shows_field(self) -> bool:
        """Always."""
        return True


class Rubric:
    """answer: {criterion: {"score": whole number from 0, or null: not applicable, "evidence"?: text}}, all of them."""

    name = "rubric"
    version = 1
    terms = RubricTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_an_object, no_criteria, unknown_row, not_all_scored, not_in_range, evidence, too_long, …"""
        question, criteria = str(terms["name"]), _criteria(terms)
        if not criteria:
            return [Problem(question, "no_criteria", "has no criteria: the task brings none along")]
        if not isinstance(answer, Mapping):
            return [Problem(question, "not_an_object", "is answered with a score for each criterion")]
        known = {criterion["value"] for criterion in criteria}
        if strange := [key for key in answer if key not in known]:
            return [Problem(question, "unknown_row", f"{shown(strange[0])} is none of its criteria")]
        for criterion in criteria:
            name = criterion["value"]
            if name not in answer:
                return [Problem(question, "not_all_scored", f"has no score for {name}")]
            if (found := _score_problem(answer[name], criterion, terms)) is not None:
                return [Problem(question, found[0], f"{name} {found[1]}")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """Each criterion's mark and words; no mark and no word at all is no answer."""
        found: dict[str, dict[str, Any]] = {}
        for criterion in _criteria(terms):
            field = f"{name}.{criterion['value']}"
            mark, evidence = one(posted, field), one(posted, f"{field}.evidence").strip()
            said: dict[str, Any] = {}
            if mark == NOT_APPLICABLE:
                said["score"] = None
            elif mark.isascii() and mark.isdecimal() and len(mark) < 4:
                said["score"] = int(mark)
            if evidence:
                said["evidence"] = evidence
            if said:
                found[criterion["value"]] = said
        return found or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """`sections`: (its name or None, rows of criteria with what was given); `sum`; `scored` of `n`."""
        given = value if isinstance(value, Mapping) else {}
        criteria = _criteria(terms)
        rows = [_row(criterion, given.get(criterion["value"])) for criterion in criteria]
        sections: list[tuple[Any, list[dict[str, Any]]]] = []
        for criterion, row in zip(criteria, rows, strict=True):
            section = criterion.get("section")
            if not sections or sections[-1][0] != section:
                sections.append((section, []))
            sections[-1][1].append(row)
        return {
            "sections": sections, "n": len(rows), "scored": sum(row["scored"] for row in rows),
            "sum": sum_of(criteria, _scores(given)), "total": terms.get("total", True),
            "evidence": terms.get("evidence", "optional"), "na": terms.get("not_applicable", False),
        }  # fmt: skip

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        marks = [*_KEYS_OF_STEPS, *(_KEY_OF_NONE if terms.get("not_applicable", False) else "")]
        found = [("j", ""), ("k", ""), *((key, "") for key in marks)]
        if terms.get("evidence", "optional") == "none":
            return found
        return [*found, ("q", ""), ("e", "words"), ("esc", "out_of_words")]

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """How far the scores are apart, each criterion by the size of its weight; evidence is not compared."""
        left, right = _scores(a), _scores(b)
        apart, all_of_it = Fraction(0), 0
        for criterion in _criteria(terms):
            size = abs(criterion["weight"])
            mine, theirs = (share_of(criterion, each.get(criterion["value"])) for each in (left, right))
            if mine is not None and theirs is not None:
                apart += size * abs(mine - theirs)
            elif mine is not theirs:  # one says that it does not apply
                apart += size
            all_of_it += size
        return apart / all_of_it if all_of_it else Fraction(0)

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 minus the distance."""
        return 1 - self.distance(answer, gold, terms)

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """One for each criterion of the template (or `scores` of the task's), the points, their share, the evidence."""
        name = terms["name"]
        each = [f"{name}_{criterion['value']}" for criterion in terms.get("criteria", [])] or [f"{name}_scores"]
        return (*each, f"{name}_points", f"{name}_percent", f"{name}_evidence")

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """Scores (`na`: not applicable), points, percent of the most, and evidence as JSON."""
        if answer is None:
            return ("",) * len(self.export_columns(terms))
        scores = {name: NOT_APPLICABLE if score is None else score for name, score in _scores(answer).items()}
        own = [str(scores[criterion["value"]]) for criterion in terms.get("criteria", [])]
        words = {name: said["evidence"] for name, said in answer.items() if "evidence" in said}
        total = sum_of(_criteria(terms), _scores(answer))
        return (*(own or [_json(scores)]), total.points, total.percent, _json(words) if words else "")


def _criteria(terms: Mapping[str, Any]) -> list[Any]:
    return criteria_of(terms.get("given")) if terms.get("of") else list(terms.get("criteria", []))


def _scores(answer: Mapping[str, Any]) -> dict[str, int | None]:
    return {name: said["score"] for name, said in answer.items() if isinstance(said, Mapping) and "score" in said}


def _score_problem(said: object, criterion: Mapping[str, Any], terms: Mapping[str, Any]) -> tuple[str, str] | None:
    """(code, why)"""
    if not isinstance(said, Mapping) or not set(said) <= {"score", "evidence"}:
        return "not_an_object", "is scored with a score and evidence"
    if "score" not in said:
        return "not_all_scored", "has no score"
    score, evidence, asked = said["score"], said.get("evidence", ""), terms.get("evidence", "optional")
    if score is None and not terms.get("not_applicable", False):
        return "not_in_range", "can't be left out as not applicable"
    if score is not None and share_of(criterion, score) is None:
        return "not_in_range", "has a score outside its scale"
    if not isinstance(evidence, str):
        return "not_text", "has evidence that is no text"
    if len(evidence) > PARAGRAPH_CHARS_MAX:
        return "too_long", f"has evidence longer than {PARAGRAPH_CHARS_MAX} characters"
    if (problem := storable_problem(evidence)) is not None:
        return "bad_character", problem
    if asked == "required" and score is not None and not evidence.strip():
        return "evidence", "needs evidence: a quote, or words"
    if asked == "none" and evidence:
        return "not_an_object", "takes no evidence"
    return None


def _row(criterion: Mapping[str, Any], said: object) -> dict[str, Any]:
    """`steps`: (mark, label or None for met and not met, key); the best mark of a yes or no stands first."""
    given = said if isinstance(said, Mapping) else {}
    steps: Sequence[Any] = criterion.get("steps") or []
    top = max(len(steps), 2) - 1
    marks = [(at, label) for at, label in enumerate(steps)] if steps else [(1, None), (0, None)]
    return {
        "criterion": criterion, "scored": "score" in given, "score": given.get("score"),
        "na": "score" in given and given["score"] is None, "evidence": given.get("evidence", ""),
        "steps": [(at, label, _KEYS_OF_STEPS[nth : nth + 1]) for nth, (at, label) in enumerate(marks)],
        "top": top, "of": f"{given.get('score')} / {top}", "signed": criterion["weight"],
        "weight": f"{criterion['weight']:+d}",
    }  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


PART = Rubric()
