"""The ledger: an encrypted SQLite file (ChaCha20-Poly1305, every page sealed) that holds all that the user owns."""

from __future__ import annotations

import contextlib
import hashlib
import json
import queue
import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path

import apsw

from engine.errors import EnvironmentFault, Fault
from engine.knowledge import codec
from engine.knowledge.database import connect, database_faults
from engine.knowledge.home import Reserve
from engine.knowledge.rows import (
    ChunkRows,
    NewDocument,
    StoredChunk,
    chunk_row,
    document_info,
    hide,
    insert_document,
    insert_parts,
    leave_collections,
    page_of,
    page_row,
    replace,
    stored_chunk,
)
from engine.knowledge.schema import HIDDEN, STAGED, VISIBLE, VISIBLE_ONES, Connection, migrate
from engine.values import DocumentInfo, Page, PageAccount, PageKind, Rung

_ROWS_PER_STEP = 256
_PAGE_BYTES = 512  # SQLite's smallest; a shorter file counts as an empty, new one to it


def open_ledger(home: Path, key: bytes) -> Ledger:
    """Open or create a home's ledger, on a full disk with the reserve given up, so that something can be removed.

    A home that had a ledger never gets a new, empty one in its place. Raises as `Ledger`.
    """
    path = home / "ledger.db"
    had_one = any((home / name).exists() for name in ("reserve", "index", "index.sums"))
    if had_one and (not path.exists() or path.stat().st_size < _PAGE_BYTES):
        raise EnvironmentFault(Fault.LEDGER_DAMAGED, path=str(path))
    return Reserve(home).spend_on(lambda: Ledger(path, key))


