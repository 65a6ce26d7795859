"""Pictures of the conversation: what is read, the sentence behind a marker, going on, what is pasted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.ask.answer_text import CHIP_CHARACTER, AnswerText
from engine.api import Citation, Claim, PromptRead, Verdict
from tests.desktop import proven
from tests.desktop.proven_pictures import settle
from tests.fakes import PACK, PASSAGES, FakeEngine

if TYPE_CHECKING:
    from desktop.main_window import MainWindow

LONG_NAME = "关于进一步加强个人存款账户实名制管理与客户身份资料保存工作的补充通知及其操作细则汇编(2024-03-01).pdf"
HEADINGS = ("第二编 个人业务", "第三章 客户身份资料与交易记录的保存和管理要求", "第一节 一般规定", "第二十七条")
SOURCES = (
    replace(PASSAGES[0], name=LONG_NAME, heading_path=HEADINGS, version="2024-03-01", superseded=True),
    replace(PASSAGES[1], version="2024-03-01"),
    *PASSAGES[2:],
)
QUOTED = {
    "claims": (
        Claim("同一存款人在同一家投保机构的被保险存款，最高偿付 50 万元", Verdict.SUPPORTED, (1,)),
        Claim("按同一机构合并计算 30 天", Verdict.SUPPORTED, (1,), ("30 天",)),
        Claim("超过限额的部分，从投保机构的清算财产中受偿", Verdict.SUPPORTED, (2,)),
        Claim("理财产品不属于存款", Verdict.SUPPORTED, (3,)),
    ),
    "citations": tuple(
        Citation(n, p.document_id, p.name, p.page_no, p.text.split("。")[0] + "。", p.rung, (), p.version, p.superseded)
        for n, p in enumerate(SOURCES[:3], 1)
    ),
}
OTHER_DIRECTION = "مرحبا، الحد الأقصى هو 50 万元 [1]。\n\n- 第一项 שלום עולם 123 [2]\n- 㼆、𠮷 😀\n\nالسطر الأخير."


class AskPictures:
    """Part of the photographer."""

    application: QApplication
    shoot: Callable[[str, FakeEngine, Callable[[MainWindow], None]], None]
    engine: Callable[..., FakeEngine]
    _ask: Callable[[MainWindow], None]
    _answer: Callable[[MainWindow], None]
    _reading: Callable[[MainWindow], None]

    def _conversation(self) -> None:
        quoted = {"passages": SOURCES, "proven": QUOTED}
        self.shoot("80_quote", self.engine(**quoted), self._quote)
        self.shoot("81_marks_by_key", self.engine(**proven.MARKED), self._mark_by_key)
        self.shoot("82_stopped", self.engine(delay_s=0.01, passages=SOURCES), self._stopped)
        self.shoot("83_reading_usual", self.engine(stop_after=PromptRead), lambda window: self._usual(window, 100.0))
        self.shoot("84_reading_slow", self.engine(stop_after=PromptRead), lambda window: self._usual(window, 200.0))
        self.shoot("85_long_sources", self.engine(**quoted), self._sources)
        self.shoot("86_pasted_book", self.engine(), self._pasted)
        self.shoot("87_other_direction", self.engine(answer=OTHER_DIRECTION), self._other_direction)

    def _quote(self, window: MainWindow) -> None:
        self._answer(window)
        text = _text(window)
        cursor = text.document().find(CHIP_CHARACTER, text.document().toRawText().index(CHIP_CHARACTER) + 1)
        chip = text.cursorRect(cursor)
        place, nothing = QPointF(chip.left() - 8, chip.center().y()), Qt.MouseButton.NoButton
        moved = QMouseEvent(
            QEvent.Type.MouseMove,
            place,
            text.viewport().mapToGlobal(place),
            nothing,
            nothing,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(text.viewport(), moved)
        settle(self.application)

    def _mark_by_key(self, window: MainWindow) -> None:
        self._answer(window)
        text = _text(window)
        text.setFocus()
        for _ in range(3):
            QTest.keyClick(text, Qt.Key.Key_Tab)
        settle(self.application)

    def _stopped(self, window: MainWindow) -> None:
        self._ask(window)
        settle(self.application, lambda: len(window.conversation.turns[-1].text) > 60)
        window.conversation.stop()
        settle(self.application)

    def _usual(self, window: MainWindow, pace: float) -> None:
        """A reading whose usual time is known from others."""
        window.conversation.pace.learn(PACK, pace)
        self._reading(window)
        if pace > 100:
            window.conversation.turns[-1].since_s -= 60
            window.conversation.turn_changed.emit(0)
            settle(self.application)

    def _sources(self, window: MainWindow) -> None:
        self._answer(window)
        bar = window.conversation_view._scroll.verticalScrollBar()
        bar.setValue(bar.maximum())
        settle(self.application)

    def _pasted(self, window: MainWindow) -> None:
        self._answer(window)
        data = QMimeData()
        data.setText("存款保险最高赔多少" * 11_112)
        window.question_box.edit.insertFromMimeData(data)
        settle(self.application)

    def _other_direction(self, window: MainWindow) -> None:
        window.question_box.asked.emit("كيف أفتح حسابا؟ (𠮷野 㼆 😀) ABC 123")
        settle(self.application, lambda: not window.conversation.busy)


def _text(window: MainWindow) -> AnswerText:
    return window.conversation_view.views[-1]._text
