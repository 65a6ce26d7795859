"""What the rail's help button offers, and its two small windows."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from itertools import groupby

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop.help.guide_window import GuideWindow
from desktop.look import shell_text, text
from desktop.look.controls import label, push_button
from desktop.shell.shortcuts import SHORTCUTS, Command, shortcut

_DISTRIBUTION = "jinpan-branch-assistant"


class HelpMenu(QObject):
    """`menu_shown` is the menu that was opened last, `guide` the guide if it was ever opened."""

    welcome_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.guide: GuideWindow | None = None
        self.menu_shown: QMenu | None = None

    def open_at(self, button: QWidget) -> None:
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._add(menu, Command.GUIDE, shell_text.GUIDE, self.open_guide)
        self._add(menu, Command.SHORTCUTS, shell_text.SHORTCUTS, self.open_shortcuts)
        menu.addAction(shell_text.WELCOME).triggered.connect(self.welcome_wanted)
        menu.addSeparator()
        menu.addAction(shell_text.ABOUT).triggered.connect(self.open_about)
        self.menu_shown = menu
        menu.popup(button.mapToGlobal(QPoint(button.width() + 4, button.height() - menu.sizeHint().height())))

    def open_guide(self) -> None:
        """At the chapter where it was left."""
        if self.guide is None:
            self.guide = GuideWindow(self._window)
        self.guide.show()
        self.guide.activateWindow()

    def open_shortcuts(self) -> None:
        ShortcutSheet(self._window).open()

    def open_about(self) -> None:
        AboutDialog(self._window).open()

    @staticmethod
    def _add(menu: QMenu, command: Command, words: str, act: object) -> None:
        action = menu.addAction(words)
        action.setShortcut(shortcut(command).keys[0])
        action.triggered.connect(act)


class _Sheet(QDialog):
    """A small window with a title, what a subclass adds, and one button."""

    def __init__(self, window: QWidget, title: str) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(26, 22, 26, 18)
        self.column.setSpacing(12)
        self.column.addWidget(label(title, "title"))

    def finish(self) -> None:
        close = push_button(text.CLOSE, "primary")
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(close)
        self.column.addLayout(row)
        close.setFocus()


class ShortcutSheet(_Sheet):
    def __init__(self, window: QWidget) -> None:
        super().__init__(window, shell_text.SHORTCUTS)
        grid = QGridLayout()
        grid.setHorizontalSpacing(26)
        grid.setVerticalSpacing(7)
        for group, shortcuts in groupby(SHORTCUTS, lambda each: each.group):
            grid.addWidget(label(group, "heading"), grid.rowCount(), 0, 1, 2)
            for each in shortcuts:
                row = grid.rowCount()
                grid.addWidget(label(each.words, "muted"), row, 0)
                grid.addWidget(label("　".join(each.all_shown)), row, 1)
        self.column.addLayout(grid)
        self.column.addWidget(label(shell_text.SHEET_NOTE, "caption", wrap=True))
        self.finish()


class AboutDialog(_Sheet):
    def __init__(self, window: QWidget) -> None:
        super().__init__(window, text.APP_NAME)
        self.column.addWidget(label(shell_text.version(_version()), "muted"))
        for words in (shell_text.ABOUT_PRIVACY, shell_text.LICENCE):
            self.column.addWidget(label(words, wrap=True, selectable=True))
        self.setMinimumWidth(460)
        self.finish()


def _version() -> str:
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:  # run from a checkout
        return "—"
