"""Pictures of the library: shelves, a document and its versions, what failed, what was removed, work in progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from desktop.shell.places import Place
from engine.api import DocumentStarted, PageRecognized
from tests.desktop.proven_pictures import settle
from tests.fakes import FakeEngine, document_id

if TYPE_CHECKING:
    from desktop.main_window import MainWindow

OLD, PRESENT = "存款保险业务操作规程(2019-06-01).pdf", "存款保险业务操作规程(2024-03-01).pdf"
PARTIAL, OF_PACK = "个人客户信息保护管理办法(2023-11-20).pdf", "人民币收付业务管理规定.docx"


class LibraryPictures:
    """Part of the photographer."""

    application: QApplication
    shoot: Callable[[str, FakeEngine, Callable[[MainWindow], None]], None]
    engine: Callable[..., FakeEngine]
    _ingesting_engine: Callable[[], FakeEngine]
    _ingesting: Callable[[MainWindow], None]
    keep: Callable[[QWidget, str], None]

    def _library(self) -> None:
        self.shoot("2_library", self._shelves(self.engine()), self._open_library)
        self.shoot("14_document", self._shelves(self.engine()), lambda window: self._explain(window, OLD))
        self.shoot("15_partial", self._shelves(self.engine()), lambda window: self._explain(window, PARTIAL))
        self.shoot("16_of_pack", self.engine(), lambda window: self._explain(window, OF_PACK))
        self.shoot("24_installing", self.engine(), self._installing)
        self.shoot("25_recognizing", self.engine(), self._recognizing)
        self.shoot("7_ingesting", self._ingesting_engine(), self._working)
        self.shoot("8_remove", self.engine(), self._removing)
        self.shoot("100_strip", self._ingesting_engine(), self._ingesting)
        self.shoot("101_several", self._shelves(self.engine()), self._several)
        self.shoot("102_failed", self._ingesting_engine(), self._failed)
        self.shoot("103_empty_library", self.engine(holdings={}), self._open_empty)
        self.shoot("104_library_and_page", self._shelves(self.engine()), self._open_beside)

    def _shelves(self, engine: FakeEngine) -> FakeEngine:
        counter = engine.collections.create("柜面业务").collection_id
        engine.collections.create("反洗钱与客户身份识别")
        engine.collections.add(counter, [document_id(PRESENT), document_id("网点柜面服务手册.pdf")])
        engine.watching.paths = ["/资料/网点共享/制度"]
        for name in (OLD, PRESENT):
            key = document_id(name)
            engine.holdings[key] = replace(engine.holdings[key], family="规程", title="存款保险业务操作规程")
        return engine

    def _open_library(self, window: MainWindow) -> None:
        window.show_place(Place.LIBRARY)
        settle(self.application, lambda: window.library_view.shelf_model.rowCount() > 0)
        settle(self.application, lambda: window.library_view.shelves.rows[0].count == window.library.rowCount())

    def _open_empty(self, window: MainWindow) -> None:
        window.library.hide([row.document_id for row in window.library.rows])
        window.show_place(Place.LIBRARY)
        settle(self.application, lambda: window.library_view.shelves.rows[0].count == 0)

    def _explain(self, window: MainWindow, name: str) -> None:
        self._open_library(window)
        row = next(row for row in window.library.rows if row.name == name)
        place = window.library_view.shelf_model.place_of(row.key)
        window.library_view.list.setCurrentIndex(place)
        account = window.library_view.card
        settle(self.application, lambda: not row.document_id or bool(account._account.text()))

    def _open_beside(self, window: MainWindow) -> None:
        self._explain(window, PRESENT)
        window.library_view.card.open_wanted.emit(window.library_view.list.chosen[0])
        settle(self.application, lambda: window.page_view.canvas.shown is not None)

    def _installing(self, window: MainWindow) -> None:
        window._opener.engine.kb.held = True  # type: ignore[union-attr]
        window.take_in([Path("/总行/反洗钱-1.0.jkp")])
        self._open_library(window)

    def _recognizing(self, window: MainWindow) -> None:
        path = "/新文件/信贷档案扫描件.pdf"
        self._open_library(window)
        window.library.apply(path, DocumentStarted(path, "信贷档案扫描件.pdf"))
        window.library.apply(path, PageRecognized(path, 3, 20))
        settle(self.application)

    def _working(self, window: MainWindow) -> None:
        self._ingesting(window)
        self._open_library(window)

    def _removing(self, window: MainWindow) -> None:
        self._open_library(window)
        window.library_view.list.button_pressed.emit(window.library_view.shelf_model.rows[0])
        settle(self.application)

    def _several(self, window: MainWindow) -> None:
        self._open_library(window)
        window.library_view.list.selectAll()
        settle(self.application)

    def _failed(self, window: MainWindow) -> None:
        self._working(window)
        window.library_view.show_trouble()
        row = next(row for row in window.library.rows if row.reason == "no_text")
        window.library_view.list.setCurrentIndex(window.library_view.shelf_model.place_of(row.key))
        settle(self.application)
