"""Opens the engine behind the first window, asks for the passphrase where one is needed, and closes it at last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.jobs import Job, NewestLane
from desktop.passphrase import PassphraseAsker
from engine.api import CancelToken, Engine, EnvironmentFault, Fault, JobCancelled, JobFailed, Settings


class OpenEngine(Protocol):
    """`Engine.open`, or a stand-in for tests."""

    def __call__(self, settings: Settings, passphrase: Callable[[bool], str] | None) -> Engine: ...


class EngineOpener(QObject):
    """One attempt at a time; `engine` is set from the moment it is open, also when nobody hears of it any more."""

    started = Signal()
    opened = Signal(object)  # Engine
    failed = Signal(object)  # JobFailed
    refused = Signal()  # the user left the passphrase dialog

    def __init__(self, window: QWidget, settings: Settings, open_engine: OpenEngine, lane: NewestLane) -> None:
        super().__init__(window)
        self.engine: Engine | None = None
        self._settings = settings
        self._open_engine = open_engine
        self._lane = lane
        self._trying = False
        self._asker = PassphraseAsker(window)

    def start(self) -> None:
        """Try to open the engine, unless it is open or being opened."""
        if self.engine is None and not self._trying:
            self._trying = True
            self.started.emit()
            self._lane.submit(Job(self._open, self._apply))

    def give_up(self) -> None:
        """The window closes: an open passphrase dialog is answered with a refusal."""
        self._asker.give_up()

    def close_engine(self) -> None:
        """Call when no job runs any more."""
        if self.engine is not None:
            self.engine.close()
            self.engine = None

    def _open(self, token: CancelToken) -> Iterator[Engine]:
        self.engine = self._open_engine(self._settings, self._asker.ask)
        yield self.engine

    def _apply(self, event: object) -> None:
        self._trying = False
        match event:
            case JobFailed(error=EnvironmentFault(code=Fault.PASSPHRASE_WRONG)) if not self._settings.passphrase_file:
                self._asker.wrong = True
                self.start()
            case JobFailed():
                self.failed.emit(event)
            case JobCancelled():
                self.refused.emit()
            case _:
                self.opened.emit(event)
