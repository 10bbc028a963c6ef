"""What questions answered with {"marks": [...]} have in common: their number, and what is wrong with each. Pure."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fairhand.kernel.limits import SPAN_COMMENT_CHARS_MAX
from fairhand.tasks.wording import Problem, storable_problem

Fault = tuple[str, str]  # (code, why)


def marks_problems(
    answer: object, terms: Mapping[str, Any], most_max: int, noun: str, fault_of: Callable[[object], Fault | None]
) -> list[Problem]:
    """What is wrong with the marks one by one, and with their number; `noun` is what one of them is called.

    Codes: not_an_object, too_many, few_marks, and those of `fault_of`.
    """
    question = str(terms["name"])
    if not isinstance(answer, Mapping) or set(answer) != {"marks"} or not isinstance(answer["marks"], list):
        return [Problem(question, "not_an_object", 'is answered with {"marks": […]}')]
    given = answer["marks"]
    most, least = terms.get("most", most_max), terms.get("least", 0)
    many = f"has {len(given)} {noun}{'es' if noun.endswith('ch') else 's'}"
    if len(given) > most:
        return [Problem(question, "too_many", f"{many}; {most} are allowed")]
    for number, mark in enumerate(given, start=1):
        if fault := fault_of(mark):
            return [Problem(question, fault[0], f"{noun} {number} {fault[1]}")]
    if len(given) < least:
        return [Problem(question, "few_marks", f"{many}; {least} are asked for")]
    return []


def comment_fault(mark: Mapping[str, Any], asked: str) -> Fault | None:
    """What is wrong with a mark's comment, which is `none`, `optional` or `required`.

    Codes: bad_mark, comment_missing, too_long, bad_character.
    """
    comment = mark.get("comment", "")
    if not isinstance(comment, str) or ("comment" in mark and (asked == "none" or not comment)):
        return "bad_mark", "has a comment that is no text, is empty or is not asked for"
    if asked == "required" and not comment.strip():
        return "comment_missing", "has no comment"
    if len(comment) > SPAN_COMMENT_CHARS_MAX:
        return "too_long", f"has a comment of more than {SPAN_COMMENT_CHARS_MAX} characters"
    if (problem := storable_problem(comment)) is not None:
        return "bad_character", problem
    return None


def kept_rows(text: str, names: Sequence[str], rows_max: int) -> list[dict[str, Any]]:
    """Marks as a page's script keeps them, a list of values each, the last of which is left out where it is empty.

    `check` says what makes no sense; beyond `rows_max` nothing is read.
    """
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return []
    found: list[dict[str, Any]] = []
    for each in given[:rows_max] if isinstance(given, list) else []:
        if not isinstance(each, list) or len(each) != len(names):
            found.append({"label": ""})
            continue
        row = dict(zip(names, each, strict=True))
        if not row[names[-1]]:
            del row[names[-1]]
        found.append(row)
    return found
