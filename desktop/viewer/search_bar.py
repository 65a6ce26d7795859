"""The line in which words are looked for in the document on screen."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from desktop.ask.announcing import announce
from desktop.look import viewer_text
from desktop.look.controls import EscapableArea, IconButton, label
from desktop.look.theme import Theme
from desktop.shell.shortcuts import Command, shortcut
from desktop.viewer.search_model import SearchModel

_TYPED_MS = 180  # after the last key
_MAX_CHARS = 200


class SearchBar(EscapableArea):
    """Emits `typed` when the words have changed; `left` when it is closed."""

    typed = Signal(str)

    def __init__(self, theme: Theme, model: SearchModel) -> None:
        super().__init__()
        self._model = model
        self.edit = QLineEdit()
        self._said = ""
        self.edit.setObjectName("compact")
        self.edit.setPlaceholderText(viewer_text.FIND_HINT)
        self.edit.setAccessibleName(viewer_text.FIND)
        self.edit.setMaxLength(_MAX_CHARS)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_TYPED_MS)
        self._settled.timeout.connect(self._tell)
        self.edit.textEdited.connect(lambda _: self._settled.start())
        self._count = label(role="caption")
        self._note = label(role="caption", wrap=True)
        self._previous = self._button(theme, "up", viewer_text.PREVIOUS_HIT, Command.PREVIOUS_HIT)
        self._previous.clicked.connect(model.previous)
        self._next = self._button(theme, "down", viewer_text.NEXT_HIT, Command.NEXT_HIT)
        self._next.clicked.connect(model.next)
        close = IconButton(theme, "close", viewer_text.CLOSE_SEARCH, size_px=14)
        close.clicked.connect(self.left)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.edit, 1)
        row.addSpacing(4)
        for widget in (self._count, self._previous, self._next, close):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self._note)
        model.changed.connect(self._show)
        self._show()

    @property
    def count_text(self) -> str:
        return self._count.text()

    def _button(self, theme: Theme, icon: str, name: str, command: Command) -> IconButton:
        return IconButton(theme, icon, viewer_text.with_keys(name, shortcut(command).shown))

    def begin(self) -> None:
        self.show()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._settled.isActive() or self.edit.text() != self._model.needle:
                self._tell()
            elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._model.previous()
            else:
                self._model.next()
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        self._settled.stop()
        self.typed.emit(self.edit.text())

    def _say(self, words: str, *, done: bool) -> None:
        """To a screen reader: each hit and the end of a search, not its progress."""
        self._count.setAccessibleName(words)
        if done and words != self._said and self.isVisible():
            self._said = words
            if words:
                announce(self._count, words)

    def _show(self) -> None:
        model = self._model
        hit, count = model.hit, len(model.hits)
        words = said = ""
        if hit:
            words = viewer_text.hit_count(model.at + 1, count, more=model.more)
            said = viewer_text.hit_said(model.at + 1, count, hit.span.page_no, more=model.more)
        elif model.searching:
            words = viewer_text.finding(model.pages_read, model.page_count) if model.page_count else viewer_text.FINDING
        elif model.needle.strip():
            words = viewer_text.NO_HIT
        self._count.setText(words)
        self._say(said or words, done=not model.searching)
        self._note.setText(viewer_text.only_first(count) if model.more else "")
        self._note.setVisible(model.more)
        self._previous.setEnabled(bool(count))
        self._next.setEnabled(bool(count))
