"""The status line never says that nothing leaves the machine while the bank's own server answers."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QMenu

from desktop.look import text
from desktop.main_window import MainWindow
from engine.api import ENDPOINT, ModelLoaded, ModelLoading, PackInfo
from tests.fakes import PACK


def test_the_badge_follows_the_model_that_answers(open_window, engine):
    window = open_window(engine)
    status = window._status
    assert status.badge.words == text.OFFLINE
    window.state.show_model(ModelLoading(ENDPOINT))
    assert status.badge.words == text.INTRANET and text.INTRANET_NOTE in status.badge.accessibleName()
    assert ENDPOINT not in status.engine_words
    window.state.show_model(ModelLoaded("bank-7b", ENDPOINT, 0.0))
    assert status.engine_words == "内网模型　bank-7b"
    window.state.show_model(ModelLoading(PACK))
    assert status.badge.words == text.OFFLINE


def test_a_server_chosen_before_shows_from_the_first_moment(application, theme, settings, engine):
    window = MainWindow(replace(settings, generator_pack=ENDPOINT), theme, lambda *_: engine)
    assert window._status.badge.words == text.INTRANET
    window.close()
    assert window.all_joined
    window.deleteLater()


def test_the_server_is_offered_by_its_model(open_window, engine, monkeypatch):
    server = PackInfo(ENDPOINT, "generator", "", "bank&7b", "", "", 0, "https://h/v1", False)
    monkeypatch.setattr(engine, "packs", lambda: (server,))
    monkeypatch.setattr(QMenu, "popup", lambda *_: None)
    window = open_window(engine)
    window.models.packs.set_engine(engine)
    button = window._status.pack_button
    button.open_menu()
    assert button.menu_shown is not None
    assert [action.text() for action in button.menu_shown.actions()][1:] == ["内网模型\tbank&&7b"]
