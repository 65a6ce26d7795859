"""The original outside the program: what is asked first, and what is never opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QPlainTextEdit

from desktop.ask.address_dialog import AddressDialog
from desktop.ask.turn import Source
from desktop.viewer.originals import OpenOriginalDialog, safe_name
from engine.api import DocumentFormat, EnvironmentFault, Fault, Rung, WebPage


@pytest.fixture
def opened(monkeypatch):
    """What was handed to other programs."""
    urls: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: urls.append(url.toString()) or True)
    return urls


@pytest.fixture
def shown(view, wait):
    view.open_source(Source(1, "d" * 64, "规定.pdf", 1, "", Rung.BRANCH))
    wait(lambda: view.canvas.shown)
    yield view
    for dialog in view.findChildren(QDialog):
        dialog.reject()


def dialog_of(view, kind):
    return next((dialog for dialog in view.findChildren(kind) if dialog.isVisible()), None)


def test_the_file_is_opened_after_its_name_and_folder_were_shown(shown, engine, wait, opened):
    engine.viewing.path = "/资料/制度/规定.pdf"
    shown._header.open_wanted.emit()
    wait(lambda: dialog_of(shown, OpenOriginalDialog))
    dialog = dialog_of(shown, OpenOriginalDialog)
    assert [field.toPlainText() for field in dialog.findChildren(QPlainTextEdit)] == ["规定.pdf", "/资料/制度"]
    assert not opened
    dialog.open_button.click()
    assert opened == ["file:///资料/制度/规定.pdf"]


def test_a_file_that_is_gone_is_offered_for_saving(shown, engine, wait, opened, tmp_path):
    shown._header.open_wanted.emit()
    wait(lambda: dialog_of(shown, QFileDialog))
    assert "另存一份" in shown._notice.accessibleName()
    dialog_of(shown, QFileDialog).fileSelected.emit(str(tmp_path / "规定.pdf"))
    wait(lambda: engine.viewing.saved)
    assert engine.viewing.saved == [("d" * 64, tmp_path / "规定.pdf")] and not opened
    wait(lambda: "原件已保存" in shown._notice.accessibleName())


@pytest.mark.parametrize(
    ("path", "format"), [("/资料/网页.html", DocumentFormat.HTML), ("/资料/运行.exe", DocumentFormat.PDF)]
)
def test_what_could_run_is_never_opened(shown, engine, wait, opened, path, format):
    engine.viewing.path, engine.viewing.format = path, format
    shown._header.open_wanted.emit()
    wait(lambda: dialog_of(shown, QFileDialog))
    assert not opened and dialog_of(shown, OpenOriginalDialog) is None


def test_of_a_page_of_the_web_the_address_is_shown(view, wait, opened):
    page = WebPage("https://example.com/a", "example.com", "公告", "2026-11-01T00:00:00+00:00")
    view.open_source(Source(1, "w" * 64, "公告", 1, "", Rung.WEB, web=page))
    wait(lambda: view.canvas.shown)
    view._header.open_wanted.emit()
    dialog = dialog_of(view, AddressDialog)
    assert dialog.page == page and not opened
    dialog.reject()


def test_a_folder_that_cannot_be_written_is_named_as_such(shown, engine, wait, tmp_path):
    engine.viewing.error = EnvironmentFault(Fault.HOME_UNWRITABLE, path="/x")
    shown._header.save_wanted.emit()
    wait(lambda: dialog_of(shown, QFileDialog))
    dialog_of(shown, QFileDialog).fileSelected.emit(str(tmp_path / "规定.pdf"))
    wait(lambda: shown._notice.isVisible())
    assert "没能保存 规定.pdf" in shown._notice.accessibleName()


def test_a_name_becomes_a_files_name():
    assert safe_name("规定(2024-03-01).pdf") == "规定(2024-03-01).pdf"
    assert safe_name("../../etc/passwd") == "_.._etc_passwd"
    assert safe_name("C:\\x\u202efdp.exe") == "C__xfdp.exe"
    assert safe_name("  ..  ") == "document"
    assert len(safe_name("长" * 500 + ".docx")) == 120 and safe_name("长" * 500 + ".docx").endswith(".docx")
    assert Path(safe_name("a/b\0c.pdf")).name == "a_bc.pdf"
