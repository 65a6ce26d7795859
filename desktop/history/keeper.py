"""Keeps the conversation on screen as it happens, and puts an earlier one in its place."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer

from desktop import errors
from desktop.ask.conversation_model import ConversationModel
from desktop.ask.turn import Turn
from desktop.history.history_model import HistoryModel
from desktop.history.stored_turns import to_stored, to_tree
from engine.api import Conversation

SAVE_EVERY_S = 3.0  # the most that is lost of an answer when the program is killed
TRY_AGAIN_S = 20.0  # after a failure: room on the disk comes back when somebody makes it


class Keeper(QObject):
    """A turn is saved when it is asked, every few seconds while its answer grows, and when it ends."""

    def __init__(self, conversation: ConversationModel, history: HistoryModel) -> None:
        super().__init__(history)
        self._conversation = conversation
        self._history = history
        self._unsaved: dict[str, tuple[str, Turn, str]] = {}  # by turn_id: the ledger could not be written
        self._failing = False
        self._saved: tuple[str, int, int] = ("", 0, 0)  # the active turn as it was saved last
        self._timer = QTimer(self)
        self.save_every(SAVE_EVERY_S)
        self._timer.timeout.connect(self._save_growth)
        self._again = QTimer(self, singleShot=True, interval=int(TRY_AGAIN_S * 1000))
        self._again.timeout.connect(self.save_waiting)
        conversation.turn_kept.connect(self._keep)
        conversation.version_chosen.connect(lambda turn: history.choose(turn.turn_id))
        conversation.busy_changed.connect(self._follow)
        conversation.cleared.connect(lambda: history.set_current(conversation.conversation_id))
        history.opened.connect(self._restore)
        history.erasing.connect(self._let_go)
        history.flushing.connect(self.save_waiting)

    def save_every(self, seconds: float) -> None:
        """How often a growing answer is saved."""
        self._timer.setInterval(int(seconds * 1000))

    @property
    def saved_chars(self) -> int:
        """Length of the newest turn's text when it was last saved."""
        return self._saved[1]

    def save_waiting(self) -> None:
        """Try again what could not be written."""
        waiting = list(self._unsaved.values())
        self._unsaved = {}
        for said, earlier, replaced in waiting:
            self._save(said, earlier, replaced)

    def _keep(self, turn: Turn, instead_of: str = "") -> None:
        self.save_waiting()
        self._save(self._conversation.conversation_id, turn, instead_of)
        self._history.set_current(self._conversation.conversation_id)

    def _save(self, conversation_id: str, turn: Turn, instead_of: str) -> None:
        ended = partial(self._hear, conversation_id, turn, instead_of)
        self._saved = _size(turn)
        self._history.save(conversation_id, to_stored(turn), instead_of, ended)

    def _hear(self, conversation_id: str, turn: Turn, instead_of: str, error: Exception | None) -> None:
        """A failure is said once; it is tried again with the next turn, while this one grows, and now and then."""
        if error:
            if not self._failing:
                self._history.failed.emit(errors.describe(error))
            self._unsaved.setdefault(turn.turn_id, (conversation_id, turn, instead_of))
            self._again.start()
        self._failing = error is not None

    def _follow(self, busy: bool) -> None:
        if busy:
            self._timer.start()
        else:
            self._timer.stop()

    def _save_growth(self) -> None:
        turn = self._conversation.active
        if turn and _size(turn) != self._saved:
            self._keep(turn)

    def _restore(self, conversation: Conversation, turn_id: str) -> None:
        self._conversation.restore(conversation.info.conversation_id, to_tree(conversation, turn_id))
        self._history.set_current(conversation.info.conversation_id)

    def _let_go(self, conversation_ids: frozenset[str] | None) -> None:
        """The conversation on screen is erased: nothing of it is saved again."""
        if conversation_ids is None or self._conversation.conversation_id in conversation_ids:
            self._conversation.clear()
        self._unsaved = {
            key: kept for key, kept in self._unsaved.items() if conversation_ids and kept[0] not in conversation_ids
        }


def _size(turn: Turn) -> tuple[str, int, int]:
    return turn.turn_id, len(turn.text), len(turn.passages)
