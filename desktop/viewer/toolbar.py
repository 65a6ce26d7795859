"""Below the page: its number, which can be typed, and how large it is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QWidget

from desktop.ask.announcing import announce
from desktop.look import text, viewer_text
from desktop.look.controls import IconButton, Spinner, label
from desktop.look.theme import Theme
from desktop.shell.shortcuts import Command, shortcut
from desktop.viewer.zoom import Fit, Zoom

_CHOICES = (50, 75, 100, 125, 150, 200, 300, 400)


class PageField(QLineEdit):
    """The page's number. Emits `chosen` when another one was typed; Escape and leaving take it back."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._page_no = 0
        self._page_count = 0
        self.setObjectName("compact")
        self.setAccessibleName(viewer_text.PAGE_FIELD)
        self.setToolTip(text.tooltip(viewer_text.PAGE_FIELD))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMaxLength(6)
        self.setFixedWidth(48)
        self.returnPressed.connect(self._go)

    def show_page(self, page_no: int, page_count: int) -> None:
        words = viewer_text.page_said(page_no, page_count)
        if page_count and self.accessibleDescription() not in ("", words) and self.isVisible():
            announce(self, words)
        self._page_no, self._page_count = page_no, page_count
        self.setAccessibleDescription(words)
        self.setText(str(page_no))

    def _go(self) -> None:
        """A number beyond the last page goes to the last; what is no number changes nothing."""
        typed = self.text().strip()
        wanted = int(typed) if typed.isdecimal() else 0
        if wanted and self._page_count:
            wanted = min(wanted, self._page_count)
        if wanted and wanted != self._page_no:
            self.chosen.emit(wanted)
        self.setText(str(self._page_no))
        self.selectAll()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.setText(str(self._page_no))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != str(self._page_no):
            self.setText(str(self._page_no))
        else:
            super().keyPressEvent(event)


class ViewerToolbar(QWidget):
    """Shows what it is told; every control is a signal."""

    page_wanted = Signal(int)
    previous_page = Signal()
    next_page = Signal()
    source_wanted = Signal()
    zoom_wanted = Signal(object)  # Zoom
    zoomed_in = Signal()
    zoomed_out = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._previous = IconButton(theme, "left", viewer_text.PREVIOUS_PAGE)
        self._previous.clicked.connect(self.previous_page)
        self._next = IconButton(theme, "right", viewer_text.NEXT_PAGE)
        self._next.clicked.connect(self.next_page)
        self.field = PageField()
        self.field.chosen.connect(self.page_wanted)
        self._count = label(role="muted")
        self._back = IconButton(theme, "target", viewer_text.BACK_TO_SOURCE, "mark")
        self._back.clicked.connect(self.source_wanted)
        self._busy = Spinner(theme)
        self._busy.setAccessibleName(viewer_text.PAGE_WAITING)
        self._busy.hide()
        smaller = self._zoom_button(theme, "minus", viewer_text.ZOOM_OUT, Command.ZOOM_OUT)
        smaller.clicked.connect(self.zoomed_out)
        larger = self._zoom_button(theme, "plus", viewer_text.ZOOM_IN, Command.ZOOM_IN)
        larger.clicked.connect(self.zoomed_in)
        self.zoom = self._build_zoom()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 5, 8, 5)
        row.setSpacing(2)
        for widget in (self._previous, self.field, self._count, self._next, self._back):
            row.addWidget(widget)
        row.addStretch()
        for widget in (self._busy, smaller, self.zoom, larger):
            row.addWidget(widget)

    def _zoom_button(self, theme: Theme, icon: str, name: str, command: Command) -> IconButton:
        return IconButton(theme, icon, viewer_text.with_keys(name, shortcut(command).shown))

    def _build_zoom(self) -> QToolButton:
        """The zoom in per cent; pressing it offers the others."""
        menu = QMenu(self)
        group = QActionGroup(menu)
        self._zooms: dict[Zoom, QAction] = {}
        fits = (
            (Zoom(Fit.TEXT), viewer_text.FIT_TEXT, Command.FIT_TEXT),
            (Zoom(Fit.WIDTH), viewer_text.FIT_WIDTH, Command.FIT_WIDTH),
            (Zoom(Fit.PAGE), viewer_text.FIT_PAGE, Command.FIT_PAGE),
        )
        for zoom, words, command in fits:
            self._offer(menu, group, zoom, f"{words}\t{shortcut(command).shown}")
        menu.addSeparator()
        for percent in _CHOICES:
            self._offer(menu, group, Zoom(None, percent), viewer_text.percent(percent))
        button = QToolButton()
        button.setObjectName("zoomButton")
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolTip(text.tooltip(viewer_text.ZOOM))
        button.setAccessibleName(viewer_text.ZOOM)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setMinimumWidth(button.fontMetrics().horizontalAdvance("000%") + 18)
        return button

    def _offer(self, menu: QMenu, group: QActionGroup, zoom: Zoom, words: str) -> None:
        action = menu.addAction(words)
        action.setCheckable(True)
        group.addAction(action)
        action.triggered.connect(lambda: self.zoom_wanted.emit(zoom))
        self._zooms[zoom] = action

    # ---- what is shown

    def show_page(self, page_no: int, page_count: int, *, away: bool) -> None:
        """`away`: the source is on another page, and can be gone back to."""
        self.field.show_page(page_no, page_count)
        self._count.setText(viewer_text.page_count(page_count) if page_count else "")
        self._previous.setEnabled(page_no > 1)
        self._next.setEnabled(page_no < page_count)
        self._back.setVisible(away)

    def show_zoom(self, zoom: Zoom, percent: int) -> None:
        self.zoom.setText(viewer_text.percent(percent))
        self.zoom.setAccessibleName(viewer_text.zoom_said(percent))
        for offered, action in self._zooms.items():
            action.setChecked(offered == zoom)

    def show_busy(self, busy: bool) -> None:
        self._busy.setVisible(busy)
