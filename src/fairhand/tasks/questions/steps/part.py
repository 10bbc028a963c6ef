"""Each step of a solution, or of an agent's trace, is right, neutral or wrong: where is the first mistake?

The steps come with each task: `of` names a field of type `steps` or `trajectory`.
"""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from fairhand.kernel.limits import PARAGRAPH_CHARS_MAX
from fairhand.tasks.fields._steps import Step, steps_in
from fairhand.tasks.questions._question import Posted, QuestionTerms, one
from fairhand.tasks.wording import Identifier, Problem, shown, storable_problem

WRONG = -1
# Mark, and the key that makes it, in the order of the page.
MARKS = ((1, "1"), (0, "2"), (WRONG, "3"))
_EXCERPT_CHARS_MAX = 140
_KEYS = frozenset({"step", "rating", "why"})


class StepsTerms(QuestionTerms):
    """`of`: the field with the steps; `sources`: whose steps of a trace are labelled. `why`: words on a step.

    `after_error`: whether steps after the first mistake are labelled too (`rate`), or not any more (`stop`).
    """

    of_types: ClassVar[tuple[str, ...]] = ("steps", "trajectory")

    type: Literal["steps"]
    of: Identifier
    sources: Annotated[list[Literal["user", "agent", "system"]], Field(min_length=1, max_length=3)] = ["agent"]
    after_error: Literal["rate", "stop"] = "rate"
    why: Literal["none", "optional", "required"] = "optional"


