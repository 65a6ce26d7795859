"""What the column at the left offers: everything, what is new, what is in trouble, collections, packs, folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from desktop.library.library_row import LibraryRow
from desktop.look import knowledge_pack_text, library_text, text

if TYPE_CHECKING:
    from desktop.library.watch_model import FolderRow
    from engine.api import CollectionInfo, KnowledgePackInfo

RECENT_DAYS = 7


class ShelfKind(StrEnum):
    EVERYTHING = "everything"
    RECENT = "recent"
    TROUBLE = "trouble"
    COLLECTION = "collection"
    PACK = "pack"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Shelf:
    """`key` names the collection, the pack or the folder."""

    kind: ShelfKind = ShelfKind.EVERYTHING
    key: str = ""


EVERYTHING = Shelf()
RECENT = Shelf(ShelfKind.RECENT)
TROUBLE = Shelf(ShelfKind.TROUBLE)


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A line of the column; a heading has no shelf. `count` is None where it says nothing."""

    name: str
    shelf: Shelf | None = None
    icon: str = ""
    count: int | None = None
    note: str = ""
    alarming: bool = False

    @property
    def spoken(self) -> str:
        count = "" if self.count is None else text.library_count(self.count)
        return text.spoken(self.name, count, self.note)


Belongs = Callable[[LibraryRow], bool]


def belongs(shelf: Shelf, members: frozenset[str] = frozenset()) -> Belongs:
    """Whether a row stands on the shelf; `members` are the documents of a collection."""
    match shelf.kind:
        case ShelfKind.RECENT:
            since = (datetime.now(UTC) - timedelta(days=RECENT_DAYS)).isoformat(timespec="seconds")
            return lambda row: row.info is None or (row.info.added_at >= since and not row.pack)
        case ShelfKind.TROUBLE:
            return lambda row: row.in_trouble
        case ShelfKind.COLLECTION:
            return lambda row: row.document_id in members
        case ShelfKind.PACK:
            return lambda row: row.pack == shelf.key
        case ShelfKind.FOLDER:
            below = shelf.key.rstrip(os.sep) + os.sep
            return lambda row: row.path.startswith(below) and not row.pack
        case _:
            return lambda row: True


def shelf_rows(
    rows: Sequence[LibraryRow],
    collections: Sequence[CollectionInfo],
    packs: Sequence[KnowledgePackInfo],
    folders: Sequence[FolderRow],
    away: frozenset[str],
) -> list[ShelfRow]:
    """The whole column. Folders in `away` cannot be reached at the moment."""

    def count(shelf: Shelf) -> int:
        return sum(map(belongs(shelf), rows))

    shown = {row.document_id for row in rows if row.document_id}
    failed = any(row.in_trouble and not row.document_id and not row.can_cancel for row in rows)
    column = [
        ShelfRow(library_text.EVERYTHING, EVERYTHING, "books", len(rows)),
        ShelfRow(library_text.RECENT, RECENT, "recent", count(RECENT)),
        ShelfRow(library_text.UNFINISHED, TROUBLE, "alert", count(TROUBLE), alarming=failed),
    ]
    if collections:
        column.append(ShelfRow(library_text.COLLECTIONS))
    for one in collections:
        shelf = Shelf(ShelfKind.COLLECTION, one.collection_id)
        column.append(ShelfRow(one.name, shelf, "collection", len(one.document_ids & shown)))
    if packs:
        column.append(ShelfRow(library_text.PACKS))
    for pack in packs:
        shelf = Shelf(ShelfKind.PACK, pack.pack)
        column.append(ShelfRow(pack.title, shelf, "strata", pack.documents, knowledge_pack_text.signed_by(pack.signer)))
    if folders:
        column.append(ShelfRow(library_text.FOLDERS))
    for folder in folders:
        shelf = Shelf(ShelfKind.FOLDER, folder.path)
        name = os.path.basename(folder.path.rstrip("/\\")) or folder.path  # noqa: PTH119  of a path of any system
        note = library_text.FOLDER_AWAY if folder.path in away else ""
        column.append(ShelfRow(library_text.one_line(name), shelf, "folder", count(shelf), note, bool(note)))
    return column
