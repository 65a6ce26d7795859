"""A window for texts that a branch writes: the form on the left, the draft and its checks on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.ask.answer_text import AnswerText
from desktop.look import proof_text, text, writing_text
from desktop.look.controls import Notice, Spinner, label, push_button
from desktop.look.theme import Theme
from desktop.writing.writing_form import WritingForm
from desktop.writing.writing_model import WritingModel

WIDTH_PX, HEIGHT_PX, FORM_PX = 1060, 720, 330


class WritingDialog(QDialog):
    """Stays open beside the conversation. Emits `source_opened` for the page that a number in the draft stands for."""

    source_opened = Signal(object)  # Source

    def __init__(self, parent: QWidget, theme: Theme, model: WritingModel) -> None:
        super().__init__(parent)
        self._model = model
        self.setWindowTitle(writing_text.WRITING_TITLE)
        self.resize(min(WIDTH_PX, parent.width() - 20), min(HEIGHT_PX, parent.height() - 20))
        self.form = WritingForm(model)
        self.draft = AnswerText(theme)
        self.draft.marker_clicked.connect(self._open)
        self._empty = label(writing_text.DRAFT_EMPTY, "muted", wrap=True)
        self.checks = Notice(theme)
        self._problem = Notice(theme)
        body = QHBoxLayout()
        body.setSpacing(22)
        body.addWidget(_scrolled(self.form, FORM_PX))
        body.addWidget(_scrolled(self._build_draft()), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 20, 18)
        layout.setSpacing(12)
        layout.addWidget(label(writing_text.WRITING_TITLE, "title"))
        layout.addLayout(body, 1)
        layout.addLayout(self._build_footer(theme))
        model.changed.connect(self._refresh)
        model.refresh()
        self.form.fill()
        self._refresh()

    def _build_draft(self) -> QWidget:
        widget = QWidget()
        column = QVBoxLayout(widget)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(12)
        for part in (self._empty, self._problem, self.checks, self.draft):
            column.addWidget(part)
        column.addStretch()
        return widget

    def _build_footer(self, theme: Theme) -> QHBoxLayout:
        self._spinner = Spinner(theme)
        self._doing = label("", "muted")
        self._origin = label(proof_text.AI_LABEL, "caption")
        self._copy = push_button(writing_text.COPY_DRAFT)
        self._copy.clicked.connect(self._copy_draft)
        self._stop = push_button(text.STOP)
        self._stop.clicked.connect(self._model.stop)
        self.write = push_button(writing_text.DRAFT, "primary")
        self.write.clicked.connect(self._write)
        row = QHBoxLayout()
        row.setSpacing(9)
        for widget in (self._spinner, self._doing, self._origin):
            row.addWidget(widget)
        row.addStretch()
        for widget in (self._copy, self._stop, self.write):
            row.addWidget(widget)
        return row

    def _refresh(self) -> None:
        model = self._model
        if self.form.choice.count() != len(model.templates):
            self.form.fill()
        self.draft.set_markdown(model.text, now=not model.busy)
        self.draft.setVisible(bool(model.text))
        self._empty.setVisible(not model.text and not model.busy and not model.problem)
        for widget in (self._spinner, self._doing, self._stop):
            widget.setVisible(model.busy)
        section = model.section
        words = writing_text.section(section.number, section.total, section.heading) if section else text.SEARCHING
        self._doing.setText(words)
        self._origin.setVisible(bool(model.text) and not model.busy)
        self._copy.setVisible(model.finished is not None)
        self.write.setVisible(not model.busy)
        self.write.setText(writing_text.DRAFT_AGAIN if model.text else writing_text.DRAFT)
        self._show_checks()
        if model.problem:
            problem = model.problem
            self._problem.show_message(problem.text, problem.action, problem.detail, tone="danger")
        else:
            self._problem.hide()

    def _show_checks(self) -> None:
        finished = self._model.finished
        if finished is None:
            self.checks.hide()
            return
        self.draft.set_rungs({citation.marker: citation.rung for citation in finished.citations})
        found = writing_text.findings(finished)
        if found:
            self.checks.show_message(writing_text.CHECKS, "\n".join(f"· {line}" for line in found))
        else:
            self.checks.show_message(writing_text.ALL_WELL, tone="plain", icon="check")

    def _write(self) -> None:
        request = self.form.request()
        if request:
            self._model.draft(request)

    def _open(self, marker: int) -> None:
        source = self._model.source(marker)
        if source:
            self.source_opened.emit(source)

    def _copy_draft(self) -> None:
        finished = self._model.finished
        if finished:
            cited = [(c.marker, proof_text.cited_name(c), c.page_no) for c in finished.citations]
            QGuiApplication.clipboard().setText(text.copied_answer(finished.text, cited))
            self._copy.setText(text.COPIED)
            QTimer.singleShot(1600, self._copy, lambda: self._copy.setText(writing_text.COPY_DRAFT))


def _scrolled(widget: QWidget, width_px: int = 0) -> QScrollArea:
    widget.setObjectName("canvas")
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    if width_px:
        area.setFixedWidth(width_px)
    return area
