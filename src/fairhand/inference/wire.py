"""What goes to a server of chat completions, and what comes back piece by piece. Nothing of it is trusted. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fairhand.kernel.limits import MODEL_ANSWER_BYTES_MAX, MODEL_LINE_BYTES_MAX

EVENTS = "text/event-stream"
_TOKENS_MAX = 2**31 - 1
_REASON_CHARS_MAX = 40
_DONE = b"[DONE]"
_UNSTORABLE = {0: None} | dict.fromkeys(range(55296, 57344), 65533)


class WireError(Exception):
    """What came is no chat completion. `code`: bad_answer, line_too_long, answer_too_long, model_error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def request_body(model: str, messages: Sequence[Mapping[str, Any]], params: Mapping[str, Any]) -> bytes:
    """The request, streamed and with its usage told at the end."""
    return json.dumps(
        {
            "model": model, "messages": list(messages), "temperature": float(Decimal(params["temperature"])),
            "seed": params["seed"], "max_tokens": params["max_tokens"], "stream": True,
            "stream_options": {"include_usage": True},
        },
        ensure_ascii=False,
    ).encode()  # fmt: skip


@dataclass(slots=True)
class Read:
    """What was read of an answer so far. `pieces` counts the pieces of text: about as many as tokens."""

    pieces: int = 0
    size: int = 0  # bytes of text
    finish_reason: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    ended: bool = False


class Events:
    """Reads a stream of events as it comes; `feed` gives the text that a stretch of bytes holds."""

    def __init__(self) -> None:
        self.read = Read()
        self._rest = b""

    def feed(self, raw: bytes) -> str:
        """The text in these bytes. Raises WireError."""
        if self.read.ended:
            return ""
        *lines, self._rest = (self._rest + raw).split(b"\n")
        if len(self._rest) > MODEL_LINE_BYTES_MAX:
            raise WireError("line_too_long")
        return "".join(self._line(line) for line in lines)

    def close(self) -> str:
        """What a last line without its end still says."""
        rest, self._rest = self._rest, b""
        return self._line(rest)

    def _line(self, line: bytes) -> str:
        if len(line) > MODEL_LINE_BYTES_MAX:
            raise WireError("line_too_long")
        if self.read.ended or not line.startswith(b"data:"):
            return ""  # comments, names of events, and the empty line between two
        data = line[5:].strip()
        if data == _DONE:
            self.read.ended = True
            return ""
        return _took(self.read, data) if data else ""


def whole(raw: bytes) -> tuple[str, Read]:
    """The answer of a server that does not stream, though it was asked to. Raises WireError."""
    read = Read()
    text = _took(read, raw)
    read.ended = True
    return text, read


def _took(read: Read, data: bytes) -> str:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise WireError("bad_answer") from error
    if not isinstance(found, dict):
        raise WireError("bad_answer")
    if found.get("error"):
        raise WireError("model_error")
    _usage(read, found.get("usage"))
    choices = found.get("choices")
    if not isinstance(choices, list) or not choices:
        return ""  # the usage, or a sign of life
    choice = choices[0]
    if not isinstance(choice, dict):
        raise WireError("bad_answer")
    if isinstance(choice.get("finish_reason"), str):
        read.finish_reason = _plain(choice["finish_reason"])[:_REASON_CHARS_MAX]
    part = choice.get("delta", choice.get("message"))
    text = part.get("content") if isinstance(part, dict) else None
    if not isinstance(text, str) or not text:
        return ""
    text = _plain(text)
    read.pieces += 1
    read.size += len(text.encode())
    if read.size > MODEL_ANSWER_BYTES_MAX:
        raise WireError("answer_too_long")
    return text


def _usage(read: Read, usage: object) -> None:
    if not isinstance(usage, dict):
        return
    given = [usage.get("prompt_tokens"), usage.get("completion_tokens")]
    if all(isinstance(each, int) and not isinstance(each, bool) and 0 <= each <= _TOKENS_MAX for each in given):
        read.tokens_in, read.tokens_out = given


def _plain(text: str) -> str:
    """Without what can't be stored."""
    return text.translate(_UNSTORABLE)
