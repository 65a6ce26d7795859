"""Above the page: the document's name, which of the answer's citations this is, search, and the original."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.ask.turn import Source
from desktop.look import viewer_text
from desktop.look.controls import ElidedLabel, IconButton, label
from desktop.look.theme import Theme
from desktop.shell.shortcuts import Command, shortcut


class ViewerHeader(QWidget):
    """Shows what it is told; every button is a signal."""

    closed = Signal()
    previous_citation = Signal()
    next_citation = Signal()
    search_wanted = Signal()
    open_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.menu_shown: QMenu | None = None
        self._title = ElidedLabel("heading")
        self._heading = ElidedLabel("caption")
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self._title)
        names.addWidget(self._heading)
        close = IconButton(theme, "close", viewer_text.CLOSE_VIEWER)
        close.clicked.connect(self.closed)
        first = QHBoxLayout()
        first.addLayout(names, 1)
        first.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(first)
        layout.addLayout(self._build_second(theme))

    def _build_second(self, theme: Theme) -> QHBoxLayout:
        def button(icon: str, name: str, command: Command | None, pressed: SignalInstance) -> IconButton:
            words = viewer_text.with_keys(name, shortcut(command).shown) if command else name
            made = IconButton(theme, icon, words)
            made.clicked.connect(pressed)
            return made

        self._previous = button("up", viewer_text.PREVIOUS_CITATION, Command.PREVIOUS_CITATION, self.previous_citation)
        self._next = button("down", viewer_text.NEXT_CITATION, Command.NEXT_CITATION, self.next_citation)
        self._which = label(role="caption")
        self._word = label(viewer_text.CITATION, "caption")
        self._citations = QWidget()
        row = QHBoxLayout(self._citations)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for widget in (self._word, self._previous, self._which, self._next):
            row.addWidget(widget)
        row.insertSpacing(1, 4)
        find = button("search", viewer_text.FIND, Command.FIND_IN_DOCUMENT, self.search_wanted)
        self.more = IconButton(theme, "more", viewer_text.MORE)
        self.more.clicked.connect(self._open_menu)
        second = QHBoxLayout()
        second.setSpacing(2)
        second.addWidget(self._citations)
        second.addStretch()
        second.addWidget(find)
        second.addWidget(self.more)
        return second

    def show_source(self, source: Source) -> None:
        self._title.set_text(source.label)
        heading = source.heading if source.heading != source.name else ""
        self._heading.set_text(heading)
        self._heading.setVisible(bool(heading))

    def show_citation(self, number: int, count: int) -> None:
        """Which of how many citations, from 1; with fewer than two there is nothing to choose."""
        self._citations.setVisible(count > 1)
        self._which.setText(viewer_text.of_count(number, count))
        self._which.setAccessibleName(viewer_text.citation_said(number, count))
        self._previous.setEnabled(number > 1)
        self._next.setEnabled(number < count)

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(viewer_text.OPEN_ORIGINAL).triggered.connect(self.open_wanted)
        menu.addAction(viewer_text.SAVE_ORIGINAL).triggered.connect(self.save_wanted)
        self.menu_shown = menu
        menu.destroyed.connect(self._menu_gone)
        place = self.more.mapToGlobal(QPoint(self.more.width(), self.more.height() + 2))
        menu.popup(place - QPoint(menu.sizeHint().width(), 0))

    def _menu_gone(self) -> None:
        self.menu_shown = None
