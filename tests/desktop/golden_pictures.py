"""Which pictures are kept as golden images, and how two pictures are compared.

Golden images are half size and drawn with the bundled font, so that installed fonts make no difference. Pictures are
equal when nearly all of their tiles are: a changed word, colour or place changes many, another rounding few.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage

from desktop.look import type_scale
from tests import fakes

FOLDER = Path(__file__).with_name("golden")
GOLDEN_SCALE = 0.5
THEMES = ("light", "dark", "contrast")
NAMES = (
    "2_library",
    "5_answer",
    "6_source",
    "10_failed_answer",
    "12_not_found",
    "14_document",
    "30_marked",
    "33_conflict",
    "34_calculation",
    "36_web_consent",
    "42_calculators",
    "46_writing",
    "52_feedback_filled",
    "60_preferences_device",
    "64_preferences_appearance",
    "70_history",
    "91_search",
)
_TILE_PX = 8
_LEVELS = 12  # of 255, in a tile's mean
_SHARE = 0.004  # of a picture's 4,000 tiles; a changed word of four characters is about ten


def golden_names() -> dict[str, str]:
    return {name: f"{name}_{{theme}}" for name in NAMES}


def use_bundled_font() -> None:
    """Call before the application is made."""
    for families in (type_scale.FONT_FAMILIES, type_scale.MONO_FAMILIES, fakes.PAGE_FAMILIES):
        families[:] = [type_scale.BUNDLED]


def difference(one: Path, other: Path) -> float:
    """The share of tiles that are not alike; 1 for pictures of different sizes."""
    first, second = _tiles(one), _tiles(other)
    if first.shape != second.shape:
        return 1.0
    return float((np.abs(first - second).max(axis=-1) > _LEVELS).mean())


def alike(one: Path, other: Path) -> bool:
    return difference(one, other) <= _SHARE


def _tiles(path: Path) -> np.ndarray:
    """Mean colour of each tile, `(rows, columns, 3)` float64."""
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB888)
    rows, columns = image.height() // _TILE_PX, image.width() // _TILE_PX
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = flat[: rows * _TILE_PX, : columns * _TILE_PX * 3].reshape(rows, _TILE_PX, columns, _TILE_PX, 3)
    return pixels.mean(axis=(1, 3))
