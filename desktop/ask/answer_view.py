"""One turn on screen: the question, what is going on, the answer, what it rests on, and what to do with it."""

from __future__ import annotations

import time

from PySide6.QtCore import QRect, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop import errors
from desktop.ask.announcing import announce
from desktop.ask.answer_footer import AnswerFooter
from desktop.ask.answer_text import CHIP_CHARACTER, AnswerText, Pointed
from desktop.ask.calculation_card import CalculationCard
from desktop.ask.conflict_notice import ConflictNotice
from desktop.ask.go_on_row import GoOnRow
from desktop.ask.ladder_row import LadderRow
from desktop.ask.markdown import WHY_STRUCK, WORD_JOINER
from desktop.ask.question_bubble import QuestionBubble
from desktop.ask.quote import Quote, quote_of, struck_quote, unsupported_quote
from desktop.ask.searched_chip import SearchedChip
from desktop.ask.source_list import SourceList
from desktop.ask.turn import Source, Turn, TurnState
from desktop.ask.web_card import WebCard
from desktop.look import ask_text, audit_text, history_text, proof_text, text
from desktop.look.controls import Notice, Spinner, label
from desktop.look.theme import Theme
from engine.api import Citation


class AnswerView(QWidget):
    """Shows one `Turn`; holds no state of its own beyond what is drawn."""

    source_opened = Signal(object)  # Source
    quote_wanted = Signal(object, QRect, bool)  # Quote or None, where on screen, and whether at once
    ask_again = Signal()
    go_on = Signal()
    question_edited = Signal(str)
    search_edited = Signal(str)
    query_accepted = Signal(str)
    version_chosen = Signal(int)
    recalculated = Signal(object)  # Calculation

    def __init__(self, theme: Theme, turn: Turn) -> None:
        super().__init__()
        self.setObjectName("answerView")
        self._theme = theme
        self.turn = turn
        self._clock = QTimer(self)
        self._clock.setInterval(1000)
        self._clock.timeout.connect(self._show_progress)
        self.calculation: CalculationCard | None = None
        self._was_active = turn.active
        self._build(theme)
        self._wire()
        self.refresh()

    def _build(self, theme: Theme) -> None:
        self.bubble = QuestionBubble(theme, self.turn.question)
        self.searched = SearchedChip(theme)
        self.ladder = LadderRow(theme)
        self._text = AnswerText(theme)
        self.go_on_row = GoOnRow(theme)
        self._notice = Notice(theme)
        self._missed = Notice(theme)
        self.conflicts = ConflictNotice(theme)
        self.web = WebCard(theme)
        self.source_list = SourceList(theme)
        self.footer = AnswerFooter(theme, self.turn)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(14)
        self._layout.addWidget(self.bubble)
        self._layout.addWidget(self.searched)
        self._layout.addWidget(self.ladder)
        self._layout.addWidget(self._text)
        for widget in (self._progress_row(theme), self.go_on_row, self._notice, self._missed, self.conflicts, self.web):
            self._layout.addWidget(widget)
        self._layout.addWidget(self.source_list)
        self._layout.addWidget(self.footer)

    def _wire(self) -> None:
        self.bubble.edited.connect(self.question_edited)
        self.bubble.version_chosen.connect(self.version_chosen)
        self.searched.changed.connect(self.search_edited)
        self._text.marker_clicked.connect(self._open_marker)
        self._text.has_cards = True
        self._text.pointed.connect(self._point)
        self._notice.retried.connect(self.ask_again)
        self.conflicts.source_wanted.connect(self._open_citation)
        self.web.accepted.connect(self.query_accepted)
        self.web.reworded.connect(self.search_edited)
        self.source_list.opened.connect(self.source_opened)
        self.footer.ask_again.connect(self.ask_again)
        self.go_on_row.wanted.connect(self.go_on)

    def refresh(self) -> None:
        """Show the turn as it now is."""
        turn = self.turn
        answered = turn.shown_text if turn.found else ""  # what no source supports is not shown as an answer
        self._text.set_rungs({source.marker: source.rung for source in turn.sources})
        self._text.set_markdown(answered, now=not turn.active)
        self._text.setVisible(bool(answered))
        self._show_progress()
        self._progress.setVisible(turn.active)
        if turn.active and not self._clock.isActive():
            self._clock.start()
        elif not turn.active:
            self._clock.stop()
        self.bubble.allow_editing(not turn.active)
        self.searched.show_understood(turn.understood, editable=not turn.active)
        self.ladder.show_ladder(turn.ladder)
        self.conflicts.show_conflicts(turn.conflicts)
        self.web.show_query(turn.proposed)
        self._show_calculation()
        self._show_sources()
        self._show_notice()
        self._show_missed()
        self.go_on_row.show_turn(turn)
        self.footer.refresh()
        if self._was_active and not turn.active:
            announce(self._text, self._outcome())
        self._was_active = turn.active

    def show_versions(self, version: int, versions: int) -> None:
        self.bubble.show_versions(version, versions)

    def add_below(self, widget: QWidget) -> None:
        """Show something below the answer's last line."""
        self._layout.insertWidget(self._layout.indexOf(self.footer) + 1, widget)

    def mark_open(self, source: Source | None) -> None:
        self.source_list.mark_open(source)

    # ---- showing

    def _outcome(self) -> str:
        """How it ended, for a screen reader."""
        turn = self.turn
        if turn.failure:
            sentence = errors.describe(turn.failure.error)
            return f"{ask_text.ANSWER_FAILED}{sentence.text}{sentence.action}"
        if turn.state is TurnState.STOPPED:
            return ask_text.ANSWER_STOPPED
        if not turn.found and turn.passages:
            return ask_text.ANSWER_REFUSED
        words = self._text.toPlainText() if turn.found else turn.text
        return ask_text.answer_ready(words.replace(CHIP_CHARACTER, "").replace(WORD_JOINER, ""), len(turn.citations))

    def _progress_row(self, theme: Theme) -> QWidget:
        self._progress = QWidget()
        self._doing = label(role="muted", wrap=True)
        row = QHBoxLayout(self._progress)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(9)
        row.addWidget(Spinner(theme))
        row.addWidget(self._doing, 1)
        return self._progress

    def _show_progress(self) -> None:
        turn = self.turn
        spent_s = time.monotonic() - turn.since_s
        self._doing.setText(
            {
                TurnState.WAITING: text.WAITING_ENGINE,
                TurnState.LOADING: text.loading_model(turn.pack, int(spent_s)),
                TurnState.SEARCHING: proof_text.SEARCHING_WEB if turn.web_query else text.SEARCHING,
                TurnState.FETCHING: proof_text.fetching(*turn.pages_read),
                TurnState.READING: ask_text.reading(
                    len(turn.passages), turn.read_tokens, turn.total_tokens, turn.usual_s, spent_s
                ),
                TurnState.WRITING: text.WRITING,
                TurnState.CHECKING: proof_text.CHECKING,
            }.get(turn.state, "")
        )

    def _show_calculation(self) -> None:
        made = self.turn.calculation
        if made and self.calculation is None:
            self.calculation = CalculationCard(self._theme, made)
            self.calculation.recalculated.connect(self.recalculated)
            self._layout.insertWidget(self._layout.indexOf(self._text) + 1, self.calculation)
            self.calculation.form.take_tab_after(self._text)

    def _show_sources(self) -> None:
        turn = self.turn
        if turn.active or (turn.found and not turn.citations):
            self.source_list.show_passages(turn.others)
        elif turn.found:
            self.source_list.show_sources(turn.sources, turn.others)
        else:
            self.source_list.show_nearest(turn.others)

    def _show_notice(self) -> None:
        turn = self.turn
        if turn.failure:
            sentence = errors.describe(turn.failure.error)
            detail = f"{sentence.detail}\n{turn.failure.traceback}".strip()
            self._notice.show_message(sentence.text, sentence.action, detail, tone="danger", retry=text.RETRY)
        elif turn.sources_removed and not turn.text:
            self._notice.show_message(*history_text.SOURCES_REMOVED, tone="plain", retry=history_text.ASK_AGAIN)
        elif turn.state is TurnState.DONE and not turn.found and not turn.calculation:
            if turn.text and not turn.text.startswith(proof_text.NOT_FOUND):
                self._notice.show_message(turn.text, tone="plain")  # a word to a question that nothing is searched for
                return
            action = proof_text.NOT_FOUND_ACTION if turn.passages else proof_text.NOT_FOUND_BARE_ACTION
            self._notice.show_message(proof_text.NOT_FOUND, action)
        elif turn.state is TurnState.STOPPED and not turn.text:
            self._notice.show_message(text.STOPPED, tone="plain", retry=text.RETRY)
        else:
            self._notice.hide()

    def _show_missed(self) -> None:
        """What could not be searched, and that the answer rests on the rest; that the audit log lacks it."""
        missed = [errors.describe(fault) for fault in self.turn.missed]
        unrecorded = [audit_text.MISSED] if self.turn.unrecorded else []
        if (missed or unrecorded) and not self.turn.failure:
            words = "\n".join([*(each.text for each in missed), *unrecorded])
            action = proof_text.without(self.turn.found) if missed else ""
            self._missed.show_message(words, action, "\n".join(each.detail for each in missed), tone="plain")
        else:
            self._missed.hide()

    # ---- opening

    def _open_marker(self, marker: int) -> None:
        source = self.turn.source(marker)
        if source:
            self.source_opened.emit(source)

    def _open_citation(self, citation: Citation) -> None:
        self.source_opened.emit(self.turn.cited(citation))

    def _point(self, pointed: Pointed | None) -> None:
        """What the source says, beside the chip; beside a mark, what it means."""
        quote: Quote | None = None
        if pointed and pointed.marker:
            quote = quote_of(self.turn, pointed.marker, pointed.chips_before)
        elif pointed:
            quote = struck_quote(pointed.words) if pointed.address == WHY_STRUCK else unsupported_quote()
        self.quote_wanted.emit(quote, pointed.place if pointed else QRect(), bool(pointed and pointed.by_key))
