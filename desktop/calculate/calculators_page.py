"""All calculators on a page of their own: choose one, fill it in, read and copy the result."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QScrollArea, QVBoxLayout, QWidget

from desktop.calculate.calculation_view import CalculationView
from desktop.calculate.calculator_form import CalculatorForm
from desktop.calculate.calculator_model import CalculatorModel
from desktop.look import proof_text, text
from desktop.look.controls import label, line, push_button
from engine.api import calculators

CHOICE_PX, CHOICE_LEAST_PX, FORM_PX = 220, 130, 620
CHOICE_SHARE = 0.3  # of a narrow page


class CalculatorsPage(QWidget):
    """The list on the left, the chosen calculator beside it, as it was left."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("calculatorsPage")
        self.model = CalculatorModel()
        self._all = calculators()
        self.choice = self._build_choice()
        self._title = label("", "heading")
        self._help = label("", "caption", wrap=True)
        self.form = CalculatorForm(self.model)
        self.outcome = CalculationView()
        self._copy = push_button(proof_text.COPY_CALCULATION, "primary")
        self._copy.clicked.connect(self._copy_result)
        body = QHBoxLayout()
        body.setSpacing(26)
        body.addWidget(self.choice)
        body.addWidget(self._area(), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 20, 20, 16)
        layout.setSpacing(14)
        layout.addWidget(label(proof_text.CALCULATORS, "title"))
        layout.addLayout(body, 1)
        self.model.changed.connect(self._show)
        self.choice.setCurrentRow(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.choice.setFixedWidth(max(CHOICE_LEAST_PX, min(CHOICE_PX, int(self.width() * CHOICE_SHARE))))

    def _build_choice(self) -> QListWidget:
        choice = QListWidget()
        choice.setObjectName("choice")
        choice.setAccessibleName(proof_text.CALCULATOR_CHOICE)
        choice.setWordWrap(True)
        choice.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        choice.addItems([calculator.title for calculator in self._all])
        choice.currentRowChanged.connect(self._use)
        return choice

    def _area(self) -> QScrollArea:
        inner = QWidget()
        inner.setMaximumWidth(FORM_PX)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 10, 0)
        column.setSpacing(14)
        footer = QHBoxLayout()
        footer.addWidget(self._copy)
        footer.addStretch()
        for widget in (self._title, self._help, self.form, line(), self.outcome):
            column.addWidget(widget)
        column.addLayout(footer)
        column.addStretch()
        canvas = QWidget()
        canvas.setObjectName("canvas")
        row = QHBoxLayout(canvas)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(inner)
        row.addStretch()
        row.setStretchFactor(inner, 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(canvas)
        return area

    def _use(self, index: int) -> None:
        chosen = self._all[index]
        self._title.setText(chosen.title)
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
