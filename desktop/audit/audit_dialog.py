"""The audit log in a window: filter, entries, their contents, the check, the export."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.audit.audit_model import AuditModel
from desktop.audit.entry_table import EntryRows, entry_table
from desktop.audit.filter_row import FilterRow
from desktop.look import audit_view_text, text
from desktop.look.controls import IconButton, Notice, label, push_button
from desktop.look.theme import Theme

WIDTH_PX, HEIGHT_PX = 940, 680
_MARGIN_PX = 24


class AuditDialog(QDialog):
    def __init__(self, parent: QWidget, theme: Theme, model: AuditModel) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(audit_view_text.TITLE)
        self.resize(min(WIDTH_PX, parent.width() - 40), min(HEIGHT_PX, parent.height()))
        self._model = model
        self.filter = FilterRow()
        self._rows = EntryRows(model, self)
        self.table = entry_table(self._rows)
        self._state = label("", "muted")
        self.content = _content()
        self.noted = QLineEdit()
        self.noted.setObjectName("compact")
        self.noted.setAccessibleName(audit_view_text.NOTED)
        self.noted.setPlaceholderText(audit_view_text.NOTED)
        self.verify = push_button(audit_view_text.VERIFY)
        self.notice = Notice(theme)
        self._head = self._build_head(theme)
        self.export = push_button(audit_view_text.EXPORT)
        self._build()
        self._wire()
        model.show_entries(self.filter.wanted())

    def _build_head(self, theme: Theme) -> QWidget:
        head = QWidget()
        self.head = QLineEdit()
        self.head.setObjectName("compact")
        self.head.setReadOnly(True)
        self.head.setAccessibleName(audit_view_text.HEAD)
        self.head.setAccessibleDescription(audit_view_text.HEAD_HINT)
        self.copy = IconButton(theme, "copy", audit_view_text.COPY, size_px=16)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(label(audit_view_text.HEAD, "muted"))
        row.addWidget(self.head, 1)
        row.addWidget(self.copy)
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(label(audit_view_text.HEAD_HINT, "caption", wrap=True))
        head.hide()
        return head

    def _build(self) -> None:
        checking = QHBoxLayout()
        checking.setSpacing(10)
        checking.addWidget(self.verify)
        checking.addWidget(self.noted, 1)
        close = push_button(text.CLOSE)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.export)
        foot.addStretch()
        foot.addWidget(close)
        inner = QWidget()
        inner.setObjectName("canvas")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(label(audit_view_text.TITLE, "title"))
        column.addWidget(label(audit_view_text.WORDS, "muted", wrap=True))
        column.addWidget(self.filter)
        column.addWidget(self._state)
        column.addWidget(self.table, 3)
        column.addWidget(self.content, 2)
        column.addLayout(checking)
        for widget in (self.notice, self._head):
            column.addWidget(widget)
        area = QScrollArea()  # for screens that are lower than all of it
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN_PX, 22, _MARGIN_PX, 18)
        layout.setSpacing(12)
        layout.addWidget(area, 1)
        layout.addLayout(foot)

    def _wire(self) -> None:
        model = self._model
        self.filter.changed.connect(model.show_entries)
        self.table.selectionModel().currentRowChanged.connect(self._show_content)
        self.verify.clicked.connect(self._verify)
        self.noted.returnPressed.connect(self._verify)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.head.text()))
        self.export.clicked.connect(self._ask_where)
        model.changed.connect(self._refresh)
        model.reset.connect(self.content.clear)
        model.checked.connect(self._show_report)
        model.exported.connect(self._show_exported)

    # ---- entries

    def _refresh(self) -> None:
        model = self._model
        empty = not model.entries and not model.loading and model.problem is None
        self._state.setText(audit_view_text.LOADING if model.loading else audit_view_text.NOTHING if empty else "")
        self._state.setVisible(empty or (model.loading and not model.entries))
        self.verify.setEnabled(not model.verifying)
        self.verify.setText(audit_view_text.VERIFYING if model.verifying else audit_view_text.VERIFY)
        if model.problem:
            problem = model.problem
            self.notice.show_message(problem.text, problem.action, problem.detail, tone="danger")

    def _show_content(self, current: QModelIndex) -> None:
        entry = self._rows.entry(current.row()) if current.isValid() else None
        self.content.setPlainText(audit_view_text.whole(entry) if entry else "")

    # ---- the whole log

    def _verify(self) -> None:
        self.notice.hide()
        self._head.hide()
        self._model.verify(self.noted.text().strip())

    def _show_report(self) -> None:
        report = self._model.report
        if report is None:
            return
        fine = report.intact
        self.notice.show_message(
            audit_view_text.verdict(report),
            audit_view_text.findings(report),
            tone="plain" if fine else "danger",
            icon="check" if fine else "",
        )
        self.head.setText(report.head)
        self.head.setCursorPosition(0)
        self._head.setVisible(fine and report.entries > 0)

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, audit_view_text.EXPORT_TITLE)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # a file that exists is never replaced
        dialog.setNameFilters([audit_view_text.EXPORT_FILTER])
        dialog.setDefaultSuffix("jsonl")
        dialog.selectFile(f"{audit_view_text.EXPORT_NAME} {date.today():%Y-%m-%d}.jsonl")
        dialog.fileSelected.connect(lambda name: self._model.export(Path(name)))
        dialog.open()

    def _show_exported(self, path: Path) -> None:
        self.notice.show_message(audit_view_text.saved(path.name), str(path.parent), tone="plain", icon="check")


def _content() -> QPlainTextEdit:
    content = QPlainTextEdit()
    content.setObjectName("longField")
    content.setReadOnly(True)
    content.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    content.setTabChangesFocus(True)
    content.setAccessibleName(audit_view_text.CONTENT)
    content.setPlaceholderText(audit_view_text.CHOOSE_ROW)
    return content
