"""Pictures inside a trace: which there are, and the project's files put beside the paths that name them. Pure.

ATIF names a picture by its path: {"type": "image", "source": {"media_type", "path"}}. When a task comes in, the file of
the project that has that name is put beside it as `source.file`, as other fields hold files; the path stays.
"""

from collections.abc import Mapping
from typing import Any

from fairhand.tasks.fields._file import is_file
from fairhand.tasks.fields._steps import text_of

Files = Mapping[str, Mapping[str, Any]]


def is_picture(value: object) -> bool:
    """Whether a value is a picture of a project."""
    return isinstance(value, Mapping) and is_file(value) and str(value["media_type"]).startswith("image/")


def told(content: object) -> tuple[str, list[Mapping[str, Any]]]:
    """What a message or a result says, and its pictures that have a file; one that has none is named in the text."""
    if not isinstance(content, list):
        return text_of(content), []
    shown = [part for part in content if isinstance(part, Mapping) and _file_of(part) is not None]
    return text_of([part for part in content if part not in shown]), [part["source"] for part in shown]


def with_files(value: Any, files: Files) -> tuple[Any, list[str]]:
    """A trace, which is no text, with the files of its pictures; and paths that bring a file which isn't one of them.

    A picture is found by its path or by the last part of it. One that the project doesn't have stays named by its path.
    """
    strange: list[str] = []

    def put(part: Any) -> Any:
        if isinstance(part, list):
            return [put(each) for each in part]
        if not isinstance(part, Mapping):
            return part
        source = part.get("source")
        if part.get("type") != "image" or not isinstance(source, Mapping) or not isinstance(source.get("path"), str):
            return {key: put(each) for key, each in part.items()}
        path = source["path"]
        file = files.get(path) or files.get(path.replace("\\", "/").rpartition("/")[2])
        if "file" in source:  # as it was exported: the same file, though a newer one may have its name by now
            given = source["file"]
            if not is_picture(given) or files.get(given["file"]) != given:
                strange.append(path)
        elif file is not None and is_picture(file):
            return {**part, "source": {**source, "file": dict(file)}}
        return part

    steps = value.get("steps") if isinstance(value, Mapping) else None
    if not isinstance(steps, list):
        return value, []
    return {**value, "steps": [_step(step, put) for step in steps]}, strange


def _step(step: Any, put: Any) -> Any:
    """Pictures stand in a message and in what came back; a tool's arguments are left as they are."""
    if not isinstance(step, Mapping):
        return step
    return {**step, **{key: put(step[key]) for key in ("message", "observation") if key in step}}


def _file_of(part: Mapping[str, Any]) -> Any:
    source = part.get("source")
    return source.get("file") if part.get("type") == "image" and isinstance(source, Mapping) else None
