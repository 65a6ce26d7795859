"""Markdown that grows: finished blocks are written once, only the last block is written again on every step.

Qt's parser (md4c, GitHub dialect, HTML as text) reads one run of blocks into a scratch document; the writer then
copies structure and emphasis with our own formats. Nothing of the scratch document's links, images or fonts survives,
so an answer cannot make the window load or open anything. Citation markers [n] become chips, ~~figures~~ that no source
holds are struck out in red, and the mark behind sentences without support becomes a label.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QUrl
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrame,
    QTextFrameFormat,
    QTextLength,
    QTextList,
    QTextTable,
    QTextTableCell,
    QTextTableFormat,
)

from desktop.ask import marks
from desktop.ask.citation_chip import CHIP_OBJECT, MARKER_PROPERTY
from desktop.ask.growing import finished_lengths
from desktop.look import text as words
from desktop.look.proof_text import STRUCK_NOTE, UNSUPPORTED_LABEL, UNSUPPORTED_NOTE
from desktop.look.tokens import Tokens
from desktop.look.type_scale import ANSWER_PX, CAPTION_PX, FONT_FAMILIES, MONO_FAMILIES

LINE_HEIGHT_PERCENT = 152
HEADING_PX = {1: 20, 2: 18, 3: 16}
WORD_JOINER = "\u2060"
WHY_STRUCK, WHY_UNSUPPORTED = "why:struck", "why:unsupported"  # anchors, so that the keyboard reaches them too
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")  # whatever ends a line in Markdown or in Qt
# Control characters, what Qt's documents mean something else by, and overrides of the writing direction.
_SHAPELESS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202d\u202e\ufdd0-\ufdef\ufffc\ufffe\uffff]")
_PARSE = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML


class ClosedDocument(QTextDocument):
    """Loads nothing. Closing the browser's `loadResource` is not enough: the document then opens the file itself."""

    def loadResource(self, kind: int, url: QUrl | str) -> object:
        return None


def plain_lines(text: str) -> str:
    """The text with line feeds for all ends of lines, and without what has no shape."""
    return _SHAPELESS.sub("\ufffd", _LINE_END.sub("\n", text))


def parsed(markdown: str) -> ClosedDocument:
    """One run of blocks as Qt's parser reads it, with marks as private letters."""
    scratch = ClosedDocument()
    scratch.setMarkdown("\n" + marks.protect(markdown), _PARSE)  # a leading --- would be taken for front matter
    return scratch


