"""Collections of documents: what there is, and the short jobs that change them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.jobs import Job, QueueLane
from desktop.library.library_model import LibraryModel
from engine.api import Engine, JobFailed

if TYPE_CHECKING:
    from engine.api import CollectionInfo


class CollectionModel(QObject):
    """Always as the ledger has them: read again after every change of them or of the library."""

    changed = Signal()
    made = Signal(str)  # the collection_id of a new one

    def __init__(self, library: LibraryModel, edits: QueueLane) -> None:
        super().__init__()
        self._library = library
        self._edits = edits
        self._engine: Engine | None = None
        self.collections: tuple[CollectionInfo, ...] = ()
        library.listed.connect(self.refresh)

    def set_engine(self, engine: Engine) -> None:
        self._engine = engine
        self.refresh()

    def members(self, collection_id: str) -> frozenset[str]:
        """The documents of a collection; none where there is no such collection."""
        found = (one.document_ids for one in self.collections if one.collection_id == collection_id)
        return next(found, frozenset())

    def of(self, document_id: str) -> list[CollectionInfo]:
        return [one for one in self.collections if document_id in one.document_ids]

    def refresh(self) -> None:
        self._submit(lambda engine: None)

    def create(self, name: str, document_ids: Sequence[str] = ()) -> None:
        def make(engine: Engine) -> str:
            made = engine.collections.create(name).collection_id
            engine.collections.add(made, document_ids)
            return made

        self._submit(make)

    def rename(self, collection_id: str, name: str) -> None:
        self._submit(lambda engine: engine.collections.rename(collection_id, name))

    def delete(self, collection_id: str) -> None:
        self._submit(lambda engine: engine.collections.delete(collection_id))

    def add(self, collection_id: str, document_ids: Sequence[str]) -> None:
        self._submit(lambda engine: engine.collections.add(collection_id, document_ids))

    def take_out(self, collection_id: str, document_ids: Sequence[str]) -> None:
        self._submit(lambda engine: engine.collections.take_out(collection_id, document_ids))

    def _submit(self, change: Callable[[Engine], str | None]) -> None:
        """`change` gives the collection_id of a new one."""
        engine = self._engine
        if engine is None:
            return

        def events() -> Iterator[object]:
            made = change(engine)
            yield engine.collections.all()
            if made:
                yield made

        self._edits.submit(Job(lambda token: events(), self._apply, must_finish=True))

    def _apply(self, event: object) -> None:
        if isinstance(event, tuple):
            self.collections = event
            self.changed.emit()
        elif isinstance(event, str):
            self.made.emit(event)
        elif isinstance(event, JobFailed):
            self._library.failed.emit(event)
