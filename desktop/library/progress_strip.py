"""One thin row for the page of questions: what is being taken in, and at the end that questions can be asked of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedLayout, QWidget

from desktop.ask.announcing import announce
from desktop.library.library_head import show_pause, toggle
from desktop.library.library_model import Batch, LibraryModel
from desktop.look import library_text, text
from desktop.look.controls import ElidedLabel, IconButton, IconLabel, Spinner, push_button
from desktop.look.theme import Theme


class ProgressStrip(QFrame):
    """Hidden while there is nothing to tell; a click leads to the library."""

    library_wanted = Signal()
    failures_wanted = Signal()

    def __init__(self, theme: Theme, model: LibraryModel) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("tone", "plain")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._model = model
        self._failed = False
        self._spinner = Spinner(theme)
        self._icon = IconLabel(theme, "check", "accent", 16)
        self._words = ElidedLabel()
        self.pause = IconButton(theme, "pause", library_text.PAUSE, size_px=15)
        self.pause.clicked.connect(lambda: toggle(model))
        self._show = push_button(library_text.SHOW_LIBRARY, "link")
        self._show.clicked.connect(self._lead)
        self._close = IconButton(theme, "close", library_text.CLOSE_STRIP, size_px=14)
        self._close.clicked.connect(self.hide)
        mark = QWidget()
        mark.setFixedSize(16, 16)
        self._mark = QStackedLayout(mark)
        self._mark.addWidget(self._spinner)
        self._mark.addWidget(self._icon)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 6, 3)
        row.setSpacing(10)
        row.addWidget(mark)
        row.addWidget(self._words, 1)
        row.addWidget(self._show)
        row.addWidget(self.pause)
        row.addWidget(self._close)
        model.summary_changed.connect(self._refresh)
        model.finished.connect(self._finish)
        model.intake.said.connect(self.say)
        self.hide()
        self._refresh()

    @property
    def words(self) -> str:
        return self._words.accessibleName()

    def _refresh(self) -> None:
        done, total = self._model.progress
        if not total:
            if self.pause.isVisibleTo(self):  # all of it was cancelled
                self.hide()
            return
        paused = self._model.queue.paused
        row = self._model.working
        if paused:
            self._tell(library_text.paused(total - done), icon="pause")
        elif row is not None:
            self._tell(library_text.taking_in(text.without_suffix(row.name), row.note, done + 1, total))
        else:
            self._tell(text.working(done, total))
        show_pause(self.pause, paused=paused)
        self._close.hide()
        self.pause.show()

    def _finish(self, batch: Batch) -> None:
        words = library_text.finished(batch.added, batch.known, batch.failed)
        if words:
            self.say(words, failed=bool(batch.failed))

    def say(self, words: str, *, failed: bool = False) -> None:
        """Something that is over; it stays until it is closed or something else begins."""
        self._failed = failed
        self._tell(words, icon="alert" if failed else "check")
        announce(self, words)
        self.pause.hide()
        self._close.show()

    def _tell(self, words: str, icon: str = "") -> None:
        self._words.set_text(words)
        self.setAccessibleName(words)
        self._mark.setCurrentIndex(1 if icon else 0)
        if icon:
            self._icon.set_icon(icon, "warning" if icon == "alert" else "accent")
        self.show()

    def _lead(self) -> None:
        (self.failures_wanted if self._failed else self.library_wanted).emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._lead()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._lead()
        else:
            super().keyPressEvent(event)