class Steps:
    """answer: a list of {"step": its number, "rating": 1, 0 or -1, "why"?: text}, in the order of the steps.

    With `why` required, every step that is wrong (-1) has its words. Nothing is rated after the first mistake where
    `after_error` is `stop`.
    """

    name = "steps"
    version = 1
    terms = StepsTerms

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: no_steps, not_a_list, unknown_row, twice, not_an_option, after_error, no_label_yet, why_wrong, …"""
        question, steps = str(terms["name"]), _steps(terms)
        if not steps:
            return [Problem(question, "no_steps", "has no steps: the task brings none along")]
        if not isinstance(answer, list) or not all(isinstance(row, Mapping) and set(row) <= _KEYS for row in answer):
            return [Problem(question, "not_a_list", "is answered with a list of steps, ratings and words")]
        numbers = [step.number for step in steps]
        rated: list[int] = []
        for row in answer:
            number = row.get("step")
            if type(number) is not int or number not in numbers:
                return [Problem(question, "unknown_row", f"{shown(number)} is none of its steps")]
            if rated and number <= rated[-1]:
                return [Problem(question, "twice", f"has step {number} twice, or out of its order")]
            rated.append(number)
            if (found := _row_fault(row, terms)) is not None:
                return [Problem(question, found[0], f"step {number} {found[1]}")]
        return _missing(question, answer, numbers, terms)

    def check_given(self, value: Any, terms: Mapping[str, Any]) -> list[Problem]:
        """Whether a task has a step to label. Codes: no_steps."""
        if _wanted(steps_in(value), terms):
            return []
        return [
            Problem(
                str(terms["of"]), "no_steps", f"has no step of {' or '.join(_sources(terms))} that is to be labelled"
            )
        ]

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """Each step's mark and words; what is marked after the mistake at which labelling stops is left out."""
        rows: list[dict[str, Any]] = []
        for step in _steps(terms):
            mark, why = one(posted, f"{name}.{step.number}"), one(posted, f"{name}.{step.number}.why").strip()
            said: dict[str, Any] = {"rating": int(mark)} if mark in ("1", "0", "-1") else {}
            if why:
                said["why"] = why
            if said:
                rows.append({"step": step.number, **said})
            if said.get("rating") == WRONG and _stops(terms):
                break
        return rows or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """`rows` of steps with what was said on each, `labelled` of `n`, and the number of the `first` mistake."""
        given = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
        said = {row.get("step"): row for row in given}
        steps = _steps(terms)
        first = _first(given)
        rows = [_drawn(step, said.get(step.number, {}), first, terms) for step in steps]
        return {
            "rows": rows, "n": len(rows), "labelled": sum(row["labelled"] for row in rows), "first": first,
            "why": terms.get("why", "optional"), "stops": _stops(terms), "given": given,
        }  # fmt: skip

    def keys(self, terms: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The keys it listens to, as `tasks.keys` tells them."""
        why = [("e", "words")] if terms.get("why", "optional") != "none" else []
        return [("j", ""), ("k", ""), *((key, "") for _, key in MARKS), *why, ("esc", "out_of_words")]

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """The mean over all steps of how far the labels lie apart: a step that one left out is a whole label away."""
        left, right = _ratings(a), _ratings(b)
        steps = _steps(terms)
        apart = sum((_apart(left.get(step.number), right.get(step.number)) for step in steps), Fraction(0))
        return apart / len(steps) if steps else Fraction(0)

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """Of the steps whose label is known, the share that has it."""
        mine, known = _ratings(answer), _ratings(gold)
        return Fraction(sum(mine.get(number) == rating for number, rating in known.items()), len(known))

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """How many steps are right, neutral and wrong, the first mistake, the labels, and a label as PRM800K has it."""
        return tuple(
            f"{terms['name']}_{each}" for each in ("right", "neutral", "wrong", "first_error", "rows", "prm800k")
        )

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The same; the last two as JSON."""
        if not answer:
            return ("",) * len(self.export_columns(terms))
        ratings = list(_ratings(answer).values())
        counts = [str(ratings.count(mark)) for mark, _ in MARKS]
        first = _first(answer)
        return (*counts, "" if first is None else str(first), _json(answer), _json(prm800k(answer, _steps(terms))))


def prm800k(answer: Sequence[Mapping[str, Any]], steps: Sequence[Step]) -> dict[str, Any]:
    """The `label` of a PRM800K line: a completion and its rating for each step that was labelled.

    What only that collection knows stands as null or is left out: alternatives that a person wrote, time, flags.
    """
    texts = {step.number: step.text for step in steps}
    ratings = _ratings(answer)
    return {
        "steps": [
            {
                "completions": [{"text": texts.get(number), "rating": rating, "flagged": None}],
                "human_completion": None, "chosen_completion": None if rating == WRONG else 0,
            }
            for number, rating in ratings.items()
        ],
        "finish_reason": "found_error" if WRONG in ratings.values() else "solution",
    }  # fmt: skip


def _missing(
    question: str, answer: Sequence[Mapping[str, Any]], numbers: Sequence[int], terms: Mapping[str, Any]
) -> list[Problem]:
    first, rated = _first(answer), {row["step"] for row in answer}
    wanted = list(numbers)
    if _stops(terms) and first is not None:
        wanted = [number for number in numbers if number <= first]
        if late := [number for number in rated if number > first]:
            return [Problem(question, "after_error", f"step {min(late)} comes after the first mistake")]
    if left := [number for number in wanted if number not in rated]:
        return [Problem(question, "no_label_yet", f"has no label on step {left[0]}")]
    return []


def _row_fault(row: Mapping[str, Any], terms: Mapping[str, Any]) -> tuple[str, str] | None:
    """(code, why)"""
    if "rating" not in row:
        return "no_label_yet", "has no label"
    rating, why, asked = row["rating"], row.get("why", ""), terms.get("why", "optional")
    if type(rating) is not int or rating not in (1, 0, WRONG):
        return "not_an_option", f"has the label {shown(rating)}, which is none of 1, 0 and -1"
    if not isinstance(why, str):
        return "not_text", "has words that are no text"
    if len(why) > PARAGRAPH_CHARS_MAX:
        return "too_long", f"has words of more than {PARAGRAPH_CHARS_MAX} characters"
    if (problem := storable_problem(why)) is not None:
        return "bad_character", problem
    if ("why" in row and not why.strip()) or (why and asked == "none"):
        return "not_an_object", "has words that are blank, or not asked for"
    if asked == "required" and rating == WRONG and not why:
        return "why_wrong", "is wrong, and nothing says why"
    return None


def _drawn(step: Step, said: Mapping[str, Any], first: int | None, terms: Mapping[str, Any]) -> dict[str, Any]:
    text = " ".join(step.text.split())
    return {
        "number": step.number, "tools": step.calls, "rating": said.get("rating"), "why": str(said.get("why", "")),
        "text": f"{text[:_EXCERPT_CHARS_MAX]}…" if len(text) > _EXCERPT_CHARS_MAX else text,
        "labelled": "rating" in said, "first": first == step.number,
        "after": _stops(terms) and first is not None and step.number > first, "marks": MARKS,
    }  # fmt: skip


def _steps(terms: Mapping[str, Any]) -> list[Step]:
    return _wanted(steps_in(terms.get("given")), terms)


def _wanted(steps: Sequence[Step], terms: Mapping[str, Any]) -> list[Step]:
    return [step for step in steps if step.source in _sources(terms)]


def _sources(terms: Mapping[str, Any]) -> Sequence[str]:
    return terms.get("sources") or ("agent",)


def _stops(terms: Mapping[str, Any]) -> bool:
    return bool(terms.get("after_error", "rate") == "stop")


def _first(answer: Sequence[Mapping[str, Any]]) -> int | None:
    return next((row.get("step") for row in answer if row.get("rating") == WRONG), None)


def _ratings(answer: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    return {row["step"]: row["rating"] for row in answer}


def _apart(left: int | None, right: int | None) -> Fraction:
    if left is None or right is None:
        return Fraction(left is not right)
    return Fraction(abs(left - right), 2)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


PART = Steps()
