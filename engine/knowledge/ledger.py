"""The ledger: an encrypted SQLite file that holds all that the user owns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.values import Chunk, Page, PageFailure, Rung


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A parsed and embedded document, ready to be stored whole.

    `vectors` is float32 (len(chunks), D), L2-normalized; row i belongs to `chunks[i]`. `title` is the document's own
    title where it has one, else its name. Partly readable documents carry `failures`.
    """

    document_id: str
    name: str
    title: str
    source_path: str
    rung: Rung
    original: bytes
    pages: Sequence[Page]
    chunks: Sequence[Chunk]
    vectors: NDArray[np.float32]
    failures: tuple[PageFailure, ...] = ()
