"""One HTTP request whose answer arrives line by line and which can be given up at any moment from any thread.

A worker thread owns the connection and hands over what it reads; the thread that asks waits for it with a deadline.
Giving up shuts the connection down under the worker, so that the server sees it too. Nothing is ever contacted but
the host named: no redirect is followed, no proxy used, no compressed answer unpacked, no connection kept.
"""

from __future__ import annotations

import contextlib
import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault

MAX_LINE_BYTES = 1 << 20
MAX_RESPONSE_BYTES = 32 << 20  # some thirty times the longest answer, with all the envelopes of its pieces
_BLOCK_BYTES = 1 << 14


@dataclass(frozen=True, slots=True)
class Head:
    """Status and content type of a response."""

    status: int
    content_type: str


class _Connected:
    """The worker has a connection; the request is on its way."""


class _Ended:
    """The response is complete, or the exchange was given up."""


class HttpExchange:
    """A POST of `body` to `url`. Use it as a context: at its end the connection is closed.

    `ca_file` names the certificate authorities to trust instead of the system's.
    """

    def __init__(
        self, url: str, headers: dict[str, str], body: bytes, ca_file: str, idle_timeout_s: float, cancel: CancelToken
    ) -> None:
        self._url = urlsplit(url)
        self._host = self._url.hostname or ""
        self._headers = headers
        self._body = body
        self._ca_file = ca_file
        self._idle_timeout_s = idle_timeout_s
        self._cancel = cancel
        self._items: queue.SimpleQueue[_Connected | Head | bytes | _Ended | Exception] = queue.SimpleQueue()
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._given_up = False
        self._deadline = 0.0
        self._late: tuple[Fault, float] = (Fault.ENDPOINT_CONNECT_TIMEOUT, 0.0)

    def __enter__(self) -> HttpExchange:
        self._forget = self._cancel.on_cancel(self._give_up)
        return self

    def __exit__(self, *_: object) -> None:
        self._forget()
        self._give_up()

    def expect_within(self, timeout_s: float, late: Fault) -> None:
        """What is waited for from now on raises `late` (host, limit_s) after `timeout_s` seconds."""
        self._deadline = time.monotonic() + timeout_s
        self._late = (late, timeout_s)

    def connect(self, timeout_s: float) -> None:
        """Connect and begin to send.

        Raises Cancelled, or EnvironmentFault: ENDPOINT_NAME_UNKNOWN, ENDPOINT_UNREACHABLE, ENDPOINT_UNTRUSTED (host,
        reason), ENDPOINT_CONNECT_TIMEOUT (host, limit_s).
        """
        self.expect_within(timeout_s, Fault.ENDPOINT_CONNECT_TIMEOUT)
        threading.Thread(target=self._work, name="endpoint", daemon=True).start()
        self._next()

    def head(self) -> Head:
        """Wait for status and headers. Raises as `lines`."""
        item = self._next()
        return item if isinstance(item, Head) else Head(0, "")

    def lines(self) -> Iterator[str]:
        """The body's lines without their ends, as they come.

        Raises Cancelled, or EnvironmentFault: ENDPOINT_BROKEN (host, reason) when the connection is lost,
        ENDPOINT_ANSWER_INVALID (host, reason) for too much of it or for bytes that are no UTF-8, or what is late.
        """
        held = bytearray()
        while isinstance(block := self._next(), bytes):
            held += block
            if b"\n" in block:
                *whole, held = held.split(b"\n")
                for line in whole:
                    yield self._decode(line)
            if len(held) > MAX_LINE_BYTES:
                raise self._fault(Fault.ENDPOINT_ANSWER_INVALID, "line too long")
        if held:
            yield self._decode(held)

    def _next(self) -> _Connected | Head | bytes | _Ended:
        try:
            item = self._items.get(timeout=max(0.0, self._deadline - time.monotonic()))
        except queue.Empty:
            self._cancel.raise_if_cancelled()
            raise self._too_late() from None
        self._cancel.raise_if_cancelled()
        if isinstance(item, Exception):
            raise item
        return item

    def _decode(self, line: bytearray) -> str:
        try:
            return line.removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError:
            raise self._fault(Fault.ENDPOINT_ANSWER_INVALID, "not UTF-8") from None

    def _give_up(self) -> None:
        with self._lock:
            self._given_up = True
            if self._socket is not None:
                with contextlib.suppress(OSError):  # it is closed already
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # the plain one: TLS state is the worker's
        self._items.put(_Ended())

    # ---- the worker thread

    def _work(self) -> None:
        try:
            connection = self._open()
        except _GivenUp:
            return
        except Exception as error:
            self._items.put(self._connecting_failed(error))
            return
        try:
            self._items.put(_Connected())
            self._speak(connection)
            self._items.put(_Ended())
        except Exception as error:  # whatever it is, the thread that waits must hear of it
            known = isinstance(error, EnvironmentFault)
            self._items.put(error if known else self._fault(Fault.ENDPOINT_BROKEN, type(error).__name__))
        finally:
            connection.close()

    def _speak(self, connection: http.client.HTTPConnection) -> None:
        with contextlib.suppress(
            BrokenPipeError, ConnectionResetError
        ):  # refused before all was sent: the reason follows
            connection.request("POST", self._url.path, self._body, self._headers)
        response = connection.getresponse()
        self._items.put(Head(response.status, response.getheader("Content-Type", "")))
        total = 0
        while block := response.read1(_BLOCK_BYTES):
            total += len(block)
            if total > MAX_RESPONSE_BYTES:
                raise self._fault(Fault.ENDPOINT_ANSWER_INVALID, "answer too long")
            self._items.put(block)

    def _open(self) -> http.client.HTTPConnection:
        secure = self._url.scheme == "https"
        port = self._url.port or (443 if secure else 80)
        limit_s = max(0.001, self._deadline - time.monotonic())
        context = ssl.create_default_context(cafile=self._ca_file or None) if secure else None
        plain = socket.create_connection((self._host, port), limit_s)
        self._keep(plain)
        if context is not None:
            self._keep(wrapped := context.wrap_socket(plain, server_hostname=self._host))
            plain = wrapped
        plain.settimeout(self._idle_timeout_s)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(self._host, port)
        connection.sock = plain  # it is connected here, where it can be given up
        return connection

    def _keep(self, connected: socket.socket) -> None:
        with self._lock:
            if self._given_up:
                connected.close()
                raise _GivenUp
            self._socket = connected

    def _connecting_failed(self, error: Exception) -> EnvironmentFault:
        if isinstance(error, TimeoutError):
            return self._too_late()
        if isinstance(error, socket.gaierror):
            return self._fault(Fault.ENDPOINT_NAME_UNKNOWN, str(error))
        if isinstance(error, ssl.SSLError) or (self._ca_file and isinstance(error, FileNotFoundError)):
            return self._fault(Fault.ENDPOINT_UNTRUSTED, str(error))
        return self._fault(Fault.ENDPOINT_UNREACHABLE, str(error))

    def _too_late(self) -> EnvironmentFault:
        code, limit_s = self._late
        return EnvironmentFault(code, host=self._host, limit_s=limit_s)

    def _fault(self, code: Fault, reason: str) -> EnvironmentFault:
        return EnvironmentFault(code, host=self._host, reason=reason)


class _GivenUp(Exception):
    pass
