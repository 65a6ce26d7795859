"""The page in the real window over a scripted engine: keyboard, names, locks, what takes effect at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget

from desktop.look import preferences_text
from desktop.preferences import preferences_model
from desktop.preferences.preferences_page import PreferencesPage
from desktop.preferences.rows import SettingRow
from desktop.shell.places import Place
from desktop.shell.shortcuts import SHORTCUTS
from engine.api import OPTIONS, Lock, load_settings


@pytest.fixture
def window(open_window, engine, wait):
    window = open_window(engine)
    wait(lambda: window.engine_ready)
    window.show_place(Place.PREFERENCES)
    wait(lambda: window.models.preferences.sizes)
    yield window
    window._theme.choose("light")


@pytest.fixture
def page(window) -> PreferencesPage:
    return window.pages.page(Place.PREFERENCES)


def row(page: QWidget, name: str) -> SettingRow:
    return next(row for row in page.findChildren(SettingRow) if row.name == name)


def words(widget: QWidget) -> str:
    return "".join(shown.text() for shown in widget.findChildren(QLabel) if shown.isVisibleTo(widget))


def test_every_option_has_its_place_and_its_words(page) -> None:
    own = {row.name for row in page.findChildren(SettingRow)}
    elsewhere = {"generator_pack", "web_search", "web_provider"}  # a list of packs, the part of the web search
    assert own | elsewhere == set(OPTIONS) == set(preferences_text.TITLES) and not own & elsewhere


def test_the_theme_changes_at_once_and_is_remembered(window, page, settings, wait) -> None:
    control = row(page, "theme").control
    control.setFocus()
    QTest.keyClick(control, Qt.Key.Key_Down)
    QTest.keyClick(control, Qt.Key.Key_Down)
    assert window._theme.choice == "dark" and window._theme.tokens.dark
    wait(lambda: load_settings(settings.home).theme == "dark")


def test_values_are_those_of_the_setting_itself(page, wait, settings) -> None:
    control = row(page, "keep_history_months").control
    assert [control.itemData(index) for index in range(control.count())][:3] == [0, 1, 3]
    control.setCurrentIndex(2)
    control.activated.emit(2)
    wait(lambda: load_settings(settings.home).keep_history_months == 3)
    assert control.currentText() == "3 个月"


def test_a_value_from_the_administrators_file_is_shown_as_it_is(open_window, engine, wait, settings) -> None:
    (settings.home / "settings.toml").write_text("prefix_memory_mb = 700\n", encoding="utf-8")
    engine.settings = load_settings(settings.home)
    window = open_window(engine)
    wait(lambda: window.engine_ready)
    window.show_place(Place.PREFERENCES)
    assert row(window, "prefix_memory_mb").control.currentText() == "700 MB"


def test_what_policy_fixes_is_disabled_with_the_reason_in_words(window, page, wait, monkeypatch) -> None:
    locks = {"threads": Lock.FIXED, "feedback_consent": Lock.FIXED, "generator_pack": Lock.FIXED}
    monkeypatch.setattr(preferences_model, "locked", lambda settings: locks)
    window.models.preferences.refresh()
    wait(lambda: "threads" in window.models.preferences.locks)
    for name in ("threads", "feedback_consent"):
        locked = row(page, name)
        assert not locked.control.isEnabled() and preferences_text.lock_reason(Lock.FIXED) in words(locked)
        assert "管理策略" in locked.control.accessibleDescription()
    assert row(page, "device").control.isEnabled()
    packs = page.groups[0].packs
    wait(lambda: "管理策略" in words(packs))
    assert not any(b.isEnabled() for b in packs.findChildren(QAbstractButton) if b.isVisibleTo(packs))


def test_another_pack_is_one_press_away(window, page, engine, wait) -> None:
    packs = page.groups[0].packs
    button = next(b for b in packs.findChildren(QAbstractButton) if "0.5b" in b.accessibleName())
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    wait(lambda: engine.pack_name == "qwen2.5-coder-0.5b-instruct-int8")
    wait(lambda: not any("0.5b" in b.accessibleName() for b in packs.findChildren(QAbstractButton) if b.isVisible()))


def test_history_is_deleted_only_after_a_question(window, page, engine, wait) -> None:
    privacy = page.groups[3]
    privacy.delete.click()
    assert privacy.question.isVisibleTo(page)
    privacy.question.no.click()
    assert not privacy.question.isVisibleTo(page)
    privacy.delete.click()
    privacy.question.yes.click()
    assert preferences_text.DELETED in words(privacy)
    wait(lambda: "delete" in engine.history.calls)


def test_shortcuts_come_from_the_one_table(page) -> None:
    shown = words(page.groups[-1])
    assert all(each.words in shown and each.shown in shown for each in SHORTCUTS)


def test_every_control_has_a_name_and_is_reached_by_tab(page) -> None:
    controls = [w for kind in (QAbstractButton, QComboBox, QLineEdit) for w in page.findChildren(kind)]
    controls = [w for w in controls if w.isVisibleTo(page)]
    assert len(controls) > 20
    for control in controls:
        assert control.accessibleName() or getattr(control, "text", str)(), control
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.accessibleName()


@pytest.mark.parametrize("size", [(560, 380), (1024, 600), (2560, 1440)])
def test_nothing_is_wider_than_the_page(window, page, application, size) -> None:
    window.resize(*size)
    application.processEvents()
    assert page._canvas.width() <= page._area.viewport().width()
    for group in page.groups:
        page.go_to(group)
