"""The calculation that an answer rests on, with its inputs for correction."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.calculate.calculation_view import CalculationView
from desktop.calculate.calculator_form import CalculatorForm
from desktop.calculate.calculator_model import CalculatorModel
from desktop.look import proof_text
from desktop.look.controls import IconButton, IconLabel, label, line
from desktop.look.theme import Theme
from engine.api import Calculation, Calculator, calculators


class CalculationCard(QFrame):
    """Begins as the answer's calculation; what is changed here is computed anew at once, and told."""

    recalculated = Signal(object)  # Calculation

    def __init__(self, theme: Theme, made: Calculation) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(made.title)
        self._answered = bool(made.results)
        self.model = CalculatorModel()
        self.form = CalculatorForm(self.model)
        self.result = CalculationView()
        self._changed = label(proof_text.RECALCULATED, "caution", wrap=True)
        self._copy = IconButton(theme, "copy", proof_text.COPY_CALCULATION, "text_faint", 16)
        self._copy.clicked.connect(self._copy_result)
        heading = QHBoxLayout()
        heading.setSpacing(8)
        heading.addWidget(IconLabel(theme, "calculator", "accent", 18))
        heading.addWidget(label(made.title, "heading"))
        heading.addStretch()
        heading.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 12, 14, 14)
        column.setSpacing(10)
        column.addLayout(heading)
        column.addWidget(self.form)
        self._rule = line()
        column.addWidget(self._rule)
        column.addWidget(self._changed)
        column.addWidget(self.result)
        self.model.changed.connect(self._show)
        known = {calculator.name: calculator for calculator in calculators()}
        self.model.resume(known.get(made.calculator, Calculator(made.calculator, made.title, ())), made)

    def _show(self) -> None:
        made = self.model.calculation
        self.result.show_calculation(made)
        self._rule.setVisible(self.model.fault is None)
        self.result.setVisible(self.model.fault is None)
        self._changed.setVisible(self.model.edited and self._answered and self.model.fault is None)
        if self.model.edited and made and self.model.fault is None:
            self.recalculated.emit(made)

    def _copy_result(self) -> None:
        if self.model.calculation:
            words = f"{proof_text.calculation(self.model.calculation)}\n{proof_text.CALCULATED_LABEL}"
            QGuiApplication.clipboard().setText(words)
            self._copy.set_icon("check", "accent")
            QTimer.singleShot(1600, self._copy, lambda: self._copy.set_icon("copy", "text_faint"))
