"""What may be raised about a task, and how it may be answered, as pure functions."""

from collections.abc import Collection

from fairhand.cases.states import DONE_OF, GUIDELINE, RAISED_KINDS
from fairhand.kernel.limits import RAISED_PLACE_CHARS_MAX, RAISED_WORDS_CHARS_MAX
from fairhand.projects.rules import Wrong
from fairhand.tasks.wording import storable_problem


def raised_problems(kind: str, words: str, place: str) -> list[Wrong]:
    """What is wrong with something that somebody raises: fields kind, words and place."""
    found = []
    if kind not in RAISED_KINDS:
        found.append(Wrong("kind", "raised_no_kind", "choose one of " + ", ".join(RAISED_KINDS)))
    found += _text("words", words, RAISED_WORDS_CHARS_MAX)
    if place:
        found += _text("place", place, RAISED_PLACE_CHARS_MAX)
    return found


def answer_problems(kind: str, answer: str, done: str, version: int | None, versions: Collection[int]) -> list[Wrong]:
    """What is wrong with an answer to something of that kind: fields answer, done and version. `versions`: those of
    the project's guideline."""
    found = _text("answer", answer, RAISED_WORDS_CHARS_MAX)
    if done not in DONE_OF[kind]:
        found.append(Wrong("done", "raised_no_done", "choose one of " + ", ".join(DONE_OF[kind])))
    if (done == GUIDELINE) != (version is not None) or (version is not None and version not in versions):
        found.append(Wrong("version", "raised_no_version", "name the version of the guideline that says it now"))
    return found


def _text(field: str, text: str, most: int) -> list[Wrong]:
    if not text.strip():
        return [Wrong(field, "raised_no_words", "say it in words")]
    if len(text) > most:
        return [Wrong(field, "too_long", f"has more than {most} characters")]
    why = storable_problem(text)
    return [Wrong(field, "bad_character", why)] if why else []
