"""What an attacker would have an answer show: the window draws it, opens nothing and asks nobody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextCursor

from desktop.ask.answer_text import AnswerText


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """A web server's address, and the paths that it was asked for."""
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", paths
    server.shutdown()
    server.server_close()
    thread.join()


def test_links_images_and_html_open_and_load_nothing(application, theme, asked, tmp_path: Path, monkeypatch):
    address, paths = asked
    local = tmp_path / "secret.png"
    local.write_bytes(b"\x89PNG")
    opened: list[str] = []
    monkeypatch.setattr("PySide6.QtGui.QDesktopServices.openUrl", lambda url: opened.append(url.toString()))
    view = AnswerText(theme)
    view.resize(600, 900)
    view.set_markdown(
        f"# 系统通知\n\n点[这里]({address}/link)，或{address}/bare，或<{address}/auto>[1]。\n\n"
        f"![图]({address}/image.png) ![本机]({local.as_uri()}) ![共享](//127.0.0.1/share/a.png)\n\n"
        f'<img src="{address}/html.png">\n\n'
        f'<iframe src="{address}/frame"></iframe>\n\n<a href="javascript:alert(1)">甲</a>\n\n'
        f"[引用]: {address}/reference\n\n[引用] | [2]({address}/marker)\n\n"
        f"| 甲 | ![表]({address}/cell.png) |\n|-|-|\n| 乙 | 丙 |",
        now=True,
    )
    view.show()
    application.processEvents()
    assert not view.grab().isNull()
    anchors = set()
    cursor = QTextCursor(view.document())
    while not cursor.atEnd():
        cursor.movePosition(QTextCursor.MoveOperation.Right)
        anchors.add(cursor.charFormat().anchorHref())
    view.anchorClicked.emit(QUrl(f"{address}/clicked"))
    application.processEvents()
    assert anchors == {"", "cite:1", "cite:2"}, "the only links are markers"
    assert "<img" not in view.document().toHtml()
    assert opened == [] and paths == []
