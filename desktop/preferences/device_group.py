"""Which model answers, what it runs on, and what this machine was measured to bear."""

from __future__ import annotations

import os

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.errors import human_size
from desktop.look import preferences_text, text
from desktop.look.controls import IconLabel, label, push_button
from desktop.look.theme import Theme
from desktop.packs.pack_model import PackModel
from desktop.preferences.preferences_model import PreferencesModel
from desktop.preferences.rows import Group, Row, SettingRow
from engine.api import PackInfo

MEMORY_MB = (0, 256, 512, 1024, 2048, 4096)
DISK_MB = (0, 128, 256, 512)


class DeviceGroup(Group):
    def __init__(self, theme: Theme, model: PreferencesModel, packs: PackModel) -> None:
        super().__init__(preferences_text.DEVICE)
        self.packs = PackList(theme, model, packs)
        self.add(self.packs)
        self.measure = MeasureRow(theme, model, packs)
        self.add(self.measure)
        self.add(SettingRow(theme, model, "device"))
        cores = os.cpu_count() or 1
        self.add(SettingRow(theme, model, "threads", (0, *(n for n in (1, 2, 4, 6, 8, 12, 16, 24, 32) if n <= cores))))
        self.add(SettingRow(theme, model, "prefix_memory_mb", MEMORY_MB))
        self.add(SettingRow(theme, model, "prefix_disk_mb", DISK_MB))


class PackList(QWidget):
    """A row for each pack that can answer; the one in use is marked, another is one press away."""

    def __init__(self, theme: Theme, model: PreferencesModel, packs: PackModel) -> None:
        super().__init__()
        self._theme = theme
        self._model = model
        self._packs = packs
        self._shown: object = None
        self._heading = Row(theme, preferences_text.TITLES["generator_pack"])
        self._heading.title.setProperty("role", "heading")
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._heading)
        whole.addLayout(self._column)
        model.changed.connect(self._refresh)
        packs.enabled_changed.connect(self._refresh)
        packs.reported.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        lock = self._model.locks.get("generator_pack")
        shown = (self._packs.packs, self._model.advice, self._packs.enabled, lock)
        if shown == self._shown:
            return
        self._shown = shown
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        rows = [self._row(pack) for pack in self._packs.packs]
        for row in rows:
            self._column.addWidget(row)
        self._heading.say("" if rows else preferences_text.NO_PACKS)
        self._heading.lock(preferences_text.lock_reason(lock) if lock else "")

    def _row(self, pack: PackInfo) -> Row:
        advice = self._model.advice
        predicted = next((p for p in advice.predictions if p.pack == pack.name), None) if advice else None
        size, fits = human_size(pack.size_bytes), pack.fits or predicted is not None
        facts = [text.pack_note(size, fits=fits)] if pack.size_bytes else []
        if predicted:
            facts.append(preferences_text.prediction(predicted))
        if advice and pack.fits and pack.name == (advice.best_private or advice.best):
            facts.append(preferences_text.RECOMMENDED)
        name = preferences_text.pack_name(pack.name)
        return Row(self._theme, name, text.joined(facts), self._control(pack, name))

    def _control(self, pack: PackInfo, name: str) -> QWidget:
        if pack.chosen:
            return InUse(self._theme)
        button = push_button(preferences_text.CHOOSE_PACK)
        button.setAccessibleName(preferences_text.choose_pack(name))
        button.setEnabled(self._packs.enabled and "generator_pack" not in self._model.locks)
        button.clicked.connect(lambda: self._packs.choose(pack.name))
        return button


class InUse(QWidget):
    """A tick and the words: colour is not the only sign."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(IconLabel(theme, "check", "accent", 16))
        row.addWidget(label(preferences_text.CHOSEN_PACK, "muted"))


class MeasureRow(Row):
    """Measures the machine when asked, and says what it recommends."""

    def __init__(self, theme: Theme, model: PreferencesModel, packs: PackModel) -> None:
        self.button = push_button(preferences_text.MEASURE)
        super().__init__(theme, preferences_text.RECOMMENDED, control=self.button)
        self.button.setAccessibleName(preferences_text.MEASURE)
        self._model = model
        self._packs = packs
        self.button.clicked.connect(model.measure)
        model.changed.connect(self._refresh)
        packs.enabled_changed.connect(self._refresh)
        packs.reported.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        self.button.setEnabled(not self._model.measuring)
        self.say(advised(self._model, self._packs))


def advised(model: PreferencesModel, packs: PackModel) -> str:
    """What is known of this machine, in a sentence."""
    if model.measuring:
        return preferences_text.MEASURING
    if model.advice is None:
        return preferences_text.NOT_MEASURED
    best = model.advice.best_private or model.advice.best
    found = next((pack for pack in packs.packs if pack.name == best), None)
    return preferences_text.advice(best, installed=found is not None, in_use=found is not None and found.chosen)
