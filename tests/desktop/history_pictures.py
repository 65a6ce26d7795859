"""Pictures of the conversations that are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QLineEdit

from desktop.history.history_panel import HistoryPanel
from engine.api import Conversation, ConversationInfo, StoredTurn, TurnOutcome
from tests.desktop.proven_pictures import settle
from tests.fakes import ANSWER, FakeEngine

if TYPE_CHECKING:
    from desktop.main_window import MainWindow

KEPT = (  # title, pinned, days ago
    ("个人贷款提前还款要收违约金吗？", True, 12),
    ("大额存单可以提前支取吗？", False, 0),
    ("客户身份资料要保存多少年？", False, 0),
    ("外币现钞怎么收兑？", False, 1),
    ("单位结算账户变更法定代表人需要哪些材料？", False, 15),
    ("信用卡分期的实际年利率怎么算？", False, 21),
    ("残损人民币兑换标准", False, 40),
)


class HistoryPictures:
    application: QApplication
    shoot: Callable[..., None]
    engine: Callable[..., FakeEngine]
    _answer: Callable[[MainWindow], None]

    def _history(self) -> None:
        self.shoot("70_history", self._remembering(), self._answer)
        self.shoot("71_history_search", self._remembering(), self._search_history)

    def _remembering(self) -> FakeEngine:
        engine = self.engine()
        for number, (title, pinned, days) in enumerate(reversed(KEPT)):
            at = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="seconds")
            info = ConversationInfo(f"{number:032x}", title, pinned, at, at, number + 1)
            turn = StoredTurn(f"{number + 100:032x}", title, state=TurnOutcome.DONE, asked_at=at, text=ANSWER)
            engine.history.kept[info.conversation_id] = Conversation(info, (turn,))
        return engine

    def _search_history(self, window: MainWindow) -> None:
        self._answer(window)
        panel = window.findChild(HistoryPanel)
        assert panel is not None
        field = panel.findChild(QLineEdit)
        assert field is not None
        field.setText("限额偿付")
        settle(self.application, lambda: any(call.startswith("search") for call in window._opener.engine.history.calls))  # type: ignore[union-attr]
        settle(self.application)
