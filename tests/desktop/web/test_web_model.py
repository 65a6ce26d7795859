"""The switch of the web search, its key and the list of requests, over a scripted engine."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit

from desktop.look import web_text
from desktop.web.web_dialog import WebDialog
from engine.api import EnvironmentFault, Fault, OutboundRequest

SENT = OutboundRequest("2026-11-22T12:00:00Z", "search", "GET", "s.example", "https://s.example/?q=甲", "甲", True)


@pytest.fixture
def dialog(open_window, engine, theme, wait):
    window = open_window(engine)
    wait(lambda: window.models.web.facts)
    dialog = WebDialog(window, theme, window.models.web)
    dialog.open()
    wait(lambda: not window.models.web.busy)
    return dialog


def words(dialog: WebDialog) -> str:
    return "".join(shown.text() for shown in dialog.findChildren(QLabel) if shown.isVisible())


def test_what_policy_locks_off_says_so_and_cannot_be_switched(open_window, engine, theme, wait):
    engine.web.allowed = False
    window = open_window(engine)
    wait(lambda: window.models.web.facts)
    dialog = WebDialog(window, theme, window.models.web)
    dialog.open()
    wait(lambda: not window.models.web.busy)
    assert "/etc/jinpan/policy.toml" in words(dialog) and web_text.NO_REQUESTS in words(dialog)
    assert not dialog.panel.switch.isVisible() and not dialog.panel.key.isVisible()
    dialog.close()


def test_switching_on_is_shown_at_the_bottom_of_the_window(dialog, engine, wait):
    dialog.panel.switch.click()
    wait(lambda: engine.web.on and not dialog.panel._model.busy)
    assert dialog.panel.switch.isChecked()
    assert dialog.parent()._status.badge.words == web_text.ONLINE
    dialog.panel.switch.click()
    wait(lambda: not engine.web.on and not dialog.panel._model.busy)
    assert dialog.parent()._status.badge.words != web_text.ONLINE


def test_a_key_is_typed_blind_and_kept_for_the_provider_that_needs_one(dialog, engine, wait):
    assert not dialog.panel.key.isVisible()  # SearXNG needs none
    dialog.panel.choice.setCurrentIndex(1)
    dialog.panel.choice.activated.emit(1)
    wait(lambda: dialog.panel.key.isVisible() and not dialog.panel._model.busy)
    assert dialog.panel.key.echoMode() is QLineEdit.EchoMode.Password
    dialog.panel.key.setText("sk-1")
    dialog.panel._keep.click()
    wait(lambda: engine.web.keys == {"bocha"} and not dialog.panel._model.busy)
    assert dialog.panel.key.text() == "" and dialog.panel.forget.isVisible()
    dialog.panel.forget.click()
    wait(lambda: not engine.web.keys and not dialog.panel._model.busy)


def test_a_failure_is_told_and_the_switch_stays_as_it_is(dialog, engine, wait):
    engine.web.error = EnvironmentFault(Fault.WEB_NOT_ALLOWED, path="/etc/jinpan/policy.toml")
    dialog.panel.switch.click()
    wait(lambda: dialog.panel._model.problem)
    assert not dialog.panel.switch.isChecked() and dialog.panel._notice.isVisible()


def test_every_request_is_listed_word_for_word(dialog, engine, wait):
    engine.web.requests = (SENT,)
    dialog.panel._model.refresh()
    wait(lambda: dialog.panel.table.rowCount() == 1)
    cells = [dialog.panel.table.item(0, column).text() for column in range(dialog.panel.table.columnCount())]
    assert cells[1:] == ["检索", "s.example", "甲", "没有完成"]
