"""The AI label in copies, and the notice that an answer is not in the audit log yet."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from desktop.ask.answer_view import AnswerView
from desktop.look import audit_text, text
from engine.api import VISIBLE_LABEL, AuditMissed


@pytest.fixture
def answered(open_window: Any, settings: Any, wait: Any) -> Any:
    from tests.fakes import FakeEngine

    def answered(**script: Any) -> AnswerView:
        window = open_window(FakeEngine(settings, **script))
        window.conversation.ask("存款保险最高赔多少？")
        wait(lambda: window.conversation.turns and not window.conversation.busy)
        return window.conversation_view.views[-1]

    return answered


def test_a_copy_carries_the_label(answered: Any) -> None:
    answered().footer._copy.click()
    assert QGuiApplication.clipboard().text().endswith(VISIBLE_LABEL)


def test_what_no_model_wrote_carries_none() -> None:
    assert VISIBLE_LABEL not in text.copied_answer("2,135.08元", [], generated=False)


def test_an_answer_that_is_not_in_the_log_says_so(answered: Any) -> None:
    view = answered(shared_missed=(AuditMissed("disk_full"),))
    assert any(audit_text.MISSED in label.text() for label in view.findChildren(QLabel))
