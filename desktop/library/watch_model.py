"""Folders that the library is kept in step with: a timer looks, and what has changed is done on the library's lane."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.library.library_model import QUIET, LibraryModel
from desktop.library.taking_in import JobEnded
from engine.api import CancelToken, Engine, FolderSynced, FolderUnreachable, JobCancelled, JobFailed

LOOK_EVERY_MS = 30_000
Outcome = FolderSynced | FolderUnreachable
Work = Callable[[Engine, CancelToken], Iterator[object]]


@dataclass(frozen=True, slots=True)
class FolderRow:
    """A folder and how the last look at it ended; None before the first."""

    path: str
    last: Outcome | None = None


@dataclass(frozen=True, slots=True)
class FoldersListed:
    paths: tuple[str, ...]


class WatchModel(QObject):
    """The watched folders. When the user stops the work, the timer waits until asked to go on."""

    changed = Signal()
    failed = Signal(object)  # JobFailed

    def __init__(self, library: LibraryModel) -> None:
        super().__init__()
        self._library = library
        self._engine: Engine | None = None
        self._last: dict[str, Outcome | None] = {}
        self._jobs = 0  # begun so far
        self._running = 0
        self.paused = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look_again)

    @property
    def rows(self) -> tuple[FolderRow, ...]:
        return tuple(FolderRow(path, last) for path, last in self._last.items())

    @property
    def busy(self) -> bool:
        return self._running > 0

    def set_engine(self, engine: Engine) -> None:
        """Catch up with what happened while the program was closed, then look now and then."""
        self._engine = engine
        self.look()
        self._timer.start()

    def stop(self) -> None:
        """Look no more: the window closes."""
        self._timer.stop()

    def look(self) -> None:
        """Bring the library in step with all folders now."""
        self.paused = False
        self._begin(_sync)

    def look_again(self) -> None:
        """Bring the library in step if anything has changed, unless the user has stopped it."""
        if not self.paused and not self.busy:
            unreachable = {row.path for row in self.rows if isinstance(row.last, FolderUnreachable)}
            self._begin(partial(_sync_if_needed, unreachable))

    def add(self, path: Path) -> None:
        self.paused = False
        self._begin(partial(_add, path))

    def remove(self, path: str, *, keep_documents: bool) -> None:
        self._begin(partial(_remove, Path(path), keep_documents))

    def _begin(self, work: Work) -> None:
        """Each piece of work has a key of its own, so that none takes another's place."""
        self._jobs += 1
        self._running += 1
        key = f"{QUIET}{self._jobs}"
        self._library.run_job(key, work, partial(self._apply, key))
        self.changed.emit()

    def _apply(self, key: str, event: object) -> None:
        match event:
            case FoldersListed():
                self._last = {path: self._last.get(path) for path in event.paths}
            case FolderSynced() | FolderUnreachable():
                self._last[event.path] = event
            case JobEnded() | JobCancelled() | JobFailed():
                self._running -= 1
                self.paused = self.paused or isinstance(event, JobCancelled)
                self._library.end(key)
                if isinstance(event, JobFailed):
                    self.failed.emit(event)
            case _:
                self._library.apply(key, event)
                return
        self.changed.emit()


def _sync(engine: Engine, token: CancelToken) -> Iterator[object]:
    yield _listed(engine)
    yield from engine.watching.sync(token)
    yield JobEnded()


def _sync_if_needed(unreachable: set[str], engine: Engine, token: CancelToken) -> Iterator[object]:
    folders = _listed(engine)
    gone = {path for path in folders.paths if not Path(path).is_dir()}
    yield folders
    if gone != unreachable or engine.watching.changed():
        yield from engine.watching.sync(token)
    yield JobEnded()


def _add(path: Path, engine: Engine, token: CancelToken) -> Iterator[object]:
    engine.watching.add(path)
    yield from _sync(engine, token)


def _remove(path: Path, keep_documents: bool, engine: Engine, token: CancelToken) -> Iterator[object]:
    yield from engine.watching.remove(path, keep_documents)
    yield _listed(engine)
    yield JobEnded()


def _listed(engine: Engine) -> FoldersListed:
    return FoldersListed(tuple(folder.path for folder in engine.watching.folders()))
