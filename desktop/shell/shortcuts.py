"""The one table of keyboard shortcuts: what binds keys, and what lists them, reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.look import history_text, shell_text, viewer_text


class Command(StrEnum):
    ASK = "ask"
    LIBRARY = "library"
    WRITING = "writing"
    CALCULATORS = "calculators"
    PREFERENCES = "preferences"
    GUIDE = "guide"
    SHORTCUTS = "shortcuts"
    CLOSE_WINDOW = "close_window"
    NEW_CONVERSATION = "new_conversation"
    GO_TO_QUESTION = "go_to_question"
    TOGGLE_HISTORY = "toggle_history"
    SEARCH_HISTORY = "search_history"
    RENAME_CONVERSATION = "rename_conversation"
    PIN_CONVERSATION = "pin_conversation"
    EXPORT_CONVERSATION = "export_conversation"
    DELETE_CONVERSATION = "delete_conversation"
    EXPORT = "export"
    STOP_OR_CLOSE = "stop_or_close"
    NEXT_CITATION = "next_citation"
    PREVIOUS_CITATION = "previous_citation"
    FIND_IN_DOCUMENT = "find_in_document"
    NEXT_HIT = "next_hit"
    PREVIOUS_HIT = "previous_hit"
    GO_TO_PAGE = "go_to_page"
    ZOOM_IN = "zoom_in"
    ZOOM_OUT = "zoom_out"
    FIT_TEXT = "fit_text"
    FIT_WIDTH = "fit_width"
    FIT_PAGE = "fit_page"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`keys` in Qt's portable notation, the first is the one that tips name."""

    command: Command
    keys: tuple[str, ...]
    words: str
    group: str

    @property
    def all_shown(self) -> tuple[str, ...]:
        native = QKeySequence.SequenceFormat.NativeText
        return tuple(QKeySequence(keys).toString(native) for keys in self.keys)

    @property
    def shown(self) -> str:
        return self.all_shown[0]


SHORTCUTS = (
    Shortcut(Command.ASK, ("Ctrl+1",), shell_text.ASK, shell_text.EVERYWHERE),
    Shortcut(Command.LIBRARY, ("Ctrl+2",), shell_text.LIBRARY, shell_text.EVERYWHERE),
    Shortcut(Command.WRITING, ("Ctrl+3", "Ctrl+J"), shell_text.WRITING, shell_text.EVERYWHERE),
    Shortcut(Command.CALCULATORS, ("Ctrl+4", "Ctrl+K"), shell_text.CALCULATORS, shell_text.EVERYWHERE),
    Shortcut(Command.PREFERENCES, ("Ctrl+,",), shell_text.PREFERENCES, shell_text.EVERYWHERE),
    Shortcut(Command.GUIDE, ("F1",), shell_text.GUIDE, shell_text.EVERYWHERE),
    Shortcut(Command.SHORTCUTS, ("Ctrl+/",), shell_text.SHORTCUTS, shell_text.EVERYWHERE),
    Shortcut(Command.CLOSE_WINDOW, ("Ctrl+Q",), shell_text.CLOSE_WINDOW, shell_text.EVERYWHERE),
    Shortcut(Command.NEW_CONVERSATION, ("Ctrl+N",), shell_text.NEW_CONVERSATION, shell_text.IN_ASK),
    Shortcut(Command.GO_TO_QUESTION, ("Ctrl+L",), shell_text.GO_TO_QUESTION, shell_text.IN_ASK),
    Shortcut(Command.TOGGLE_HISTORY, ("Ctrl+H",), shell_text.TOGGLE_HISTORY, shell_text.IN_ASK),
    Shortcut(Command.EXPORT, ("Ctrl+S",), shell_text.EXPORT, shell_text.IN_ASK),
    Shortcut(Command.STOP_OR_CLOSE, ("Esc",), shell_text.STOP_OR_CLOSE, shell_text.IN_ASK),
    Shortcut(Command.SEARCH_HISTORY, ("Ctrl+Shift+F",), history_text.SEARCH, history_text.HISTORY),
    Shortcut(Command.RENAME_CONVERSATION, ("F2",), history_text.RENAME, history_text.HISTORY),
    Shortcut(Command.PIN_CONVERSATION, ("Ctrl+D",), history_text.PIN_OR_UNPIN, history_text.HISTORY),
    Shortcut(Command.EXPORT_CONVERSATION, ("Ctrl+E",), history_text.EXPORT, history_text.HISTORY),
    Shortcut(Command.DELETE_CONVERSATION, ("Del",), history_text.DELETE, history_text.HISTORY),
    Shortcut(Command.NEXT_CITATION, ("F8",), viewer_text.NEXT_CITATION, shell_text.IN_VIEWER),
    Shortcut(Command.PREVIOUS_CITATION, ("Shift+F8",), viewer_text.PREVIOUS_CITATION, shell_text.IN_VIEWER),
    Shortcut(Command.FIND_IN_DOCUMENT, ("Ctrl+F",), viewer_text.FIND, shell_text.IN_VIEWER),
    Shortcut(Command.NEXT_HIT, ("F3",), viewer_text.NEXT_HIT, shell_text.IN_VIEWER),
    Shortcut(Command.PREVIOUS_HIT, ("Shift+F3",), viewer_text.PREVIOUS_HIT, shell_text.IN_VIEWER),
    Shortcut(Command.GO_TO_PAGE, ("Ctrl+G",), viewer_text.GO_TO_PAGE, shell_text.IN_VIEWER),
    Shortcut(Command.ZOOM_IN, ("Ctrl++", "Ctrl+="), viewer_text.ZOOM_IN, shell_text.IN_VIEWER),
    Shortcut(Command.ZOOM_OUT, ("Ctrl+-",), viewer_text.ZOOM_OUT, shell_text.IN_VIEWER),
    Shortcut(Command.FIT_TEXT, ("Ctrl+0",), viewer_text.FIT_TEXT, shell_text.IN_VIEWER),
    Shortcut(Command.FIT_WIDTH, ("Ctrl+8",), viewer_text.FIT_WIDTH, shell_text.IN_VIEWER),
    Shortcut(Command.FIT_PAGE, ("Ctrl+9",), viewer_text.FIT_PAGE, shell_text.IN_VIEWER),
)
_BY_COMMAND = {shortcut.command: shortcut for shortcut in SHORTCUTS}


class Act(Protocol):
    def __call__(self) -> object: ...


def shortcut(command: Command) -> Shortcut:
    return _BY_COMMAND[command]


def bind(
    widget: QWidget,
    acts: Mapping[Command, Act],
    context: Qt.ShortcutContext = Qt.ShortcutContext.WindowShortcut,
) -> None:
    """Every key of these commands calls its act; with `WidgetWithChildrenShortcut` only while `widget` has focus."""
    for command, act in acts.items():
        for keys in shortcut(command).keys:
            bound = QShortcut(QKeySequence(keys), widget)
            bound.setContext(context)
            bound.activated.connect(act)
