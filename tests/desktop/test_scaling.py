"""Every page and dialog from the smallest window to the largest, in Chinese and English: nothing sticks out or is cut.

Scaling by 200 or 300 % is a smaller window in logical pixels: 1366 by 768 at 200 % is 683 by 384.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QScrollArea, QWidget

from desktop.look.theme import Theme
from tests.desktop import proven_pictures
from tests.desktop.surveying import SIZES, Surveyor, size_faults

QUICK = (
    *("1_empty", "6_source", "34_calculation", "2_library", "42_calculators", "46_writing"),
    *("60_preferences_device", "52_feedback_filled"),
)


def test_the_pages_at_four_sizes(application: QApplication, theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proven_pictures, "PAINTING_S", 0.12)
    surveyor = Surveyor(application, theme, size_faults, SIZES)
    surveyor.only = QUICK
    surveyor.all()
    assert surveyor.lines() == []


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_picture_at_four_sizes(language: str) -> None:
    """In a process of its own, because words are of one language: about a minute."""
    script = Path(__file__).with_name("surveying.py")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, str(script), f"--language={language}"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["faults"] == []
    assert told["seen"] > 300


# ---- the test sees what it looks for


@pytest.fixture
def narrow(application: QApplication) -> Iterator[QWidget]:
    widget = QWidget()
    row = QHBoxLayout(widget)
    row.addWidget(QLabel("一二三四五六七八"))
    widget.resize(300, 60)
    widget.show()
    QApplication.processEvents()
    yield widget
    widget.close()


def test_what_fits_is_no_fault(narrow: QWidget) -> None:
    assert list(size_faults(narrow)) == []


def test_words_that_are_cut_are_found(narrow: QWidget) -> None:
    narrow.findChildren(QLabel)[0].setMaximumWidth(40)
    QApplication.processEvents()
    assert any(fault.startswith("cut by") for fault in size_faults(narrow))


def test_what_sticks_out_is_found(narrow: QWidget) -> None:
    button = QPushButton("保存", narrow)
    button.setGeometry(280, 10, 80, 30)
    button.show()
    assert any(fault.startswith("sticks out") for fault in size_faults(narrow))


def test_a_column_wider_than_its_view_is_found(narrow: QWidget) -> None:
    area = QScrollArea(narrow)
    area.setGeometry(0, 0, 100, 40)
    wide = QWidget()
    wide.setFixedSize(160, 200)
    area.setWidget(wide)
    area.show()
    assert list(size_faults(narrow)) == []
    area.setHorizontalScrollBarPolicy(area.horizontalScrollBarPolicy().ScrollBarAlwaysOff)
    assert any(fault.startswith("wider by") for fault in size_faults(narrow))
