"""The page for texts that a branch writes: the form on the left, the draft and its checks on the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.ask.answer_text import AnswerText
from desktop.errors import Sentence
from desktop.exporter import ask_where
from desktop.look import export_text, proof_text, text, writing_text
from desktop.look.controls import Notice, Spinner, label, push_button
from desktop.look.theme import Theme
from desktop.writing.writing_form import WritingForm
from desktop.writing.writing_model import WritingModel

FORM_PX, FORM_LEAST_PX, EDITOR_PX = 330, 200, 340
FORM_SHARE = 0.42  # of a narrow page
ONE_ROW_PX = 640  # on a narrower page the buttons stand below what is said beside them
PAUSE_MS = 300  # in typing, before the words are checked


class WritingPage(QWidget):
    """Emits `source_opened` for the page that a number in the draft stands for."""

    source_opened = Signal(object)  # Source

    def __init__(self, theme: Theme, model: WritingModel) -> None:
        super().__init__()
        self._model = model
        self._editing = False
        self._warned = False  # that drafting again loses what the user has changed
        self.setObjectName("writingPage")
        self.form = WritingForm(model)
        self.draft = AnswerText(theme)
        self._empty = label(writing_text.DRAFT_EMPTY, "muted", wrap=True)
        self.checks = Notice(theme)
        self._problem = Notice(theme)
        self.saved = Notice(theme, closable=True)
        self.editor = QPlainTextEdit()
        self._pause = QTimer(self)
        self._build_editor()
        body = QHBoxLayout()
        body.setSpacing(22)
        self._form_area = _scrolled(self.form)
        body.addWidget(self._form_area)
        body.addWidget(_scrolled(self._build_draft()), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 20, 20, 14)
        layout.setSpacing(12)
        layout.addWidget(label(writing_text.WRITING_TITLE, "title"))
        layout.addLayout(body, 1)
        layout.addLayout(self._build_footer(theme))
        self._wire()
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """As it was left, with the documents that there are now."""
        super().showEvent(event)
        self._model.refresh()
        self.form.fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._form_area.setFixedWidth(max(FORM_LEAST_PX, min(FORM_PX, int(self.width() * FORM_SHARE))))
        narrow = self.width() < ONE_ROW_PX
        ways = QBoxLayout.Direction
        self._footer.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)

    # ---- building

    def _build_editor(self) -> None:
        self.editor.setObjectName("longField")
        self.editor.setAccessibleName(writing_text.EDITOR)
        self.editor.setTabChangesFocus(True)
        self.editor.setMinimumHeight(EDITOR_PX)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)

    def _build_draft(self) -> QWidget:
        widget = QWidget()
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(12)
        for part in (self.saved, self._empty, self._problem, self.checks, self.draft):
            column.addWidget(part)
        column.addWidget(self.editor, 1)
        column.addStretch()
        return widget

    def _build_footer(self, theme: Theme) -> QBoxLayout:
        self._footer = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._spinner = Spinner(theme)
        self._doing = label("", "muted")
        self._origin = label(proof_text.AI_LABEL, "caption", wrap=True)
        self._copy = push_button(writing_text.COPY_DRAFT)
        self.save = push_button(export_text.EXPORT_DRAFT)
        self.edit = push_button(writing_text.EDIT_DRAFT)
        self.drop = push_button(writing_text.DROP_EDITED)
        self._stop = push_button(text.STOP)
        self.write = push_button(writing_text.DRAFT, "primary")
        self.check = push_button(writing_text.CHECK_EDITED, "primary")
        told, buttons = QHBoxLayout(), QHBoxLayout()
        for row in (told, buttons):
            row.setSpacing(9)
        told.addWidget(self._spinner)
        told.addWidget(self._doing)
        told.addWidget(self._origin, 1)
        buttons.addStretch()
        for widget in (self._copy, self.save, self.edit, self.drop, self._stop, self.write, self.check):
            buttons.addWidget(widget)
        self._footer.setSpacing(9)
        self._footer.addLayout(told, 1)
        self._footer.addLayout(buttons)
        return self._footer

    def _wire(self) -> None:
        self.draft.marker_clicked.connect(self._open)
        self.editor.textChanged.connect(self._pause.start)
        self._pause.timeout.connect(self._check_words)
        self._copy.clicked.connect(self._copy_draft)
        self.save.clicked.connect(self._ask_where)
        self.edit.clicked.connect(self._begin_editing)
        self.drop.clicked.connect(self._end_editing)
        self._stop.clicked.connect(self._model.stop)
        self.write.clicked.connect(self._write)
        self.check.clicked.connect(lambda: self._model.check(self.editor.toPlainText()))
        self._model.changed.connect(self._refresh)
        self._model.exporter.saved.connect(self._show_saved)
        self._model.exporter.failed.connect(self._show_unsaved)

    # ---- showing

    def _refresh(self) -> None:
        model = self._model
        if self.form.choice.count() != len(model.templates):
            self.form.fill()
        if self._editing and model.edited and model.text == self.editor.toPlainText() and not model.busy:
            self._editing = False  # it has been checked
        self.draft.set_markdown(model.text, now=not model.busy)
        self._empty.setVisible(not model.text and not model.busy and not model.problem)
        section = model.section
        words = writing_text.section(section.number, section.total, section.heading) if section else text.SEARCHING
        self._doing.setText(writing_text.CHECKING if model.checking else words)
        self.write.setText(writing_text.DRAFT_AGAIN if model.text else writing_text.DRAFT)
        self._warned = False
        self._show_mode()
        if not self._editing:
            self._show_checks()
        if model.busy:
            self.saved.hide()
        if model.problem:
            problem = model.problem
            self._problem.show_message(problem.text, problem.action, problem.detail, tone="danger")
        else:
            self._problem.hide()

    def _show_mode(self) -> None:
        """What is there to be pressed while a text is read, edited, or worked on."""
        model, editing = self._model, self._editing
        idle = not model.busy
        pressed = next((each for each in (self.write, self.check, self._stop) if each.hasFocus()), None)
        for widget in (self._spinner, self._doing, self._stop):
            widget.setVisible(not idle)
        self.draft.setVisible(bool(model.text) and not editing)
        self.editor.setVisible(editing)
        self.editor.setReadOnly(not idle)
        self._origin.setVisible(bool(model.text) and idle)
        for widget in (self._copy, self.save, self.edit):
            widget.setVisible(model.finished is not None and idle and not editing)
        self.write.setVisible(idle and not editing)
        for widget in (self.drop, self.check):
            widget.setVisible(idle and editing)
        if pressed and not pressed.isVisible():  # Qt would go on in the form
            successor = self.editor if editing else self.edit if model.finished else self.write
            (successor if idle else self._stop).setFocus()

    def _show_checks(self) -> None:
        finished = self._model.finished
        if finished is None:
            self.checks.hide()
            return
        self.draft.set_rungs({citation.marker: citation.rung for citation in finished.citations})
        found = writing_text.edited_findings(finished) if self._model.edited else writing_text.findings(finished)
        self._show_findings(writing_text.CHECKS, found)

    def _show_findings(self, title: str, found: tuple[str, ...]) -> None:
        if found:
            self.checks.show_message(title, "\n".join(f"· {line}" for line in found))
        else:
            self.checks.show_message(writing_text.ALL_WELL, tone="plain", icon="check")

    # ---- editing

    def _begin_editing(self) -> None:
        self._editing = True
        self.editor.setPlainText(self._model.text)
        self._show_mode()
        self._check_words()
        self.editor.setFocus()

    def _end_editing(self) -> None:
        self._editing = False
        self._refresh()
        self.edit.setFocus()

    def _check_words(self) -> None:
        check = self._model.check_wording(self.editor.toPlainText()) if self._editing else None
        if check:
            self._show_findings(writing_text.CHECKS_WHILE_EDITING, writing_text.wording(check))

    def _write(self) -> None:
        """Drafting again loses what the user has changed: the button says so first."""
        if self._model.edited and not self._warned:
            self._warned = True
            self.write.setText(writing_text.REDRAFT)
            return
        request = self.form.request()
        if request:
            self._model.draft(request)

    # ---- taking it elsewhere

    def _ask_where(self) -> None:
        if self._model.finished:
            ask_where(self, export_text.EXPORT_DRAFT, self._model.title, self._model.save)

    def _show_saved(self, path: Path) -> None:
        self.saved.show_message(*export_text.saved(path.name, str(path.parent)), tone="plain", icon="check")

    def _show_unsaved(self, sentence: Sentence) -> None:
        self.saved.show_message(sentence.text, sentence.action, sentence.detail, tone="danger")

    def _open(self, marker: int) -> None:
        source = self._model.source(marker)
        if source:
            self.source_opened.emit(source)

    def _copy_draft(self) -> None:
        finished = self._model.finished
        if finished:
            cited = [(c.marker, proof_text.cited_name(c), c.page_no) for c in self._model.cited]
            QGuiApplication.clipboard().setText(text.copied_answer(finished.text, cited))
            self._copy.setText(text.COPIED)
            QTimer.singleShot(1600, self._copy, lambda: self._copy.setText(writing_text.COPY_DRAFT))


def _scrolled(widget: QWidget) -> QScrollArea:
    widget.setObjectName("canvas")
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area
