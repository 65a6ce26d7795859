"""Every page looks as it was looked at and approved: `tests/desktop/golden`, made by `screenshots.py --golden`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from tests.desktop.golden_pictures import FOLDER, NAMES, THEMES, alike, difference

SCRIPT = Path(__file__).with_name("screenshots.py")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="other systems draw letters in another way")
@pytest.mark.parametrize("theme", THEMES)
def test_every_page_looks_as_approved(theme: str, tmp_path: Path) -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": "1"}
    command = [sys.executable, str(SCRIPT), str(tmp_path), "--golden", "--themes", theme]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=400, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    for name in NAMES:
        made, golden = tmp_path / f"{name}_{theme}.png", FOLDER / f"{name}_{theme}.png"
        assert alike(made, golden), f"{name}: {difference(made, golden):.1%} of the tiles differ"


def test_a_changed_word_and_a_changed_colour_are_noticed(tmp_path: Path) -> None:
    golden = FOLDER / f"{NAMES[0]}_light.png"
    image = QImage(str(golden)).convertToFormat(QImage.Format.Format_RGB888)
    painter = QPainter(image)
    painter.fillRect(200, 150, 40, 30, QColor("#0B6B62"))
    painter.end()
    image.save(str(tmp_path / "changed.png"))
    assert not alike(tmp_path / "changed.png", golden)
    assert alike(golden, golden)
