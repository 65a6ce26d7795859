"""Saving a conversation, over a scripted engine that writes with the real one's writers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from desktop.exporter import with_suffix
from desktop.look import export_text
from desktop.look.proof_text import AI_LABEL
from engine.api import TextDelta
from tests.desktop import proven
from tests.fakes import FakeEngine


@pytest.fixture
def answered(open_window, settings, wait):
    window = open_window(FakeEngine(settings, **proven.MARKED))
    wait(lambda: window.engine_ready)
    window.conversation.ask("存款保险最高赔多少？")
    wait(lambda: not window.conversation.busy)
    return window


def _chosen(window, path: Path) -> None:
    """As if the user had chosen this file in the dialog that is open."""
    dialog = next(each for each in window.findChildren(QFileDialog) if each.isVisible())
    dialog.fileSelected.emit(str(path))
    dialog.done(0)


def test_a_conversation_is_saved(answered, wait, tmp_path):
    for name, beginning in (("甲.docx", b"PK"), ("乙.md", b"---\nAIGC"), ("丙", b"PK")):
        answered.export()
        _chosen(answered, tmp_path / name)
        wait(lambda name=name: f"已保存「{name}" in answered._banner.accessibleName())
        path = tmp_path / (name if "." in name else f"{name}.docx")
        assert path.read_bytes().startswith(beginning)
        assert answered._banner.isVisible() and answered._banner.property("tone") == "plain"
    words = (tmp_path / "乙.md").read_text(encoding="utf-8")
    assert (
        AI_LABEL in words and "## 存款保险最高赔多少？" in words and "~~15 个工作日~~" in words and "**来源**" in words
    )
    assert f"{date.today().year}-" in words, "when it was asked"


def test_its_keys_ask_where(answered, wait):
    QTest.keyClick(answered, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = answered.findChildren(QFileDialog)
    assert dialog.isVisible() and dialog.selectedNameFilter().startswith("Word")
    assert Path(dialog.selectedFiles()[0]).name.startswith("问答记录")
    dialog.close()


def test_a_folder_that_takes_no_file_is_told_without_words_about_the_home(answered, wait, tmp_path):
    answered.export()
    _chosen(answered, tmp_path / "没有" / "甲.md")
    wait(lambda: answered._banner.property("tone") == "danger")
    told = answered._banner.accessibleName()
    assert "没有保存「甲.md」" in told and "换一个文件夹" in told and "--home" not in told


def test_nothing_to_save_is_said(open_window, engine, wait):
    window = open_window(engine)
    window.export()
    assert export_text.EXPORT_NOTHING in window._banner.accessibleName()
    assert not window.findChildren(QFileDialog)


def test_what_was_stopped_is_not_saved(answered, settings, wait):
    answered._opener.engine.stop_after = TextDelta
    answered.conversation.ask("第二问")
    wait(lambda: answered.conversation.turns[-1].text)
    answered.conversation.stop()
    assert [turn.question for turn in answered.conversation.exported()] == ["存款保险最高赔多少？"]


@pytest.mark.parametrize(
    ("name", "suffix", "made"),
    [("甲.PDF", ".docx", "甲.PDF"), ("公告 1.2", ".md", "公告 1.2.md"), ("有", ".docx", "有 (2).docx")],
)
def test_the_format_follows_the_name(tmp_path, name, suffix, made):
    (tmp_path / "有.docx").touch()
    assert with_suffix(tmp_path / name, suffix) == tmp_path / made


def test_a_long_path_does_not_widen_the_window(answered):
    wide = answered.minimumSizeHint().width()
    answered._show_saved(Path("/" + "/".join(["Documents and Settings".replace(" ", "_")] * 20)) / "甲.docx")
    assert answered.minimumSizeHint().width() <= wide


def test_names_hold_nothing_that_a_file_system_refuses():
    name = export_text.file_name('公告: 关于"甲/乙"的\n通知?' + "长" * 60, date(2026, 11, 23))
    assert name.startswith("公告 关于 甲 乙 的 通知") and name.endswith("2026-11-23") and len(name) < 60
