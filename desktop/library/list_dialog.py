"""A dialog over a short list: what it is for, rows with a button each, a question before something goes, actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.look import text
from desktop.look.controls import ElidedLabel, IconButton, IconLabel, Notice, label, push_button
from desktop.look.theme import Theme
from desktop.shell.tab_order import step

WIDTH_PX = 520
_MARGIN_PX = 24
_LIST_PX = 260


@dataclass(frozen=True, slots=True)
class ListRow:
    """`key` is what the row's button stands for; a row without `removable` has none."""

    key: str
    icon: str
    name: str
    note: str
    removable: bool = True
    tone: str = "caption"  # the note's role


class ListDialog(QDialog):
    """Rows are replaced as a whole: there are few."""

    remove_pressed = Signal(str)

    def __init__(self, parent: QWidget, theme: Theme, title: str, words: str, empty: str) -> None:
        super().__init__(parent)
        self._theme = theme
        self._empty = empty
        self._shown: tuple[ListRow, ...] | None = None
        self.setWindowTitle(title)
        self.setFixedWidth(WIDTH_PX)
        self._notice = Notice(theme, closable=True)
        self._question = Question()
        self._rows = QVBoxLayout()
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        self._footer = QHBoxLayout()
        self._footer.addStretch()
        close = push_button(text.CLOSE)
        close.clicked.connect(self.accept)
        self._footer.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN_PX, 22, _MARGIN_PX, 20)
        layout.setSpacing(12)
        layout.addWidget(label(title, "title"))
        layout.addWidget(_wrapped(words))
        layout.addWidget(self._area(title))
        layout.addWidget(self._notice)
        layout.addWidget(self._question)
        layout.addLayout(self._footer)
        close.setFocus()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        return step(self, forwards)

    @property
    def rows(self) -> tuple[ListRow, ...]:
        return self._shown or ()

    def _area(self, title: str) -> QScrollArea:
        inner = QWidget()
        inner.setObjectName("canvas")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 6, 0)
        column.addLayout(self._rows)
        column.addStretch()
        area = QScrollArea()
        area.setAccessibleName(title)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedHeight(_LIST_PX)
        area.setWidget(inner)
        return area

    def show_rows(self, rows: Sequence[ListRow]) -> None:
        if self._shown == tuple(rows):
            return
        self._shown = tuple(rows)
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row in rows:
            self._rows.addWidget(self._row_widget(row))
        if not rows:
            self._rows.addWidget(_wrapped(self._empty))

    def _row_widget(self, row: ListRow) -> QWidget:
        name = ElidedLabel()
        name.set_text(row.name)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(name)
        words.addWidget(label(row.note, row.tone, wrap=True))
        widget = QWidget()
        line = QHBoxLayout(widget)
        line.setContentsMargins(0, 6, 0, 6)
        line.setSpacing(12)
        line.addWidget(IconLabel(self._theme, row.icon, "accent", 20), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        if row.removable:
            button = IconButton(self._theme, "trash", f"{text.REMOVE} {row.name}", "text_faint", 16)
            button.clicked.connect(lambda: self.remove_pressed.emit(row.key))
            line.addWidget(button)
        return widget

    def add_action(self, words: str, act: Callable[[], object], kind: str = "") -> None:
        """A button to the left of the closing one."""
        button = push_button(words, kind)
        button.clicked.connect(act)
        self._footer.insertWidget(self._footer.count() - 1, button)

    def ask(self, words: str, choices: Sequence[tuple[str, str, Callable[[], object]]]) -> None:
        """Show a question, a button (words, kind, what it does) for each choice, and one that leaves all as it is."""
        self._notice.hide()
        self._question.ask(words, choices)

    def tell(self, words: str, action: str = "", detail: str = "", *, tone: str = "plain", icon: str = "") -> None:
        """A message below the list; no words take it away."""
        if words:
            self._notice.show_message(words, action, detail, tone=tone, icon=icon)
        else:
            self._notice.hide()


class Question(QFrame):
    """Asked before something goes; hidden until then."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("tone", "danger")
        self._words = _wrapped("", "")
        self._buttons = QHBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(10)
        column.addWidget(self._words)
        column.addLayout(self._buttons)
        self.hide()

    def ask(self, words: str, choices: Sequence[tuple[str, str, Callable[[], object]]]) -> None:
        self._words.setText(words)
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        self._buttons.addStretch()
        for caption, kind, act in ((text.CANCEL, "", lambda: None), *choices):
            button = push_button(caption, kind)
            button.clicked.connect(self.hide)
            button.clicked.connect(act)
            self._buttons.addWidget(button)
        self.show()


def _wrapped(words: str, role: str = "muted") -> QLabel:
    return label(words, role, wrap=True)
