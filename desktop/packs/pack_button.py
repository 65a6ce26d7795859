"""The name of the model in the status line, and the menu behind it that changes the model."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from desktop.errors import human_size
from desktop.look import icons, text
from desktop.look.theme import Theme
from desktop.packs.pack_model import PackModel
from engine.api import ENDPOINT, PackInfo


class PackButton(QToolButton):
    """Says what the engine is doing; pressed, it opens upwards to the installed packs."""

    def __init__(self, theme: Theme, model: PackModel) -> None:
        super().__init__()
        self.setObjectName("packButton")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the words
        self.setIconSize(QSize(12, 12))
        self.setAccessibleDescription(text.CHANGE_PACK)
        self._theme = theme
        self._model = model
        self.menu_shown: QMenu | None = None
        self.clicked.connect(self.open_menu)
        model.enabled_changed.connect(self._enable)
        theme.changed.connect(self._paint_icon)
        self._enable(model.enabled)

    def set_words(self, words: str) -> None:
        self.setText(words)
        self.setAccessibleName(words)

    def open_menu(self) -> None:
        """Show the packs above the button, the one in use checked."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # not its parent's
        heading = menu.addAction(text.CHANGE_PACK)
        heading.setEnabled(False)
        group = QActionGroup(menu)
        self._model.look_again()
        for pack in self._model.packs:
            action = menu.addAction(_words(pack))
            action.setCheckable(True)
            action.setChecked(pack.chosen)
            action.setData(pack.name)
            group.addAction(action)
        menu.triggered.connect(lambda action: self._model.choose(action.data()))
        self.menu_shown = menu
        menu.popup(self.mapToGlobal(QPoint(0, -menu.sizeHint().height() - 4)))

    def _enable(self, enabled: bool) -> None:
        self.setEnabled(enabled)
        self.setCursor(Qt.CursorShape.PointingHandCursor if enabled else Qt.CursorShape.ArrowCursor)
        self.setToolTip(text.tooltip(text.CHANGE_PACK if enabled else text.CHANGE_PACK_LATER))
        self._paint_icon()

    def _paint_icon(self) -> None:
        color = self._theme.tokens.text_faint if self.isEnabled() else self._theme.tokens.sidebar
        self.setIcon(icons.icon("up", color, 12))


def _words(pack: PackInfo) -> str:
    """Name, then size and a warning in the menu's right column; an ampersand would underline a letter."""
    if pack.name == ENDPOINT:
        name, note = text.INTRANET_MODEL, pack.architecture
    else:
        name, note = pack.name, text.pack_note(human_size(pack.size_bytes), fits=pack.fits)
    return f"{name}\t{note}".replace("&", "&&")
