"""One request to another server, guarded: resolved once, held to that address, never redirected, bounded in all.

The name is resolved here and the connection goes to the address that was looked at, so a name server that answers
something else the next moment changes nothing. TLS is verified against the name. An answer is read through `_Watched`,
which bounds silence, length and bytes, and looks between two reads whether it is to stop.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from requests.certs import where

from fairhand.kernel.refusals import Refused
from fairhand.outgoing.addresses import Address, Target, denied, target_of

# (host, port) -> its addresses, in the order to be tried.
Resolver = Callable[[str, int], list[str]]
_LOOK_EVERY_S = 0.1
_PIECE_BYTES = 16 * 1024
_ADDRESSES_TRIED_MAX = 4
_SAID_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how much: seconds to connect, of silence, in all; bytes of the answer with its headers."""

    connect_s: float
    silence_s: float
    total_s: float
    bytes_max: int


class FetchError(Exception):
    """Why no (whole) answer came. `code`: unreachable, refused_address, bad_tls, silent, too_long, too_large,
    broken_off, bad_answer, stopped."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose body is still to be read; `pieces` gives what is there, as it comes."""

    status: int
    media_type: str
    pieces: Iterator[bytes]


def system_resolver(host: str, port: int) -> list[str]:
    """What this machine's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def checked(target: Target, private_too: bool, resolver: Resolver) -> list[Address] | Refused:
    """The addresses of a host, each looked at. One that is denied refuses them all: who answers with it means it.

    Refusals: no_such_host, refused_address.
    """
    try:
        found = [ip_address(each.partition("%")[0]) for each in resolver(target.host, target.port)]
    except (OSError, UnicodeError, ValueError):
        found = []
    if not found:
        return Refused("no_such_host", "The name of the host is not known.")
    for address in found:
        if (why := denied(address, private_too)) is not None:
            return Refused("refused_address", f"The host's address {why}.")
    return found[:_ADDRESSES_TRIED_MAX]


class Fetch:
    """POST one body to an address and read the answer; a context manager that ends with the connection closed."""

    def __init__(
        self, url: str, *, body: bytes, headers: Mapping[str, str], bounds: Bounds, private_too: bool = False,
        stopped: Callable[[], bool] = lambda: False, resolver: Resolver = system_resolver,
    ) -> None:  # fmt: skip
        self._url, self._body, self._headers, self._bounds = url, body, headers, bounds
        self._private_too, self._stopped, self._resolver = private_too, stopped, resolver
        self._connection: _Pinned | None = None
        self._answer: http.client.HTTPResponse | None = None

    def __enter__(self) -> Answer:
        try:
            return self._ask()
        except BaseException:  # whatever ended it, the connection ends with it
            self._close()
            raise

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        for each in (self._answer, self._connection):
            if each is not None:
                each.close()

    def _ask(self) -> Answer:
        target = target_of(self._url)
        if isinstance(target, Refused):
            raise FetchError("refused_address", target.why)
        found = checked(target, self._private_too, self._resolver)
        if isinstance(found, Refused):
            raise FetchError("unreachable" if found.code == "no_such_host" else found.code, found.why)
        self._connection = _Pinned(target, found, self._bounds, self._stopped)
        try:
            self._connection.request(
                "POST", target.path, body=self._body,
                headers={"Host": target.shown_host, "Accept-Encoding": "identity", "Connection": "close"}
                | dict(self._headers),
            )  # fmt: skip
            self._answer = self._connection.getresponse()
        except Exception as error:  # whatever a foreign server makes the library raise becomes one of our words
            raise _told(error) from error
        return Answer(self._answer.status, self._answer.headers.get_content_type(), _pieces(self._answer))


def _pieces(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    with closing(answer):
        try:
            while piece := answer.read1(_PIECE_BYTES):
                yield piece
        except Exception as error:  # likewise, whatever a foreign server makes the library raise
            raise _told(error) from error
        if answer.length:
            raise FetchError("broken_off", "The connection ended before the answer did.")


def _told(error: Exception) -> FetchError:
    if isinstance(error, FetchError):
        return error
    if isinstance(error, ssl.SSLError):
        return FetchError("bad_tls", f"The connection is not secure: {error.reason or 'TLS failed'}"[:_SAID_CHARS_MAX])
    if isinstance(error, http.client.IncompleteRead | ConnectionError | http.client.RemoteDisconnected):
        return FetchError("broken_off", "The connection ended before the answer did.")
    if isinstance(error, TimeoutError):
        return FetchError("silent", "The server said nothing for too long.")
    if isinstance(error, OSError):
        return FetchError("unreachable", f"The server was not reached: {error.strerror or 'error'}"[:_SAID_CHARS_MAX])
    return FetchError("bad_answer", f"The answer is no HTTP: {type(error).__name__}")


class _Pinned(http.client.HTTPConnection):
    """A connection to addresses that were looked at, whatever its host is called."""

    def __init__(self, target: Target, found: list[Address], bounds: Bounds, stopped: Callable[[], bool]) -> None:
        super().__init__(target.host, target.port, timeout=bounds.connect_s)
        self._target, self._found, self._bounds, self._stopped = target, found, bounds, stopped
        self._until = time.monotonic() + bounds.total_s

    def connect(self) -> None:
        """To the first address that answers; with TLS, in the host's name."""
        raw = self._reached()
        try:
            if self._target.secure:
                context = ssl.create_default_context()  # what this machine trusts, an authority of one's own with it
                context.load_verify_locations(where())
                raw = context.wrap_socket(raw, server_hostname=self._target.host)
        except BaseException:  # as above: nothing is left open
            raw.close()
            raise
        raw.settimeout(max(_LOOK_EVERY_S, min(self._bounds.silence_s, self._bounds.total_s)))
        self.sock = raw
        watched = self
        # What the answer is read from; the request itself is sent by the socket.
        self.response_class = lambda sock, **more: http.client.HTTPResponse(  # type: ignore[assignment]
            _Reader(sock, watched._bounds, watched._until, watched._stopped),
            **more,  # type: ignore[arg-type]
        )

    def _reached(self) -> socket.socket:
        last: OSError | None = None
        for address in self._found:
            if self._stopped():
                raise FetchError("stopped", "Stopped.")
            try:
                return socket.create_connection((str(address), self._target.port), timeout=self._bounds.connect_s)
            except OSError as error:
                last = error
        raise FetchError("unreachable", f"The server was not reached: {last.strerror or 'no answer' if last else ''}")


