"""Times in a recording as people write them, and stretches of it as a file in WebVTT. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6})(?:\.(\d{1,3}))?", re.ASCII)
_PLAIN = str.maketrans("٠١٢٣٤٥٦٧٨٩٫", "0123456789.")  # noqa: RUF001  # the characters that are meant
_SECOND, _MINUTE, _HOUR = 1_000, 60_000, 3_600_000


def ms_of(text: str) -> int | None:
    """Milliseconds of "1:02.5", "62.5" or "0:01:02.500", in Latin or Arabic digits; None where it is none of these."""
    found = _CLOCK.fullmatch(text.strip().translate(_PLAIN))
    if found is None:
        return None
    hours, minutes, seconds, parts = found.groups()
    whole = int(hours or 0) * _HOUR + int(minutes or 0) * _MINUTE + int(seconds) * _SECOND
    return whole + int((parts or "0").ljust(3, "0"))


def clock(ms: int) -> str:
    """ "1:02.500", with hours only where there are some."""
    hours, rest = divmod(ms, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    seconds, parts = divmod(rest, _SECOND)
    head = f"{hours}:{minutes:02}" if hours else str(minutes)
    return f"{head}:{seconds:02}.{parts:03}"


def webvtt(marks: Sequence[Mapping[str, Any]]) -> str:
    """The stretches as cues, in the order of their beginnings: what is said in each, or its label where nothing is."""
    cues = ["WEBVTT\n"]
    for number, mark in enumerate(sorted(marks, key=lambda mark: (mark["start"], mark["end"])), start=1):
        said = " ".join(mark.get("text", "").split()) or mark["label"]
        safe = said.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        cues.append(f"{number}\n{_cue(mark['start'])} --> {_cue(mark['end'])}\n<v {mark['label']}>{safe}\n")
    return "\n".join(cues)


def _cue(ms: int) -> str:
    hours, rest = divmod(ms, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    return f"{hours:02}:{minutes:02}:{rest // _SECOND:02}.{rest % _SECOND:03}"
