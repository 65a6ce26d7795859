"""Opens the engine behind the first window, asks for passphrase or recovery key where needed, and closes it at last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop import errors
from desktop.jobs import Job, NewestLane
from desktop.look import recovery_text
from desktop.passphrase import PassphraseAsker
from desktop.recovery_key import RecoverDialog, RecoveryKeyShower
from engine.api import (
    CancelToken,
    Engine,
    EnvironmentFault,
    Fault,
    JobCancelled,
    JobFailed,
    RequestRejected,
    Settings,
    recovery,
)

_LOCK_LOST = (Fault.KEY_MISSING, Fault.KEY_FILE_DAMAGED)


class OpenEngine(Protocol):
    """`Engine.open`, or a stand-in for tests."""

    def __call__(
        self,
        settings: Settings,
        passphrase: Callable[[bool], str] | None,
        on_recovery_key: Callable[[str], None] | None,
    ) -> Engine: ...


@dataclass(frozen=True, slots=True)
class LockLost:
    """The home cannot be opened by its own lock, but it has a recovery key."""

    failure: EnvironmentFault


@dataclass(frozen=True, slots=True)
class LockRenewed:
    """The recovery key was right."""


@dataclass(frozen=True, slots=True)
class RecoveryKeyTaken:
    """The user has noted a new recovery key."""


class EngineOpener(QObject):
    """One attempt at a time; `engine` is set from the moment it is open, also when nobody hears of it any more."""

    started = Signal()
    opened = Signal(object)  # Engine
    failed = Signal(object)  # JobFailed
    refused = Signal()  # the user left the passphrase dialog
    renewal_failed = Signal(object)  # JobFailed
    renewed = Signal()  # a new recovery key was made and shown

    def __init__(self, window: QWidget, settings: Settings, open_engine: OpenEngine, lane: NewestLane) -> None:
        super().__init__(window)
        self.engine: Engine | None = None
        self._window = window
        self._settings = settings
        self._open_engine = open_engine
        self._lane = lane
        self.lacks_recovery_key = False
        self._trying = False
        self._lost: EnvironmentFault | None = None
        self._forgotten = False
        self._asker = PassphraseAsker(window, lambda: bool(recovery.recovery_key_made(settings)))
        self._asker.forgotten.connect(self._forget)
        self._shower = RecoveryKeyShower(window)

    def start(self) -> None:
        """Try to open the engine, unless it is open or being opened."""
        if self.engine is None and not self._trying:
            self._trying = True
            self.started.emit()
            self._lane.submit(Job(self._open, self._apply))

    def renew_recovery_key(self) -> None:
        """Make a new recovery key and show it; the one before it opens nothing from then on."""

        def work(token: CancelToken) -> Iterator[RecoveryKeyTaken]:
            self._shower.show(recovery.new_recovery_key(self._settings, self._asker.ask))
            yield RecoveryKeyTaken()

        if self.engine is not None:  # until then the lane is busy with opening it
            self._lane.submit(Job(work, self._apply_renewal))

    def give_up(self) -> None:
        """The window closes: an open dialog is answered with a refusal."""
        self._asker.give_up()
        self._shower.give_up()

    def close_engine(self) -> None:
        """Call when no job runs any more."""
        if self.engine is not None:
            self.engine.close()
            self.engine = None

    def _open(self, token: CancelToken) -> Iterator[Engine | LockLost]:
        scripted = self._settings.passphrase_file is not None
        try:
            self.engine = self._open_engine(self._settings, self._asker.ask, None if scripted else self._shower.show)
        except EnvironmentFault as error:
            if error.code not in _LOCK_LOST or not recovery.recovery_key_made(self._settings):
                raise
            yield LockLost(error)
        else:
            made = recovery.recovery_key_made(self._settings)
            self.lacks_recovery_key = not scripted and not made and recovery.library_exists(self._settings)
            yield self.engine

    def _apply(self, event: object) -> None:
        self._trying = False
        match event:
            case JobFailed(error=EnvironmentFault(code=Fault.PASSPHRASE_WRONG)) if not self._settings.passphrase_file:
                self._asker.wrong = True
                self.start()
            case JobFailed():
                self.failed.emit(event)
            case JobCancelled() if self._forgotten:
                self._forgotten = False
                self._ask_recovery_key(recovery_text.RECOVER_FORGOTTEN)
            case JobCancelled():
                self.refused.emit()
            case LockLost():
                self._lost = event.failure
                self._ask_recovery_key(errors.describe(event.failure).text)
            case _:
                self.opened.emit(event)

    # ---- the recovery key

    def _apply_renewal(self, event: object) -> None:
        match event:
            case RecoveryKeyTaken():
                self._asker.wrong = False
                self.lacks_recovery_key = False
                self.renewed.emit()
            case JobFailed(error=EnvironmentFault(code=Fault.PASSPHRASE_WRONG)):
                self._asker.wrong = True
                self.renew_recovery_key()
            case JobFailed():
                self.renewal_failed.emit(event)
            case _:  # the user left the passphrase dialog
                self._forgotten = False

    def _forget(self) -> None:
        self._forgotten = True

    def _ask_recovery_key(self, reason: str, problem: str = "", typed: str = "") -> None:
        self._trying = True  # until the dialog is answered
        dialog = RecoverDialog(self._window, reason, problem, typed)
        dialog.accepted.connect(lambda: self._recover(reason, dialog.secret))
        dialog.rejected.connect(self._leave_recovery)
        dialog.open()

    def _leave_recovery(self) -> None:
        self._trying = False
        lost, self._lost = self._lost, None
        if lost is not None:
            self.failed.emit(JobFailed(lost))
        else:
            self.start()  # back to the passphrase

    def _recover(self, reason: str, typed: str) -> None:
        def work(token: CancelToken) -> Iterator[LockRenewed]:
            recovery.use_recovery_key(self._settings, typed, self._asker.ask)
            yield LockRenewed()

        self._lane.submit(Job(work, lambda event: self._apply_recovery(reason, typed, event)))

    def _apply_recovery(self, reason: str, typed: str, event: object) -> None:
        match event:
            case LockRenewed():
                self._lost, self._trying, self._asker.wrong = None, False, False
                self.start()
            case JobFailed(error=RequestRejected() as error):
                self._ask_recovery_key(reason, str(errors.describe(error)), typed)
            case JobFailed():
                self._trying = False
                self.failed.emit(event)
            case _:
                self._trying = False
                self.refused.emit()
