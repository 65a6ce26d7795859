"""Built-in domain knowledge: the knowledge pack that ships with the program, kept in step with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cancel import CancelToken
from engine.ingestion.knowledge_packs import KnowledgePacks, PackEvent
from engine.ingestion.pipeline import Ingestor
from engine.knowledge.pack_file import PackFile
from engine.values import BUILTIN_PACK, Rung

if TYPE_CHECKING:
    from engine.knowledge.store import KnowledgeBase

FOLDER = Path(__file__).parents[2] / "assets" / "knowledge"


def sync_builtin(knowledge: KnowledgeBase, ingestor: Ingestor, cancel: CancelToken) -> Iterator[PackEvent]:
    """Install the pack that ships where it is not what is installed; nothing is done when nothing changed.

    The public key lies beside the pack: whoever can change the program's own files can change more than this.

    Raises what `KnowledgePacks.install` raises.
    """
    path, trusted = FOLDER / f"{BUILTIN_PACK}.jkp", (FOLDER / f"{BUILTIN_PACK}.key").read_text(encoding="ascii").strip()
    with PackFile.open(path, {trusted}) as file:
        shipped = {document.sha256 for document in file.manifest.documents}
    for document in knowledge.documents(Rung.BUILTIN):
        if not document.pack:  # from before it was a pack
            knowledge.remove(document.document_id)
    if knowledge.pack_documents(BUILTIN_PACK) != shipped:
        yield from KnowledgePacks(knowledge, lambda: ingestor, own_key=trusted).install(path, cancel)
