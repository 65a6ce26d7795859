"""The one place from which the web search talks to other machines: one request, one answer, nothing kept.

What holds for every request: the names are resolved once, every address is checked, and the connection goes to one
that was checked, so that a name that answers differently the second time (DNS rebinding) gains nothing; certificate,
SNI and Host stay those of the name. No redirect is followed, no proxy and no environment variable looked at, no cookie
and no referer sent. Time, size and type are bounded, also for what is packed (gzip). It is written to the outbound
ledger before anything leaves.
"""

from __future__ import annotations

import contextlib
import queue
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import httpcore

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault
from engine.knowledge.outbound import OutboundRecords
from engine.web.addresses import is_public
from engine.web.permit import Permit

USER_AGENT = "Mozilla/5.0 (compatible; JinpanBranchAssistant)"
DONE = "done"
_MOST_ADDRESSES = 3  # that are tried for one name
_POLL_S = 0.05  # how late a cancel may be noticed while the name is resolved

Resolver = Callable[[str, int], list[str]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WebRequest:
    """`url` has a host in ASCII, no user and no fragment; `body` None is a GET. `timeout_s` is for the whole of it.

    An answer with status 200 is read when its type is one of `types` (all when empty). With `any_address` the host may
    have a private address: policy names it. `query` is what the outbound ledger shows of a search.
    """

    permit: Permit
    purpose: str
    url: str
    timeout_s: float
    limit_bytes: int
    headers: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    body: bytes | None = field(default=None, repr=False)
    types: tuple[str, ...] = ()
    any_address: bool = False
    query: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


@dataclass(frozen=True, slots=True)
class WebResponse:
    """`body` is empty unless the status is 200. `location` is the header's text, whatever it may be."""

    status: int
    content_type: str
    untrusted_location: str
    untrusted_body: bytes = field(repr=False)


def resolve(host: str, port: int) -> list[str]:
    """The addresses that the system knows for a name, in its order. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Transport:
    """Usable from several threads; each exchange has a connection of its own."""

    def __init__(self, permit: Permit, records: OutboundRecords, resolver: Resolver = resolve) -> None:
        """Raises EnvironmentFault WEB_UNTRUSTED (host, reason) when policy's `ca_file` cannot be used."""
        self._records = records
        self._resolver = resolver
        try:
            self._context = ssl.create_default_context(cafile=permit.policy.ca_file or None)
        except OSError as error:
            reason = f"{permit.policy.ca_file}: {type(error).__name__}"
            raise EnvironmentFault(Fault.WEB_UNTRUSTED, host=permit.provider.host, reason=reason) from error

    def exchange(self, request: WebRequest, cancel: CancelToken) -> WebResponse:
        """Send and read.

        Raises Cancelled, or EnvironmentFault: WEB_UNREACHABLE, WEB_UNTRUSTED, WEB_ANSWER_INVALID, WEB_ADDRESS_REFUSED
        (host, reason), WEB_TIMEOUT (host, limit_s), WEB_TOO_LARGE (host, limit_bytes), WEB_TYPE_REFUSED (host, type).
        """
        cancel.raise_if_cancelled()
        parts = urlsplit(request.url)
        shown = urlunsplit((parts.scheme, parts.netloc, parts.path, "" if request.query else parts.query, ""))
        method = "GET" if request.body is None else "POST"
        number = self._records.begin(request.purpose, method, request.host, shown, request.query, consented=True)
        exchange = _Exchange(request, method, self._context, self._resolver, cancel)
        try:
            response = exchange.run()
        except BaseException as error:
            cause = error if isinstance(error, EnvironmentFault) else exchange.fault(error)
            outcome = "cancelled" if cancel.cancelled else str(cause.code)
            self._records.finish(number, outcome, exchange.status, exchange.bytes_in)
            cancel.raise_if_cancelled()
            if not isinstance(error, (EnvironmentFault, OSError, httpcore.NetworkError, *_BROKEN, *_LATE)):
                raise
            raise cause from None
        self._records.finish(number, DONE, exchange.status, exchange.bytes_in)
        return response


_LATE = (httpcore.TimeoutException, TimeoutError)
_BROKEN = (httpcore.ProtocolError, httpcore.UnsupportedProtocol, zlib.error)


class _Exchange:
    def __init__(
        self, request: WebRequest, method: str, context: ssl.SSLContext, resolver: Resolver, cancel: CancelToken
    ) -> None:
        self._request = request
        self._method = method
        self._context = context
        self._cancel = cancel
        self._deadline = time.monotonic() + request.timeout_s
        self._backend = _CheckedAddresses(resolver, request.any_address, self._deadline, cancel)
        self.status = 0
        self.bytes_in = 0

    def run(self) -> WebResponse:
        request = self._request
        headers = [("User-Agent", USER_AGENT), ("Accept-Encoding", "gzip"), *request.headers.items()]
        pool = httpcore.ConnectionPool(
            ssl_context=self._context, max_connections=1, max_keepalive_connections=0, network_backend=self._backend
        )
        forget = self._cancel.on_cancel(self._backend.give_up)
        try:
            with pool, pool.stream(self._method, request.url, headers=headers, content=request.body) as response:
                self.status = response.status
                answered = {name.decode("latin-1").lower(): text.decode("latin-1") for name, text in response.headers}
                kind = answered.get("content-type", "").partition(";")[0].strip().lower()
                body = self._body(response.iter_stream(), kind, answered) if self.status == 200 else b""
                return WebResponse(self.status, kind, answered.get("location", ""), body)
        finally:
            forget()

    def _body(self, blocks: Iterable[bytes], kind: str, answered: dict[str, str]) -> bytes:
        request = self._request
        if request.types and kind not in request.types:
            raise EnvironmentFault(Fault.WEB_TYPE_REFUSED, host=request.host, type=kind[:60] or "?")
        packing = answered.get("content-encoding", "identity").strip().lower()
        if packing not in ("identity", "gzip", "x-gzip", ""):
            raise EnvironmentFault(Fault.WEB_ANSWER_INVALID, host=request.host, reason=packing[:60])
        unpack = zlib.decompressobj(wbits=31) if packing.endswith("gzip") else None  # 31: gzip's frame, RFC 1952
        length = answered.get("content-length", "")
        body = bytearray()
        if length.isdecimal() and int(length) > request.limit_bytes:
            raise self._too_large()
        for block in blocks:
            self.bytes_in += len(block)
            left = request.limit_bytes - len(body)
            body += unpack.decompress(block, left + 1) if unpack else block
            if len(body) > request.limit_bytes or self.bytes_in > request.limit_bytes:
                raise self._too_large()
        return bytes(body)

    def _too_large(self) -> EnvironmentFault:
        return EnvironmentFault(Fault.WEB_TOO_LARGE, host=self._request.host, limit_bytes=self._request.limit_bytes)

    def fault(self, error: BaseException) -> EnvironmentFault:
        """What an error of the network means."""
        host = self._request.host
        if isinstance(error, _LATE) or time.monotonic() >= self._deadline:
            return EnvironmentFault(Fault.WEB_TIMEOUT, host=host, limit_s=self._request.timeout_s)
        if isinstance(error, _BROKEN):
            return EnvironmentFault(Fault.WEB_ANSWER_INVALID, host=host, reason=type(error).__name__)
        code = Fault.WEB_UNTRUSTED if isinstance(_cause(error), ssl.SSLError) else Fault.WEB_UNREACHABLE
        return EnvironmentFault(code, host=host, reason=str(_cause(error))[:300])


def _cause(error: BaseException) -> BaseException:
    while error.__cause__ is not None or error.__context__ is not None:
        error = error.__cause__ or error.__context__ or error
    return error


class _CheckedAddresses(httpcore.NetworkBackend):
    """Connects only to addresses that were checked, and ends everything at the deadline or when given up."""

    def __init__(self, resolver: Resolver, any_address: bool, deadline: float, cancel: CancelToken) -> None:
        self._resolver = resolver
        self._any_address = any_address
        self._deadline = deadline
        self._cancel = cancel
        self._inner = httpcore.SyncBackend()
        self._stream: _BoundedStream | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = within(self._deadline, lambda: self._resolver(host, port), self._cancel)
        if not addresses:
            raise OSError("no address")
        for address in addresses:
            if not self._any_address and not is_public(address):
                raise EnvironmentFault(Fault.WEB_ADDRESS_REFUSED, host=host, reason=address)
        failed: Exception = OSError("no address")
        for address in addresses[:_MOST_ADDRESSES]:
            self._cancel.raise_if_cancelled()
            try:
                connected = self._inner.connect_tcp(address, port, _left(self._deadline), None, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
                continue
            self._stream = _BoundedStream(connected, self._deadline)
            self._cancel.raise_if_cancelled()
            return self._stream
        raise failed

    def give_up(self) -> None:
        """From any thread: the reading or writing thread gets an error."""
        if self._stream is not None:
            self._stream.shut_down()


class _BoundedStream(httpcore.NetworkStream):
    """A stream whose every wait ends at the same moment, however slowly the bytes drip."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._inner = self._inner.start_tls(ssl_context, server_hostname, _left(self._deadline))
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)

    def shut_down(self) -> None:
        connected = self._inner.get_extra_info("socket")
        if isinstance(connected, socket.socket):
            with contextlib.suppress(OSError):  # it is closed already
                socket.socket.shutdown(connected, socket.SHUT_RDWR)  # the plain one: TLS state is the reader's


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def within(deadline: float, call: Callable[[], T], cancel: CancelToken) -> T:
    """A call that cannot be given up (the system's resolver), waited for no longer than the deadline.

    Raises TimeoutError, Cancelled, and what the call raises.
    """
    outcome: queue.SimpleQueue[tuple[T | None, Exception | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put((call(), None))
        except Exception as error:  # whatever it is, the thread that waits must hear of it
            outcome.put((None, error))

    threading.Thread(target=run, name="web resolver", daemon=True).start()
    while outcome.empty():
        cancel.raise_if_cancelled()
        with contextlib.suppress(queue.Empty):
            outcome.put(outcome.get(timeout=min(_POLL_S, _left(deadline))))
    value, error = outcome.get()
    if error is not None:
        raise error
    return value  # type: ignore[return-value]  # the pair's first half is the value when the second is None
