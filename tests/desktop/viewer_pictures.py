"""Pictures of the viewer: the next citation, a search, the whole page, the menu and the dialog of the original."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from desktop.viewer.originals import OpenOriginalDialog
from desktop.viewer.zoom import Fit, Zoom
from tests.desktop.proven_pictures import settle
from tests.fakes import FakeEngine

if TYPE_CHECKING:
    from desktop.main_window import MainWindow


class ViewerPictures:
    """Part of the photographer."""

    application: QApplication
    shoot: Callable[[str, FakeEngine, Callable[[MainWindow], None]], None]
    engine: Callable[..., FakeEngine]
    _source: Callable[[MainWindow], None]
    _dialog: Callable[[MainWindow, str], None]
    keep: Callable[[QWidget, str], None]

    def _viewer(self) -> None:
        self.shoot("90_next_citation", self.engine(), self._next_citation)
        self.shoot("91_search", self.engine(), self._search)
        self.shoot("92_many_hits", self.engine(), self._many)
        self.shoot("93_nothing_found", self.engine(), lambda window: self._find(window, "贷款"))
        self.shoot("94_whole_page", self.engine(), self._whole_page)
        self.shoot("95_original_menu", self.engine(), self._menu_of_original)
        self.shoot("96_open_original", self.engine(), self._open_original)
        self.shoot("97_original_gone", self.engine(), self._original_gone)

    def _next_citation(self, window: MainWindow) -> None:
        self._source(window)
        window.page_view.step_citation(1)
        settle(self.application, lambda: window.page_view.canvas.shown.page.page_no == 2)  # type: ignore[union-attr]

    def _find(self, window: MainWindow, words: str) -> None:
        self._source(window)
        view = window.page_view
        view.open_search()
        view.search_bar.edit.setText(words)
        view.search_bar.typed.emit(words)
        settle(self.application, lambda: not view.search.searching)
        settle(self.application, lambda: not view.search.hits or bool(view.canvas.hit_boxes(0)))

    def _search(self, window: MainWindow) -> None:
        self._find(window, "限额")

    def _many(self, window: MainWindow) -> None:
        settle(self.application, lambda: window.page_view.pictures._engine is not None)
        window.page_view.pictures._engine.viewing.more = True  # type: ignore[union-attr]
        self._find(window, "存款")

    def _whole_page(self, window: MainWindow) -> None:
        self._source(window)
        window.page_view.set_zoom(Zoom(Fit.PAGE))
        settle(self.application, seconds=0.5)

    def _menu_of_original(self, window: MainWindow) -> None:
        """The menu is a window of its own: it is photographed beside its parent's picture."""
        self._source(window)
        window.page_view._header.more.click()
        settle(self.application)
        menu = window.page_view._header.menu_shown
        assert menu is not None
        self.keep(menu, "95_original_menu_menu")
        menu.close()

    def _open_original(self, window: MainWindow) -> None:
        window.page_view.pictures._engine.viewing.path = "/资料/制度/2024/存款保险业务操作规程(2024-03-01).pdf"  # type: ignore[union-attr]
        self._source(window)
        window.page_view._header.open_wanted.emit()
        settle(self.application, lambda: bool(window.findChildren(OpenOriginalDialog)))
        self._dialog(window, "96_open_original_dialog")

    def _original_gone(self, window: MainWindow) -> None:
        self._source(window)
        window.page_view._header.open_wanted.emit()
        settle(self.application, lambda: window.page_view._notice.isVisible())
