"""A conversation with its history over a scripted engine, each on a lane as in the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QApplication

from desktop.ask.conversation_model import ConversationModel
from desktop.history.history_model import HistoryModel
from desktop.history.keeper import Keeper
from desktop.jobs import NewestLane, QueueLane, shut_down
from engine.api import Conversation, ConversationInfo, StoredTurn, TurnContent, TurnOutcome
from tests.fakes import FakeEngine

NOW = "2026-11-23T04:00:00+00:00"


@dataclass
class Desk:
    engine: FakeEngine
    conversation: ConversationModel
    history: HistoryModel
    keeper: Keeper
    lanes: tuple[NewestLane, QueueLane]

    def open_engine(self) -> None:
        self.history.set_engine(self.engine)  # type: ignore[arg-type]  # scripted
        self.conversation.set_engine(self.engine)  # type: ignore[arg-type]  # scripted

    @property
    def idle(self) -> bool:
        return not any(lane.busy for lane in self.lanes)


@pytest.fixture
def desk(application: QApplication, engine: FakeEngine) -> Iterator[Desk]:
    lanes = NewestLane(), QueueLane()
    conversation, history = ConversationModel(lanes[0]), HistoryModel(lanes[1])
    yield Desk(engine, conversation, history, Keeper(conversation, history), lanes)
    assert shut_down(lanes, 10.0)


@pytest.fixture
def stored() -> Callable[..., Conversation]:
    """stored("c1", recency=3, pinned=False, changed_at=…, text=…): a conversation with one answered turn."""

    def make(
        conversation_id: str,
        recency: int,
        *,
        pinned: bool = False,
        changed_at: str = NOW,
        question: str = "",
        text: str = "最高偿付限额为 50 万元 [1]。",
    ) -> Conversation:
        title = question or f"第{recency}个问题"
        info = ConversationInfo(conversation_id, title, pinned, changed_at, changed_at, recency)
        turn = StoredTurn(f"turn-{conversation_id}", title, "", TurnOutcome.DONE, changed_at, text, TurnContent())
        return Conversation(info, (turn,))

    return make
