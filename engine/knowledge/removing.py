"""How documents leave a knowledge base: set aside where it may be undone, then erased with every trace of them."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path

from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.events import DocumentRemoved, IndexRebuilding, IndexRebuilt
from engine.knowledge.audit import AuditLog
from engine.knowledge.holdings import Holdings
from engine.knowledge.home import Reserve
from engine.knowledge.keeper import IndexKeeper
from engine.knowledge.ledger import Ledger
from engine.knowledge.schema import REMOVED, VISIBLE


class Removing(Holdings):
    """Writers wait for one another; `_batches` counts those that erase together at their end."""

    def __init__(self, home: Path, ledger: Ledger, keeper: IndexKeeper, audit: AuditLog) -> None:
        super().__init__(ledger)
        self.audit = audit
        self._keeper = keeper
        self._reserve = Reserve(home)
        self._writing = threading.RLock()
        self._batches = 0
        self.left_over = self.set_aside_ids()  # set aside when the program ended: to be erased

    def remove(self, document_id: str) -> DocumentRemoved:
        """As `remove_all` of one document."""
        return self.remove_all([document_id])[0]

    def remove_all(self, document_ids: Sequence[str]) -> tuple[DocumentRemoved, ...]:
        """Remove documents and every trace of them; from the first moment on none of them is answered from.

        One transaction, one new index; also on a full disk. Raises RequestRejected DOCUMENT_UNKNOWN before all that.
        """
        with self._writing:
            removed = self._named(document_ids)
            self._reserve.spend_on(lambda: self._ledger.hide([document.document_id for document in removed]))
            self.audit.documents_removed([document.document_id for document in removed])
            if not self._batches:
                self._erase_hidden()
                self._reserve.keep()
                self.audit.catch_up()
        return removed

    @contextlib.contextmanager
    def batch(self) -> Generator[None]:
        """Within it what is removed or replaced is hidden at once and erased at the end in one rewrite of the index."""
        self._batches += 1
        try:
            yield
        finally:
            self._batches -= 1
            with self._writing:
                if not self._batches and self._ledger.hidden_numbers():
                    self._erase_hidden()
                    self._reserve.keep()

    # ---- with a way back

    def set_aside(self, document_ids: Sequence[str]) -> tuple[DocumentRemoved, ...]:
        """From this moment on nothing of the documents is found or shown; nothing is erased yet: `bring_back` undoes
        it, `remove_all` makes it final. Also on a full disk.

        Raises RequestRejected DOCUMENT_UNKNOWN before anything is changed.
        """
        removed = self._named(document_ids)
        self._reserve.spend_on(lambda: self._change_state([d.document_id for d in removed], VISIBLE, REMOVED))
        return removed

    def bring_back(self, document_ids: Sequence[str]) -> tuple[str, ...]:
        """Show documents again that were set aside, as they were; returns which. One that has been taken in once more
        or erased meanwhile is left as it is."""
        with self._writing:
            brought = self._change_state(document_ids, REMOVED, VISIBLE)
            if self._keeper.prepared:
                self._keeper.bring_in_step()
        return brought

    def set_aside_ids(self) -> tuple[str, ...]:
        """The documents that are set aside and not erased yet."""
        with self._ledger.reading() as db:
            found = db.execute("SELECT document_id FROM documents WHERE state = ? ORDER BY number", (REMOVED,))
            return tuple(document_id for (document_id,) in found)

    def pack_of(self, document_id: str) -> str:
        """The knowledge pack of a document that is shown or set aside, empty for the branch's own.

        Raises RequestRejected DOCUMENT_UNKNOWN.
        """
        return self._fact("pack", document_id)

    def _named(self, document_ids: Sequence[str]) -> tuple[DocumentRemoved, ...]:
        return tuple(DocumentRemoved(key, self._fact("name", key)) for key in dict.fromkeys(document_ids))

    def _fact(self, column: str, document_id: str) -> str:
        with self._ledger.reading() as db:
            row = db.execute(
                f"SELECT {column} FROM documents WHERE document_id = ? AND state IN (?, ?) ORDER BY state LIMIT 1",
                (document_id, VISIBLE, REMOVED),
            ).fetchone()
        if row is None:
            raise RequestRejected(Rejection.DOCUMENT_UNKNOWN, document_id=document_id)
        return str(row[0])

    def _change_state(self, document_ids: Sequence[str], before: int, after: int) -> tuple[str, ...]:
        """Documents that are in state `before`, and not also in `after`; returns their document_ids."""
        with self._ledger.writing() as db:
            rows = db.execute(
                "UPDATE documents SET state = ? WHERE state = ? AND document_id IN (SELECT value FROM json_each(?))"
                " AND document_id NOT IN (SELECT document_id FROM documents WHERE state = ?) RETURNING document_id",
                (after, before, json.dumps(list(document_ids)), after),
            ).fetchall()
        return tuple(document_id for (document_id,) in rows)

    # ---- inside; all of it under `_writing`

    def _prepare(self) -> None:
        for _ in self._preparing():
            pass

    def _preparing(self) -> Iterator[IndexRebuilding | IndexRebuilt]:
        if not self._keeper.prepared:
            yield from self._keeper.prepare()
            self.web_snapshots.purge()
            self._finish_removals()

    def _finish_removals(self) -> None:
        """Erase what is hidden: from the index first, so that a crash in between is seen and finished on opening."""
        numbers = self._ledger.hidden_numbers()
        if numbers:
            self._keeper.delete(numbers)
            self._ledger.purge(numbers)

    def _erase_hidden(self) -> None:
        """Also on a full disk: the index is derived, so it may give its space back and be made again when needed."""
        try:
            self._reserve.spend_on(lambda: (self._prepare(), self._finish_removals()))
        except EnvironmentFault as fault:
            if fault.code != Fault.DISK_FULL:
                raise
            self._keeper.drop()
            self._ledger.purge(self._ledger.hidden_numbers())
