"""Head office: a home's documents as a collection that branches search where it lies, on object storage or a share.

Everything of a published state carries the state's name, and the table `collection`, replaced last and in one step,
names the state that is current: a branch sees all of the new one or all of the old one. What was published before is
deleted at the end, so that what is no longer published does not stay.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from engine.knowledge.index_table import IndexTable, create_table, index_faults, lancedb, pyarrow
from engine.knowledge.keys import SubKeys
from engine.knowledge.ledger import Ledger
from engine.knowledge.sealing import CollectionKey, Sealer, pack_chunk, pack_info, pack_page
from engine.knowledge.shared_place import (
    CURRENT,
    FORMAT,
    INFO,
    PAGE,
    PARTS_COLUMNS,
    TEXT_COLUMNS,
    VIEW,
    connect,
    current_table,
    part_place,
    text_place,
)
from engine.policy import SharedPolicy
from engine.values import DocumentInfo

_CHUNKS_AT_A_TIME = 4000
_PART_BYTES = 1024 * 1024
_ROWS_AT_A_TIME = 64


def publish(
    ledger: Ledger,
    documents: Sequence[DocumentInfo],
    policy: SharedPolicy,
    key: CollectionKey,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> str:
    """Write a home's documents to where `policy` says, encrypted under `key`; returns the new state's name.

    One publisher at a time. `on_progress` is told documents done and in all; it may raise to stop, which leaves what
    was published before as it was.

    Raises: IndexDamaged when the place cannot be written.
    """
    generation = secrets.token_hex(8)
    database = connect(policy, key)
    sealer = Sealer(key.key, generation)
    numbers = _numbers(ledger, documents)
    with index_faults(policy.location):
        texts = database.create_table(f"texts_{generation}", schema=pyarrow().schema(TEXT_COLUMNS))
        parts = database.create_table(f"parts_{generation}", schema=pyarrow().schema(PARTS_COLUMNS))
    dimension = ledger.dimension() or 1
    index = _new_index(database, generation, key, dimension, policy.location)
    for batch in _batches([info.chunk_count for info in documents]):
        _add_chunks(ledger, [numbers[documents[i].document_id] for i in batch], index, texts, sealer)
        for i in batch:
            _add_parts(ledger, documents[i], numbers[documents[i].document_id], parts, sealer)
        on_progress(batch[-1] + 1, len(documents))
    with index_faults(policy.location):
        for table in (texts, parts):
            table.create_index(table.schema.names[0], config=lancedb().index.BTree())
            table.optimize()
    index.merge()
    index.make_vector_index()
    _switch(database, ledger, policy, key, generation, dimension)
    return generation


def _new_index(database: Any, generation: str, key: CollectionKey, dimension: int, place: str) -> IndexTable:
    with index_faults(place):
        table = create_table(database, f"chunks_{generation}", dimension)
    return IndexTable(table, SubKeys.derive(key.key), dimension, place)


def _numbers(ledger: Ledger, documents: Sequence[DocumentInfo]) -> dict[str, int]:
    wanted = json.dumps([info.document_id for info in documents])
    with ledger.reading() as db:
        rows = db.execute(
            "SELECT document_id, number FROM visible WHERE document_id IN (SELECT value FROM json_each(?))", (wanted,)
        )
        return dict(rows.fetchall())


def _batches(counts: Sequence[int]) -> Iterator[list[int]]:
    """Positions of documents of together some thousand chunks."""
    batch: list[int] = []
    chunks = 0
    for position, count in enumerate(counts):
        batch.append(position)
        chunks += count
        if chunks >= _CHUNKS_AT_A_TIME:
            yield batch
            batch, chunks = [], 0
    if batch:
        yield batch


def _add_chunks(ledger: Ledger, numbers: list[int], index: IndexTable, texts: Any, sealer: Sealer) -> None:
    chunks = ledger.chunk_rows(numbers)
    if chunks is None:
        return
    index.add(chunks)
    stored = ledger.visible_chunks(chunks.rows)
    sealed = [sealer.seal(text_place(row), pack_chunk(chunk)) for row, chunk in stored.items()]
    _add(texts, TEXT_COLUMNS, [list(stored), sealed])


def _add_parts(ledger: Ledger, info: DocumentInfo, number: int, parts: Any, sealer: Sealer) -> None:
    rows: list[tuple[int, int, int, bytes]] = []

    def flush() -> None:
        if rows:
            _add(parts, PARTS_COLUMNS, [list(column) for column in zip(*rows, strict=True)])
            rows.clear()

    for kind, part, data in _parts(ledger, info, number):
        rows.append((number, kind, part, sealer.seal(part_place(number, kind, part), data)))
        if len(rows) >= _ROWS_AT_A_TIME:
            flush()
    flush()


def _parts(ledger: Ledger, info: DocumentInfo, number: int) -> Iterator[tuple[int, int, bytes]]:
    """(kind, number of the piece, bytes) of a document: what the library, a citation and a page view need of it."""
    yield INFO, 0, pack_info(info)
    with ledger.reading() as db:
        pages = db.execute(
            "SELECT page_no, kind, width_pt, height_pt, text, char_boxes, line_starts, reason FROM pages"
            " WHERE number = ? ORDER BY page_no",
            (number,),
        )
        for page in pages:
            yield PAGE, page[0], pack_page(page)
    view = ledger.view(info.document_id)
    for part, start in enumerate(range(0, len(view), _PART_BYTES)):
        yield VIEW, part, view[start : start + _PART_BYTES]


def _add(table: Any, columns: Sequence[tuple[str, str]], values: list[list[Any]]) -> None:
    pa = pyarrow()
    table.add(pa.table(values, schema=pa.schema(columns)))


def _switch(
    database: Any, ledger: Ledger, policy: SharedPolicy, key: CollectionKey, generation: str, dimension: int
) -> None:
    """Name the new state as current, and delete the others."""
    description = {
        "name": policy.name,
        "embedder": ledger.embedder() or "",
        "dimension": dimension,
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    sealed = Sealer(key.key, generation).seal(CURRENT, json.dumps(description, ensure_ascii=False).encode())
    pa = pyarrow()
    values = pa.table({"format": pa.array([FORMAT], pa.int64()), "generation": [generation], "sealed": [sealed]})
    with index_faults(policy.location):
        if current_table(database) is None:
            database.create_table(CURRENT, data=values)
        else:
            database.create_table(CURRENT, data=values, mode="overwrite")
        for name in database.list_tables().tables:
            if name != CURRENT and not name.endswith(f"_{generation}"):
                database.drop_table(name)
