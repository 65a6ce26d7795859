"""What people paste, type and compose in the question box: nothing is lost, nothing freezes, nothing odd is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QInputMethodEvent, QTextOption
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.ask.question_box import QuestionBox
from desktop.ask.question_text import KEPT_QUESTIONS, QuestionHistory, cleaned
from desktop.look import ask_text, text

LIMIT = 8000


@pytest.fixture
def box(theme):
    box = QuestionBox(theme)
    box.set_limit(LIMIT)
    box.resize(760, 120)
    box.show()
    return box


@pytest.fixture
def asked(box) -> list[str]:
    questions: list[str] = []
    box.asked.connect(questions.append)
    return questions


def paste(box: QuestionBox, words: str) -> None:
    data = QMimeData()
    data.setText(words)
    box.edit.insertFromMimeData(data)


def press_enter(box: QuestionBox) -> None:
    QTest.keyClick(box.edit, Qt.Key.Key_Return)


def compose(box: QuestionBox, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QApplication.sendEvent(box.edit, event)


@pytest.mark.parametrize("words", ["存款保险最高赔多少" * 11_112, "a" * 100_000, "第一行\n" * 25_000])
def test_a_pasted_book_stays_in_the_box_with_a_sentence_about_the_limit(box, asked, words):
    paste(box, words)
    assert len(box.edit.toPlainText()) == len(words) >= 100_000
    assert box.edit.wordWrapMode() is QTextOption.WrapMode.WrapAnywhere, "a word of 100,000 letters is not searched"
    assert "8,000" in box.note.text() and not box._warning_icon.isHidden() and not box._send.isEnabled()
    press_enter(box)
    box._send.click()
    assert asked == [] and len(box.edit.toPlainText()) == len(words), "neither sent nor typed away"
    box.edit.setPlainText("短问题")
    assert box.note.text() == text.QUESTION_NOTE and box._warning_icon.isHidden() and box._send.isEnabled()
    press_enter(box)
    assert asked == ["短问题"]


def test_the_limit_counts_characters_as_people_do(box, asked):
    paste(box, "𠮷" * LIMIT)  # two UTF-16 units each
    assert box.note.text() == ask_text.length(LIMIT, LIMIT)
    press_enter(box)
    assert asked == ["𠮷" * LIMIT]
    paste(box, "𠮷" * (LIMIT + 1))
    press_enter(box)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "words", ["㼆字怎么读", "𠮷野家的发票", "😀👨‍👩‍👧‍👦可以开户吗", "مرحبا كيف أفتح حسابا؟", "שלום\tעולם", "e\u0301"]
)
def test_rare_characters_emoji_and_other_directions_are_asked_as_they_are(box, asked, words):
    paste(box, words)
    press_enter(box)
    assert asked == [words]


def test_the_cursor_goes_over_a_rare_character_in_one_step(box):
    paste(box, "甲𠮷乙")
    QTest.keyClick(box.edit, Qt.Key.Key_Left)
    QTest.keyClick(box.edit, Qt.Key.Key_Left)
    QTest.keyClick(box.edit, Qt.Key.Key_Delete)
    assert box.edit.toPlainText() == "甲乙"


def test_what_has_no_shape_is_left_out(box, asked):
    paste(box, "甲\x00乙\x07\r\n丙\u2028丁\u202e\ufdd0\tend")
    press_enter(box)
    assert asked == ["甲乙\n丙\n丁\tend"]
    assert cleaned("a\ud83db") == "ab" and cleaned("😀") == "😀"


def test_only_blanks_are_no_question(box, asked):
    paste(box, " \n\t ")
    press_enter(box)
    assert asked == [] and not box._send.isEnabled()


def test_files_go_to_the_library_and_an_image_gets_a_sentence(box, asked, tmp_path):
    pasted: list[list[Path]] = []
    box.files_pasted.connect(pasted.append)
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(tmp_path / "规程.pdf"))])
    files.setText("规程.pdf")
    box.edit.insertFromMimeData(files)
    assert pasted == [[tmp_path / "规程.pdf"]] and box.edit.toPlainText() == ""
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    picture = QMimeData()
    picture.setImageData(image)
    assert box.edit.canInsertFromMimeData(picture)
    box.edit.insertFromMimeData(picture)
    assert box.note.text() == ask_text.IMAGE_PASTED and box.edit.toPlainText() == ""
    picture.setText("表格")  # a spreadsheet offers both
    box.edit.insertFromMimeData(picture)
    assert box.edit.toPlainText() == "表格" and box.note.text() == text.QUESTION_NOTE


def test_addresses_of_the_web_are_words(box):
    data = QMimeData()
    data.setUrls([QUrl("https://example.com/a")])
    data.setText("https://example.com/a")
    box.edit.insertFromMimeData(data)
    assert box.edit.toPlainText() == "https://example.com/a"


def test_enter_while_composing_sends_nothing(box, asked):
    compose(box, "cun kuan")
    assert box.edit.composing and box.edit.toPlainText() == ""
    press_enter(box)
    QTest.keyClick(box.edit, Qt.Key.Key_Up)
    assert asked == [] and box.edit.composing
    compose(box, "", "存款保险")
    assert not box.edit.composing and box.edit.toPlainText() == "存款保险"
    press_enter(box)
    assert asked == ["存款保险"]


def test_the_arrows_bring_back_own_questions(box, asked):
    for question in ("甲", "乙\n第二行", "甲"):
        paste(box, question)
        press_enter(box)
    up, down = Qt.Key.Key_Up, Qt.Key.Key_Down
    QTest.keyClick(box.edit, up)
    assert box.edit.toPlainText() == "甲"
    QTest.keyClick(box.edit, up)
    assert box.edit.toPlainText() == "乙\n第二行"
    QTest.keyClick(box.edit, up)  # to its first line
    QTest.keyClick(box.edit, up)
    assert box.edit.toPlainText() == "乙\n第二行", "there is none before it"
    QTest.keyClick(box.edit, down)
    QTest.keyClick(box.edit, down)
    assert box.edit.toPlainText() == "甲"
    QTest.keyClick(box.edit, down)
    assert box.edit.toPlainText() == ""
    QTest.keyClicks(box.edit, "x")
    QTest.keyClick(box.edit, up)
    assert box.edit.toPlainText() == "x", "what is being written is never replaced"


def test_the_past_is_bounded_and_holds_each_question_once():
    history = QuestionHistory()
    for number in range(KEPT_QUESTIONS + 5):
        history.add(f"第 {number} 问")
    history.add("第 50 问")
    seen: list[str] = []
    while (question := history.step(-1)) is not None:
        seen.append(question)
    assert len(seen) == len(set(seen)) == KEPT_QUESTIONS and seen[0] == "第 50 问"