class _Reader:
    """What http.client asks for a file to read from."""

    def __init__(self, sock: socket.socket, bounds: Bounds, until: float, stopped: Callable[[], bool]) -> None:
        self._watched = _Watched(sock, bounds, until, stopped)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """The one file there is."""
        return io.BufferedReader(self._watched, _PIECE_BYTES)


class _Watched(io.RawIOBase):
    """A socket that is read with bounds, and looked away from as soon as it is to stop."""

    def __init__(self, sock: socket.socket, bounds: Bounds, until: float, stopped: Callable[[], bool]) -> None:
        self._sock, self._bounds, self._until, self._stopped = sock, bounds, until, stopped
        self._left = bounds.bytes_max
        # The library closes a socket as soon as its last answer has begun; who holds a file of it keeps it open.
        self._holds = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes. Raises FetchError: stopped, silent, too_long, too_large."""
        silent_from = time.monotonic()
        while True:
            if self._stopped():
                raise FetchError("stopped", "Stopped.")
            now = time.monotonic()
            if now > self._until:
                raise FetchError("too_long", "The answer took too long.")
            if now - silent_from > self._bounds.silence_s:
                raise FetchError("silent", "The server said nothing for too long.")
            self._sock.settimeout(_LOOK_EVERY_S)
            try:
                n = self._sock.recv_into(buffer)
            except TimeoutError:
                continue
            self._left -= n
            if self._left < 0:
                raise FetchError("too_large", "The answer is larger than is taken.")
            return n

    def close(self) -> None:
        """And the socket with it."""
        self._holds.close()
        super().close()
