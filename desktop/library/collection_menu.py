"""The collections as a menu for documents that are chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu

from desktop.library.collection_model import CollectionModel
from desktop.look import library_text


def fill_collections(
    menu: QMenu, collections: CollectionModel, document_ids: Sequence[str], make: Callable[[tuple[str, ...]], None]
) -> None:
    """A tick where all of them are in a collection; choosing it again takes them out. `make` a new one with them."""
    for one in collections.collections:
        action = menu.addAction(one.name.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(one.document_ids.issuperset(document_ids))
        change = collections.take_out if action.isChecked() else collections.add
        action.triggered.connect(lambda _=False, key=one.collection_id, change=change: change(key, document_ids))
    if collections.collections:
        menu.addSeparator()
    menu.addAction(library_text.NEW_COLLECTION).triggered.connect(lambda: make(tuple(document_ids)))
