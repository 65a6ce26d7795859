"""The text of one answer: selectable, as tall as its content, and unable to load or open anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRect, QRectF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QTextCursor,
    QTextDocument,
    QTextFragment,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser

from desktop.ask.citation_chip import CHIP_OBJECT, MARKER_PROPERTY, CitationChip
from desktop.ask.markdown import STRUCK_PROPERTY, WORD_JOINER, ClosedDocument, MarkdownWriter, code_frames, quotes
from desktop.look import ask_text
from desktop.look.theme import Theme
from engine.api import Rung

CHIP_CHARACTER = "\ufffc"
RENDER_INTERVAL_MS = 40  # at most 25 renders a second, however fast the deltas come


@dataclass(frozen=True, slots=True)
class Pointed:
    """An anchor of the text: its address, how many chips stand before it, its words, and where it is on screen."""

    address: str
    chips_before: int
    words: str
    place: QRect
    by_key: bool

    @property
    def marker(self) -> int:
        return int(self.address.partition(":")[2]) if self.address.startswith("cite:") else 0


class AnswerText(QTextBrowser):
    """Shows Markdown as it grows. Pointing at a chip or clicking it emits its marker."""

    marker_clicked = Signal(int)
    marker_hovered = Signal(int)  # 0 when the pointer leaves
    pointed = Signal(object)  # Pointed, by pointer or by Tab; None when it is left

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._pending: str | None = None
        self._pointer: QPointF | None = None  # while the pointer moves
        self._chip_shown = False
        self.has_cards = False  # whether something better than a tooltip stands beside what is pointed at
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(RENDER_INTERVAL_MS)
        self._timer.timeout.connect(self.flush)
        self.setAccessibleName(ask_text.ANSWER)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAcceptDrops(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setDocument(ClosedDocument(self))
        self.document().setDocumentMargin(0)
        self._chip = CitationChip(theme, self.document())
        self.document().documentLayout().registerHandler(CHIP_OBJECT, self._chip)
        self._writer = MarkdownWriter(self.document(), theme.tokens)
        self.document().documentLayout().documentSizeChanged.connect(self._fit_height)
        self.anchorClicked.connect(self._follow)
        self.highlighted.connect(self._hover)
        theme.changed.connect(self._recolour)

    def set_markdown(self, text: str, *, now: bool = False) -> None:
        """Show `text` soon, or at once when it will not change again."""
        self._pending = text
        if now:
            self.flush()
        elif not self._timer.isActive():
            self._timer.start()

    def set_rungs(self, rungs: Mapping[int, Rung]) -> None:
        """Which rung of the ladder each marker's source stands on: chips take its colour."""
        if self._chip.rungs != rungs:
            self._chip.rungs = dict(rungs)
            self.viewport().update()

    def flush(self) -> None:
        self._timer.stop()
        if self._pending is not None:
            self._writer.set_text(self._pending)
            self._pending = None

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        return None

    def createMimeDataFromSelection(self) -> QMimeData:  # noqa: N802  Qt's name
        """Plain text, with chips as [n]."""
        data = QMimeData()
        data.setText(selected_text(self.textCursor()))
        return data

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.code))
        for frame in code_frames(self.document()):
            box: QRectF = self.document().documentLayout().frameBoundingRect(frame)
            look = frame.frameFormat()
            painter.drawRoundedRect(box.adjusted(0, look.topMargin(), 0, -look.bottomMargin()), 8, 8)
        painter.setBrush(QColor(self._theme.tokens.border_strong))
        for block in quotes(self.document()):
            text_box = self.document().documentLayout().blockBoundingRect(block)
            painter.drawRoundedRect(QRectF(2, text_box.top() + 3, 3, text_box.height() - 6), 1.5, 1.5)
        painter.end()
        super().paintEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        super().mouseMoveEvent(event)
        self._pointer = None

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._leave()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes from chip to chip, and says so as the pointer does."""
        moved = super().focusNextPrevChild(forward)
        cursor = self.textCursor()
        reached = QTextCursor(cursor)
        reached.setPosition(cursor.selectionEnd())
        address = reached.charFormat().anchorHref() if moved and cursor.hasSelection() else ""
        if address:
            self._hover(QUrl(address))
        else:
            self._leave()
        return moved

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and self.has_cards:
            return True
        return super().viewportEvent(event)

    def event(self, event: QEvent) -> bool:
        """Escape hides what stands beside a chip, before the window hears of the key."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape and self._chip_shown:
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._leave()
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the conversation scrolls, not this text

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._leave()
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            cursor = self.textCursor()
            cursor.clearSelection()
            self.setTextCursor(cursor)

    def _fit_height(self) -> None:
        self.setFixedHeight(max(1, round(self.document().size().height()) + 2))

    def _follow(self, url: QUrl) -> None:
        if url.scheme() == "cite":
            self.marker_clicked.emit(int(url.path()))

    def _hover(self, url: QUrl) -> None:
        self._chip.hovered = int(url.path()) if url.scheme() == "cite" else 0
        self.marker_hovered.emit(self._chip.hovered)
        pointed = self._pointed(url.toString())
        self._chip_shown = pointed is not None
        self.pointed.emit(pointed)
        self.viewport().update()

    def _leave(self) -> None:
        if self._chip_shown:
            self._hover(QUrl())

    def _pointed(self, address: str) -> Pointed | None:
        """The anchor under the pointer, or the one that Tab has reached."""
        if not address:
            return None
        document = self.document()
        if self._pointer is None:
            start = self.textCursor().selectionStart()
        else:
            start = document.documentLayout().hitTest(self._pointer, Qt.HitTestAccuracy.FuzzyHit)
        cursor = QTextCursor(document)
        for position in (start + 1, start):
            cursor.setPosition(min(position, document.characterCount() - 1))
            if cursor.charFormat().anchorHref() == address:
                break
        end = cursor.position()
        edge = self.cursorRect(cursor)
        cursor.setPosition(max(0, end - 1))
        rect = self.cursorRect(cursor).united(edge)
        place = QRect(self.viewport().mapToGlobal(rect.topLeft()), rect.size())
        chips_before = document.toRawText()[: max(0, end - 1)].count(CHIP_CHARACTER)
        return Pointed(address, chips_before, _anchor_words(document, end), place, by_key=self._pointer is None)

    def _recolour(self) -> None:
        self.flush()
        self._writer.set_tokens(self._theme.tokens)
        self._writer.rewrite()


