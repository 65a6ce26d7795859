"""Only an address of the web is handed to the browser, after all of it was shown."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop.ask.address_dialog import AddressDialog
from engine.api import WebPage


@pytest.fixture
def opened(monkeypatch):
    urls: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: urls.append(bytes(url.toEncoded().data()).decode()))
    return urls


@pytest.fixture
def parent(application):
    widget = QWidget()
    yield widget
    widget.deleteLater()


def test_the_whole_address_is_shown_before_it_is_opened(parent, opened):
    url = "https://user:word@example.com:8443/a/%E4%B8%AD?q=" + "x" * 900 + "#end"
    dialog = AddressDialog(parent, WebPage(url, "example.com", "公告", "2026-11-01T00:00:00+00:00"))
    assert dialog.findChild(QPlainTextEdit).toPlainText() == url and not opened
    dialog.open_button.click()
    assert opened == [url]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "//host/share/a.png",
        "\\\\host\\share\\a.png",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "ftp://example.com/a",
        "mailto:a@example.com",
        "ms-settings:privacy",
        "vbscript:a",
        "https:",
        "https:///a",
        "https://exa mple.com/<img src=x>",
        "C:\\Windows\\System32\\calc.exe",
        "/usr/bin/true",
        "",
    ],
)
def test_nothing_else_is_ever_opened(parent, opened, url):
    dialog = AddressDialog(parent, WebPage(url, "example.com", "公告", "2026-11-01T00:00:00+00:00"))
    assert not dialog.open_button.isEnabled()
    dialog.open_button.click()
    dialog._open()
    assert not opened
