"""The page of preferences: the groups below each other, and their names at the left to go to them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.errors import Sentence
from desktop.library.knowledge_pack_model import KnowledgePackModel
from desktop.library.watch_model import WatchModel
from desktop.look import preferences_text
from desktop.look.controls import Notice, label, push_button
from desktop.look.theme import Theme
from desktop.packs.pack_model import PackModel
from desktop.preferences.appearance_group import AppearanceGroup
from desktop.preferences.device_group import DeviceGroup
from desktop.preferences.folders_group import FoldersGroup
from desktop.preferences.preferences_model import PreferencesModel
from desktop.preferences.privacy_group import PrivacyActs, PrivacyGroup
from desktop.preferences.rows import Group
from desktop.preferences.shortcuts_group import ShortcutsGroup
from desktop.preferences.web_group import WebGroup
from desktop.web.web_model import WebModel

COLUMN_PX = 720
ROOM_FOR_NAMES_PX = 860
_TOP_PX = 20


@dataclass(frozen=True, slots=True)
class PreferencesParts:
    """The models of what the page also shows, and what other parts of the window do for it."""

    packs: PackModel
    web: WebModel
    folders: WatchModel
    knowledge_packs: KnowledgePackModel
    acts: PrivacyActs


class PreferencesPage(QWidget):
    def __init__(self, theme: Theme, model: PreferencesModel, parts: PreferencesParts) -> None:
        super().__init__()
        self.setObjectName("preferencesPage")
        self._model = model
        self._notice = Notice(theme, closable=True)
        self.groups: tuple[Group, ...] = (
            DeviceGroup(theme, model, parts.packs),
            WebGroup(theme, parts.web),
            FoldersGroup(theme, model, parts.folders, parts.knowledge_packs),
            PrivacyGroup(theme, model, parts.acts),
            AppearanceGroup(theme, model),
            ShortcutsGroup(theme),
        )
        self._area = self._scrolled()
        self._names = self._build_names()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._names)
        row.addWidget(self._area, 1)
        model.failed.connect(self.tell)

    def tell(self, problem: Sentence) -> None:
        """What went wrong, above the groups."""
        self._notice.show_message(problem.text, problem.action, problem.detail, tone="danger")
        self._area.verticalScrollBar().setValue(0)

    def go_to(self, group: Group) -> None:
        """Scroll to a group."""
        top = group.mapTo(self._canvas, QPoint(0, 0)).y()
        self._area.verticalScrollBar().setValue(max(0, top - _TOP_PX))

    def _build_names(self) -> QWidget:
        names = QWidget()
        names.setAccessibleName(preferences_text.GROUPS)
        names.setFixedWidth(176)
        column = QVBoxLayout(names)
        column.setContentsMargins(28, _TOP_PX, 0, 20)
        column.setSpacing(2)
        column.addWidget(label(preferences_text.PREFERENCES, "title"))
        column.addSpacing(10)
        for group in self.groups:
            column.addWidget(self._name(group), 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch()
        return names

    def _name(self, group: Group) -> QPushButton:
        button = push_button(group.title, "link")
        button.clicked.connect(lambda: self.go_to(group))
        return button

    def _scrolled(self) -> QScrollArea:
        holder = QWidget()
        holder.setMaximumWidth(COLUMN_PX)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, _TOP_PX, 0, 36)
        column.setSpacing(26)
        column.addWidget(self._notice)
        for group in self.groups:
            column.addWidget(group)
        column.addStretch()
        self._canvas = QWidget()
        self._canvas.setObjectName("canvas")
        row = QHBoxLayout(self._canvas)
        row.setContentsMargins(18, 0, 18, 0)
        row.addWidget(holder, 100)
        row.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(self._canvas)
        return area

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._names.setVisible(self.width() >= ROOM_FOR_NAMES_PX)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._model.refresh()
