"""What a verdict must carry. Pure."""

from collections.abc import Mapping
from typing import Any

from fairhand.kernel.limits import TEXT_ANSWER_CHARS_MAX

# A verdict that refuses pay (`reject`) waits for the appeal it needs: docs/adr/0007.
VERDICTS = ("accept", "accept_with_fixes", "return")
_KEYS = frozenset({"verdict", "scores", "note", "clause", "fixed_answer"})


def problems_of_verdict(answer: object) -> list[tuple[str, str, str]]:
    """What is wrong with a review's answer, as (field, code, English sentence); empty when nothing is.

    `answer` is {"verdict", "scores"?, "note"?, "clause"?, "fixed_answer"?}: a return names the guideline's clause and
    says what to change; accepting with fixes carries the fixed answer.
    """
    if not isinstance(answer, Mapping):
        return [("verdict", "not_an_object", "A review is an object with a verdict.")]
    problems = [(str(key), "unknown", f"{key!r} is not part of a review.") for key in answer if key not in _KEYS]
    verdict = answer.get("verdict")
    if verdict not in VERDICTS:
        problems.append(("verdict", "required", "Choose a verdict: " + ", ".join(VERDICTS) + "."))
    for key in ("note", "clause"):
        text = answer.get(key, "")
        if not isinstance(text, str):
            problems.append((key, "not_text", f"{key} is text."))
        elif len(text) > TEXT_ANSWER_CHARS_MAX:
            problems.append((key, "too_long", f"{key} is longer than {TEXT_ANSWER_CHARS_MAX} characters."))
    scores = answer.get("scores", {})
    if not isinstance(scores, Mapping) or not all(type(value) is int for value in scores.values()):
        problems.append(("scores", "not_numbers", "Scores are whole numbers by criterion."))
    if verdict == "return":
        if not _filled(answer, "note"):
            problems.append(("note", "required", "Say what to change: the author works from it."))
        if not _filled(answer, "clause"):
            problems.append(("clause", "required", "Name the part of the guideline that asks for it."))
    if verdict == "accept_with_fixes" and not isinstance(answer.get("fixed_answer"), Mapping):
        problems.append(("fixed_answer", "required", "Give the answer as you would have it."))
    return problems


def _filled(answer: Mapping[str, Any], key: str) -> bool:
    return isinstance(answer.get(key), str) and bool(answer[key].strip())
