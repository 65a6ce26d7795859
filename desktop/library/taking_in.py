"""The jobs that take files in, on worker threads; the ledger remembers each file until it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.library.library_row import FOLDER_GONE
from engine.api import (
    CancelToken,
    DocumentFailed,
    DocumentFault,
    DocumentIndexed,
    DocumentInfo,
    DocumentPartiallyIndexed,
    Engine,
)

if TYPE_CHECKING:
    from engine.api import IntakeEntry


@dataclass(frozen=True, slots=True)
class JobEnded:
    """The last event of an ingestion that was neither cancelled nor failed."""


@dataclass(frozen=True, slots=True)
class DocumentsListed:
    """What the ledger holds, oldest first, and the titles of the knowledge packs by name."""

    documents: tuple[DocumentInfo, ...]
    pack_titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class IntakeListed:
    """What was not done when the program ended, in order."""

    entries: tuple[IntakeEntry, ...]


def take_in(path: str, password: str, replaces: str, engine: Engine, token: CancelToken) -> Iterator[object]:
    """Take in one file, or in the place of a document. Whatever ends this but a crash leaves the file waiting again."""
    intake = engine.library.intake
    intake.begin(path)
    file = Path(path)
    settled = False
    try:
        if replaces:
            events = engine.library.replace(replaces, file, token, password)
        else:
            events = engine.ingest([file], token, {file: password} if password else None)
        for event in events:
            if isinstance(event, DocumentFailed):
                event = _with_folder(event)
                intake.fail(path, event.reason, dict(event.details))
                settled = True
            elif isinstance(event, (DocumentIndexed, DocumentPartiallyIndexed)):
                intake.forget([path])
                settled = True
            yield event
        if not settled:  # a folder without documents
            intake.forget([path])
            settled = True
        yield JobEnded()
    finally:
        if not settled:
            intake.settle(path)


def _with_folder(event: DocumentFailed) -> DocumentFailed:
    """A file that is gone together with its folder stands on a drive that was pulled out."""
    if event.reason != DocumentFault.VANISHED or Path(event.path).parent.is_dir():
        return event
    return DocumentFailed(event.path, event.document_id, event.name, event.seconds, FOLDER_GONE, event.details)


def list_documents(engine: Engine) -> Iterator[DocumentsListed]:
    titles = {pack.pack: pack.title for pack in engine.knowledge_packs.installed()}
    yield DocumentsListed(engine.documents(), titles)


def list_intake(engine: Engine) -> Iterator[IntakeListed]:
    yield IntakeListed(engine.library.intake.entries())
