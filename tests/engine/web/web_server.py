"""Real web servers on 127.0.0.1, plain or with TLS, that answer as they are told and remember what they were asked."""

from __future__ import annotations

import gzip
import json
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PAGE = """<!doctype html><html><head><meta charset="{charset}"><title>{title} - 某某网</title>
<script>document.title = "改了"</script></head><body>
<nav><ul><li><a href="/">首页</a></li><li><a href="/news">新闻</a></li></ul></nav>
<div class="content"><h1>{title}</h1>{body}</div>
<footer>版权所有 备案号甲</footer></body></html>"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the server saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        web: WebServer = self.server.web  # type: ignore[attr-defined]  # set when it is made
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length) if length else b""
        headers = {name.lower(): text for name, text in self.headers.items()}
        web.asked.append(Asked(self.command, self.path, headers, body))
        web.answers.get(self.path.partition("?")[0], missing)(self)

    do_GET = do_POST = answer  # noqa: N815  the names that http.server calls

    def send(self, body: bytes, kind: str = "text/html", status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class WebServer:
    """Use as a context. `answers` are by path; `asked` is everything that came in."""

    certificate: tuple[Path, Path] | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __enter__(self) -> WebServer:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.web = self  # type: ignore[attr-defined]
        self.port = int(self._server.server_address[1])
        if self.certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http{'s' if self.certificate else ''}://{host}:{self.port}{path}"


def html(title: str, *paragraphs: str, charset: str = "utf-8") -> bytes:
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return PAGE.format(title=title, body=body, charset=charset).encode(charset)


def page(body: bytes, kind: str = "text/html; charset=utf-8", status: int = 200, **headers: str) -> Answer:
    return lambda handler: handler.send(body, kind, status, **headers)


def redirect(to: str, status: int = 302) -> Answer:
    return lambda handler: handler.send(b"", status=status, Location=to)


def searxng(*urls: str) -> Answer:
    """As SearXNG answers `/search?format=json`."""
    results = [{"url": url, "title": f"结果{n}", "content": "…", "engine": "baidu"} for n, url in enumerate(urls)]
    return page(json.dumps({"query": "", "results": results}).encode(), "application/json")


def bomb(size_bytes: int) -> Answer:
    """That many zeros, packed to a thousandth."""
    return page(gzip.compress(b"\0" * size_bytes), Content_Encoding="gzip")


def drip(handler: Handler) -> None:
    """A byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    try:
        for _ in range(1000):
            handler.wfile.write(b"x")
            time.sleep(0.05)
    except OSError:
        handler.close_connection = True


def drip_headers(handler: Handler) -> None:
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for n in range(1000):
            handler.wfile.write(f"X-{n}: y\r\n".encode())
            time.sleep(0.05)
    except OSError:
        handler.close_connection = True


def endless(handler: Handler) -> None:
    """Chunks without an end and without a length."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    block = b"x" * 65536
    try:
        while True:
            handler.wfile.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
    except OSError:
        handler.close_connection = True


def hang_up(handler: Handler) -> None:
    handler.close_connection = True


def missing(handler: Handler) -> None:
    handler.send(b"not here", "text/plain", 404)


def make_certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """A certificate for these host names that vouches for itself, and its private key."""
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "web test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    certificate_file, key_file = folder / f"{names[0]}.pem", folder / f"{names[0]}.key"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    key_file.write_bytes(private.private_bytes(kind, form, serialization.NoEncryption()))
    return certificate_file, key_file
