"""The pages of the window, each made when first shown."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget


class Place(StrEnum):
    """In the rail's order; the values are those of `Command`."""

    ASK = "ask"
    LIBRARY = "library"
    WRITING = "writing"
    CALCULATORS = "calculators"
    PREFERENCES = "preferences"


class Pages(QStackedWidget):
    """Holds what has been shown as it was left."""

    shown = Signal(object)  # Place

    def __init__(self) -> None:
        super().__init__()
        self._makers: dict[Place, Callable[[], QWidget]] = {}
        self._made: dict[Place, QWidget] = {}
        self.place = Place.ASK

    def add(self, place: Place, make: Callable[[], QWidget]) -> None:
        self._makers[place] = make

    def made(self, place: Place) -> QWidget | None:
        """The page if it has been shown before."""
        return self._made.get(place)

    def page(self, place: Place) -> QWidget:
        """The page, made now if it never was."""
        if place not in self._made:
            self._made[place] = self._makers[place]()
            self.addWidget(self._made[place])
        return self._made[place]

    def show_place(self, place: Place) -> None:
        page = self.page(place)
        self.place = place
        self.setCurrentWidget(page)
        self.shown.emit(place)
