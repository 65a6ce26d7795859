"""The models that the library's views are made with."""

from __future__ import annotations

from typing import Protocol

from desktop.library.collection_model import CollectionModel
from desktop.library.knowledge_pack_model import KnowledgePackModel
from desktop.library.library_model import LibraryModel
from desktop.library.page_accounts import PageAccounts
from desktop.library.removals import Removals
from desktop.library.watch_model import WatchModel


class LibraryModels(Protocol):
    """What `desktop.shell.models.Models` has of them."""

    library: LibraryModel
    removals: Removals
    collections: CollectionModel
    accounts: PageAccounts
    folders: WatchModel
    knowledge_packs: KnowledgePackModel
