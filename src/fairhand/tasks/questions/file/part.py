"""One or several files that the expert sends. They are checked and cleaned before they are part of an answer."""

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from fairhand.kernel.limits import FILE_BYTES_MAX, FILES_PER_QUESTION_MAX
from fairhand.tasks.fields._file import is_file
from fairhand.tasks.questions._question import Posted, QuestionTerms, Sends
from fairhand.tasks.wording import Problem, unfit

Kind = Literal["image", "audio", "video", "pdf", "text"]
KINDS: tuple[Kind, ...] = ("image", "audio", "video", "pdf", "text")
_MB = 1_000_000
# What a browser's file dialogue offers first; what is taken is decided by content.
_OFFERED = {
    "image": "image/png,image/jpeg,image/gif,image/webp", "audio": "audio/*", "video": "video/mp4,video/webm",
    "pdf": "application/pdf", "text": "text/plain,.md,.csv,.json,.txt",
}  # fmt: skip


class FileTerms(QuestionTerms):
    """`kinds` of files that are taken, how many of them, and how large one may be."""

    type: Literal["file"]
    kinds: Annotated[list[Kind], Field(min_length=1, max_length=len(KINDS))] = list(KINDS)
    least: Annotated[int, Field(ge=1, le=FILES_PER_QUESTION_MAX)] = 1
    most: Annotated[int, Field(ge=1, le=FILES_PER_QUESTION_MAX)] = 1
    bytes_max: Annotated[int, Field(ge=1, le=FILE_BYTES_MAX)] = 50 * _MB

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.least > self.most:
            raise unfit(
                "least_above_most", "least (%(least)s) is more than most (%(most)s)", least=self.least, most=self.most
            )
        return self


class FileQuestion:
    """answer: a list of files, {"file", "name", "media_type", "bytes", "sha256", ...}, each sent for this answer."""

    name = "file"
    version = 1
    terms = FileTerms

    def sends(self, terms: Mapping[str, Any]) -> Sends:
        """Which files are sent for its answer."""
        return Sends(tuple(terms.get("kinds", KINDS)), terms.get("bytes_max", 50 * _MB))

    def check(self, answer: object, terms: Mapping[str, Any]) -> list[Problem]:
        """Codes: not_a_list, required, files_too_few, files_too_many, not_a_file, file_kind, file_twice."""
        question = str(terms["name"])
        if not isinstance(answer, list):
            return [Problem(question, "not_a_list", "is answered with a list of files")]
        if not answer and terms.get("required", True):
            return [Problem(question, "required", "needs an answer")]
        least, most = terms.get("least", 1), terms.get("most", 1)
        if answer and len(answer) < least:
            return [Problem(question, "files_too_few", f"has {len(answer)} files; at least {least} are asked for")]
        if len(answer) > most:
            return [Problem(question, "files_too_many", f"has {len(answer)} files; at most {most} are asked for")]
        if not all(is_file(each) for each in answer):
            return [Problem(question, "not_a_file", "holds something that is no file")]
        if any(kind_of(each["media_type"]) not in terms.get("kinds", KINDS) for each in answer):
            return [Problem(question, "file_kind", "has a file of a kind that is not asked for")]
        if len({each["file"] for each in answer}) < len(answer):
            return [Problem(question, "file_twice", "has the same file twice")]
        return []

    def read(self, posted: Posted, name: str, terms: Mapping[str, Any]) -> Any:
        """The files that were left in, each as JSON; what can't be read stays as text, for `check` to refuse."""
        return [_loaded(text) for text in posted.get(name, ()) if text] or None

    def drawn(self, value: Any, terms: Mapping[str, Any]) -> Any:
        """{"files": [(the file, it as JSON)], "accept": what a file dialogue offers}."""
        given = value if isinstance(value, list) else []
        files = [(each, written(each)) for each in given if is_file(each)]
        return {"files": files, "accept": ",".join(_OFFERED[kind] for kind in terms.get("kinds", KINDS))}

    def distance(self, a: Any, b: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 minus the share of files that the two have in common, by their content."""
        left, right = _contents(a), _contents(b)
        return 1 - Fraction(len(left & right), len(left | right)) if left | right else Fraction(0)

    def grade(self, answer: Any, gold: Any, terms: Mapping[str, Any]) -> Fraction:
        """1 if the files are the same by their content, in whichever order, else 0."""
        return Fraction(_contents(answer) == _contents(gold))

    def export_columns(self, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """Two columns: the files as JSON, and how many they are."""
        name = str(terms["name"])
        return (name, f"{name}_files")

    def export_values(self, answer: Any, terms: Mapping[str, Any]) -> tuple[str, ...]:
        """The list as JSON, and its length."""
        if answer is None:
            return ("", "")
        return (json.dumps(answer, ensure_ascii=False, sort_keys=True), str(len(answer)))


def written(file: Mapping[str, Any]) -> str:
    """A file as a form holds it: the same text wherever it is drawn, so that a draft knows it again."""
    return json.dumps(file, sort_keys=True)


def kind_of(media_type: str) -> str:
    """The kind that terms name, of a media type."""
    return "pdf" if media_type == "application/pdf" else media_type.partition("/")[0]


def _contents(files: Any) -> frozenset[tuple[str, str]]:
    """By what is in them; the same content sent twice under two ids counts as two."""
    hashes = [each["sha256"] for each in files]
    return frozenset((sha256, str(hashes[:place].count(sha256))) for place, sha256 in enumerate(hashes))


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


PART = FileQuestion()
