from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication

from desktop.ask.answer_text import AnswerText
from desktop.look import text as words
from desktop.look.controls import label
from tests.fakes import ANSWER


@pytest.fixture
def answer(theme) -> AnswerText:
    view = AnswerText(theme)
    view.resize(600, 400)
    return view


def test_nothing_can_be_loaded(answer, tmp_path: Path, monkeypatch):
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"x")
    opened: list[str] = []
    monkeypatch.setattr("PySide6.QtGui.QDesktopServices.openUrl", lambda url: opened.append(url.toString()))
    for kind in QTextDocument.ResourceType:
        for url in (QUrl.fromLocalFile(str(secret)), QUrl("file://host/share/a.png"), QUrl("http://a.b/c.css")):
            assert answer.loadResource(kind.value, url) is None
            assert answer.document().resource(kind.value, url) is None
    answer.setHtml(f'<img src="{secret.as_uri()}"><link rel="stylesheet" href="{secret.as_uri()}">')
    answer.anchorClicked.emit(QUrl(secret.as_uri()))
    assert opened == []


def test_a_click_on_a_chip_names_its_marker_and_other_links_do_nothing(answer):
    clicked: list[int] = []
    answer.marker_clicked.connect(clicked.append)
    answer.anchorClicked.emit(QUrl("cite:3"))
    answer.anchorClicked.emit(QUrl("file:///etc/passwd"))
    assert clicked == [3]


def test_pointing_at_a_chip_names_it_until_the_pointer_leaves(answer):
    pointed: list[int] = []
    answer.marker_hovered.connect(pointed.append)
    answer.highlighted.emit(QUrl("cite:2"))
    answer.highlighted.emit(QUrl())
    assert pointed == [2, 0]


def test_a_chip_is_found_under_the_pointer(answer, application):
    answer.set_markdown("甲乙丙 [7]。", now=True)
    answer.show()
    application.processEvents()
    cursor = QTextCursor(answer.document())
    cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.movePosition(QTextCursor.MoveOperation.Left)  # between chip and 。
    place = answer.cursorRect(cursor).center()
    place.setX(place.x() - 8)
    assert answer.anchorAt(place) == "cite:7"
    answer.hide()


def test_copied_text_spells_markers_out(answer):
    answer.set_markdown("最高 **50 万元** [1][2]。\n\n第二段 [3]。", now=True)
    answer.selectAll()
    assert answer.createMimeDataFromSelection().text() == "最高 50 万元[1][2]。\n第二段[3]。"
    assert not answer.createMimeDataFromSelection().hasHtml()


def test_deltas_are_rendered_in_batches_and_the_height_follows(answer, application, wait):
    for end in range(0, len(ANSWER), 2):
        answer.set_markdown(ANSWER[:end])
    assert answer.document().isEmpty()  # nothing yet: the timer gathers
    answer.set_markdown(ANSWER)
    answer.show()
    wait(lambda: not answer.document().isEmpty())
    assert abs(answer.height() - answer.document().size().height()) <= 3
    answer.hide()


def test_labels_and_tooltips_show_markup_as_text(application: QApplication):
    hostile = '<img src="file:///etc/passwd">规程.pdf'
    shown = label(hostile)
    assert shown.textFormat().name == "PlainText"
    assert "<img" not in words.tooltip(hostile)
