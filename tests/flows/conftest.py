"""A home with two real laws in it, shared by the flows that only read; a display for those with a window."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.api import CancelToken, Engine, load_settings
from tests.flows.running import PASSPHRASE

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.hookimpl(tryfirst=True)  # before pytest chooses by mark
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives the real window at a hand's pace is slow."""
    for item in items:
        if "display" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="module")
def law_home(tmp_path_factory: pytest.TempPathFactory, shared_data: Path, embedder_pack: Path) -> tuple[Path, Path]:
    """A home that holds 存款保险条例 and 人民币管理条例 as PDF, and the file with its passphrase."""
    folder = tmp_path_factory.mktemp("flow")
    passphrase_file = folder / "passphrase"
    passphrase_file.write_text(PASSPHRASE, encoding="utf-8")
    names = ("存款保险条例(2015-02-17).pdf", "人民币管理条例(2018-03-19).pdf")
    laws = [shared_data / "laws_pdf" / name for name in names]
    settings = load_settings(folder / "home", passphrase_file=passphrase_file)
    with Engine.open(settings) as engine:
        for _ in engine.ingest(laws, CancelToken()):
            pass
        assert len(engine.documents()) == len(laws)
    return folder / "home", passphrase_file


@pytest.fixture
def display() -> Iterator[dict[str, str]]:
    """The environment of an X server of its own, so that no other window or test gets in the way."""
    for program in ("Xvfb", "xdotool"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as numbers:
        number = numbers.readline().strip()
    environment = {key: value for key, value in os.environ.items() if key != "CI"}
    yield environment | {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(REPOSITORY)}
    server.terminate()
    server.wait()
