"""Where files enter: a small area in the library, and the whole window while something is dragged over it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.look import icons, text
from desktop.look.controls import IconLabel, label, push_button
from desktop.look.theme import Theme
from desktop.look.type_scale import BODY_PX, TITLE_PX, font


def dropped_paths(data: QMimeData) -> list[Path]:
    """The local files and folders of a drag; addresses of other kinds are ignored."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile() and url.toLocalFile()]


class DropArea(QFrame):
    """Says that documents can be dropped, and offers dialogs to choose them in. The window takes drops."""

    paths_chosen = Signal(object)  # list[Path]

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("dropArea")
        self.setAccessibleName(text.DROP_TITLE)
        self.setToolTip(text.tooltip(text.DROP_FORMATS))
        files = push_button(text.DROP_FILES, "link")
        files.clicked.connect(self._choose_files)
        folder = push_button(text.DROP_FOLDER, "link")
        folder.clicked.connect(self._choose_folder)
        links = QHBoxLayout()
        links.setSpacing(6)
        links.addWidget(files)
        links.addWidget(label("·", "caption"))
        links.addWidget(folder)
        links.addStretch()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(text.DROP_TITLE, "heading"))
        words.addLayout(links)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 8, 12)
        row.setSpacing(10)
        row.addWidget(IconLabel(theme, "inbox", "accent", 24))
        row.addLayout(words, 1)

    def set_hot(self, hot: bool) -> None:
        self.setProperty("hot", hot)
        self.style().unpolish(self)
        self.style().polish(self)

    def _choose_files(self) -> None:
        dialog = QFileDialog(self.window(), text.DROP_FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([text.DOCUMENT_FILTER, text.PACK_FILTER])
        self._open(dialog)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self.window(), text.DROP_FOLDER)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open(dialog)

    def _open(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._chosen)
        dialog.open()

    def _chosen(self, names: list[str]) -> None:
        self.paths_chosen.emit([Path(name) for name in names])


class DropOverlay(QWidget):
    """Covers the window while files are dragged over it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(tokens.window)
        veil.setAlphaF(0.97)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(tokens.accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(18, 18, -18, -18), 18, 18)
        middle = QRectF(self.rect()).center()
        icons.paint(painter, "inbox", QRectF(middle.x() - 28, middle.y() - 74, 56, 56), tokens.accent)
        centred = Qt.AlignmentFlag.AlignCenter
        painter.setFont(font(TITLE_PX + 3, bold=True))
        painter.setPen(QColor(tokens.text))
        painter.drawText(QRectF(0, middle.y() - 6, self.width(), 34), centred, text.DROP_OVERLAY)
        painter.setFont(font(BODY_PX))
        painter.setPen(QColor(tokens.text_muted))
        painter.drawText(QRectF(0, middle.y() + 28, self.width(), 28), centred, text.DROP_OVERLAY_NOTE)
        painter.end()
