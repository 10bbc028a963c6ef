"""One answer of a model from its first byte to its last: asked through the guarded way out, read piece by piece."""

from collections.abc import Callable
from dataclasses import dataclass, field

from fairhand.inference.wire import EVENTS, Events, Read, WireError, whole
from fairhand.kernel.limits import MODEL_LINE_BYTES_MAX, MODEL_STREAM_BYTES_MAX
from fairhand.outgoing.fetch import Answer, Bounds, Fetch, FetchError, Resolver, system_resolver

_CONNECT_S = 10
_PLAIN_BYTES_MAX = 16 * MODEL_LINE_BYTES_MAX
# What a status says, where it says more than that the request was refused or the server failed.
_STATUS = {401: "key_refused", 403: "key_refused", 404: "no_such_model", 408: "silent", 413: "request_too_large",
           429: "too_many_asked"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """What is sent where, and how long is waited."""

    url: str
    body: bytes
    key: str = field(repr=False)
    private_ok: bool
    silence_s: float
    total_s: float


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended: `done`, `stopped` or `failed` with a problem; and what was read."""

    state: str
    problem: str
    read: Read


def stream(
    ask: Ask, took: Callable[[str], None], stopped: Callable[[], bool], resolver: Resolver = system_resolver
) -> Ended:
    """Ask, and hand each piece of text to `took` as it comes. Raises nothing that a server can cause."""
    events = Events()
    headers = {"Content-Type": "application/json", "Accept": EVENTS, "User-Agent": "fairhand"}
    if ask.key:
        headers["Authorization"] = f"Bearer {ask.key}"
    bounds = Bounds(_CONNECT_S, ask.silence_s, ask.total_s, MODEL_STREAM_BYTES_MAX)
    fetch = Fetch(
        ask.url, body=ask.body, headers=headers, bounds=bounds, private_too=ask.private_ok, stopped=stopped,
        resolver=resolver,
    )  # fmt: skip
    try:
        with fetch as answer:
            if answer.status != 200:
                return Ended("failed", _refusal(answer.status), events.read)
            if answer.media_type == EVENTS:
                return _streamed(answer, events, took)
            return _at_once(answer, took)
    except FetchError as error:
        state = "stopped" if error.code == "stopped" else "failed"
        return Ended(state, "" if state == "stopped" else error.code, events.read)
    except WireError as error:
        return Ended("failed", error.code, events.read)


def _streamed(answer: Answer, events: Events, took: Callable[[str], None]) -> Ended:
    for raw in answer.pieces:
        if text := events.feed(raw):
            took(text)
        if events.read.ended:
            break
    if text := events.close():
        took(text)
    # Some servers leave the last line out; one that says neither that nor why it ended was cut off.
    whole_one = events.read.ended or bool(events.read.finish_reason)
    return Ended("done", "", events.read) if whole_one else Ended("failed", "broken_off", events.read)


def _at_once(answer: Answer, took: Callable[[str], None]) -> Ended:
    raw = b""
    for piece in answer.pieces:
        raw += piece
        if len(raw) > _PLAIN_BYTES_MAX:
            raise WireError("line_too_long")
    text, read = whole(raw)
    if text:
        took(text)
    return Ended("done", "", read) if text or read.finish_reason else Ended("failed", "bad_answer", read)


def _refusal(status: int) -> str:
    if 300 <= status < 400:
        return "redirected"
    return _STATUS.get(status, "request_refused" if 400 <= status < 500 else "server_failed")