class MarkdownWriter:
    """Writes a growing Markdown text into one document."""

    def __init__(self, document: QTextDocument, tokens: Tokens) -> None:
        self._document = document
        self._cursor = QTextCursor(document)
        document.setUndoRedoEnabled(False)
        document.setIndentWidth(24)
        self.set_tokens(tokens)
        self._reset()

    def set_tokens(self, tokens: Tokens) -> None:
        """Colours for what is written from now on; call `rewrite` to recolour the rest."""
        self._tokens = tokens

    def set_text(self, text: str) -> None:
        """Show `text`. Text that begins with what is already frozen costs only its last run of blocks."""
        text = plain_lines(text)
        if not text.startswith(self._frozen):
            self._reset()
        self._cursor.beginEditBlock()
        self._drop_tail()
        begin = len(self._frozen)
        for length in finished_lengths(text[begin:]):
            self._write_run(text[len(self._frozen) : begin + length])
            self._frozen = text[: begin + length]
            self._tail = self._cursor.position()
            self._tail_fresh = self._fresh
            self._tail_format = self._cursor.blockFormat()
        self._write_run(text[len(self._frozen) :])
        self._cursor.endEditBlock()
        self._text = text

    def rewrite(self) -> None:
        """Write everything again, in the present tokens."""
        text = self._text
        self._reset()
        self.set_text(text)

    def _reset(self) -> None:
        self._document.clear()
        self._cursor = QTextCursor(self._document)
        self._text = ""
        self._frozen = ""
        self._tail = 0
        self._fresh = True  # the cursor stands in an empty block that the next block may use
        self._tail_fresh = True
        self._tail_format = QTextBlockFormat()

    def _drop_tail(self) -> None:
        self._cursor.setPosition(self._tail)
        self._cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        self._cursor.removeSelectedText()
        self._cursor.setBlockFormat(self._tail_format)
        self._fresh = self._tail_fresh

    # ---- one run of blocks

    def _write_run(self, markdown: str) -> None:
        if not markdown.strip():
            return
        scratch = parsed(markdown)
        self._lists: dict[int, QTextList] = {}
        code: list[str] = []
        iterator = scratch.rootFrame().begin()
        while iterator != scratch.rootFrame().end():
            frame, block = iterator.currentFrame(), iterator.currentBlock()
            if block.isValid() and is_code(block):
                code.append(marks.restore(block.text()))
            else:
                self._write_code(code)
                code = []
                if isinstance(frame, QTextTable):
                    self._write_table(frame)
                elif frame is None and block.isValid():
                    self._write_block(block)
            iterator += 1
        self._write_code(code)

    def _begin_block(self, block_format: QTextBlockFormat) -> None:
        if self._fresh:
            self._cursor.setBlockFormat(block_format)
            self._fresh = False
        else:
            self._cursor.insertBlock(block_format, QTextCharFormat())
        own = self._cursor.currentList()
        if own:
            own.remove(self._cursor.block())

    def _write_block(self, block: QTextBlock) -> None:
        source = block.blockFormat()
        if source.hasProperty(QTextFormat.Property.BlockTrailingHorizontalRulerWidth):
            self._write_rule()
            return
        listed = block.textList()
        if not block.text() and listed is None:
            return
        level = source.headingLevel()
        quoted = source.intProperty(QTextFormat.Property.BlockQuoteLevel)
        target = QTextBlockFormat()
        target.setLineHeight(LINE_HEIGHT_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        target.setTopMargin(14 if level else 3 if listed else 0)
        target.setBottomMargin(5 if level else 3 if listed else 9)
        target.setHeadingLevel(level)
        if quoted:
            target.setLeftMargin(16 * quoted)
            target.setProperty(QTextFormat.Property.BlockQuoteLevel, quoted)
        elif listed is None:
            target.setIndent(source.indent())
        self._begin_block(target)
        if listed is not None:
            self._join_list(listed)
        base = self._base_format()
        if level:
            base.setProperty(QTextFormat.Property.FontPixelSize, HEADING_PX.get(level, ANSWER_PX))
            base.setFontWeight(QFont.Weight.DemiBold)
        if quoted:
            base.setForeground(QColor(self._tokens.text_muted))
        self._write_inlines(block, base)

    def _join_list(self, listed: QTextList) -> None:
        existing = self._lists.get(listed.objectIndex())
        if existing is None:
            self._lists[listed.objectIndex()] = self._cursor.createList(listed.format())
        else:
            existing.add(self._cursor.block())

    def _write_inlines(self, block: QTextBlock, base: QTextCharFormat) -> None:
        self._struck = False
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            source = fragment.charFormat()
            target = QTextCharFormat(base)
            if source.fontWeight() > QFont.Weight.Normal:
                target.setFontWeight(QFont.Weight.DemiBold)
            if source.fontItalic():
                target.setFontItalic(True)
            if source.fontStrikeOut():
                target.setFontStrikeOut(True)
            if source.isImageFormat():
                self._cursor.insertText(words.IMAGE, target)
            elif source.fontFixedPitch():
                target.setFontFamilies(MONO_FAMILIES)
                target.setBackground(QColor(self._tokens.code))
                self._cursor.insertText(marks.restore(fragment.text()), target)
            else:
                self._write_marked(fragment.text(), target)
            self._write_address(source, fragment.text())
            iterator += 1

    def _write_address(self, source: QTextCharFormat, shown: str) -> None:
        """A link is text: its address is spelled out, and nothing opens it."""
        address = source.anchorHref()
        if address and address != shown:
            target = self._base_format()
            target.setForeground(QColor(self._tokens.text_faint))
            self._cursor.insertText(words.in_brackets(marks.restore(address)), target)

    def _write_marked(self, text: str, target: QTextCharFormat) -> None:
        for piece in filter(None, marks.INLINE.split(text)):
            if piece in (marks.STRUCK_FROM, marks.STRUCK_TO):
                self._struck = piece == marks.STRUCK_FROM
            elif piece == marks.UNSUPPORTED:
                self._cursor.insertText(UNSUPPORTED_LABEL, self._unsupported_format(target))
            elif marker := marks.marker(piece):
                self._write_chip(marker, target)
            else:
                shown = marks.spelled(piece)
                self._cursor.insertText(shown, self._struck_format(target) if self._struck else target)

    def _write_chip(self, marker: int, target: QTextCharFormat) -> None:
        chip = QTextCharFormat(target)
        chip.setObjectType(CHIP_OBJECT)
        chip.setProperty(MARKER_PROPERTY, marker)
        chip.setAnchor(True)
        chip.setAnchorHref(f"cite:{marker}")
        self._cursor.insertText(WORD_JOINER, target)  # a chip never begins a line
        self._cursor.insertText("\ufffc", chip)

    def _struck_format(self, base: QTextCharFormat) -> QTextCharFormat:
        struck = QTextCharFormat(base)
        struck.setFontStrikeOut(True)
        struck.setForeground(QColor(self._tokens.danger))
        struck.setBackground(QColor(self._tokens.danger_soft))
        struck.setToolTip(words.tooltip(STRUCK_NOTE))
        struck.setAnchor(True)
        struck.setAnchorHref(WHY_STRUCK)
        struck.setProperty(STRUCK_PROPERTY, True)
        return struck

    def _unsupported_format(self, base: QTextCharFormat) -> QTextCharFormat:
        mark = QTextCharFormat(base)
        mark.setProperty(QTextFormat.Property.FontPixelSize, CAPTION_PX)
        mark.setFontWeight(QFont.Weight.Normal)
        mark.setForeground(QColor(self._tokens.warning))
        mark.setBackground(QColor(self._tokens.warning_soft))
        mark.setToolTip(words.tooltip(UNSUPPORTED_NOTE))
        mark.setAnchor(True)
        mark.setAnchorHref(WHY_UNSUPPORTED)
        return mark

    def _write_rule(self) -> None:
        rule = QTextBlockFormat()
        rule.setTopMargin(8)
        rule.setBottomMargin(8)
        rule.setBackground(QColor(self._tokens.border))  # Qt draws the rule in this colour
        rule.setProperty(
            QTextFormat.Property.BlockTrailingHorizontalRulerWidth, QTextLength(QTextLength.Type.PercentageLength, 100)
        )
        self._begin_block(rule)

    # ---- boxes: code and tables

    def _write_code(self, lines: list[str]) -> None:
        while lines and not lines[-1]:
            lines = lines[:-1]
        if not lines:
            return
        self._begin_block(_thin())
        frame = QTextFrameFormat()
        frame.setPadding(12)
        frame.setTopMargin(2)
        frame.setBottomMargin(10)
        frame.setProperty(QTextFormat.Property.UserProperty + 2, True)  # painted rounded by the view
        self._cursor.insertFrame(frame)
        target = self._base_format()
        target.setFontFamilies(MONO_FAMILIES)
        target.setProperty(QTextFormat.Property.FontPixelSize, ANSWER_PX - 1)
        row = QTextBlockFormat()
        row.setLineHeight(140, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        self._cursor.setBlockFormat(row)
        for index, line in enumerate(lines):
            if index:
                self._cursor.insertBlock(row, target)
            self._cursor.insertText(line, target)
        self._leave_box()

    def _write_table(self, source: QTextTable) -> None:
        self._begin_block(_thin())
        shape = QTextTableFormat()
        shape.setBorderCollapse(True)
        shape.setCellPadding(7)
        shape.setCellSpacing(0)
        shape.setBorder(0)
        shape.setTopMargin(2)
        shape.setBottomMargin(10)
        table = self._cursor.insertTable(source.rows(), source.columns(), shape)
        for row in range(source.rows()):
            for column in range(source.columns()):
                cell = source.cellAt(row, column)
                # The parser merges missing cells into their left neighbour; here they stay empty.
                own = cell if cell.column() == column else None
                self._write_cell(own, table.cellAt(row, column), header=row == 0)
        self._leave_box()

    def _write_cell(self, source: QTextTableCell | None, target: QTextTableCell, *, header: bool) -> None:
        look = target.format().toTableCellFormat()
        look.setBottomBorder(1)
        look.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        look.setBottomBorderBrush(QBrush(QColor(self._tokens.border_strong if header else self._tokens.border)))
        look.setRightPadding(18)
        target.setFormat(look)
        base = self._base_format()
        if header:
            base.setFontWeight(QFont.Weight.DemiBold)
            base.setForeground(QColor(self._tokens.text_muted))
        self._cursor = target.firstCursorPosition()
        row = QTextBlockFormat()
        row.setLineHeight(120, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if source:
            row.setAlignment(source.firstCursorPosition().blockFormat().alignment())
        self._cursor.setBlockFormat(row)
        if source:
            self._write_inlines(source.firstCursorPosition().block(), base)

    def _leave_box(self) -> None:
        self._cursor = QTextCursor(self._document)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._cursor.setBlockFormat(_thin())
        self._cursor.setBlockCharFormat(QTextCharFormat())
        self._fresh = True

    def _base_format(self) -> QTextCharFormat:
        base = QTextCharFormat()
        base.setFontFamilies(FONT_FAMILIES)
        base.setProperty(QTextFormat.Property.FontPixelSize, ANSWER_PX)
        base.setForeground(QColor(self._tokens.text))
        return base


ROUNDED_FRAME = QTextFormat.Property.UserProperty + 2
STRUCK_PROPERTY = QTextFormat.Property.UserProperty + 3


def code_frames(document: QTextDocument) -> list[QTextFrame]:
    """The frames of code blocks, for the view to paint behind."""
    return [frame for frame in document.rootFrame().childFrames() if frame.frameFormat().hasProperty(ROUNDED_FRAME)]


def quotes(document: QTextDocument) -> list[QTextBlock]:
    """The paragraphs of quotations, for the view to draw a bar beside."""
    found: list[QTextBlock] = []
    block = document.begin()
    while block.isValid():
        if block.blockFormat().intProperty(QTextFormat.Property.BlockQuoteLevel):
            found.append(block)
        block = block.next()
    return found


def _thin() -> QTextBlockFormat:
    """Qt keeps an empty paragraph before and after a table or frame; this makes it one pixel high."""
    thin = QTextBlockFormat()
    thin.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    return thin


def is_code(block: QTextBlock) -> bool:
    """Whether a parsed block is a line of code."""
    look = block.blockFormat()
    return look.hasProperty(QTextFormat.Property.BlockCodeFence) or look.nonBreakableLines()
