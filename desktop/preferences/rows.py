"""Groups of settings: a heading over a card, a row for each setting with its control at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.look import preferences_text
from desktop.look.controls import CheckBox, ComboBox, IconLabel, label, line
from desktop.look.theme import Theme
from desktop.preferences.preferences_model import PreferencesModel
from engine.api import OPTIONS, Value

CONTROL_PX = 190
BOX_PX = 20
_INSET_PX = 18


class Group(QWidget):
    """`add` puts rows below each other, a hairline between them."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        self.setAccessibleName(title)
        card = QFrame()
        card.setObjectName("card")
        self._rows = QVBoxLayout(card)
        self._rows.setContentsMargins(_INSET_PX, 4, _INSET_PX, 4)
        self._rows.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(title, "title"))
        column.addWidget(card)

    def add(self, row: QWidget) -> None:
        if self._rows.count():
            self._rows.addWidget(line())
        self._rows.addWidget(row)

    def add_close(self, row: QWidget) -> None:
        """Without a hairline: it belongs to the row above."""
        self._rows.addWidget(row)


class Row(QWidget):
    """Name and explanation at the left, `control` at the right; `lock` disables it and says why."""

    def __init__(
        self, theme: Theme, title: str, note: str = "", control: QWidget | None = None, *, air_px: int = 12
    ) -> None:
        super().__init__()
        self.control = control
        self.title = label(title, wrap=True)
        self.note = label(note, "caption", wrap=True)
        self.note.setVisible(bool(note))
        self._reason = label("", "caution", wrap=True)
        self._locked = QWidget()
        reason = QHBoxLayout(self._locked)
        reason.setContentsMargins(0, 2, 0, 0)
        reason.setSpacing(6)
        reason.addWidget(IconLabel(theme, "lock", "warning", 14), 0, Qt.AlignmentFlag.AlignTop)
        reason.addWidget(self._reason, 1)
        self._locked.hide()
        words = QVBoxLayout()
        words.setSpacing(2)
        for part in (self.title, self.note, self._locked):
            words.addWidget(part)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, air_px, 0, air_px)
        layout.setSpacing(20)
        layout.addLayout(words, 1)
        if control is not None:
            if not isinstance(control, QLabel):
                control.setAccessibleName(control.accessibleName() or title)
            control.setAccessibleDescription(note)
            layout.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)

    def say(self, note: str) -> None:
        """Another explanation."""
        self.note.setText(note)
        self.note.setVisible(bool(note))
        if self.control is not None:
            self.control.setAccessibleDescription(note)

    def lock(self, reason: str) -> None:
        """An empty reason unlocks it."""
        self._reason.setText(reason)
        self._locked.setVisible(bool(reason))
        if self.control is not None:
            self.control.setEnabled(not reason)
            if reason:
                self.control.setAccessibleDescription(reason)


class SettingRow(Row):
    """One of `OPTIONS`, by its type: a box to tick, or a list of `values` to choose from."""

    def __init__(self, theme: Theme, model: PreferencesModel, name: str, values: Sequence[Value] = ()) -> None:
        option = OPTIONS[name]
        self._box = CheckBox("") if option.kind is bool else None
        self._list = None if self._box else ComboBox()
        note = preferences_text.note(name, option.effect)
        self.name = name
        super().__init__(theme, preferences_text.TITLES[name], note, self._box or self._list)
        self._model = model
        if self._box:
            self._box.setFixedWidth(BOX_PX)  # in line with the other controls' right edge
            self._box.clicked.connect(lambda on: model.choose(name, bool(on)))
        if self._list:
            self._list.setMinimumWidth(CONTROL_PX)
            for value in values or option.choices:
                self._add(value)
            self._list.activated.connect(lambda index: model.choose(name, self._values[index]))
        model.changed.connect(self._refresh)
        self._refresh()

    @property
    def _values(self) -> list[Value]:
        return [self._list.itemData(index) for index in range(self._list.count())] if self._list else []

    def _add(self, value: Value) -> None:
        if self._list:
            self._list.addItem(preferences_text.value(self.name, value), value)

    def _refresh(self) -> None:
        value = getattr(self._model.settings, self.name)
        if self._box:
            self._box.setChecked(value)
        if self._list:
            if value not in self._values:  # from the administrator's file
                self._add(value)
            self._list.setCurrentIndex(self._values.index(value))
        lock = self._model.locks.get(self.name)
        self.lock(preferences_text.lock_reason(lock) if lock else "")
