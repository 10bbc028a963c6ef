"""What a verdict must carry. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from fairhand.kernel.limits import SCORE_MAX, SCORE_NAME_CHARS_MAX, SCORES_PER_REVIEW_MAX, TEXT_ANSWER_CHARS_MAX
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.wording import storable_problem

# A verdict that refuses pay (`reject`) waits for the appeal it needs: docs/adr/0007.
VERDICTS = ("accept", "accept_with_fixes", "return")
REVIEW_KINDS = ("review", "audit")
_KEYS = frozenset({"verdict", "scores", "note", "clause", "fixed_answer"})
# The score of the work as a whole, which a plan may pay more for; whole numbers, the last one is the best.
OVERALL = "overall"
OVERALL_SCORES = (1, 2, 3, 4, 5)


def score_of(answer: Mapping[str, Any]) -> int | None:
    """The score of the work as a whole, of a verdict without problems; None where none was given."""
    found = answer.get("scores", {}).get(OVERALL)
    return found if found in OVERALL_SCORES else None


def problems_of_verdict(answer: object) -> list[tuple[str, str, str]]:
    """What is wrong with a review's answer, as (field, code, English sentence); empty when nothing is.

    `answer` is {"verdict", "scores"?, "note"?, "clause"?, "fixed_answer"?}: a return names the guideline's clause and
    says what to change; accepting with fixes carries the fixed answer. Of the scores, `overall` is the whole work's.
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
        elif problem := storable_problem(text):
            problems.append((key, "characters", f"{key} {problem}."))
    scores = answer.get("scores", {})
    if isinstance(scores, Mapping) and OVERALL in scores and not _overall(scores[OVERALL]):
        problems.append(("scores", "score_range", "The score of the work as a whole is from 1 to 5."))
    elif not isinstance(scores, Mapping) or len(scores) > SCORES_PER_REVIEW_MAX or not all(map(_score, scores.items())):
        why = f"Scores are at most {SCORES_PER_REVIEW_MAX} whole numbers by criterion, between ±{SCORE_MAX}."
        problems.append(("scores", "not_numbers", why))
    if verdict == "return":
        if not _filled(answer, "note"):
            problems.append(("note", "required", "Say what to change: the author works from it."))
        if not _filled(answer, "clause"):
            problems.append(("clause", "required", "Name the part of the guideline that asks for it."))
    if verdict == "accept_with_fixes" and not isinstance(answer.get("fixed_answer"), Mapping):
        problems.append(("fixed_answer", "required", "Give the answer as you would have it."))
    return problems


def problems_of_adjudication(answer: object) -> list[tuple[str, str, str]]:
    """What is wrong with the answer of an adjudication, beside the final answer itself: {"answer": {...}, "note"?}."""
    if not isinstance(answer, Mapping):
        return [("answer", "not_an_object", "An adjudication is an object with an answer.")]
    problems = [(str(key), "unknown", f"{key!r} is not part of an adjudication.")
                for key in answer if key not in ("answer", "note")]  # fmt: skip
    if not isinstance(answer.get("answer"), Mapping):
        problems.append(("answer", "required", "Give the final answer of the task."))
    note = answer.get("note", "")
    if not isinstance(note, str):
        problems.append(("note", "not_text", "note is text."))
    elif len(note) > TEXT_ANSWER_CHARS_MAX:
        problems.append(("note", "too_long", f"note is longer than {TEXT_ANSWER_CHARS_MAX} characters."))
    elif problem := storable_problem(note):
        problems.append(("note", "characters", f"note {problem}."))
    return problems


def grade(
    answer: Mapping[str, Any], gold: Mapping[str, Any], questions: Sequence[Mapping[str, Any]]
) -> tuple[int, dict[str, int]]:
    """How right an answer is, per mille, over the questions that the gold answers, and question by question.

    By the question's own grade; a question left open is 0. Gold that answers nothing counts as right.
    """
    parts: dict[str, int] = {}
    for terms in questions:
        name = terms["name"]
        if name not in gold:
            continue
        kind = QUESTIONS.get(terms["type"], terms.get("version", 1))
        given = answer.get(name)
        if given is None:
            parts[name] = 0
        elif kind is None:
            parts[name] = 1000 * (given == gold[name])
        else:
            parts[name] = int(1000 * kind.grade(given, gold[name], terms))
    return (sum(parts.values()) // len(parts) if parts else 1000), parts


def _score(pair: tuple[object, object]) -> bool:
    name, value = pair
    named = isinstance(name, str) and len(name) <= SCORE_NAME_CHARS_MAX and storable_problem(name) is None
    return named and isinstance(value, int) and not isinstance(value, bool) and abs(value) <= SCORE_MAX


def _overall(value: object) -> bool:
    return type(value) is int and value in OVERALL_SCORES


def _filled(answer: Mapping[str, Any], key: str) -> bool:
    return isinstance(answer.get(key), str) and bool(answer[key].strip())
