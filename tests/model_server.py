"""A small server that speaks as OpenAI's chat completions do, well or in one of the ways in which servers fail.

The name of the model says how: `good`, `slow`, `stalls`, `breaks` (mid-chunk), `cut` (between two events), `drips` (one
byte at a time, for ever), `refuses` (401), `missing` (404), `busy` (429), `fails` (500), `redirects`, `garbled`,
`errs` (an error within the stream), `floods` (text without end), `one_line` (a line without end), `headers` (headers
without end), `silent`, `plain` (no stream), `uncounted` (no usage), `lies` (counts absurdly), `hostile`, `closed`.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

WORDS = ["The", "answer", "is", "made", "of", "**several**", "words,", "one", "after", "the", "other."]
STATUS = {"refuses": 401, "missing": 404, "busy": 429, "fails": 500}
HOSTILE = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>[x](javascript:window.ran=1)\u202e\u0000 end'
HOSTILE += r" $x^2$ $\text{<img src=x onerror=window.ran=1>}$ $\href{javascript:window.ran=1}{y}$ $" + "x+" * 60 + "x$"


@dataclass
class ModelServer:
    """What it got, in order: (the headers, the body as it was parsed)."""

    url: str
    asked: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    # Words of `slow` wait for these seconds each; `gate` holds `held` back until it is set.
    pause_s: float = 0.05
    times: int = 1
    gate: threading.Event = field(default_factory=threading.Event)
    # How many connections somebody else ended while an answer was written.
    left: int = 0
    # What `scripted` says: (the last message, the key it came with) -> words; it waits until they are there.
    script: dict[tuple[str, str], str] = field(default_factory=dict)


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """Runs it at a free port of this machine."""
    told = ModelServer("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.asked.append((dict(self.headers), body))
            self.close_connection = True
            try:
                _Answers(self, told, body).give()
            except (BrokenPipeError, ConnectionResetError):
                told.left += 1

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        told.gate.set()
        server.shutdown()
        server.server_close()


class _Answers:
    def __init__(self, handler: BaseHTTPRequestHandler, told: ModelServer, body: dict[str, Any]) -> None:
        self.handler, self.told, self.body = handler, told, body
        self.model = body["model"]

    def give(self) -> None:
        if self.model in STATUS:
            self.head(STATUS[self.model], "application/json")
            self.raw(b'{"error": {"message": "no"}}')
        elif self.model == "redirects":
            self.handler.send_response(302)
            self.handler.send_header("Location", "http://169.254.169.254/latest/meta-data/")
            self.handler.send_header("Content-Length", "0")
            self.handler.end_headers()
        elif self.model == "plain":
            self.head(200, "application/json")
            message = {"role": "assistant", "content": " ".join(WORDS)}
            usage = {"prompt_tokens": 5, "completion_tokens": len(WORDS)}
            choices = [{"message": message, "finish_reason": "stop"}]
            self.raw(json.dumps({"choices": choices, "usage": usage}).encode())
        elif self.model == "silent":
            time.sleep(0.1)
            self.told.gate.wait(30)
        elif self.model == "closed":
            self.handler.connection.close()
        elif self.model == "headers":
            self.handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for n in range(1_000_000):
                self.raw(f"X-{n}: {'y' * 200}\r\n".encode())
        else:
            self.head(200, "text/event-stream", chunked=True)
            self.stream()

    def stream(self) -> None:
        say = getattr(self, self.model, self.good)
        say()
        if self.model not in ("breaks", "cut"):
            with suppress(BrokenPipeError):
                self.raw(b"0\r\n\r\n")

    # ---- how each goes

    def good(self, pause: float = 0.0) -> None:
        for word in self.words():
            self.piece(word)
            if pause:
                time.sleep(pause)
        self.end()

    def held(self) -> None:
        first, *rest = self.words()
        self.piece(first)
        self.told.gate.wait(30)
        for word in rest:
            self.piece(word)
        self.end()

    def scripted(self) -> None:
        text, key = self.asked_text(), self.handler.headers["Authorization"].rpartition(" ")[2]
        end = time.monotonic() + 20
        while (said := self.told.script.get((text, key))) is None and time.monotonic() < end:
            time.sleep(0.02)
        first, *rest = (said or "nothing").split(" ")
        for piece in (first, *(f" {word}" for word in rest)):
            self.piece(piece)
        self.end()

    def slow(self) -> None:
        self.good(self.told.pause_s)

    def stalls(self) -> None:
        self.piece("A first word")
        self.told.gate.wait(30)

    def breaks(self) -> None:
        self.piece("A first word")
        self.raw(b"ff\r\ndata: {")  # a chunk of 255 bytes that never comes

    def cut(self) -> None:
        self.piece("A first word")

    def drips(self) -> None:
        for _ in range(10_000):
            self.chunk(b":")
            time.sleep(0.02)

    def garbled(self) -> None:
        self.event(b"{no json")

    def errs(self) -> None:
        self.piece("A first word")
        self.event(json.dumps({"error": {"message": "overloaded"}}).encode())

    def floods(self) -> None:
        while True:
            self.piece("flood " * 2_000)

    def one_line(self) -> None:
        self.chunk(b"data: ")
        while True:
            self.chunk(b"x" * 65_536)

    def uncounted(self) -> None:
        for word in self.words():
            self.piece(word)
        self.end(usage=False)

    def lies(self) -> None:
        self.piece("Cheap.")
        usage = {"prompt_tokens": 2_000_000_000, "completion_tokens": 2_000_000_000}
        self.event(json.dumps({"choices": [{"delta": {}, "finish_reason": "stop"}], "usage": usage}).encode())
        self.event(b"[DONE]")

    def hostile(self) -> None:
        self.piece(HOSTILE)
        self.event(json.dumps({"choices": [{"delta": {"content": ["not", "text"]}}]}).encode())
        self.event(
            json.dumps({"choices": "none", "usage": {"prompt_tokens": "many", "completion_tokens": True}}).encode()
        )
        self.end()

    # ---- pieces

    def words(self) -> list[str]:
        """Which words, and to what: the last message, so that an answer shows what was asked."""
        about = f"{self.model} on '{self.asked_text()[:40]}' (seed {self.body['seed']}):"
        return [about] + [f" {word}" for word in WORDS * self.told.times]

    def asked_text(self) -> str:
        """The words of the last message, whatever stands beside them."""
        last = self.body["messages"][-1]["content"]
        return last if isinstance(last, str) else next((each["text"] for each in last if each["type"] == "text"), "")

    def head(self, status: int, media_type: str, *, chunked: bool = False) -> None:
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", media_type)
        self.handler.send_header(*(("Transfer-Encoding", "chunked") if chunked else ("Connection", "close")))
        self.handler.end_headers()

    def end(self, *, usage: bool = True) -> None:
        told: dict[str, Any] = {"choices": [{"delta": {}, "finish_reason": "stop"}]}
        if usage:
            told["usage"] = {"prompt_tokens": 7, "completion_tokens": len(WORDS) + 1}
        self.event(json.dumps(told).encode())
        self.event(b"[DONE]")

    def piece(self, text: str) -> None:
        self.event(json.dumps({"choices": [{"index": 0, "delta": {"content": text}}]}).encode())

    def event(self, data: bytes) -> None:
        self.chunk(b"data: " + data + b"\n\n")

    def chunk(self, raw: bytes) -> None:
        self.raw(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")

    def raw(self, raw: bytes) -> None:
        self.handler.wfile.write(raw)
        self.handler.wfile.flush()


def main() -> None:
    """A process of its own: `python -m tests.model_server WORDS PAUSE` prints the address and serves until it ends."""
    with model_server() as told:
        told.times, told.pause_s = -(-int(sys.argv[1]) // len(WORDS)), float(sys.argv[2])
        print(told.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
