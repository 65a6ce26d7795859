"""Pictures of the page of preferences, group by group, and of the first run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from desktop.shell.places import Place
from engine.advice import KNOWN_PACKS, Machine, advise
from engine.api import Lock
from tests.desktop.proven_pictures import settle
from tests.fakes import PACK

if TYPE_CHECKING:
    from desktop.main_window import MainWindow
    from tests.fakes import FakeEngine

MACHINE = Machine(8, 6 * 1024**3, 30e9, 5e11, 4e11)


class PreferencesPictures:
    """Part of the photographer."""

    application: QApplication
    shoot: Callable[[str, FakeEngine, Callable[[MainWindow], None]], None]
    engine: Callable[..., FakeEngine]

    def _preferences(self, empty: Callable[[], FakeEngine]) -> None:
        names = ("device", "web", "folders", "privacy", "appearance", "shortcuts")
        for number, name in enumerate(names):
            self.shoot(f"6{number}_preferences_{name}", self.engine(), lambda window, n=number: self._group(window, n))
        self.shoot("66_preferences_locked", self.engine(), self._locked)
        self.shoot("67_first_run_samples", empty(), self._samples)
        self.shoot("68_first_run_packs_missing", empty(), self._missing)

    def _group(self, window: MainWindow, number: int) -> None:
        window.show_place(Place.PREFERENCES)
        settle(self.application)
        window.models.preferences.advice = advise(MACHINE, KNOWN_PACKS, 4096, [PACK])
        window.models.preferences.changed.emit()
        page = window.pages.page(Place.PREFERENCES)
        settle(self.application)
        page.go_to(page.groups[number])
        settle(self.application)

    def _locked(self, window: MainWindow) -> None:
        window.show_place(Place.PREFERENCES)
        settle(self.application)
        names = ("generator_pack", "threads", "device", "prefix_memory_mb")
        window.models.preferences.locks = dict.fromkeys(names, Lock.FIXED)
        window.models.preferences.changed.emit()
        settle(self.application)

    def _samples(self, window: MainWindow) -> None:
        window.models.welcome.missing = ()
        window.models.welcome.take_samples()
        settle(self.application)
        settle(self.application)

    def _missing(self, window: MainWindow) -> None:
        window.models.welcome.missing = ("multilingual-e5-small", PACK)
        window.models.welcome.changed.emit()
        settle(self.application)
