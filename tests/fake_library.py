"""Parts of a scripted engine: removing that can be undone, the queue that is remembered, collections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.api import (
    CancelToken,
    DocumentIndexed,
    DocumentInfo,
    DocumentPartiallyIndexed,
    DocumentRemoved,
    PathSurveyed,
    Rejection,
    RequestRejected,
)
from engine.knowledge.collections import CollectionInfo
from engine.knowledge.intake import IntakeEntry

if TYPE_CHECKING:
    from tests.fakes import FakeEngine

NOON = "2026-11-22T12:00:00Z"


@dataclass
class FakeIntake:
    """What `Engine.library.intake` offers; `waiting` by path, in order."""

    waiting: dict[str, IntakeEntry] = field(default_factory=dict)

    def entries(self) -> tuple[IntakeEntry, ...]:
        return tuple(self.waiting.values())

    def queue(self, paths: Sequence[str], replaces: str = "") -> None:
        self.waiting |= {path: IntakeEntry(path, replaces) for path in paths}

    def begin(self, path: str) -> None:
        self._change(path, began=1)

    def settle(self, path: str) -> None:
        self._change(path, began=0)

    def fail(self, path: str, reason: str, details: Mapping[str, str | int | float]) -> None:
        self._change(path, reason=reason, details=dict(details), began=0)

    def forget(self, paths: Sequence[str]) -> None:
        for path in paths:
            self.waiting.pop(path, None)

    def _change(self, path: str, **changes: Any) -> None:
        if path in self.waiting:
            self.waiting[path] = replace(self.waiting[path], **changes)


class FakeLibrary:
    """What `Engine.library` offers, over the scripted engine's documents. `folders` are what a survey finds."""

    def __init__(self, engine: FakeEngine) -> None:
        self._engine = engine
        self.intake = FakeIntake()
        self.aside: dict[str, DocumentInfo] = {}
        self.folders: dict[str, tuple[str, ...]] = {}

    def set_aside(self, document_ids: Sequence[str]) -> tuple[DocumentRemoved, ...]:
        for key in document_ids:
            self.aside[key] = self._engine.holdings.pop(key)
        return tuple(DocumentRemoved(key, self.aside[key].name) for key in document_ids)

    def take(self, key: str) -> DocumentInfo:
        return self.aside.pop(key, None) or self._engine.holdings.pop(key)

    def bring_back(self, document_ids: Sequence[str]) -> tuple[str, ...]:
        for key in document_ids:
            self._engine.holdings[key] = self.aside.pop(key)
        return tuple(document_ids)

    def finish_removals(self, document_ids: Sequence[str]) -> None:
        for key in document_ids:
            self.aside.pop(key, None)

    def replace(self, document_id: str, path: Path, cancel: CancelToken, password: str = "") -> Iterator[object]:
        for event in self._engine.ingest([path], cancel, {path: password}):
            yield event
            done = isinstance(event, (DocumentIndexed, DocumentPartiallyIndexed))
            if done and event.document_id != document_id:
                yield DocumentRemoved(document_id, self._engine.holdings.pop(document_id).name)

    def survey(self, paths: Sequence[Path], cancel: CancelToken) -> Iterator[PathSurveyed]:
        for path in paths:
            files = self.folders.get(str(path))
            if files is None:
                yield PathSurveyed(str(path), (str(path),), is_folder=False)
                continue
            if files:
                yield PathSurveyed(str(path), files, is_folder=True)
            yield PathSurveyed(str(path), (), is_folder=True)


@dataclass
class FakeCollections:
    """What `Engine.collections` offers."""

    held: dict[str, CollectionInfo] = field(default_factory=dict)

    def all(self) -> tuple[CollectionInfo, ...]:
        return tuple(sorted(self.held.values(), key=lambda one: one.name))

    def create(self, name: str) -> CollectionInfo:
        if any(one.name == name for one in self.held.values()):
            raise RequestRejected(Rejection.COLLECTION_EXISTS, name=name)
        made = CollectionInfo(f"c{len(self.held)}", name, NOON, frozenset())
        self.held[made.collection_id] = made
        return made

    def rename(self, collection_id: str, name: str) -> None:
        self.held[collection_id] = replace(self.held[collection_id], name=name)

    def delete(self, collection_id: str) -> None:
        del self.held[collection_id]

    def add(self, collection_id: str, document_ids: Sequence[str]) -> None:
        self._set(collection_id, self.held[collection_id].document_ids | set(document_ids))

    def take_out(self, collection_id: str, document_ids: Sequence[str]) -> None:
        self._set(collection_id, self.held[collection_id].document_ids - set(document_ids))

    def _set(self, collection_id: str, document_ids: frozenset[str]) -> None:
        self.held[collection_id] = replace(self.held[collection_id], document_ids=document_ids)