def _anchor_words(document: QTextDocument, position: int) -> str:
    """The words of the anchor before `position`."""
    iterator = document.findBlock(position).begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        if fragment.position() < position <= fragment.position() + fragment.length():
            return fragment.text()
        iterator += 1
    return ""


def selected_text(cursor: QTextCursor) -> str:
    """The selected text as plain text, chips spelled as [n], struck figures between ~~ and ~~."""
    pieces: list[str] = []
    block = cursor.document().findBlock(cursor.selectionStart())
    while block.isValid() and block.position() < cursor.selectionEnd():
        iterator = block.begin()
        while not iterator.atEnd():
            pieces.append(_within(iterator.fragment(), cursor))
            iterator += 1
        pieces.append("\n")
        block = block.next()
    return re.sub(r"\n{3,}", "\n\n", "".join(pieces)).strip("\n").replace(WORD_JOINER, "")


def _within(fragment: QTextFragment, cursor: QTextCursor) -> str:
    if fragment.charFormat().objectType() == CHIP_OBJECT:
        inside = cursor.selectionStart() <= fragment.position() < cursor.selectionEnd()
        marker = fragment.charFormat().intProperty(MARKER_PROPERTY)
        return f"[{marker}]" * fragment.length() if inside else ""
    start = max(0, cursor.selectionStart() - fragment.position())
    inside = fragment.text()[start : max(0, cursor.selectionEnd() - fragment.position())]
    return f"~~{inside}~~" if inside and fragment.charFormat().hasProperty(STRUCK_PROPERTY) else inside