class Ledger:
    """One writer at a time, readers beside it (WAL). Every method may be called from any thread."""

    def __init__(self, path: Path, key: bytes) -> None:
        """Open or create. Raises EnvironmentFault: LEDGER_DAMAGED, LEDGER_TOO_NEW, DISK_FULL, HOME_UNWRITABLE."""
        self._path = path
        self._key = key
        self._writing = threading.RLock()
        self._readers: queue.LifoQueue[Connection] = queue.LifoQueue()
        self._closed = False
        log = path.with_name(path.name + "-wal")
        logged = log.exists() and log.stat().st_size > 0
        size_bytes = path.stat().st_size if logged and path.exists() else 0
        with self._faults():
            self._writer = self._connect()
            self._writer.pragma("auto_vacuum", "INCREMENTAL")
            self._writer.pragma("journal_mode", "wal")
            if size_bytes:
                self._require_all_pages(size_bytes)
            migrate(self._writer, str(path))

    def _require_all_pages(self, size_bytes: int) -> None:
        """Raises EnvironmentFault LEDGER_DAMAGED when the file was cut short beside a write-ahead log.

        SQLite finds a cut file by itself but for this case: it takes the size from the log and reads zeros, which the
        cipher lets pass. Emptying the log leaves them as holes beyond the end that was found on opening.
        """
        self._checkpoint()
        page_bytes = int(self._writer.pragma("page_size"))
        count = int(self._writer.pragma("page_count"))
        with self._path.open("rb") as file:
            file.seek(size_bytes // page_bytes * page_bytes)
            new = file.read()
        pages = [new[start : start + page_bytes] for start in range(0, len(new), page_bytes)]
        if self._path.stat().st_size < count * page_bytes or any(not page.strip(b"\0") for page in pages):
            raise EnvironmentFault(Fault.LEDGER_DAMAGED, path=str(self._path))

    def _connect(self) -> Connection:
        return connect(self._path, self._key)

    def _faults(self) -> contextlib.AbstractContextManager[None]:
        return database_faults(self._path)

    @contextlib.contextmanager
    def writing(self) -> Generator[Connection]:
        """One transaction, for this class and the other tables' modules: on any exception nothing of it stays."""
        with self._writing, self._faults():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:  # SQLite rolls back by itself when the disk is full
                    self._writer.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def reading(self) -> Generator[Connection]:
        """A connection for reading, beside writers and other readers."""
        with self._faults():
            try:
                connection = self._readers.get_nowait()
            except queue.Empty:
                connection = self._connect()
            try:
                yield connection
            finally:
                self._readers.put(connection)
                if self._closed:
                    self._close_readers()

    def close(self) -> None:
        """Connections that are reading in other threads at this moment close when they are done."""
        with self._writing, self._faults():
            self._closed = True
            self._close_readers()
            self._writer.close()

    def _close_readers(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._readers.get_nowait().close()

    # ---- documents in

    def add(self, document: NewDocument, *, staged: bool = False) -> int:
        """Store a document whole in one transaction and hide one of the same id; returns the new document's number.

        A `staged` one hides none, and is neither shown nor indexed until its pack is switched on (`pack_records`).

        Raises EnvironmentFault DISK_FULL: nothing of it stays.
        """
        with self.writing() as db:
            if not staged:
                hide(db, document.document_id)
            if document.replaces:
                replace(db, document)
            number = insert_document(db, document, STAGED if staged else VISIBLE)
            insert_parts(db, "originals", number, document.original)
            insert_parts(db, "views", number, document.view)
            db.executemany(
                "INSERT INTO pages VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", (page_row(number, p) for p in document.pages)
            )
            pairs = zip(document.chunks, document.vectors, strict=True)
            db.executemany(
                "INSERT INTO chunks(number, chunk_id, page_no, ordinal, heading_path, spans, text, vector)"
                " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                (chunk_row(number, chunk, vector) for chunk, vector in pairs),
            )
        self._checkpoint()  # or the file would have to grow later, perhaps on a full disk while removing
        return number

    def take_back(self, number: int, replaced: str = "") -> None:
        """Undo `add`: hide the new document and show the ones it replaced, if those have not been purged yet."""
        with self.writing() as db:
            db.execute("UPDATE documents SET state = ? WHERE number = ?", (HIDDEN, number))
            db.execute(
                "UPDATE documents SET state = ? WHERE number = (SELECT max(old.number) FROM documents old"
                " JOIN documents new USING(document_id) WHERE new.number = ? AND old.number < new.number)",
                (VISIBLE, number),
            )
            db.execute(
                "UPDATE documents SET state = ? WHERE number = (SELECT max(number) FROM documents"
                " WHERE document_id = ? AND state = ?)",
                (VISIBLE, replaced, HIDDEN),
            )

    # ---- documents out

    def hide(self, document_ids: Iterable[str]) -> None:
        """From this commit on nothing of the documents is found or shown; `purge` erases them."""
        with self.writing() as db:
            for document_id in document_ids:
                hide(db, document_id)

    def hidden_numbers(self) -> list[int]:
        """Numbers of hidden documents whose rows still wait to be purged."""
        with self.reading() as db:
            return [number for (number,) in db.execute("SELECT number FROM documents WHERE state = ?", (HIDDEN,))]

    def purge(self, numbers: Iterable[int]) -> None:
        """Erase hidden documents' rows: overwritten with zeros, the file shrunk, the write-ahead log emptied.

        Goes in small steps, each a transaction, so that it needs little space; a crash between them is harmless
        because a document's own row goes last.
        """
        for number in numbers:
            self._purge(number)
        with self._writing, self._faults():
            self._shrink()

    def _purge(self, number: int) -> None:
        steps = (
            ("originals", "rowid", 1),
            ("views", "rowid", 1),
            ("pages", "rowid", _ROWS_PER_STEP),
            ("chunks", "row", _ROWS_PER_STEP),
        )
        with self._writing, self._faults():
            for table, key, count in steps:
                statement = (
                    f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE number = ? LIMIT {count})"
                )
                self._writer.execute(statement, (number,))
                while self._writer.changes():
                    self._checkpoint()
                    self._writer.execute(statement, (number,))
            self._writer.execute("DELETE FROM documents WHERE number = ? AND state = ?", (number, HIDDEN))
            leave_collections(self._writer)

    def _shrink(self) -> None:
        while int(self._writer.pragma("freelist_count")):
            self._writer.execute(f"PRAGMA incremental_vacuum({_ROWS_PER_STEP})").fetchall()
            self._checkpoint()
        self._checkpoint()

    def _checkpoint(self) -> None:
        # a reader in another thread may hold the log for longer than the timeout; the next checkpoint catches up
        with self._writing, self._faults(), contextlib.suppress(apsw.BusyError):
            self._writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

    # ---- documents shown

    def documents(
        self, document_id: str | None = None, rung: Rung | None = None, among: str = VISIBLE_ONES
    ) -> tuple[DocumentInfo, ...]:
        """The documents that fit, in the order in which they were added. `among` is here and below the view of them:
        `VISIBLE_ONES`, or `SNAPSHOTS`, the pages read on the web."""
        wanted = (document_id, document_id, rung, rung)
        with self.reading() as db:
            rows = db.execute(
                "SELECT document_id, name, status, rung, page_count, chunk_count, size_bytes, added_at, source_path,"
                " failures, format, family, version, superseded_by, pack, title"
                f" FROM {among} WHERE (? IS NULL OR document_id = ?) AND (? IS NULL OR rung = ?) ORDER BY number",
                wanted,
            ).fetchall()
        return tuple(document_info(row) for row in rows)

    def page(self, document_id: str, page_no: int, among: str = VISIBLE_ONES) -> Page | None:
        with self.reading() as db:
            row = db.execute(
                "SELECT page_no, kind, width_pt, height_pt, text, char_boxes, line_starts, p.reason"
                f" FROM pages p JOIN {among} USING(number) WHERE document_id = ? AND page_no = ?",
                (document_id, page_no),
            ).fetchone()
        return page_of(row) if row else None

    def page_texts(self, document_id: str, first: int, last: int, among: str = VISIBLE_ONES) -> list[tuple[int, str]]:
        """(page_no, text) of the pages from `first` to `last` without their boxes, in order."""
        with self.reading() as db:
            return db.execute(
                f"SELECT page_no, text FROM pages JOIN {among} USING(number)"
                " WHERE document_id = ? AND page_no BETWEEN ? AND ? ORDER BY page_no",
                (document_id, first, last),
            ).fetchall()

    def page_accounts(self, document_id: str, among: str = VISIBLE_ONES) -> tuple[PageAccount, ...]:
        with self.reading() as db:
            rows = db.execute(
                f"SELECT page_no, kind, length(text), reason FROM pages JOIN {among} USING(number)"
                " WHERE document_id = ? ORDER BY page_no",
                (document_id,),
            ).fetchall()
        return tuple(PageAccount(page_no, PageKind(kind), chars, reason) for page_no, kind, chars, reason in rows)

    def original(self, document_id: str, among: str = VISIBLE_ONES) -> bytes:
        """The file as it was taken in; empty if unknown.

        Held against its SHA-256: the cipher lets a page that was overwritten with zeros pass. Raises EnvironmentFault
        LEDGER_DAMAGED.
        """
        data = self._parts("originals", document_id, among)
        if data and hashlib.sha256(data).hexdigest() != document_id:
            raise EnvironmentFault(Fault.LEDGER_DAMAGED, path=str(self._path))
        return data

    def view(self, document_id: str, among: str = VISIBLE_ONES) -> bytes:
        """The PDF that pages are drawn from: the original itself unless another one is stored for it."""
        return self._parts("views", document_id, among) or self.original(document_id, among)

    def _parts(self, table: str, document_id: str, among: str) -> bytes:
        with self.reading() as db:
            parts = db.execute(
                f"SELECT bytes FROM {table} JOIN {among} USING(number) WHERE document_id = ? ORDER BY part",
                (document_id,),
            )
            return b"".join(part for (part,) in parts)

    # ---- chunks

    def chunk_counts(self) -> dict[int, int]:
        """How many chunks each visible document with chunks has, by number."""
        with self.reading() as db:
            return dict(db.execute("SELECT number, chunk_count FROM visible WHERE chunk_count > 0 ORDER BY number"))

    def dimension(self) -> int | None:
        """D of the stored vectors; None while there are none."""
        with self.reading() as db:
            row = db.execute("SELECT length(vector) / 2 FROM chunks JOIN visible USING(number) LIMIT 1").fetchone()
        return int(row[0]) if row else None

    def chunk_rows(self, numbers: Sequence[int]) -> ChunkRows | None:
        """The chunks of these documents for the index, in order; None if there are none that are visible."""
        with self.reading() as db:
            found = db.execute(
                "SELECT row, number, rung, text, vector FROM chunks JOIN visible USING(number)"
                " WHERE number IN (SELECT value FROM json_each(?)) ORDER BY row",
                (json.dumps(list(numbers)),),
            ).fetchall()
        if not found:
            return None
        rows, owners, rungs, texts, vectors = zip(*found, strict=True)
        matrix = codec.unpack_vectors(vectors)
        return ChunkRows(list(rows), list(owners), [Rung(rung) for rung in rungs], list(texts), matrix)

    def visible_chunks(self, rows: Sequence[int]) -> dict[int, StoredChunk]:
        """The chunks of these rows whose documents are visible at this moment, by row."""
        with self.reading() as db:
            found = db.execute(
                "SELECT row, chunk_id, document_id, page_no, ordinal, text, heading_path, spans, name, rung, vector,"
                " version, superseded_by <> '' FROM chunks JOIN visible USING(number)"
                " WHERE row IN (SELECT value FROM json_each(?))",
                (json.dumps(list(rows)),),
            ).fetchall()
        return {row[0]: stored_chunk(row) for row in found}

    def chunk_texts(self) -> Iterator[tuple[int, str]]:
        """(row, text) of every visible chunk, in order."""
        for number in self.chunk_counts():
            with self.reading() as db:
                yield from db.execute(
                    "SELECT row, text FROM chunks WHERE number = ? ORDER BY row", (number,)
                ).fetchall()

    # ---- which embedder made the vectors

    def embedder(self) -> str | None:
        """Fingerprint of the embedder of the stored vectors; None before the first document."""
        with self.reading() as db:
            row = db.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()
        return str(row[0]) if row else None

    def set_embedder(self, fingerprint: str, vectors: Sequence[tuple[int, bytes]] = ()) -> None:
        """Name the embedder; with `vectors`, pairs of row and packed vector, replace those in the same commit."""
        with self.writing() as db:
            db.executemany("UPDATE chunks SET vector = ? WHERE row = ?", ((data, row) for row, data in vectors))
            db.execute("INSERT OR REPLACE INTO meta VALUES('embedder', ?)", (fingerprint,))
            if vectors:  # what waits for its pack has vectors of the old one
                db.execute("UPDATE documents SET state = ? WHERE state = ?", (HIDDEN, STAGED))
