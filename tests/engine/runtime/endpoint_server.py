"""A server process that speaks the OpenAI-compatible protocol, well or badly as the request's model name says.

Run as a child: `python endpoint_server.py [certificate key]`. It prints one JSON object a line: first its port and
that of a trap which nobody may ever contact, then each request, each lost client and each visit to the trap.
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-test-0123456789"
TEXTS = ("存款保险", "最高偿付", "50万元", "，😀完。")
PRINTING = threading.Lock()


def say(event: str, **fields: Any) -> None:
    with PRINTING:
        print(json.dumps({"event": event, **fields}), flush=True)


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, **more}
    body = {"id": "c1", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}
    return b"data: " + json.dumps(body, ensure_ascii=False).encode() + b"\n\n"


USAGE = b'data: {"choices": [], "usage": {"prompt_tokens": 21, "completion_tokens": 9, "total_tokens": 30}}\n\n'
DONE = b"data: [DONE]\n\n"
ROLE = chunk({"role": "assistant", "content": ""})
NORMAL = [ROLE, *(chunk({"content": text}) for text in TEXTS), chunk({}, "stop"), USAGE, DONE]
COMMENTED = [
    b"\xef\xbb\xbf: hello\r\n\r\n",
    b"event: message\r\nid: 7\r\nretry: 10\r\n" + chunk({"content": "甲"}).replace(b"\n", b"\r\n"),
    b": keep-alive\r\n\r\n",
    b'data: {"choices": [{"delta":\r\ndata: {"content": "\xe4\xb9\x99"}, "finish_reason": null}]}\r\n\r\n',
    chunk({"content": None}, "stop").replace(b"\n", b"\r\n"),
]
STREAMS: dict[str, list[bytes]] = {
    "normal": NORMAL,
    "commented": COMMENTED,
    "length": [chunk({"content": "甲"}), chunk({}, "length")],
    "named-stop": [chunk({"content": "甲"}), chunk({}, "stop", stop_reason="乙")],
    "thinking": [chunk({"reasoning_content": "想"}), chunk({"content": "答"}), chunk({}, "stop"), DONE],
    "controls": [
        chunk({"content": "甲\x1b[31m乙\x07\n丙"}),
        b'data: {"choices": [{"delta": {"content": "\\ud800"}, "finish_reason": "stop"}]}\n\n',
    ],
    "odd-usage": [
        chunk({"content": "甲"}, "stop"),
        b'data: {"choices": [], "usage": {"prompt_tokens": -5, "completion_tokens": "9"}}\n\n',
        DONE,
    ],
    "heedless": [chunk({"content": "甲乙"}), chunk({"content": "丙停止丁"}), chunk({"content": "戊"}), DONE],
    "early": [ROLE, chunk({"content": "甲"})],
    "not-json": [chunk({"content": "甲"}), b"data: {oops\n\n"],
    "deep-json": [b"data: " + b"[" * 200_000 + b"\n\n"],
    "no-object": [b"data: 7\n\n"],
    "no-choices": [b'data: {"hello": 1}\n\n'],
    "choices-of-numbers": [b'data: {"choices": [1]}\n\n'],
    "content-of-numbers": [b'data: {"choices": [{"delta": {"content": 5}}]}\n\n'],
    "filtered": [chunk({"content": "甲"}), chunk({}, "content_filter"), DONE],
    "not-sse": [b"<html>\n\n"],
    "not-utf8": [b"data: \xff\xfe\n\n"],
    "error-inside": [chunk({"content": "甲"}), b'data: {"error": {"message": "engine died", "code": 500}}\n\n'],
}
OVERFLOW = (
    "This model's maximum context length is 4096 tokens. However, you requested 5120 tokens "
    "(5000 in the messages, 120 in the completion). Please reduce the length of the messages or completion."
)
REFUSALS: dict[str, tuple[int, object]] = {
    "forbidden": (403, {"detail": "no"}),
    "unknown": (404, {"error": {"message": "The model does not exist", "code": "model_not_found"}}),
    "busy": (429, {"error": "slow down"}),
    "overloaded": (503, "no"),
    "broken": (500, "Traceback: the prompt was 机密"),
    "bad-request": (400, {"error": {"message": "temperature"}}),
    "overflow": (400, {"error": {"message": OVERFLOW, "code": 400}}),
    "overflow-llamacpp": (
        400,
        {"error": {"type": "exceed_context_size_error", "n_prompt_tokens": 5120, "n_ctx": 4096}},
    ),
    "too-large": (413, "no"),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    trap_port = 0

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        body = json.loads(raw)
        self.model = str(body["model"])
        say("request", path=self.path, headers=dict(self.headers), body=body)
        if self.headers["Authorization"] != f"Bearer {KEY}" and self.model != "open":
            self.refuse(401, {"error": {"message": f"bad key {self.headers['Authorization']}"}})
        elif self.model in REFUSALS:
            self.refuse(*REFUSALS[self.model])
        else:
            self.close_connection = True
            try:
                getattr(self, f"do_{self.model}".replace("-", "_"), self.do_stream)()
            except OSError:
                say("disconnected", model=self.model, at=time.monotonic())

    def do_stream(self) -> None:
        self.head()
        self.pieces(*STREAMS[self.model])
        self.wfile.write(b"0\r\n\r\n")

    def do_open(self) -> None:
        self.head()
        self.pieces(*NORMAL)
        self.wfile.write(b"0\r\n\r\n")

    def do_split(self) -> None:
        self.head()
        self.pieces(*(bytes([byte]) for byte in b"".join(NORMAL)))

    def do_unchunked(self) -> None:
        self.head(chunked=False)
        self.wfile.write(b"".join(NORMAL))

    def do_slow(self) -> None:
        """Keeps the connection alive with comments and never begins to answer."""
        self.head()
        self.keep_alive()

    def do_silent(self) -> None:
        """Not even a status; watches for the client's end."""
        self.connection.recv(1)
        raise ConnectionError

    def do_stall(self) -> None:
        self.head()
        self.pieces(ROLE, chunk({"content": "甲"}))
        self.keep_alive()

    def do_stream_forever(self) -> None:
        self.head()
        while True:
            self.pieces(chunk({"content": "甲"}))
            time.sleep(0.005)

    def do_drop(self) -> None:
        self.head()
        self.pieces(ROLE, chunk({"content": "甲"}))
        self.wfile.write(b"400\r\ndata: {")

    def do_redirect(self) -> None:
        self.send_response(307)
        self.send_header("Location", f"http://127.0.0.1:{self.trap_port}/v1/chat/completions")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_html(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<html>hello</html>")

    def do_garbage(self) -> None:
        self.connection.sendall(bytes(range(256)) * 40)

    def do_endless_headers(self) -> None:
        self.connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-Filler: 1\r\n" * 100_000)

    def do_endless_line(self) -> None:
        self.head()
        while True:
            self.pieces(b"data: " + b"x" * 65536)

    def do_endless_answer(self) -> None:
        self.head()
        while True:
            self.pieces(b": " + b"x" * 65536 + b"\n\n")

    def head(self, chunked: bool = True) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def pieces(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            self.wfile.flush()

    def keep_alive(self) -> None:
        while True:
            self.pieces(b": waiting\n\n")
            time.sleep(0.02)

    def refuse(self, status: int, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def watch_trap(trap: socket.socket) -> None:
    while True:
        trap.accept()[0].close()
        say("trapped")


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if len(sys.argv) == 3:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    trap = socket.create_server(("127.0.0.1", 0))
    Handler.trap_port = trap.getsockname()[1]
    threading.Thread(target=watch_trap, args=(trap,), daemon=True).start()
    say("listening", port=server.server_address[1], trap_port=Handler.trap_port)
    server.serve_forever()


if __name__ == "__main__":
    main()
