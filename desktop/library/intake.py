"""From a drop to the queue: what it means is looked at off the window's thread, and the ledger remembers what waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from desktop import errors
from desktop.jobs import Job, QueueLane
from desktop.library.library_row import CRASHED, LibraryRow, failed_row, queued_row, refusal
from desktop.library.taking_in import IntakeListed, list_intake, take_in
from desktop.look import library_text, text
from engine.api import DocumentRemoved, Engine, JobFailed, PathSurveyed

if TYPE_CHECKING:
    from desktop.library.library_model import LibraryModel

_CRASHES = 2  # how often a file may end the program before it is left alone


@dataclass(slots=True)
class _Drop:
    """Something dropped whose job has not been queued yet; `files` are those found in a folder so far."""

    password: str = field(default="", repr=False)
    replaces: str = ""
    files: int = 0


class Intake(QObject):
    """Rows appear at once; `said` tells what is worth saying of a drop."""

    said = Signal(str)

    def __init__(self, library: LibraryModel, edits: QueueLane, background: QueueLane) -> None:
        super().__init__()
        self._library = library
        self._edits = edits
        self._background = background
        self._engine: Engine | None = None
        self._drops: dict[str, _Drop] = {}
        self._unsurveyed: list[str] = []  # dropped before the engine was open
        self._unremembered: list[str] = []
        self._flush = QTimer(self)  # many files make one transaction
        self._flush.setSingleShot(True)
        self._flush.timeout.connect(self._remember)

    def set_engine(self, engine: Engine) -> None:
        """Go on with what was not done when the program ended, then with what was dropped meanwhile."""
        self._engine = engine
        self._edits.submit(Job(lambda token: list_intake(engine), self._restore))

    def add(self, paths: Sequence[str], password: str = "", replaces: str = "") -> None:
        """Queue files and folders; what is already queued is skipped, and said."""
        fresh = [path for path in dict.fromkeys(paths) if path not in self._drops and path not in self._library.queue]
        if len(fresh) < len(paths):
            self.said.emit(library_text.already_waiting(len(paths) - len(fresh)))
        if not fresh:
            return
        self._drops |= {path: _Drop(password, replaces) for path in fresh}
        self._library.begin_all([queued_row(path, path, replaces=replaces) for path in fresh])
        self._unsurveyed += fresh
        if self._engine is not None:
            self._survey(self._engine)

    def replace(self, row: LibraryRow, path: Path) -> None:
        """Take in `path` in the place of a document, which stays as it is until the new one is stored."""
        self.add([str(path)], replaces=row.document_id)

    def retry(self, rows: Sequence[LibraryRow]) -> None:
        """Once more, each as it was meant."""
        for replaces in dict.fromkeys(row.replaces for row in rows):
            self.add([row.path for row in rows if row.replaces == replaces], replaces=replaces)

    def forget(self, paths: Sequence[str]) -> None:
        """The user wants these no longer."""
        for path in paths:
            self._drops.pop(path, None)
        gone, engine = set(paths), self._engine
        self._unsurveyed = [path for path in self._unsurveyed if path not in gone]
        if engine is not None and paths:
            self._edits.submit(Job(lambda token: _forget(engine, tuple(paths)), self._report, must_finish=True))

    def note_removed(self, event: DocumentRemoved) -> None:
        """A replaced document went while a new one came."""
        self.said.emit(library_text.replaced(library_text.one_line(event.name)))

    # ---- what was left

    def _restore(self, event: object) -> None:
        if isinstance(event, IntakeListed):
            known = set(self._drops)
            left = [entry for entry in event.entries if entry.path not in known]
            waiting = [entry for entry in left if not entry.reason and entry.began < _CRASHES]
            failed = [
                failed_row(entry.path, Path(entry.path).name, refusal(reason, entry.details, entry.path), reason)
                for entry in left
                if (reason := entry.reason or (CRASHED if entry.began >= _CRASHES else ""))
            ]
            self._library.begin_all([queued_row(e.path, e.path, replaces=e.replaces) for e in waiting])
            self._library.show_failed(failed)
            for entry in waiting:
                self._run(entry.path, "", entry.replaces)
            if waiting:
                self.said.emit(library_text.resumed(len(waiting)))
        if self._engine is not None and not isinstance(event, JobFailed):
            self._survey(self._engine)

    # ---- what a drop means

    def _survey(self, engine: Engine) -> None:
        paths, self._unsurveyed = [Path(path) for path in self._unsurveyed], []
        if paths:
            deliver = partial(self._surveyed, [str(path) for path in paths])
            self._background.submit(Job(lambda token: engine.library.survey(paths, token), deliver))

    def _surveyed(self, paths: Sequence[str], event: object) -> None:
        if isinstance(event, PathSurveyed) and event.path in self._drops:
            if event.is_folder:
                self._divide(event, self._drops[event.path])
            else:
                self._unremembered.append(event.path)
                self._flush.start()
        elif isinstance(event, JobFailed):
            for path in paths:
                if self._drops.pop(path, None):
                    self._library.fail(path, Path(path).name, errors.describe(event.error))

    def _divide(self, event: PathSurveyed, drop: _Drop) -> None:
        """The files of a folder, some at a time, in the place of its row."""
        fresh = [file for file in event.files if file not in self._drops and file not in self._library.queue]
        drop.files += len(event.files)
        last = not event.files
        if last and not drop.files:
            self._library.fail(event.path, Path(event.path).name, errors.Sentence(text.NOTHING_FOUND), icon="folder")
        elif self._library.divide(event.path, [queued_row(file, file) for file in fresh], last=last):
            self._drops |= {file: _Drop(drop.password) for file in fresh}
            self._unremembered += fresh
            self._flush.start()
        if last:
            del self._drops[event.path]

    # ---- the ledger, and then the work

    def _remember(self) -> None:
        engine, paths = self._engine, self._unremembered
        self._unremembered = []
        if engine is not None:
            drops = {path: self._drops[path].replaces for path in paths if path in self._drops}
            report = partial(self._run_all, tuple(drops))
            self._edits.submit(Job(lambda token: _queue(engine, drops), report, must_finish=True))

    def _run_all(self, paths: Sequence[str], event: object) -> None:
        """Also where the ledger could not remember them: the work itself will say what is wrong."""
        for path in paths:
            drop = self._drops.pop(path, None)
            if drop is not None:
                self._run(path, drop.password, drop.replaces)

    def _run(self, path: str, password: str, replaces: str) -> None:
        self._library.run_job(path, partial(take_in, path, password, replaces), partial(self._library.apply, path))

    def _report(self, event: object) -> None:
        if isinstance(event, JobFailed):
            self._library.failed.emit(event)


@dataclass(frozen=True, slots=True)
class _Queued:
    """The ledger remembers them."""


def _queue(engine: Engine, drops: Mapping[str, str]) -> Iterator[_Queued]:
    for replaces in dict.fromkeys(drops.values()):
        engine.library.intake.queue([path for path, of in drops.items() if of == replaces], replaces)
    yield _Queued()


def _forget(engine: Engine, paths: Sequence[str]) -> Iterator[object]:
    engine.library.intake.forget(paths)
    yield from ()
