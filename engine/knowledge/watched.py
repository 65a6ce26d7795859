"""Watched folders in the ledger: which folders are kept in step, and what became of each of their files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from engine.knowledge.ledger import Ledger


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """`added_at` is ISO 8601, UTC."""

    path: str
    added_at: str


@dataclass(frozen=True, slots=True)
class WatchedFile:
    """A file as it was when it was last looked at. `changed_ns` is its time of modification since 1970.

    `document_id` is what is in the library for it, empty if nothing is; `reason` is a DocumentFault code when the
    file in this state could not be taken in.
    """

    path: str
    folder: str
    size_bytes: int
    changed_ns: int
    document_id: str
    reason: str = ""


class WatchedRecords:
    """Reads and writes the ledger's tables `watched_folders` and `watched_files`. Any thread."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def folders(self) -> tuple[WatchedFolder, ...]:
        with self._ledger.reading() as db:
            rows = db.execute("SELECT path, added_at FROM watched_folders ORDER BY path").fetchall()
        return tuple(WatchedFolder(*row) for row in rows)

    def add_folder(self, path: str, replaced: tuple[str, ...] = ()) -> None:
        """Watch a folder; it takes over the files of `replaced`, watched folders within it."""
        with self._ledger.writing() as db:
            added_at = datetime.now(UTC).isoformat(timespec="seconds")
            db.execute("INSERT OR IGNORE INTO watched_folders VALUES(?, ?)", (path, added_at))
            for inner in replaced:
                db.execute("UPDATE watched_files SET folder = ? WHERE folder = ?", (path, inner))
                db.execute("DELETE FROM watched_folders WHERE path = ?", (inner,))

    def remove_folder(self, path: str) -> None:
        with self._ledger.writing() as db:
            db.execute("DELETE FROM watched_files WHERE folder = ?", (path,))
            db.execute("DELETE FROM watched_folders WHERE path = ?", (path,))

    def files(self, folder: str) -> dict[str, WatchedFile]:
        """The files of a folder by path."""
        with self._ledger.reading() as db:
            rows = db.execute(
                "SELECT path, folder, size_bytes, changed_ns, document_id, reason FROM watched_files WHERE folder = ?",
                (folder,),
            ).fetchall()
        return {row[0]: WatchedFile(*row) for row in rows}

    def record(self, file: WatchedFile) -> None:
        """Remember a file's state in place of what was known of it."""
        values = (file.path, file.folder, file.size_bytes, file.changed_ns, file.document_id, file.reason)
        with self._ledger.writing() as db:
            db.execute("INSERT OR REPLACE INTO watched_files VALUES(?, ?, ?, ?, ?, ?)", values)

    def forget(self, paths: list[str]) -> None:
        with self._ledger.writing() as db:
            db.executemany("DELETE FROM watched_files WHERE path = ?", ((path,) for path in paths))

    def paths_of(self, document_id: str) -> set[str]:
        """The watched files that hold this document."""
        with self._ledger.reading() as db:
            rows = db.execute("SELECT path FROM watched_files WHERE document_id = ?", (document_id,)).fetchall()
        return {path for (path,) in rows}
