"""`jinpan start`: packs and samples first, then the window, or without a display an answer in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop import cli, cli_start
from engine import api
from engine.api import (
    EnvironmentFault,
    Fault,
)
from tests.scripted import Run, ScriptedEngine

pytestmark = pytest.mark.usefixtures("scripted")


@pytest.fixture
def headless(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a display")


@needs_linux
@pytest.mark.usefixtures("headless")
def test_the_window_without_a_display_is_an_environment_fault(run: Run) -> None:
    code, records = run()
    assert code == 4 and records[0]["code"] == "display_missing" and "图形界面" in records[0]["message"]


@needs_linux
@pytest.mark.usefixtures("headless")
def test_headless_start_takes_the_samples_once_and_answers(
    home: Path, run: Run, scripted: type[ScriptedEngine], packs: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = (Path("示例.pdf"),)
    monkeypatch.setattr(api, "sample_documents", lambda: samples)
    code, records = run("start")
    assert code == 0 and [name for name, _ in packs] == ["甲", "丙"]
    assert scripted.opened[0].ingested == [*samples] and records[-1]["kind"] == "answer_finished"
    run("start")
    assert scripted.opened[1].ingested == [] and len(scripted.opened[1].requests) == 1


@needs_linux
@pytest.mark.usefixtures("headless", "packs")
def test_headless_start_without_keyring_and_terminal_leaves_nothing(
    home: Path, run: Run, scripted: type[ScriptedEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = scripted.open

    def open_elsewhere(settings: api.Settings, passphrase: Callable[[bool], str], _: object = None) -> ScriptedEngine:
        if settings.home == home:
            raise EnvironmentFault(Fault.KEYRING_UNUSABLE, reason="no keyring and no terminal")
        assert len(passphrase(True)) >= 32
        return really_open(settings, passphrase)

    monkeypatch.setattr(scripted, "open", open_elsewhere)
    monkeypatch.setenv("JINPAN_PACKS", "/set by start, restored by the test")
    code, records = run("start")
    assert code == 0 and records[-1]["kind"] == "answer_finished"
    assert not scripted.opened[0].settings.home.parent.exists() and not list(home.iterdir())


@pytest.mark.usefixtures("packs")
def test_start_takes_the_samples_before_the_window_and_leaves_them_to_it_without_a_keyring(
    scripted: type[ScriptedEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = (Path("示例.pdf"),)
    shown: list[tuple[Path, ...]] = []
    monkeypatch.setattr(api, "sample_documents", lambda: samples)
    monkeypatch.setattr(cli_start, "display_fault", lambda: None)
    app = SimpleNamespace(run_window=lambda _, documents: shown.append(documents) or 0)
    monkeypatch.setitem(sys.modules, "desktop.app", app)
    scripted.fault = EnvironmentFault(Fault.KEYRING_UNUSABLE, reason="x")
    assert cli.main(["start"]) == 0 and shown.pop() == samples
    scripted.fault = None
    assert cli.main(["start"]) == 0 and shown.pop() == () and scripted.opened[0].ingested == [*samples]
    assert cli.main(["start"]) == 0 and len(scripted.opened) == 1, "a second start goes straight to the window"


@needs_linux
def test_a_dead_display_is_no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    for display in (":4711", "nonsense", ":"):
        monkeypatch.setenv("DISPLAY", display)
        fault = cli_start.display_fault()
        assert fault is not None and fault.code == "display_missing"
