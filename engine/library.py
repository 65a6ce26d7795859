"""What the library offers beside taking in and erasing: removing that can be undone, replacing, looking at a drop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Rejection, RequestRejected
from engine.events import DocumentIndexed, DocumentPartiallyIndexed, DocumentRemoved, PathSurveyed
from engine.ingestion.files import find_documents
from engine.knowledge.intake import IntakeRecords

if TYPE_CHECKING:
    from engine.auditing import Audit
    from engine.ingestion.pipeline import IngestEvent, Ingestor
    from engine.knowledge.store import KnowledgeBase

_SURVEY_BATCH = 200


class LibraryControl:
    """`Engine.library`. `set_aside`, `bring_back`, `survey` and `intake` work in any thread beside a library job."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        audit: Audit,
        ingestor: Callable[[], Ingestor],
        forget: Callable[[], None],
    ) -> None:
        """`forget` drops what a model has read."""
        self._knowledge = knowledge
        self._audit = audit
        self._ingestor = ingestor
        self._forget = forget

    @property
    def intake(self) -> IntakeRecords:
        """What waits to be taken in, or failed to: `entries`, `queue`, `begin`, `settle`, `fail`, `forget`."""
        return self._knowledge.intake

    def set_aside(self, document_ids: Sequence[str]) -> tuple[DocumentRemoved, ...]:
        """Remove documents so that it can be undone: nothing of them is found or shown from now on.

        `finish_removals` makes it final, as does the end of the program. Those that went meanwhile are left out.

        Raises RequestRejected (document_of_pack) before anything is removed.
        """
        present = [document_id for document_id in document_ids if self._knowledge.has(document_id)]
        require_own(self._knowledge, present)
        return self._knowledge.set_aside(present)

    def remove(self, document_ids: Sequence[str], cancel: CancelToken) -> Iterator[DocumentRemoved]:
        """`Engine.remove`: also what was set aside."""
        require_own(self._knowledge, document_ids)
        cancel.raise_if_cancelled()
        try:
            removed = self._knowledge.remove_all(document_ids)
        finally:
            self._erase_traces(document_ids)
        yield from removed

    def finish_removals(self, document_ids: Sequence[str]) -> None:
        """Make final what of these was set aside and not undone; a full disk puts it off to the next start."""
        wanted = set(document_ids)
        left = [document_id for document_id in self._knowledge.set_aside_ids() if document_id in wanted]
        try:
            for _ in self.remove(left, CancelToken()) if left else ():
                pass
        except EnvironmentFault as fault:
            self._audit.miss(fault)

    def _erase_traces(self, document_ids: Sequence[str]) -> None:
        """Nothing that was said out of a document outlives it."""
        try:
            self._audit.erase_documents(document_ids)
            self._knowledge.feedback.erase_documents(document_ids)
            self._knowledge.conversations.erase_documents(document_ids)
        finally:
            self._forget()

    def bring_back(self, document_ids: Sequence[str]) -> tuple[str, ...]:
        """Undo `set_aside`; returns the document_ids that are shown again. Nothing is read or embedded anew."""
        return self._knowledge.bring_back(document_ids)

    def replace(
        self, document_id: str, path: Path, cancel: CancelToken, password: str = ""
    ) -> Iterator[IngestEvent | DocumentRemoved]:
        """Take in a file in the place of a document: that goes, with all its traces, in the step in which the new one
        is stored, which takes its place in the collections. Where the new one fails the old one stays.

        Raises RequestRejected (document_unknown, document_of_pack), and as `Engine.ingest`.
        """
        require_own(self._knowledge, [document_id])
        before = self._knowledge.own_document(document_id)
        passwords = {path: password} if password else None
        stored = ""
        for event in self._ingestor().ingest([path], cancel, passwords, replaces=document_id):
            if isinstance(event, (DocumentIndexed, DocumentPartiallyIndexed)):
                stored = event.document_id
            yield event
        if stored and stored != document_id:
            if self._knowledge.has(document_id):  # the new one was in the library already
                self._knowledge.collections.follow(document_id, stored)
                self._knowledge.remove(document_id)
            self._erase_traces([document_id])
            yield DocumentRemoved(document_id, before.name)

    def survey(self, paths: Sequence[Path], cancel: CancelToken) -> Iterator[PathSurveyed]:
        """What a drop means, path by path: a file is itself, a folder the documents in it, some hundred at a time.

        Raises Cancelled.
        """
        for path in paths:
            if not path.is_dir():
                yield PathSurveyed(str(path), (str(path),), is_folder=False)
                continue
            files = find_documents([path])
            while batch := tuple(str(file) for file in islice(files, _SURVEY_BATCH)):
                cancel.raise_if_cancelled()
                yield PathSurveyed(str(path), batch, is_folder=True)
            yield PathSurveyed(str(path), (), is_folder=True)


def require_own(knowledge: KnowledgeBase, document_ids: Sequence[str]) -> None:
    """Raises RequestRejected DOCUMENT_UNKNOWN, or DOCUMENT_OF_PACK for what goes with its knowledge pack only."""
    for document_id in document_ids:
        if pack := knowledge.pack_of(document_id):
            raise RequestRejected(Rejection.DOCUMENT_OF_PACK, document_id=document_id, pack=pack)
