"""Built-in domain knowledge: entries written by us, each resting on a named rule, searched before anything else."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from engine.knowledge.store import KnowledgeBase, NewDocument
from engine.values import Chunk, Page, PageKind, Rung, Span

_A4_WIDTH_PT, _A4_HEIGHT_PT = 595.0, 842.0

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of domain knowledge; `basis` names the rule and article, `checked` (ISO date) when it was verified."""

    name: str
    text: str
    basis: str
    checked: str

    @property
    def page_text(self) -> str:
        """What is shown, searched and cited: name, text and basis, a line each."""
        return f"{self.name}\n{self.text}\n{self.basis}"

    @property
    def document_id(self) -> str:
        return hashlib.sha256(self.page_text.encode()).hexdigest()


def builtin_entries() -> tuple[Entry, ...]:
    """The entries that ship with the product, in the order of their file."""
    data = tomllib.loads(files("assets").joinpath("knowledge/retail_banking.toml").read_text(encoding="utf-8"))
    fields = ("name", "text", "basis", "checked")
    return tuple(Entry(*(entry[field].strip() for field in fields)) for entry in data["entry"])


def sync_builtin(knowledge: KnowledgeBase, embed: Callable[[Sequence[str]], FloatArray]) -> int:
    """Add entries that are new or changed, remove those that are gone; returns how many were added.

    An entry is known by the hash of its words, so that nothing is embedded when nothing changed. `embed` maps n
    passage texts to float32 (n, D), L2-normalized. Raises what `KnowledgeBase.add_document` raises.
    """
    entries = {entry.document_id: entry for entry in builtin_entries()}
    known = {document.document_id for document in knowledge.documents(Rung.BUILTIN)}
    new = [entry for document_id, entry in entries.items() if document_id not in known]
    if new:
        vectors = embed([entry.page_text for entry in new])
        for entry, vector in zip(new, vectors, strict=True):
            knowledge.add_document(_as_document(entry, vector))
    for document_id in known - entries.keys():
        knowledge.remove(document_id)
    return len(new)


def _as_document(entry: Entry, vector: FloatArray) -> NewDocument:
    """One page without places on it, one chunk; the original is the text itself."""
    text = entry.page_text
    lines = tuple(i for i in range(len(text)) if i == 0 or text[i - 1] == "\n")
    no_boxes = np.zeros((len(text), 4), "<f4").tobytes()
    page = Page(1, PageKind.TEXT, _A4_WIDTH_PT, _A4_HEIGHT_PT, text, no_boxes, lines)
    document_id = entry.document_id
    chunk = Chunk(f"{document_id}:1:0", document_id, 1, 0, text, (entry.name,), (Span(1, 0, len(text)),))
    return NewDocument(
        document_id=document_id,
        name=entry.name,
        title=entry.name,
        source_path="",
        rung=Rung.BUILTIN,
        original=text.encode(),
        pages=(page,),
        chunks=(chunk,),
        vectors=vector[np.newaxis],
    )
