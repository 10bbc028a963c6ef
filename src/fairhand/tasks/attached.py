"""Files in payloads and answers: which there are, and a file's name in a row of tasks turned into the file. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fairhand.tasks.fields import FIELDS
from fairhand.tasks.fields._file import ID, FileValue, is_file
from fairhand.tasks.questions import QUESTIONS
from fairhand.tasks.questions._question import Sends
from fairhand.tasks.wording import Problem, shown

# A file by its id, or by the name that its sender gave it.
Files = Mapping[str, Mapping[str, Any]]
_CAPTIONS = "captions"


def takes_files(template: Mapping[str, Any]) -> bool:
    """Whether any field shows a file."""
    return any(_of_file(terms) for terms in template["fields"])


def may_show_files(template: Mapping[str, Any]) -> bool:
    """The same, or a field that a task may bring pictures in."""
    return takes_files(template) or any(_with_files(terms) is not None for terms in template["fields"])


def asks_files(template: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The questions whose answers hold files."""
    return [terms for terms in template["questions"] if sends(terms) is not None]


def sends(terms: Mapping[str, Any]) -> Sends | None:
    """Which files are sent for an answer to a question; None: its answers hold none."""
    kind = QUESTIONS.get(terms["type"], terms.get("version", 1))
    told: Sends | None = kind.sends(terms) if kind is not None and hasattr(kind, "sends") else None
    return told


def files_in(value: object) -> Iterator[Mapping[str, Any]]:
    """Every file of a payload or an answer, however deep it stands."""
    if isinstance(value, Mapping):
        if isinstance(value.get("sha256"), str) and isinstance(value.get("file"), str) and ID.fullmatch(value["file"]):
            yield value
        for each in value.values():
            yield from files_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from files_in(each)


def resolve(template: Mapping[str, Any], payload: object, files: Files) -> tuple[object, list[Problem]]:
    """A payload with each file that it names put in its place; and which names no file of the project has.

    A field's value may be a name, or {"file": name or id, "alt"?, "transcript"?, "captions"?: name}. What is wrong in
    another way stays as it is: the field's own check says so. Codes: no_such_file.
    """
    if not isinstance(payload, Mapping):
        return payload, []
    found, problems = dict(payload), []
    for terms in template["fields"]:
        name = terms["name"]
        if name in found and (put_in := _with_files(terms)) is not None:
            found[name], strange = put_in(found[name], files)
            problems += [
                Problem(name, "no_such_file", f"brings a file beside {shown(path)} that the project does not have")
                for path in strange[:1]
            ]
        if name not in found or not _of_file(terms):
            continue
        given = found[name]
        value = {"file": given} if isinstance(given, str) else dict(given) if isinstance(given, Mapping) else {}
        missing = [
            each for each in (value.get("file"), value.get(_CAPTIONS)) if isinstance(each, str) and each not in files
        ]
        if missing:
            problems.append(Problem(name, "no_such_file", f"names {shown(missing[0])}; the project has no such file"))
        elif isinstance(value.get("file"), str):
            put = dict(files[value["file"]]) | {key: each for key, each in value.items() if not _fact(key)}
            captions = value.get(_CAPTIONS)
            if isinstance(captions, str):
                put[_CAPTIONS] = dict(files[captions])
            elif isinstance(captions, Mapping) and not _is_known(captions, files):
                problems.append(Problem(name, "no_such_file", "names captions that the project does not have"))
            found[name] = put
    return found, problems


def exchanged(payload: Mapping[str, Any], files: Files) -> dict[str, Any]:
    """A payload or an answer with each file in it exchanged for the one of the same name; the words beside it stay."""

    def other(value: Any) -> Any:
        if isinstance(value, list):
            return [other(each) for each in value]
        if not isinstance(value, Mapping):
            return value
        inner = {key: other(each) for key, each in value.items()}
        if not isinstance(value.get("file"), str) or value.get("name") not in files:
            return inner
        return {**files[value["name"]], **{key: each for key, each in inner.items() if not _fact(key)}}

    return {key: other(value) for key, value in payload.items()}


def _is_known(value: Mapping[str, Any], files: Files) -> bool:
    return is_file(value) and files.get(value["file"]) == value


def _fact(key: object) -> bool:
    """What is known of a file by having looked at it, which no row of tasks says better."""
    return key in ("file", "name", "media_type", "bytes", "sha256", "width", "height", "ms")


def _with_files(terms: Mapping[str, Any]) -> Callable[[Any, Files], tuple[Any, list[str]]] | None:
    """Of a field whose values may name pictures of the project inside them: what puts their files there."""
    return getattr(FIELDS.get(terms["type"], terms.get("version", 1)), "with_files", None)


def _of_file(terms: Mapping[str, Any]) -> bool:
    return isinstance(FIELDS.get(terms["type"], terms.get("version", 1)), FileValue)
