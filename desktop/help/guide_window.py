"""The user guide: chapters at the left, text and pictures from the program's own folder, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QImage, QResizeEvent, QTextCursor, QTextDocument, QTextImageFormat
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QTextBrowser, QWidget

import assets
from desktop.look import shell_text
from desktop.look.theme import Theme
from desktop.look.type_scale import FONT_FAMILIES

FOLDER = Path(assets.__file__).parent / "guide"
SIZE = QSize(1020, 720)
CHAPTERS_PX = 210
TEXT_MOST_PX = 720
_CHAPTER = re.compile(r"^# (.+)$", re.MULTILINE)
_PICTURE = re.compile(r"[a-z_]+\.png")


def chapters() -> list[tuple[str, str]]:
    """Title and Markdown of each chapter."""
    parts = _CHAPTER.split((FOLDER / "guide.md").read_text(encoding="utf-8"))
    return list(zip(parts[1::2], parts[2::2], strict=True))


class GuideText(QTextBrowser):
    """Shows one chapter. Only pictures of the guide's own folder are loaded, by their plain names."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("guideText")
        self.setAccessibleName(shell_text.GUIDE)
        self.setOpenLinks(False)
        self.document().setDocumentMargin(20)

    def show_chapter(self, title: str, markdown: str) -> None:
        families = ", ".join(f'"{family}"' for family in FONT_FAMILIES)
        self.document().setDefaultStyleSheet(f"body {{ font-family: {families}; }}")
        self.document().setMarkdown(f"## {title}\n{markdown}")
        whole = QTextCursor(self.document())
        whole.select(QTextCursor.SelectionType.Document)
        spaced = whole.blockFormat()
        spaced.setLineHeight(150, 1)
        spaced.setBottomMargin(8)
        whole.mergeBlockFormat(spaced)
        self._fit_pictures()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        file = name if isinstance(name, str) else name.toString()
        if kind == QTextDocument.ResourceType.ImageResource.value and _PICTURE.fullmatch(file):
            return QImage(str(FOLDER / "pictures" / file))
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_pictures()

    def _fit_pictures(self) -> None:
        width = min(TEXT_MOST_PX, self.viewport().width() - 44)
        block = self.document().begin()
        while block.isValid():
            at = block.begin()
            while not at.atEnd():
                shape = at.fragment().charFormat()
                if shape.isImageFormat():
                    self._resize(at.fragment().position(), shape.toImageFormat(), width)
                at += 1
            block = block.next()

    def _resize(self, position: int, picture: QTextImageFormat, width: int) -> None:
        if round(picture.width()) != width:
            picture.setWidth(width)
            cursor = QTextCursor(self.document())
            cursor.setPosition(position)
            cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(picture)


class GuideWindow(QDialog):
    """Stays open beside the work; `Esc` closes it."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self.setWindowTitle(shell_text.GUIDE)
        self.resize(SIZE.boundedTo(window.size()))
        self._chapters = chapters()
        self.contents = QListWidget()
        self.contents.setAccessibleName(shell_text.CONTENTS)
        self.contents.setFixedWidth(CHAPTERS_PX)
        self.contents.addItems([title for title, _ in self._chapters])
        self.text = GuideText(theme)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 8, 16)
        row.setSpacing(12)
        row.addWidget(self.contents)
        row.addWidget(self.text, 1)
        self.contents.currentRowChanged.connect(lambda at: self.text.show_chapter(*self._chapters[at]))
        self.contents.setCurrentRow(0)
        self.setWindowModality(Qt.WindowModality.NonModal)
