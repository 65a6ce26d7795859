"""Head office's knowledge packs: what is installed, and the jobs that install and remove them on the library's lane."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop import errors
from desktop.library.library_model import QUIET, LibraryModel
from desktop.library.taking_in import JobEnded
from desktop.look import knowledge_pack_text, text
from engine.api import (
    CancelToken,
    ChunksEmbedded,
    DocumentFailed,
    DocumentStarted,
    Engine,
    JobCancelled,
    JobFailed,
    KnowledgePackInstalled,
    PageParsed,
    PageRecognized,
)

if TYPE_CHECKING:
    from engine.api import KnowledgePackInfo

SUFFIX = ".jkp"
_ICON = "strata"


class KnowledgePackModel(QObject):
    """The installed packs and the last thing that happened to one, in words."""

    changed = Signal()

    def __init__(self, library: LibraryModel) -> None:
        super().__init__()
        self._library = library
        self._engine: Engine | None = None
        self._reading = ""  # the document of a pack that is being read
        self._removing: set[str] = set()
        self.packs: tuple[KnowledgePackInfo, ...] = ()
        self.message = ""
        self.problem: errors.Sentence | None = None

    def is_removing(self, pack: str) -> bool:
        return pack in self._removing

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine
        key = f"{QUIET}packs"
        self._library.run_job(key, _list, partial(self._apply, key, ""))

    def install(self, path: Path) -> None:
        """Install the pack in this file; its progress is a row of the library."""
        key = str(path)
        self._report("", None)
        self._library.begin(key, path.name, _ICON)
        self._library.run_job(key, partial(_install, path), partial(self._apply, key, path.name))

    def remove(self, pack: str) -> None:
        """Remove a pack with all its documents (the caller has asked)."""
        key = f"pack {pack}"
        self._removing.add(pack)
        self._report("", None)
        self._library.run_job(key, partial(_remove, pack), partial(self._apply, key, ""))

    def _apply(self, key: str, file_name: str, event: object) -> None:
        """Fold one event of the job `key` in; a job that installs has a `file_name`."""
        match event:
            case tuple():
                self.packs = event
                self._removing &= {pack.pack for pack in self.packs}
                self.changed.emit()
            case DocumentStarted():
                self._reading = event.name
                self._library.show_progress(key, knowledge_pack_text.pack_reading(event.name, 0, 0), 0, 1)
            case PageParsed() | PageRecognized():
                note = knowledge_pack_text.pack_reading(self._reading, event.page_no, event.page_count)
                self._library.show_progress(key, note, event.page_no, 2 * event.page_count)
            case ChunksEmbedded():
                note = text.vectors_progress(event.done, event.total)
                self._library.show_progress(key, note, event.total + event.done, 2 * event.total)
            case KnowledgePackInstalled():
                self._report(knowledge_pack_text.pack_installed(file_name, event.version, event.documents), None)
            case JobEnded() | JobCancelled():
                self._library.end(key)
            case JobFailed():
                self._fail(key, file_name, event)
            case DocumentFailed() | _:
                return  # a document that cannot be read is the job's failure, which follows

    def _fail(self, key: str, file_name: str, failure: JobFailed) -> None:
        sentence = errors.describe(failure.error)
        if file_name:
            self._library.fail(key, file_name, sentence, icon=_ICON)
        self._library.end(key)
        self._removing.clear()
        self._report("", sentence)

    def _report(self, message: str, problem: errors.Sentence | None) -> None:
        self.message, self.problem = message, problem
        self.changed.emit()


def _install(path: Path, engine: Engine, token: CancelToken) -> Iterator[object]:
    yield from engine.knowledge_packs.install(path, token)
    yield from _list(engine, token)


def _remove(pack: str, engine: Engine, token: CancelToken) -> Iterator[object]:
    engine.knowledge_packs.remove(pack)
    yield from _list(engine, token)


def _list(engine: Engine, token: CancelToken) -> Iterator[object]:
    yield engine.knowledge_packs.installed()
    yield JobEnded()
