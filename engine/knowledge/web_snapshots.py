"""Pages read on the web, kept in the ledger so that a citation can be opened: by their id, for a while.

They are documents without chunks in a state of their own: not listed, not searched, not in the index.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from engine.knowledge.ledger import Ledger
from engine.knowledge.rows import NewDocument, insert_document, insert_parts, page_row
from engine.knowledge.schema import HIDDEN, SNAPSHOT
from engine.values import DocumentFormat, Page, Rung, WebPage

KEPT_DAYS = 30
MOST_KEPT = 200


class WebSnapshots:
    """Writes them and lets the old ones go. Any thread."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def keep(
        self,
        document_id: str,
        original: bytes,
        view: bytes,
        document_format: DocumentFormat,
        pages: Sequence[Page],
        web: WebPage,
    ) -> None:
        """Store one in the place of an older one of the same bytes, and let go of those that are too old or too many.

        Raises EnvironmentFault DISK_FULL: nothing of it stays.
        """
        document = NewDocument(
            document_id,
            web.title,
            web.title,
            web.url,
            Rung.WEB,
            original,
            pages,
            (),
            np.zeros((0, 0), np.float32),
            format=document_format,
            view=view,
        )
        with self._ledger.writing() as db:
            db.execute(
                "UPDATE documents SET state = ? WHERE state = ? AND document_id = ?", (HIDDEN, SNAPSHOT, document_id)
            )
            number = insert_document(db, document, SNAPSHOT)
            insert_parts(db, "originals", number, original)
            insert_parts(db, "views", number, view)
            db.executemany("INSERT INTO pages VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", (page_row(number, p) for p in pages))
        self.purge()

    def purge(self, kept_days: int = KEPT_DAYS, most: int = MOST_KEPT) -> None:
        """Erase those that are older than `kept_days`, and the oldest of those beyond `most`; 0 erases all."""
        before = (datetime.now(UTC) - timedelta(days=kept_days)).isoformat(timespec="seconds")
        with self._ledger.writing() as db:
            db.execute(
                "UPDATE documents SET state = ? WHERE state = ? AND (added_at < ? OR number NOT IN"
                " (SELECT number FROM documents WHERE state = ? ORDER BY number DESC LIMIT ?))",
                (HIDDEN, SNAPSHOT, before, SNAPSHOT, most),
            )
            gone = [
                number
                for (number,) in db.execute(
                    "SELECT number FROM documents WHERE state = ? AND rung = ?", (HIDDEN, Rung.WEB)
                )
            ]
        if gone:
            self._ledger.purge(gone)
