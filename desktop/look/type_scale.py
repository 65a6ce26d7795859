"""Font families and sizes. Text size is not set here: the whole window is scaled at the start (`desktop.app`)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

import assets

BUNDLED = "Jinpan Sans"  # for systems without any Chinese font; 8,000 glyphs, loaded in 2 ms
FONT_FAMILIES = [
    "Microsoft YaHei UI",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    BUNDLED,
    "Noto Sans",
    "sans-serif",
]
MONO_FAMILIES = ["Cascadia Mono", "Consolas", "Noto Sans Mono CJK SC", "DejaVu Sans Mono", BUNDLED, "monospace"]

# Type scale in logical pixels.
CAPTION_PX = 12
BODY_PX = 14
ANSWER_PX = 15
TITLE_PX = 17
DISPLAY_PX = 26


def load_fonts() -> None:
    """Register the bundled font; the application must exist."""
    for file in sorted((Path(assets.__file__).parent / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))


def font(size_px: int, *, bold: bool = False) -> QFont:
    """The interface font at one step of the type scale."""
    result = QFont()
    result.setFamilies(FONT_FAMILIES)
    result.setPixelSize(size_px)
    result.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return result
