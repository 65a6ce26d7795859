"""One turn on screen: the question's bubble, what is going on, the answer, its sources, and what to do with it."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop import errors
from desktop.ask.answer_text import AnswerText
from desktop.ask.source_list import SourceList
from desktop.ask.turn import Source, Turn, TurnState
from desktop.look import text
from desktop.look.controls import IconButton, Notice, Spinner, label
from desktop.look.theme import ANSWER_PX, Theme, font
from engine.api import EnvironmentFault

BUBBLE_CHARS = 1200  # a pasted book must not become a label of a thousand lines
QUOTE_CHARS = 240
BUBBLE_PADDING_PX = 34


class AnswerView(QWidget):
    """Shows one `Turn`; holds no state of its own beyond what is drawn."""

    source_opened = Signal(object)  # Source
    ask_again = Signal()

    def __init__(self, theme: Theme, turn: Turn) -> None:
        super().__init__()
        self.setObjectName("answerView")
        self._turn = turn
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._show_progress)
        self._text = AnswerText(theme)
        self._text.marker_clicked.connect(self._open_marker)
        self._text.marker_hovered.connect(self._show_quote)
        self.source_list = SourceList(theme)
        self.source_list.opened.connect(self.source_opened)
        self._notice = Notice(theme)
        self._notice.retried.connect(self.ask_again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addLayout(self._bubble_row())
        layout.addSpacing(4)
        layout.addWidget(self._text)
        layout.addWidget(self._progress_row(theme))
        layout.addWidget(self._notice)
        layout.addWidget(self.source_list)
        layout.addWidget(self._footer_row(theme))
        self.refresh()

    def refresh(self) -> None:
        """Show the turn as it now is."""
        turn = self._turn
        answered = turn.text if turn.found else ""  # what no source supports is not shown as an answer
        self._text.set_markdown(answered, now=not turn.active)
        self._text.setVisible(bool(answered))
        self._show_progress()
        self._progress.setVisible(turn.active)
        if turn.active and not self._clock.isActive():
            self._clock.start()
        elif not turn.active:
            self._clock.stop()
        self._show_sources()
        self._show_notice()
        self._footer.setVisible(not turn.active and bool(turn.text))
        if turn.timings:
            self._note.setText(text.answer_note(turn.timings.ttft_s, turn.timings.decode_tokens_per_s))
        elif turn.state is TurnState.STOPPED:
            self._note.setText(text.STOPPED)

    def mark_open(self, source: Source | None) -> None:
        self.source_list.mark_open(source)

    # ---- parts

    def _bubble_row(self) -> QHBoxLayout:
        question = self._turn.question
        shown = (
            question if len(question) <= BUBBLE_CHARS else text.long_question(question[:BUBBLE_CHARS], len(question))
        )
        self._bubble = label(shown, wrap=True, selectable=True)
        self._bubble.setObjectName("bubble")
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._bubble)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A wrapping label does not know how wide it wants to be: as its longest line, up to most of the column."""
        super().resizeEvent(event)
        natural = QFontMetrics(font(ANSWER_PX)).size(0, self._bubble.text()).width() + BUBBLE_PADDING_PX
        widest = int(self.width() * 0.82)
        self._bubble.setWordWrap(natural > widest)
        self._bubble.setFixedWidth(min(natural, widest))

    def _progress_row(self, theme: Theme) -> QWidget:
        self._progress = QWidget()
        self._doing = label(role="muted")
        row = QHBoxLayout(self._progress)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(9)
        row.addWidget(Spinner(theme))
        row.addWidget(self._doing, 1)
        return self._progress

    def _footer_row(self, theme: Theme) -> QWidget:
        self._footer = QWidget()
        self._copy = IconButton(theme, "copy", text.COPY_ANSWER, "text_faint", 16)
        self._copy.clicked.connect(self._copy_answer)
        again = IconButton(theme, "again", text.ASK_AGAIN, "text_faint", 16)
        again.clicked.connect(self.ask_again)
        self._note = label(role="caption")
        row = QHBoxLayout(self._footer)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(self._copy)
        row.addWidget(again)
        row.addSpacing(8)
        row.addWidget(self._note)
        row.addStretch()
        return self._footer

    # ---- showing

    def _show_progress(self) -> None:
        turn = self._turn
        seconds = int(time.monotonic() - turn.since_s)
        self._doing.setText(
            {
                TurnState.WAITING: text.WAITING_ENGINE,
                TurnState.LOADING: text.loading_model(turn.pack, seconds),
                TurnState.SEARCHING: text.SEARCHING,
                TurnState.READING: text.reading(len(turn.passages), turn.read_tokens, turn.total_tokens),
                TurnState.WRITING: text.WRITING,
            }.get(turn.state, "")
        )

    def _show_sources(self) -> None:
        turn = self._turn
        if turn.active or not turn.citations:
            self.source_list.show_passages(turn.others)
        else:
            self.source_list.show_sources(turn.sources, turn.others)

    def _show_notice(self) -> None:
        turn = self._turn
        if turn.failure:
            sentence = errors.describe(turn.failure.error)
            detail = f"{sentence.detail}\n{turn.failure.traceback}".strip()
            self._notice.show_message(sentence.text, sentence.action, detail, tone="danger", retry=text.RETRY)
        elif turn.state is TurnState.DONE and not turn.found:
            self._notice.show_message(text.NOT_FOUND if turn.passages else text.NOT_FOUND_BARE)
        elif turn.state is TurnState.STOPPED and not turn.text:
            self._notice.show_message(text.STOPPED, tone="plain", retry=text.RETRY)
        elif turn.missed:
            missed = errors.describe(EnvironmentFault(turn.missed.code, name=turn.missed.name))
            self._notice.show_message(missed.text, text.ANSWERED_WITHOUT_SHARED, missed.detail, tone="plain")
        else:
            self._notice.hide()

    def _open_marker(self, marker: int) -> None:
        source = self._turn.source(marker)
        if source:
            self.source_opened.emit(source)

    def _show_quote(self, marker: int) -> None:
        """What the source says, where the chip stands."""
        source = self._turn.source(marker) if marker else None
        name = text.source_name(marker, source.label, source.page_no) if source else ""
        self._text.setToolTip(text.tooltip(f"{name}\n{source.snippet[:QUOTE_CHARS]}") if source else "")

    def _copy_answer(self) -> None:
        turn = self._turn
        cited = [(c.marker, text.superseded_name(c.name, c.superseded), c.page_no) for c in turn.citations]
        QGuiApplication.clipboard().setText(text.copied_answer(turn.text, cited))
        self._copy.set_icon("check", "accent")
        QTimer.singleShot(1600, self._copy, self._restore_copy)

    def _restore_copy(self) -> None:
        self._copy.set_icon("copy", "text_faint")
