"""Pictures of what an answer rests on, and of the windows beside the conversation."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QApplication, QWidget

from desktop.ask.turn import TurnState
from desktop.calculate.calculators_page import CalculatorsPage
from desktop.look.text import EXPORT_TITLE
from desktop.shell.places import Place
from desktop.writing.writing_page import WritingPage
from engine.api import AnswerWritten
from tests.desktop import proven
from tests.fake_parts import FakeWeb, FakeWriting
from tests.fakes import FakeEngine

if TYPE_CHECKING:
    from desktop.main_window import MainWindow

Page = TypeVar("Page", bound=QWidget)


PAINTING_S = 0.35


def settle(application: QApplication, until: Callable[[], bool] = lambda: True, seconds: float = 10.0) -> None:
    """Let the window work until `until` holds, then a moment longer for painting."""
    end = time.monotonic() + seconds
    while not until() and time.monotonic() < end:
        application.processEvents()
        time.sleep(0.005)
    end = time.monotonic() + PAINTING_S
    while time.monotonic() < end:
        application.processEvents()
        time.sleep(0.005)


class ProvenPictures:
    """A part of the photographer."""

    application: QApplication
    shoot: Callable[..., None]
    engine: Callable[..., FakeEngine]
    _ask: Callable[[MainWindow], None]
    _answer: Callable[[MainWindow], None]
    _dialog: Callable[[MainWindow, str], None]

    def _proven(self) -> None:
        """What issue an answer rests on: marks, ladder, conflicts, calculation, the web."""
        self.shoot("30_marked", self.engine(**proven.MARKED), self._answer)
        self.shoot("31_follow_up", self.engine(**proven.FOLLOW_UP), self._answer)
        self.shoot("32_edit_searched", self.engine(**proven.FOLLOW_UP), self._edit_searched)
        self.shoot("33_conflict", self.engine(**proven.CONFLICT), self._answer)
        self.shoot("34_calculation", self.engine(**proven.calculated()), self._answer)
        self.shoot("35_calculation_missing", self.engine(**proven.calculated(missing=True)), self._answer)
        self.shoot("36_web_consent", self.engine(**proven.CONSENT), self._answer)
        self.shoot("37_web_answer", self.engine(**proven.WEB), self._answer)
        self.shoot("38_web_address", self.engine(**proven.WEB), self._web_address)
        self.shoot("39_branches", self.engine(), self._branches)
        self.shoot("40_edit_question", self.engine(), self._edit_question)
        self.shoot("41_checking", self.engine(stop_after=AnswerWritten), self._checking)
        self.shoot("42_calculators", self.engine(), self._calculators)
        self.shoot("43_calculation_changed", self.engine(**proven.calculated()), self._calculation_changed)

        self.shoot("44_web_locked", self.engine(web=FakeWeb(allowed=False)), self._web)
        keyed = FakeWeb(on=True, provider="bocha", keys={"bocha"}, requests=proven.REQUESTS)
        self.shoot("45_web_settings", self.engine(web=keyed), self._web)

        self.shoot("46_writing", self.engine(writing=FakeWriting(proven.DRAFT)), self._drafting)
        self.shoot("47_editing", self.engine(writing=FakeWriting(proven.DRAFT)), self._editing)
        self.shoot("48_saved", self.engine(), lambda window: self._saving(window, "问答记录 2026-11-23.docx"))
        self.shoot("49_not_saved", self.engine(), lambda window: self._saving(window, "没有/问答记录 2026-11-23.docx"))

    def _saving(self, window: MainWindow, name: str) -> None:
        self._answer(window)
        turns = window.conversation.exported()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            window.exporter.save(path, lambda engine, to, token: engine.export(turns, to, EXPORT_TITLE, token))
            settle(self.application, window._banner.isVisible)

    def _editing(self, window: MainWindow) -> None:
        settle(self.application, lambda: window.engine_ready)
        dialog = self._page(window, Place.WRITING, WritingPage)
        dialog.write.click()
        settle(self.application, lambda: window.models.writing.finished is not None)
        dialog.edit.click()
        settle(self.application)

    def _drafting(self, window: MainWindow) -> None:
        settle(self.application, lambda: window.engine_ready)
        dialog = self._page(window, Place.WRITING, WritingPage)
        dialog.write.click()
        settle(self.application, lambda: window.models.writing.finished is not None)

    def _web(self, window: MainWindow) -> None:
        settle(self.application, lambda: window.models.web.facts is not None)
        window.open_web()
        settle(self.application, lambda: not window.models.web.busy)
        self._dialog(window, "44_web_locked_dialog" if not window._opener.engine.web.allowed else "45_web_dialog")  # type: ignore[union-attr]

    def _edit_searched(self, window: MainWindow) -> None:
        self._answer(window)
        window.conversation_view.views[-1].searched._pencil.click()
        settle(self.application)

    def _web_address(self, window: MainWindow) -> None:
        self._answer(window)
        card = window.conversation_view.views[-1].source_list.cards[0]
        assert card._address is not None
        card._address.click()
        self._dialog(window, "38_web_address_dialog")

    def _branches(self, window: MainWindow) -> None:
        self._answer(window)
        window.conversation.ask_again(0, "存款保险最高赔多少？外币存款怎么算？")
        settle(self.application, lambda: not window.conversation.busy)

    def _edit_question(self, window: MainWindow) -> None:
        self._answer(window)
        window.conversation_view.views[-1].bubble._pencil.click()
        settle(self.application)

    def _checking(self, window: MainWindow) -> None:
        self._ask(window)
        settle(self.application, lambda: window.conversation.turns[-1].state is TurnState.CHECKING)

    def _calculators(self, window: MainWindow) -> None:
        dialog = self._page(window, Place.CALCULATORS, CalculatorsPage)
        for name, value in proven.LOAN.items():
            dialog.form.row(name).editor.setText(value)  # type: ignore[union-attr]
            dialog.form.row(name).commit()
        dialog.outcome._toggle()
        settle(self.application)

    @staticmethod
    def _page(window: MainWindow, place: Place, kind: type[Page]) -> Page:
        window.show_place(place)
        page = window.pages.page(place)
        assert isinstance(page, kind)
        return page

    def _calculation_changed(self, window: MainWindow) -> None:
        self._answer(window)
        card = window.conversation_view.views[-1].calculation
        assert card is not None
        card.form.row("rate").editor.setText("40")  # type: ignore[union-attr]
        card.form.row("rate").commit()
        card.form.row("rate").editor.setText("3.5")  # type: ignore[union-attr]
        card.form.row("rate").commit()
        card.form.row("term_months").editor.setText("九年")  # type: ignore[union-attr]
        card.form.row("term_months").commit()
        card.result._toggle()
        settle(self.application)
