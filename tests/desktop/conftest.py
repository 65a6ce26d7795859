"""One QApplication, and no Qt warning goes unnoticed: a test during which Qt complains fails."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # for tests.fakes, however pytest was started

from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from desktop import cli
from desktop.app import make_application
from desktop.look.theme import Theme
from desktop.main_window import MainWindow
from engine import api
from engine.api import (
    CancelToken,
    EnvironmentFault,
    Fault,
    PackBuilt,
    PackInfo,
    PackProgress,
    Settings,
    load_settings,
)
from tests.fakes import FakeEngine
from tests.scripted import Run, ScriptedEngine

WAIT_S = 10.0
OFFSCREEN_LIMIT = "This plugin does not support "  # said of every window with a minimum size, and of menus
Wait = Callable[[Callable[[], object]], None]


@pytest.fixture(autouse=True)
def no_qt_warnings() -> Iterator[None]:
    messages: list[str] = []

    def collect(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if message.startswith(OFFSCREEN_LIMIT):
            return
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg):
            messages.append(f"{kind.name}: {message}")

    previous = qInstallMessageHandler(collect)
    yield
    qInstallMessageHandler(previous)
    assert not messages, messages


@pytest.fixture(scope="session")
def application() -> QApplication:
    return make_application()


@pytest.fixture(scope="session")
def theme(application: QApplication) -> Theme:
    return Theme(application, "light")


@pytest.fixture
def wait(application: QApplication) -> Wait:
    """Process events until the condition holds; fail after ten seconds."""

    def until(condition: Callable[[], object]) -> None:
        end = time.monotonic() + WAIT_S
        while not condition():
            assert time.monotonic() < end, "timed out"
            application.processEvents()
            time.sleep(0.001)

    return until


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(tmp_path)


@pytest.fixture
def engine(settings: Settings) -> FakeEngine:
    return FakeEngine(settings)


@pytest.fixture
def open_window(application: QApplication, theme: Theme, settings: Settings) -> Iterator[Callable[..., MainWindow]]:
    """Shows a window over a scripted engine, or over what opens one; at the end each is closed and leaves no thread."""
    windows: list[MainWindow] = []

    def show(engine: FakeEngine | Callable[..., FakeEngine]) -> MainWindow:
        opening = (lambda *_: engine) if isinstance(engine, FakeEngine) else engine
        window = MainWindow(settings, theme, opening)  # type: ignore[arg-type]
        window.show()
        windows.append(window)
        return window

    yield show
    for window in windows:
        window.close()
        assert window.all_joined
        delete(window)


def delete(window: MainWindow) -> None:
    """Delete now: windows that pile up make every change of theme slower."""
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


# ---- the command line


@pytest.fixture
def scripted(home: Path, monkeypatch: pytest.MonkeyPatch) -> type[ScriptedEngine]:
    class Fresh(ScriptedEngine):
        opened: ClassVar[list[ScriptedEngine]] = []

    monkeypatch.setattr(api, "Engine", Fresh)
    return Fresh


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `jinpan --json …`; returns the exit code and the records."""

    def run(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
        code = cli.main(["--json", *arguments])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


@pytest.fixture
def packs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Scripted packs; returns the calls that build them."""
    calls: list[tuple[Any, ...]] = []

    def build(_: api.Settings, name: str, weights: Path | None, cancel: CancelToken) -> Iterator[object]:
        calls.append((name, weights))
        yield PackProgress(name, "download", 5, 10)
        yield PackBuilt(name, f"/packs/{name}", 10, 2.0)

    def build_from(_: api.Settings, *arguments: Any, chat_template: Path | None) -> Iterator[object]:
        calls.append((*arguments[:-1], chat_template))
        yield PackBuilt("乙", "/packs/乙", 10, 2.0)

    def verify(_: api.Settings, name: str) -> object:
        if name == "坏包":
            raise EnvironmentFault(Fault.PACK_DAMAGED, pack=name, file="model.onnx.data")
        return SimpleNamespace(version="1", files={"a": 1, "b": 2})

    monkeypatch.setattr(api, "missing_packs", lambda _: ("甲", "丙"))
    monkeypatch.setattr(api, "build_pack", build)
    monkeypatch.setattr(api, "build_pack_from_checkpoint", build_from)
    monkeypatch.setattr(api, "verify_installed_pack", verify)
    info = PackInfo("甲", "generator", "1", "qwen2", "int8", "Apache-2.0", 10, "/packs/甲", True)
    monkeypatch.setattr(api, "list_packs", lambda _: (info,))
    return calls
