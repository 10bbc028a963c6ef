"""What a worker does with models: many answers under way at once, each read in a thread, all written by one.

A job hands an answer over and is done; so answers that take minutes keep no other job waiting. The threads only read
the net. One writer puts what came of all of them into the database every 150 ms, in one statement, and looks whom to
stop. Whoever dies with answers under way leaves them to `end_lost`.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import Error, connection

from fairhand.files.store import key_of, store
from fairhand.inference import commands as inference
from fairhand.inference.commands import End
from fairhand.inference.models import Generation
from fairhand.inference.queries import generation
from fairhand.inference.seal import opened
from fairhand.inference.stream import Ask, Ended, stream
from fairhand.inference.wire import Read, request_body
from fairhand.kernel.limits import (
    MODEL_LOST_S,
    MODEL_REQUEST_BYTES_MAX,
    MODEL_STREAMS_AT_ONCE_MAX,
    MODEL_WAITS_S_MAX,
)
from fairhand.outgoing.fetch import Resolver, system_resolver
from fairhand.tasks.messages import NotTaken, chat_messages

_log = logging.getLogger("fairhand.models")
_TICK_S = 0.15
_ALIVE_TICKS = 20  # a sign of life of those that say nothing, every three seconds
_LOST_PER_JOB = 500


@dataclass(slots=True)
class _Live:
    """An answer under way in this process. Its thread appends, the writer takes what it has not written yet."""

    row: Generation
    pieces: list[str] = field(default_factory=list)
    stop: bool = False
    ended: Ended | None = None
    written: int = 0  # pieces


class Streams:
    """The answers that this process reads. `clock` tells the time that is written down."""

    def __init__(self, clock: Callable[[], datetime], resolver: Resolver = system_resolver) -> None:
        self._clock, self._resolver = clock, resolver
        self._lock, self._wake = threading.Lock(), threading.Event()
        self._live: dict[UUID, _Live] = {}
        self._pool: ThreadPoolExecutor | None = None
        self._writer: threading.Thread | None = None
        self._closing = False

    def take(self, generation_id: UUID) -> bool:
        """Take an answer on: what a job does. False where it is over, or another worker's."""
        row = generation(generation_id)
        if row is None or row.state != "asked":
            return False
        with self._lock:
            if self._closing:
                raise RuntimeError("this worker is ending; another one takes the answer on")
            if self._pool is None:
                self._pool = ThreadPoolExecutor(MODEL_STREAMS_AT_ONCE_MAX, thread_name_prefix="model")
            self._pool.submit(self._run, _Live(row))
        return True

    def under_way(self) -> int:
        """How many are read now."""
        return len(self._live)

    def close(self, wait_s: float = 10) -> None:
        """End those under way as failed, and wait for that to be written."""
        with self._lock:
            self._closing, pool, writer = True, self._pool, self._writer
        self._wake.set()
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)
        if writer is not None:
            writer.join(wait_s)

    # ---- in the thread of an answer

    def _run(self, live: _Live) -> None:
        row = live.row
        try:
            began = inference.begin(generation_id=row.id, now=self._clock())
        except Error as error:
            _log.warning("an answer could not be begun: %s", type(error).__name__)
            return
        finally:
            connection.close()  # the threads keep none: there may be many
        if not began:
            return
        self._add(live)
        live.ended = self._ended(live)
        self._wake.set()

    def _ended(self, live: _Live) -> Ended:
        try:
            ask = ask_of(live.row)
            if isinstance(ask, str):
                return Ended("failed", ask, Read())
            return stream(ask, lambda text: self._took(live, text), lambda: live.stop or self._closing, self._resolver)
        except Exception as error:  # whatever it is, whoever waits for the answer must see an end
            _log.exception("an answer of a model failed in us: %s", type(error).__name__)
            return Ended("failed", "internal", Read())

    def _took(self, live: _Live, text: str) -> None:
        live.pieces.append(text)
        if len(live.pieces) == 1:
            self._wake.set()  # the first word is shown at once

    def _add(self, live: _Live) -> None:
        with self._lock:
            self._live[live.row.id] = live
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="model-writer", daemon=True)
                self._writer.start()

    # ---- in the thread of the writer

    def _write(self) -> None:
        tick = 0
        while True:
            self._wake.wait(_TICK_S)
            self._wake.clear()
            tick += 1
            with self._lock:
                live = list(self._live.values())
                if not live:
                    self._writer = None
                    break
            try:
                self._tick(live, tick % _ALIVE_TICKS == 0)
            except Error as error:  # the database is away: what came is kept, and tried again
                _log.warning("answers of models could not be written: %s", type(error).__name__)
                connection.close()
                self._wake.wait(1)
        connection.close()

    def _tick(self, live: list[_Live], alive: bool) -> None:
        now = self._clock()
        fresh = {each.row.id: (len(each.pieces), each) for each in live if len(each.pieces) > each.written or alive}
        inference.append(texts={key: _tail(each, upto) for key, (upto, each) in fresh.items()}, now=now)
        for upto, each in fresh.values():
            each.written = upto
        over = inference.to_be_stopped([each.row.id for each in live])
        for each in live:
            each.stop = each.stop or each.row.id in over
            if each.ended is not None:
                inference.end(generation_id=each.row.id, how=self._how(each), now=now)
                with self._lock:
                    self._live.pop(each.row.id, None)

    def _how(self, live: _Live) -> End:
        ended = live.ended
        assert ended is not None
        cut = self._closing and ended.state == "stopped" and not live.stop
        return End(
            state="failed" if cut else ended.state, problem="worker_stopped" if cut else ended.problem,
            finish_reason=ended.read.finish_reason, tokens_in=ended.read.tokens_in, tokens_out=ended.read.tokens_out,
            pieces=ended.read.pieces, text="".join(live.pieces),
        )  # fmt: skip


def _tail(live: _Live, upto: int) -> tuple[int, str]:
    """(how many characters were written before, what came since): writing it twice changes nothing."""
    return sum(map(len, live.pieces[: live.written])), "".join(live.pieces[live.written : upto])


def ask_of(row: Generation) -> Ask | str:
    """What is sent to a model, with its files as they lie in the store; or the code of why it can't be: key_unreadable,
    file_gone, request_too_large."""
    endpoint = row.endpoint
    key = opened(endpoint.sealed_key)
    if key is None:
        return "key_unreadable"
    try:
        messages = chat_messages(row.turns, lambda file: _data(row, file))
    except (NotTaken, OSError):
        return "file_gone"
    body = request_body(endpoint.model, messages, row.params)
    if len(body) > MODEL_REQUEST_BYTES_MAX:
        return "request_too_large"
    return Ask(
        url=f"{endpoint.base_url}/chat/completions", body=body, key=key, private_ok=endpoint.private_ok,
        silence_s=endpoint.silence_s, total_s=endpoint.total_s,
    )  # fmt: skip


def _data(row: Generation, file: Mapping[str, Any]) -> bytes:
    place = store()
    if place is None:
        raise FileNotFoundError("no store")
    return b"".join(place.read(key_of(row.org_id, file["sha256"]), 0, file["bytes"]))


def end_lost(*, now: datetime) -> int:
    """Answers whose worker died, or that none took on, are over as failed; how many."""
    found = inference.lost(now=now, lost_s=MODEL_LOST_S, waits_s=MODEL_WAITS_S_MAX, limit=_LOST_PER_JOB)
    return sum(inference.end_lost(generation_id=each, lost_s=MODEL_LOST_S, now=now) for each in found)
