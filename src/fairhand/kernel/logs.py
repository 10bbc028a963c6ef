"""What is written down while we run: one line a record, with the ids that belong to it and without secrets.

`FAIRHAND_LOG=json` writes one JSON object a line, for a collector; `line` writes for people.
"""

import json
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

EVENTS_PER_LINE_MAX = 20
HIDDEN_CHARS_MIN = 8  # a shorter secret would blank out ordinary words
HIDDEN = "[hidden]"


@dataclass(slots=True)
class Doing:
    """One request or job: its id, and the events that its commands recorded (the first few)."""

    id: str
    events: list[str] = field(default_factory=list)


_doing: ContextVar[Doing | None] = ContextVar("fairhand_doing", default=None)


@contextmanager
def doing(name: str) -> Iterator[Doing]:
    """Every record written meanwhile, in this thread or task, carries `name`."""
    mine = Doing(name)
    token = _doing.set(mine)
    try:
        yield mine
    finally:
        _doing.reset(token)


def note_event(event_id: UUID) -> None:
    """Remembers an event for the line that ends the request or job; nothing happens outside of one."""
    now = _doing.get()
    if now is not None and len(now.events) < EVENTS_PER_LINE_MAX:
        now.events.append(str(event_id))


# Each hides the part that follows what it keeps (group 1).
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?i)(\b(?:proxy-)?authorization[\"']?\s*[:=]\s*)[^\n\r]+",
        r"(?i)(\b(?:set-)?cookie[\"']?\s*[:=]\s*)[^\n\r]+",
        r"(?i)(\bbearer\s+)[\w.~+/=-]+",
        r"(\b\w+://[^\s:/@]*:)[^\s/]+(?=@)",
        r"(?i)([\w-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|private[_-]?key|session_?id|otp)[\w-]*"
        r"[\"']?\s*[:=]\s*)(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s,;&)}\]]+)",
        r"(\bfh_)[A-Za-z0-9]+_[\w-]+",
        r"(\bAGE-SECRET-KEY-)[A-Z0-9-]+",
        # Addresses whose last part lets somebody in.
        r"(?i)(/(?:in|invited|confirm|new/[\w-]{1,40})/)[\w:.~-]{12,}",
    )
)
# What every text has that one of the patterns changes. Most lines have nothing of it, and one look is enough for them.
_PERHAPS = re.compile(
    r"(?i)authorization|cookie|bearer|://|passw|passphrase|secret|token|key|session|otp|fh_|/(?:in|invited|confirm|new)/"
)
# Django's signed values: data, time, signature.
_SIGNED = re.compile(r"[\w-]+:[\w-]{5,7}:[\w-]{43}\b")


def hide(text: str, known: Sequence[str] = ()) -> str:
    """The text without passwords, keys, tokens and cookies. `known` are hidden wherever they stand."""
    for secret in known:
        text = text.replace(secret, HIDDEN)
    text = _SIGNED.sub(HIDDEN, text) if text.count(":") > 1 else text
    for pattern in _PATTERNS if _PERHAPS.search(text) else ():
        text = pattern.sub(rf"\g<1>{HIDDEN}", text)
    return text


class Brief(logging.Filter):
    """A lost database, or a request that anybody could send, is one line in the log and not a page of frames.

    Everything else keeps its traceback.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record through, some of them shortened."""
        if not record.exc_info:
            return True
        lost = type(record.exc_info[1]).__name__ in ("OperationalError", "ConnectorException")
        # Too large a form, too many fields, a visit that was tampered with: Django answers them with 400.
        if lost or record.name.startswith("django.security."):
            record.msg, record.args = " ".join(record.getMessage().split()), ()
            record.exc_info = record.exc_text = None
        return True


class Formatter(logging.Formatter):
    """Writes a record; the whole line is searched for secrets last, so that a traceback is too."""

    def __init__(self, form: str = "line", hidden: Sequence[str] = ()) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")
        self.form = form
        # The longest first: a short one may be part of it.
        self.known = sorted({text for text in hidden if len(text) >= HIDDEN_CHARS_MIN}, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """One line (with a traceback below it in the form for people)."""
        now = _doing.get()
        request = getattr(record, "request_id", None) or (now.id if now else "")
        if self.form == "json":
            return self._json(record, request)
        line = hide(super().format(record), self.known)
        return f"{line} [{request}]" if request and "\n" not in line else line

    def _json(self, record: logging.LogRecord, request: str) -> str:
        row: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": hide(record.getMessage(), self.known),
        }
        if request:
            row["request"] = request
        for name, value in getattr(record, "fields", {}).items():
            row[name] = hide(value, self.known) if isinstance(value, str) else value
        if record.exc_info:
            row["error"] = hide(self.formatException(record.exc_info), self.known)
        return json.dumps(row, ensure_ascii=False, default=str)
