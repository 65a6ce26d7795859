"""All calculators in a window of their own: choose one, fill it in, read and copy the result."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.calculate.calculation_view import CalculationView
from desktop.calculate.calculator_form import CalculatorForm
from desktop.calculate.calculator_model import CalculatorModel
from desktop.look import proof_text, text
from desktop.look.controls import ComboBox, label, line, push_button
from engine.api import calculators

WIDTH_PX, HEIGHT_PX = 680, 620


class CalculatorsDialog(QDialog):
    """Stays open beside the conversation; opening it again brings it to the front as it was left."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(proof_text.CALCULATORS)
        self.resize(min(WIDTH_PX, parent.width() - 40), min(HEIGHT_PX, parent.height() - 40))
        self.model = CalculatorModel()
        self._all = calculators()
        self.choice = ComboBox()
        self.choice.setAccessibleName(proof_text.CALCULATOR_CHOICE)
        self.choice.addItems([calculator.title for calculator in self._all])
        self.choice.currentIndexChanged.connect(self._use)
        self._help = label("", "caption", wrap=True)
        self.form = CalculatorForm(self.model)
        self.outcome = CalculationView()
        self._copy = push_button(proof_text.COPY_CALCULATION, "primary")
        self._copy.clicked.connect(self._copy_result)
        close = push_button(text.CLOSE)
        close.clicked.connect(self.close)
        footer = QHBoxLayout()
        footer.addStretch()
        footer.addWidget(close)
        footer.addWidget(self._copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.setSpacing(12)
        layout.addWidget(label(proof_text.CALCULATORS, "title"))
        layout.addWidget(self.choice)
        layout.addWidget(self._help)
        layout.addWidget(self._area(), 1)
        layout.addLayout(footer)
        self.model.changed.connect(self._show)
        self._use(0)

    def _area(self) -> QScrollArea:
        inner = QWidget()
        inner.setObjectName("canvas")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(14)
        column.addWidget(self.form)
        column.addWidget(line())
        column.addWidget(self.outcome)
        column.addStretch()
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        return area

    def _use(self, index: int) -> None:
        chosen = self._all[index]
        self._help.setText(chosen.help)
        self._help.setVisible(bool(chosen.help))
        self.model.use(chosen)

    def _show(self) -> None:
        self.outcome.show_calculation(self.model.calculation)
        self.outcome.setVisible(self.model.fault is None)
        made = self.model.calculation
        self._copy.setEnabled(bool(made and made.results and not self.model.fault))

    def _copy_result(self) -> None:
        if self.model.calculation:
            words = f"{proof_text.calculation(self.model.calculation)}\n{proof_text.CALCULATED_LABEL}"
            QGuiApplication.clipboard().setText(words)
            self._copy.setText(text.COPIED)
            QTimer.singleShot(1600, self._copy, lambda: self._copy.setText(proof_text.COPY_CALCULATION))
