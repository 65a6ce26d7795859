"""From a drop to the queue: what it means is looked at off the window's thread, and the ledger remembers what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop import errors
from desktop.jobs import Job, QueueLane
from desktop.library.library_row import CRASHED, LibraryRow, failed_row, queued_row, refusal
from desktop.library.taking_in import IntakeListed, list_intake, take_in
from desktop.look import library_text, text
from engine.api import DocumentRemoved, Engine, JobCancelled, JobFailed, PathSurveyed

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

    def set_engine(self, engine: Engine) -> None:
        """Go on with what was not done when the program ended, then with what was dropped meanwhile."""
        self._engine = engine
        self._edits.submit(Job(lambda token: list_intake(engine), self._restore))
        self._remember(tuple(self._drops), self._survey)

    def add(self, paths: Sequence[str], password: str = "", replaces: str = "") -> None:
        """Queue files and folders; what is already queued is skipped, and said."""
        fresh = tuple(path for path in dict.fromkeys(paths) if not self._knows(path))
        if len(fresh) < len(paths):
            self.said.emit(library_text.already_waiting(len(paths) - len(fresh)))
        if fresh:
            self._drops |= {path: _Drop(password, replaces) for path in fresh}
            self._library.begin_all([queued_row(path, path, replaces=replaces) for path in fresh])
            self._remember(fresh, self._survey)

    def _knows(self, path: str) -> bool:
        return path in self._drops or path in self._library.queue

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
        engine, gone = self._engine, tuple(paths)
        if engine is not None and gone:
            self._edits.submit(Job(lambda token: _forget(engine, gone), self._report))

    def note_removed(self, event: DocumentRemoved) -> None:
        """A replaced document went while a new one came."""
        self.said.emit(library_text.replaced(library_text.one_line(event.name)))

    # ---- what was left

    def _restore(self, event: object) -> None:
        if not isinstance(event, IntakeListed):
            self._report(event)
            return
        left = [entry for entry in event.entries if not self._knows(entry.path)]
        failed = [
            failed_row(entry.path, Path(entry.path).name, refusal(reason, entry.details, entry.path), reason)
            for entry in left
            if (reason := entry.reason or (CRASHED if entry.began >= _CRASHES else ""))
        ]
        self._library.show_failed(failed)
        waiting = [entry for entry in left if not entry.reason and entry.began < _CRASHES]
        if waiting:
            self._library.begin_all([queued_row(e.path, e.path, replaces=e.replaces) for e in waiting])
            self._drops |= {entry.path: _Drop(replaces=entry.replaces) for entry in waiting}
            self.said.emit(library_text.resumed(len(waiting)))
            self._survey(tuple(entry.path for entry in waiting))

    # ---- the ledger remembers a drop before anything else is done with it

    def _remember(self, paths: Sequence[str], then: Callable[[Sequence[str]], None]) -> None:
        engine = self._engine
        drops = {path: self._drops[path].replaces for path in paths}
        if engine is not None and drops:
            self._edits.submit(Job(lambda token: _queue(engine, drops), partial(self._go_on, tuple(paths), then)))

    def _go_on(self, paths: Sequence[str], then: Callable[[Sequence[str]], None], event: object) -> None:
        """Also where the ledger could not remember them: the work itself will say what is wrong."""
        if not isinstance(event, JobCancelled):
            then([path for path in paths if path in self._drops])

    # ---- what a drop means

    def _survey(self, paths: Sequence[str]) -> None:
        engine, wanted = self._engine, [Path(path) for path in paths]
        if engine is not None and wanted:
            deliver = partial(self._surveyed, paths)
            self._background.submit(Job(lambda token: engine.library.survey(wanted, token), deliver))

    def _surveyed(self, paths: Sequence[str], event: object) -> None:
        if isinstance(event, PathSurveyed) and event.path in self._drops:
            if event.is_folder:
                self._divide(event, self._drops[event.path])
            else:
                self._run([event.path])
        elif isinstance(event, JobFailed):
            for path in paths:
                if self._drops.pop(path, None):
                    self._library.fail(path, Path(path).name, errors.describe(event.error))

    def _divide(self, event: PathSurveyed, drop: _Drop) -> None:
        """The files of a folder, some at a time, in the place of its row."""
        fresh = [file for file in event.files if not self._knows(file)]
        drop.files += len(event.files)
        last = not event.files
        if last and not drop.files:
            self._library.fail(event.path, Path(event.path).name, errors.Sentence(text.NOTHING_FOUND), icon="folder")
        elif self._library.divide(event.path, [queued_row(file, file) for file in fresh], last=last):
            self._drops |= {file: _Drop(drop.password) for file in fresh}
            self._remember(fresh, self._run)
        if last:
            self.forget([event.path])

    def _run(self, paths: Sequence[str]) -> None:
        for path in paths:
            drop = self._drops.pop(path)
            work = partial(take_in, path, drop.password, drop.replaces)
            self._library.run_job(path, work, partial(self._library.apply, path))

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
