"""The real window with the small pack, kept from one start to the next. Run by `test_history.py`, a process a step:

`python history_session.py ask|reopen|long|look HOME PASSPHRASE_FILE FOLDER`. Prints one JSON object of what was seen;
`long` prints it in the middle of an answer and goes on until it is killed.
"""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.ask.source_list import SourceCard
from desktop.history.history_delegate import row_rect
from desktop.history.history_model import ROW_ROLE
from desktop.history.keeper import Keeper
from tests.flows.running import QUESTION
from tests.flows.window_driver import Driver

LONG_QUESTION = "人民币怎么保护？请详细说明。"


class Session(Driver):
    def ask(self, question: str) -> None:
        self.window.conversation.ask(question)
        self.until(lambda: not self.window.conversation.busy, "the answer's end")

    def open_first(self) -> None:
        """Click the first row of the history."""
        rows = self.window.history.panel.list
        self.until(lambda: self.window.models.history.rows, "the list")
        index = self.window.models.history.index(0)
        place = row_rect(rows.visualRect(index), index.data(ROW_ROLE)).center()
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
        self.until(lambda: self.window.conversation.turns, "the conversation")
        self.wait(0.3)

    def seen(self) -> list[dict[str, object]]:
        return [
            {
                "question": turn.question,
                "text": turn.text,
                "state": turn.state,
                "searched": turn.understood.searched if turn.understood else "",
                "cited": [f"{citation.name} {citation.page_no}" for citation in turn.citations],
            }
            for turn in self.window.conversation.turns
        ]

    def tell(self, **seen: object) -> None:
        print(json.dumps({"turns": self.seen(), "warnings": self.warnings, **seen}, ensure_ascii=False), flush=True)


def ask(session: Session) -> None:
    session.ask(QUESTION)
    session.tell()
    session.window.close()


def reopen(session: Session) -> None:
    empty = session.window.conversation.turns == []
    session.open_first()
    session.picture("reopened")
    cards = [card for card in session.window.findChildren(SourceCard) if card.isVisible()]
    QTest.mouseClick(cards[0], Qt.MouseButton.LeftButton)
    page = session.window.page_view
    session.until(lambda: page.isVisible() and not page.canvas.outline().isEmpty(), "the boxed page")
    session.picture("boxed")
    session.ask("那外币存款呢？")
    session.tell(empty=empty, page_no=page.page_no, rows=len(session.window.models.history.rows))
    session.window.close()


def long(session: Session) -> None:
    conversation, history = session.window.conversation, session.window.models.history
    keeper = history.findChild(Keeper)
    keeper.save_every(0.2)  # the small pack's answer is written within a few seconds
    conversation.ask(LONG_QUESTION)
    session.until(lambda: keeper.saved_chars > 0, "a save of the first words")
    session.until(lambda: not history.busy, "the save's end")
    session.tell(busy=conversation.busy, saved_chars=keeper.saved_chars)
    session.wait(600)


def look(session: Session) -> None:
    session.open_first()
    session.tell()
    session.window.close()


if __name__ == "__main__":
    step, *places = sys.argv[1:]
    {"ask": ask, "reopen": reopen, "long": long, "look": look}[step](Session(*places))
