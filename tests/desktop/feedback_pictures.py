"""Pictures of what people say of answers, and of the audit log: thumbs, panel, window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

from desktop.audit.audit_dialog import AuditDialog
from desktop.feedback.feedback_bar import FeedbackBar
from desktop.feedback.feedback_panel import FeedbackPanel
from desktop.look.theme import Theme
from engine.api import Feedback, FeedbackConsent, Thumb
from tests.desktop.proven_pictures import settle

if TYPE_CHECKING:
    from desktop.main_window import MainWindow
    from tests.fakes import FakeEngine

COMMENT = "没有说明理财产品和存款的区别，客户常问。"


class FeedbackPictures:
    """Part of the photographer."""

    application: QApplication
    theme: Theme
    keep: Callable[[QWidget, str], None]
    shoot: Callable[[str, FakeEngine, Callable[[MainWindow], None]], None]
    engine: Callable[..., FakeEngine]
    _answer: Callable[[MainWindow], None]

    def _feedback(self) -> None:
        self.shoot("50_thumbs", self.engine(), self._thumbs)
        self.shoot("51_feedback_first", self.engine(), self._first_panel)
        agreed = self.engine()
        agreed.feedback.agreed = FeedbackConsent(asked=True, given=True)
        self.shoot("52_feedback_filled", agreed, self._filled_panel)
        self.shoot("53_feedback_stored", self.engine(), self._stored)
        self.shoot("54_audit", self.engine(), self._audit)

    def _thumbs(self, window: MainWindow) -> None:
        self._answer(window)
        bar = _bar(window)
        bar.thumbs[Thumb.UP].click()
        self._show_foot(window)

    def _first_panel(self, window: MainWindow) -> None:
        self._answer(window)
        _bar(window).thumbs[Thumb.DOWN].click()
        self._show_foot(window)

    def _filled_panel(self, window: MainWindow) -> None:
        self._first_panel(window)
        panel = window.findChild(FeedbackPanel)
        assert panel is not None
        panel.scale.choose(4)
        for chip in panel.chips[1:4:2]:
            chip.click()
        panel.comment.setPlainText(COMMENT)
        panel.rewrite.click()
        panel.better.setPlainText(panel.better.toPlainText()[:90])
        self._show_foot(window)

    def _stored(self, window: MainWindow) -> None:
        self._answer(window)
        begun: Feedback = _bar(window).begin()
        window.models.feedback.put(replace(begun, thumb=Thumb.DOWN, score=4, comment=COMMENT))
        self._show_foot(window)

    def _audit(self, window: MainWindow) -> None:
        """A dialog is a window of its own: it is photographed beside its parent's picture."""
        dialog = AuditDialog(window, self.theme, window.models.audit)
        dialog.open()
        settle(self.application, lambda: bool(window.models.audit.entries))
        dialog.table.selectRow(0)
        dialog.verify.click()
        settle(self.application, lambda: window.models.audit.report is not None)
        self.keep(dialog, "54_audit_dialog")
        dialog.close()

    def _show_foot(self, window: MainWindow) -> None:
        settle(self.application)
        bar = window.conversation_view._scroll.verticalScrollBar()
        bar.setValue(bar.maximum())
        settle(self.application)


def _bar(window: MainWindow) -> FeedbackBar:
    return window.conversation_view.views[-1].findChildren(FeedbackBar)[0]
