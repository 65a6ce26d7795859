"""The conversations that are kept, as a list, and what is done with them. A thousand rows scroll as easily as ten.

Nothing of it touches the ledger on the window's thread. What is to be written waits in a queue of its own, so that it
is neither lost while the engine opens nor when the window closes.
"""

from __future__ import annotations

import bisect
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal

from desktop import errors
from desktop.errors import Sentence
from desktop.history.history_row import HistoryRow, found, listed
from desktop.jobs import Job, QueueLane
from desktop.look import history_text, text
from engine.api import (
    Conversation,
    ConversationHit,
    ConversationInfo,
    Engine,
    ExportedTurn,
    History,
    JobFailed,
    StoredTurn,
)

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
CURRENT_ROLE = Qt.ItemDataRole.UserRole + 2  # whether it is the conversation on screen
PAGE = 200
_DATE_CHECK_MS = 60_000
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Exportable:
    """A conversation's answered turns, to be saved to a file."""

    conversation_id: str
    title: str
    turns: tuple[ExportedTurn, ...]


@dataclass(frozen=True, slots=True)
class _Work:
    act: Callable[[History], Any]
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]


class HistoryModel(QAbstractListModel):
    """Rows of the list, or of what was found. Pinned ones first, then newest first."""

    opened = Signal(object, str)  # Conversation, and the turn_id to be shown, or empty
    exportable = Signal(object)  # Exportable
    erasing = Signal(object)  # conversation_ids that are about to be erased, None for all of them
    flushing = Signal()  # the window closes: the last chance to write
    failed = Signal(object)  # Sentence
    changed = Signal()  # what the panel says beside the rows

    def __init__(self, lane: QueueLane) -> None:
        super().__init__()
        self._lane = lane
        self._engine: Engine | None = None
        self._waiting: deque[_Work] = deque()
        self._infos: list[ConversationInfo] = []
        self._complete = False  # the list has been read to its end
        self._fetching = False
        self._words = ""
        self._hits: tuple[ConversationHit, ...] = ()
        self._rows: list[HistoryRow] = []
        self._today = date.today()
        self.current_id = ""
        self._midnight = QTimer(self)
        self._midnight.setInterval(_DATE_CHECK_MS)
        self._midnight.timeout.connect(self._follow_date)
        self._midnight.start()

    # ---- for views

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == CURRENT_ROLE:
            return row.conversation_id == self.current_id
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.info.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return text.tooltip("\n".join(filter(None, (row.info.title, row.snippet))))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Give a conversation another title."""
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        row, title = self._rows[index.row()], str(value).strip()
        if title and title != row.info.title:
            self._do(lambda history: history.rename(row.conversation_id, title), self.place)
        return True

    def canFetchMore(self, parent: Index) -> bool:
        return not (parent.isValid() or self._words or self._complete or self._fetching or self._engine is None)

    def fetchMore(self, parent: Index) -> None:
        if self.canFetchMore(parent):
            self._fetch(PAGE, self._infos[-1] if self._infos else None)

    @property
    def rows(self) -> tuple[HistoryRow, ...]:
        return tuple(self._rows)

    @property
    def words(self) -> str:
        """What is searched for; empty while the whole list is shown."""
        return self._words

    @property
    def busy(self) -> bool:
        """Something is being read or written, or waits for it."""
        return bool(self._waiting) or self._lane.busy

    @property
    def ready(self) -> bool:
        """The engine is open and the first conversations are read."""
        return self._complete or bool(self._infos)

    def row_of(self, conversation_id: str) -> int:
        """-1 where no row shows it."""
        places = (number for number, row in enumerate(self._rows) if row.conversation_id == conversation_id)
        return next(places, -1)

    # ---- requests

    def set_engine(self, engine: Engine) -> None:
        """Read the first conversations and write what has waited for this."""
        self._engine = engine
        if self._waiting:
            self._work()
        self._fetch(PAGE, None)

    def search(self, words: str) -> None:
        """Show only the conversations that hold all of the words; all of them for none."""
        words = " ".join(words.split())
        if words == self._words:
            return
        self._words = words
        if words:
            self._do(lambda history: (words, history.search(words)), self._show_hits)
        else:
            self._hits = ()
            self._show(listed(self._infos, self._today), anew=True)

    def open(self, conversation_id: str, turn_id: str = "") -> None:
        def show(conversation: Conversation) -> None:
            self.opened.emit(conversation, turn_id)

        self._do(lambda history: history.load(conversation_id), show)

    def pin(self, conversation_id: str, pinned: bool) -> None:
        self._do(lambda history: history.pin(conversation_id, pinned), self.place)

    def save(
        self, conversation_id: str, turn: StoredTurn, instead_of: str, ended: Callable[[Exception | None], None]
    ) -> None:
        """Keep a turn; the conversation moves to where it belongs now. `ended` hears why it could not be written."""

        def saved(info: ConversationInfo | None) -> None:
            self.place(info)
            ended(None)

        self._do(lambda history: history.save(conversation_id, turn, instead_of), saved, ended)

    def choose(self, turn_id: str) -> None:
        self._do(lambda history: history.choose(turn_id))

    def delete(self, conversation_ids: Iterable[str]) -> None:
        """Erase for good; gone from the list at once."""
        gone = frozenset(conversation_ids)
        self.erasing.emit(gone)
        self._drop(gone)
        # once more at the end: what was being saved of one has put it back
        self._do(lambda history: history.delete(tuple(gone)), lambda _: self._drop(gone), self._restore_list)

    def delete_all(self) -> None:
        self.erasing.emit(None)
        self._drop(None)
        self._do(lambda history: history.delete_all(), lambda _: self._read_anew(), self._restore_list)

    def export(self, info: ConversationInfo) -> None:
        """Read what is to be saved: `exportable` has it, or `failed` says that there is nothing yet."""

        def tell(turns: tuple[ExportedTurn, ...]) -> None:
            if turns:
                self.exportable.emit(Exportable(info.conversation_id, info.title, turns))
            else:
                self.failed.emit(Sentence(*history_text.NOTHING_TO_EXPORT))

        self._do(lambda history: history.exported(info.conversation_id), tell)

    def set_current(self, conversation_id: str) -> None:
        """Which conversation is on screen."""
        if conversation_id != self.current_id:
            before, self.current_id = self.row_of(self.current_id), conversation_id
            for number in (before, self.row_of(conversation_id)):
                if number >= 0:
                    self.dataChanged.emit(self.index(number), self.index(number), [CURRENT_ROLE])

    def read_draft(self, done: Callable[[str], None]) -> None:
        """Tell `done` the question that was begun before the window closed last."""
        self._do(lambda history: history.draft(), done)

    def keep_draft(self, words: str) -> None:
        self._do(lambda history: history.keep_draft(words))

    def flush(self) -> None:
        """Write what still waits, on this thread: when the window has closed and the lane has ended."""
        self.flushing.emit()
        if self._engine:
            for _ in self._pending(self._engine):
                pass

    # ---- the rows

    def place(self, info: ConversationInfo | None) -> None:
        """Put a conversation where it belongs now."""
        if info is None:
            return
        self._infos = [known for known in self._infos if known.conversation_id != info.conversation_id]
        at = bisect.bisect_left(self._infos, _order(info), key=_order)
        if self._complete or at < len(self._infos):  # else it comes with the page it belongs to
            self._infos.insert(at, info)
        self._hits = tuple(
            replace(hit, conversation=info) if hit.conversation.conversation_id == info.conversation_id else hit
            for hit in self._hits
        )
        self._refresh()

    def _drop(self, gone: frozenset[str] | None) -> None:
        """Take conversations out of the list; None: all."""
        self._infos = [info for info in self._infos if gone and info.conversation_id not in gone]
        self._hits = tuple(hit for hit in self._hits if gone and hit.conversation.conversation_id not in gone)
        self._refresh()

    def _show_hits(self, answer: tuple[str, tuple[ConversationHit, ...]]) -> None:
        words, hits = answer
        if words == self._words:  # else other words were asked for meanwhile
            self._hits = hits
            self._show(found(hits, self._today), anew=True)

    def _refresh(self) -> None:
        self._show(found(self._hits, self._today) if self._words else listed(self._infos, self._today))

    def _show(self, rows: list[HistoryRow], *, anew: bool = False) -> None:
        """Change what differs, so that a view keeps its place; `anew` where it begins at the top."""
        if anew:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        else:
            self._drop_missing({row.conversation_id for row in rows})
            for number, row in enumerate(rows):
                if number == len(self._rows):
                    self._insert(number, rows[number:])
                    break
                self._put(number, row)
        self.changed.emit()

    def _drop_missing(self, kept: set[str]) -> None:
        for number in reversed(range(len(self._rows))):
            if self._rows[number].conversation_id not in kept:
                self._take(number)

    def _put(self, number: int, row: HistoryRow) -> None:
        if self._rows[number].conversation_id != row.conversation_id:
            elsewhere = self.row_of(row.conversation_id)
            if elsewhere > number:
                self._take(elsewhere)
            self._insert(number, [row])
        elif self._rows[number] != row:
            self._rows[number] = row
            self.dataChanged.emit(self.index(number), self.index(number))

    def _insert(self, number: int, rows: list[HistoryRow]) -> None:
        self.beginInsertRows(QModelIndex(), number, number + len(rows) - 1)
        self._rows[number:number] = rows
        self.endInsertRows()

    def _take(self, number: int) -> None:
        self.beginRemoveRows(QModelIndex(), number, number)
        del self._rows[number]
        self.endRemoveRows()

    def _fetch(self, limit: int, after: ConversationInfo | None) -> None:
        self._fetching = True
        self._do(lambda history: (after, limit, history.list(limit, after)), self._add_page)

    def _add_page(self, page: tuple[ConversationInfo | None, int, tuple[ConversationInfo, ...]]) -> None:
        after, limit, infos = page
        self._fetching = False
        self._complete = len(infos) < limit
        earlier = [info for info in self._infos if after is not None and _order(info) <= _order(after)]
        known = {info.conversation_id for info in earlier}
        self._infos = earlier + [info for info in infos if info.conversation_id not in known]
        if not self._words:
            self._refresh()

    def _restore_list(self, error: Exception) -> None:
        self._tell(error)
        self._read_anew()

    def _read_anew(self) -> None:
        self._complete = False
        self._fetch(max(PAGE, len(self._infos)), None)

    def _follow_date(self) -> None:
        if self._today != date.today():
            self._today = date.today()
            self._refresh()

    # ---- work off the window's thread

    def _do(
        self,
        act: Callable[[History], Any],
        done: Callable[[Any], None] | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self._waiting.append(_Work(act, done or _ignore, failed or self._tell))
        self._work()

    def _work(self) -> None:
        engine = self._engine
        if engine is not None:
            self._lane.submit(Job(lambda token: self._pending(engine), self._apply))

    def _pending(self, engine: Engine) -> Iterator[tuple[_Work, Any]]:
        """Do all that waits; a job that comes later finds nothing left, one that is cancelled leaves the rest."""
        while self._waiting:
            work = self._waiting.popleft()
            try:
                result = work.act(engine.history)
            except Exception as error:  # told with the work that it belongs to; what waits behind it goes on
                result = JobFailed(error)
            yield work, result

    def _apply(self, event: Any) -> None:
        match event:
            case (_Work() as work, JobFailed() as failure):
                work.failed(failure.error)
            case (_Work() as work, result):
                work.done(result)
            case JobFailed():
                self._tell(event.error)
            case _:
                pass  # cancelled: `flush` does what is left

    def _tell(self, error: Exception) -> None:
        self._fetching = False
        self.failed.emit(errors.describe(error))


def _ignore(result: object) -> None:
    pass


def _order(info: ConversationInfo) -> tuple[bool, int]:
    return not info.pinned, -info.recency
