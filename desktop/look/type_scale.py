"""Font families and sizes. Text size is not set here: the whole window is scaled at the start (`desktop.app`)."""

from __future__ import annotations

from PySide6.QtGui import QFont

FONT_FAMILIES = [
    "Microsoft YaHei UI",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "Noto Sans",
    "sans-serif",
]
MONO_FAMILIES = ["Cascadia Mono", "Consolas", "Noto Sans Mono CJK SC", "DejaVu Sans Mono", "monospace"]

# Type scale in logical pixels.
CAPTION_PX = 12
BODY_PX = 14
ANSWER_PX = 15
TITLE_PX = 17
DISPLAY_PX = 26


def font(size_px: int, *, bold: bool = False) -> QFont:
    """The interface font at one step of the type scale."""
    result = QFont()
    result.setFamilies(FONT_FAMILIES)
    result.setPixelSize(size_px)
    result.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return result
