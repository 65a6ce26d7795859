"""The fields of a calculator, built from their descriptions: label, editor, unit, whether the value is a default."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.calculate.calculator_model import CalculatorModel
from desktop.look import proof_text, text
from desktop.look.controls import ComboBox, label
from engine.api import Field, FieldKind

TYPING_PAUSE_MS = 250
TWO_COLUMNS_PX = 560
LABEL_PX = 21
UNIT_PX = 32


class CalculatorForm(QWidget):
    """Follows a `CalculatorModel`. Fields come and go with the choices made; typing computes after a short pause."""

    def __init__(self, model: CalculatorModel) -> None:
        super().__init__()
        self._model = model
        self._rows: dict[str, _FieldRow] = {}
        self._shown: tuple[Field, ...] = ()
        self._problem = label("", "danger", wrap=True)
        self._problem.hide()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(26)
        self._grid.setVerticalSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._grid)
        column.addWidget(self._problem)
        model.changed.connect(self._refresh)
        self._refresh()

    def row(self, name: str) -> _FieldRow:
        return self._rows[name]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def take_tab_after(self, before: QWidget) -> None:
        """The fields come after `before` when the user moves on by the keyboard."""
        for field in self._shown:
            editor = self._rows[field.name].editor
            QWidget.setTabOrder(before, editor)
            before = editor

    def _refresh(self) -> None:
        model = self._model
        if model.fields != self._shown:
            self._shown = model.fields
            self._rebuild()
        for field in self._shown:
            self._rows[field.name].show_state(
                model.shown(field),
                assumed=model.assumed(field),
                wanted=field.name in model.missing,
                wrong=field.name == model.fault_field,
            )
        self._problem.setText(proof_text.wrong_value(model.fault.details) if model.fault else "")
        self._problem.setVisible(bool(model.fault))

    def _rebuild(self) -> None:
        """Fields that stay keep their editor, and with it the cursor."""
        for name in set(self._rows) - {field.name for field in self._shown}:
            gone = self._rows.pop(name)
            self._grid.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for field in self._shown:
            if field.name in self._rows and self._rows[field.name].field != field:
                self._rows.pop(field.name).deleteLater()
            if field.name not in self._rows:
                self._rows[field.name] = _FieldRow(field, self._model, self)
        self._arrange()

    def _arrange(self) -> None:
        columns = 2 if self.width() >= TWO_COLUMNS_PX else 1
        for position, field in enumerate(self._shown):
            self._grid.addWidget(self._rows[field.name], position // columns, position % columns)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1 if columns == 2 else 0)
        self.take_tab_after(self)


class _FieldRow(QWidget):
    def __init__(self, field: Field, model: CalculatorModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.field = field
        self._model = model
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_PAUSE_MS)
        self._typing.timeout.connect(self._put)
        self.editor = self._choice() if field.kind is FieldKind.CHOICE else self._line()
        self.editor.setAccessibleName(f"{field.label} {field.unit}".strip())
        if field.help:
            self.editor.setToolTip(text.tooltip(field.help))
        self._assumed = label(proof_text.ASSUMED, "assumed")
        self._assumed.setFixedHeight(LABEL_PX)
        name = label(field.label, "muted")
        name.setBuddy(self.editor)
        name.setFixedHeight(LABEL_PX)
        heading = QHBoxLayout()
        heading.setSpacing(6)
        heading.addWidget(name)
        heading.addWidget(self._assumed)
        heading.addStretch()
        unit = label(field.unit, "muted")
        unit.setMinimumWidth(UNIT_PX)
        entry = QHBoxLayout()
        entry.setSpacing(6)
        entry.addWidget(self.editor, 1)
        entry.addWidget(unit)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(heading)
        column.addLayout(entry)

    def show_state(self, value: str, *, assumed: bool, wanted: bool, wrong: bool) -> None:
        self._assumed.setVisible(assumed)
        editor = self.editor
        if isinstance(editor, QComboBox):
            editor.setCurrentText(value)
        elif not editor.hasFocus() and not self._typing.isActive():
            editor.setText(value)
        state = "wrong" if wrong else "wanted" if wanted else ""
        if editor.property("state") != state:
            editor.setProperty("state", state)
            editor.style().unpolish(editor)
            editor.style().polish(editor)

    def commit(self) -> None:
        """Compute now with what was typed."""
        self._typing.stop()
        self._put()

    def _line(self) -> QLineEdit:
        editor = QLineEdit()
        editor.setObjectName("compact")
        editor.setPlaceholderText(proof_text.placeholder(self.field))
        editor.textEdited.connect(self._typing.start)
        editor.editingFinished.connect(self.commit)
        return editor

    def _choice(self) -> QComboBox:
        editor = ComboBox()
        editor.setObjectName("compact")
        editor.addItems(list(self.field.choices))
        editor.textActivated.connect(lambda chosen: self._model.put(self.field.name, chosen))
        return editor

    def _put(self) -> None:
        if isinstance(self.editor, QLineEdit):
            typed = self.editor.text().strip()
            if typed != self._model.shown(self.field):
                self._model.put(self.field.name, typed)
