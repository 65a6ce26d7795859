"""The user guide: chapters at the left, text and pictures from the program's own folder, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QImage, QResizeEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QTextBrowser, QWidget

import assets
from desktop.look import shell_text

FOLDER = Path(assets.__file__).parent / "guide"
SIZE = QSize(1020, 720)
CHAPTERS_PX = 210
TEXT_MOST_PX = 720
MARGIN_PX = 20
RESIZED_MS = 120
_CHAPTER = re.compile(r"^# (.+)$", re.MULTILINE)
_PICTURE = re.compile(r"[a-z_]+\.png")


def chapters() -> list[tuple[str, str]]:
    """Title and Markdown of each chapter."""
    parts = _CHAPTER.split((FOLDER / "guide.md").read_text(encoding="utf-8"))
    return list(zip(parts[1::2], parts[2::2], strict=True))


class GuideText(QTextBrowser):
    """Shows one chapter. Only pictures of the guide's own folder are loaded, by their plain names."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("guideText")
        self.setAccessibleName(shell_text.GUIDE)
        self.setOpenLinks(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.document().setDocumentMargin(MARGIN_PX)
        self._chapter = ("", "")
        self._width_px = TEXT_MOST_PX
        self._resized = QTimer(self, singleShot=True, interval=RESIZED_MS)
        self._resized.timeout.connect(self._show_again)

    def show_chapter(self, title: str, markdown: str) -> None:
        self._chapter = (title, markdown)
        self._width_px = min(TEXT_MOST_PX, self.viewport().width() - 2 * MARGIN_PX)
        self.document().setMarkdown(f"## {title}\n{markdown}")
        whole = QTextCursor(self.document())
        whole.select(QTextCursor.SelectionType.Document)
        spaced = whole.blockFormat()
        spaced.setLineHeight(150, 1)
        spaced.setBottomMargin(8)
        whole.mergeBlockFormat(spaced)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """A picture as wide as the text, smooth on any screen; a document would scale it roughly."""
        file = name if isinstance(name, str) else name.toString()
        if kind != QTextDocument.ResourceType.ImageResource.value or not _PICTURE.fullmatch(file):
            return None
        ratio = self.devicePixelRatioF()
        smooth = Qt.TransformationMode.SmoothTransformation
        image = QImage(str(FOLDER / "pictures" / file)).scaledToWidth(round(self._width_px * ratio), smooth)
        image.setDevicePixelRatio(ratio)
        return image

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._chapter[0]:
            self._resized.start()  # not from within: laying out a text may resize what shows it

    def _show_again(self) -> None:
        place = self.verticalScrollBar().value()
        self.show_chapter(*self._chapter)
        self.verticalScrollBar().setValue(place)


class GuideWindow(QDialog):
    """Stays open beside the work; `Esc` closes it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setWindowTitle(shell_text.GUIDE)
        self.resize(SIZE.boundedTo(window.size()))
        self._chapters = chapters()
        self.contents = QListWidget()
        self.contents.setAccessibleName(shell_text.CONTENTS)
        self.contents.setFixedWidth(CHAPTERS_PX)
        self.contents.addItems([title for title, _ in self._chapters])
        self.text = GuideText()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 8, 16)
        row.setSpacing(12)
        row.addWidget(self.contents)
        row.addWidget(self.text, 1)
        self.contents.currentRowChanged.connect(lambda at: self.text.show_chapter(*self._chapters[at]))
        self.contents.setCurrentRow(0)
        self.setWindowModality(Qt.WindowModality.NonModal)
