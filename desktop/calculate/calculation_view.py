"""What a calculator made of its inputs: results first, the schedule folded away, conventions and source small."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop.look import proof_text
from desktop.look.controls import label, push_button
from engine.api import Calculation, Figure

SCHEDULE_PX = 260
_PROMINENT = 1


class CalculationView(QWidget):
    """Shows one `Calculation`; one with missing inputs says which, and shows no results."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Calculation | None = None
        self._results = QGridLayout()
        self._results.setHorizontalSpacing(18)
        self._results.setVerticalSpacing(5)
        self._results.setColumnStretch(1, 1)
        self._missing = label("", "warning", wrap=True)
        self._fold = push_button("", "link")
        self._fold.clicked.connect(self._toggle)
        self.table = _schedule_table()
        self._notes = label("", "caption", wrap=True, selectable=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._missing)
        column.addLayout(self._results)
        column.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.table)
        column.addWidget(self._notes)

    def show_calculation(self, made: Calculation | None) -> None:
        if made == self._shown:
            return
        self._shown = made
        self._show_results(made.results if made else ())
        self._missing.setText(proof_text.missing(proof_text.missing_labels(made)) if made else "")
        self._missing.setVisible(bool(made and made.missing))
        schedule = made.schedule if made else ()
        self._fold.setVisible(len(schedule) > 1)
        self.table.hide()
        self._fill(schedule)
        self._fold.setText(proof_text.schedule_rows(len(schedule) - 1))
        notes = proof_text.calculation_notes(made) if made and made.results else ""
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))

    def _show_results(self, results: Sequence[Figure]) -> None:
        while (item := self._results.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, result in enumerate(results):
            prominent = row < _PROMINENT
            name = label(result.label, "heading" if prominent else "muted")
            value = label(
                f"{proof_text.grouped(result.value)} {result.unit}".strip(),
                "result" if prominent else "",
                wrap=True,
                selectable=True,
            )
            value.setAccessibleName(proof_text.figure(result))
            self._results.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
            self._results.addWidget(value, row, 1)

    def _fill(self, schedule: Sequence[Sequence[str]]) -> None:
        header, rows = (schedule[0], schedule[1:]) if schedule else ((), ())
        self.table.setColumnCount(len(header))
        self.table.setHorizontalHeaderLabels(list(header))
        self.table.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                item = QTableWidgetItem(proof_text.grouped(cell))
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, item)
        lines = min(len(rows), 8)
        self.table.setFixedHeight(min(SCHEDULE_PX, 34 + lines * self.table.verticalHeader().defaultSectionSize()))

    def _toggle(self) -> None:
        opened = self.table.isHidden()
        self.table.setVisible(opened)
        rows = self.table.rowCount()
        self._fold.setText(proof_text.HIDE_SCHEDULE if opened else proof_text.schedule_rows(rows))


def _schedule_table() -> QTableWidget:
    table = QTableWidget()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(28)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    table.setTabKeyNavigation(False)
    table.setCornerButtonEnabled(False)
    table.setAccessibleName(proof_text.SCHEDULE)
    table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    table.hide()
    return table
