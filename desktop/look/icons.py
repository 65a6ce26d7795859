"""Our own line icons: one family on a 24-unit grid, stroke 1.7, round ends. Drawn from SVG paths in any colour."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

PATHS = {
    "send": "M12 19V5.5M6 11.2L12 5.2l6 6",
    "close": "M6.5 6.5l11 11M17.5 6.5l-11 11",
    "document": "M7 3.5h6.5L18.5 8.5V19a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 19V5A1.5 1.5 0 0 1 7 3.5z"
    "M13.2 3.8V9h5M9 13h6M9 16.5h4",
    "sheet": "M5.5 4h13A1.5 1.5 0 0 1 20 5.5v13a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18.5v-13A1.5 1.5 0 0 1 5.5 4z"
    "M4.2 9.3h15.6M4.2 14.6h15.6M9.8 4.2v15.6",
    "slides": "M4 4.5h16M5.5 4.7v9.8A1.5 1.5 0 0 0 7 16h10a1.5 1.5 0 0 0 1.5-1.5V4.7M12 16v2.5"
    "M8.5 20.5L12 18.2l3.5 2.3",
    "browser": "M5.5 4.5h13A1.5 1.5 0 0 1 20 6v12a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18V6a1.5 1.5 0 0 1 1.5-1.5z"
    "M4.2 9h15.6M7 6.8v.1M9.6 6.8v.1",
    "folder": "M3.5 7A1.5 1.5 0 0 1 5 5.5h4.3l2.2 2.5H19a1.5 1.5 0 0 1 1.5 1.5V17a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1"
    " 3.5 17z",
    "inbox": "M12 3.5V14M8 10.2l4 4 4-4M4.5 15.5V18A2.5 2.5 0 0 0 7 20.5h10a2.5 2.5 0 0 0 2.5-2.5v-2.5",
    "save": "M12 15.5V4M8 8l4-4.2L16 8M4.5 14v4A2.5 2.5 0 0 0 7 20.5h10a2.5 2.5 0 0 0 2.5-2.5v-4",
    "plus": "M12 5v14M5 12h14",
    "minus": "M5 12h14",
    "left": "M14.5 5.5L8 12l6.5 6.5",
    "up": "M5.5 15L12 8.5l6.5 6.5",
    "right": "M9.5 5.5L16 12l-6.5 6.5",
    "width": "M3.5 5v14M20.5 5v14M7 12h10M9.5 9.2L6.8 12l2.7 2.8M14.5 9.2l2.7 2.8-2.7 2.8",
    "pin": "M9 4h6l-.7 6.2 3.2 3.3v1.5h-11v-1.5l3.2-3.3zM12 15v5.5",
    "trash": "M4.5 6.5h15M9.5 6.2V4.5A1 1 0 0 1 10.5 3.5h3a1 1 0 0 1 1 1v1.7M6.5 6.5l.8 12.6a1.5 1.5 0 0 0"
    " 1.5 1.4h6.4a1.5 1.5 0 0 0 1.5-1.4l.8-12.6M10.2 10.5v6M13.8 10.5v6",
    "check": "M5 12.5l4.6 4.6L19 7.4",
    "alert": "M12 4L3.2 19.2h17.6zM12 10v4.2M12 16.7v.1",
    "shield": "M12 3.5l7 2.6v5.4c0 4.3-2.9 7.4-7 9-4.1-1.6-7-4.7-7-9V6.1zM9 12l2.2 2.2L15.2 10",
    "copy": "M9 8.5h9a1.5 1.5 0 0 1 1.5 1.5v9a1.5 1.5 0 0 1-1.5 1.5H9A1.5 1.5 0 0 1 7.5 19v-9A1.5 1.5"
    " 0 0 1 9 8.5zM16 5.5v-.5A1.5 1.5 0 0 0 14.5 3.5H6A1.5 1.5 0 0 0 4.5 5v9A1.5 1.5 0 0 0 5 15",
    "again": "M19 12a7 7 0 1 1-2.2-5.1M19.2 3.8v4h-4",
    "sidebar": "M5.5 4.5h13a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2zM9.5 4.7v14.6",
    "appearance": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 4.5v15M15 6.2v11.6M18 8.5v7",
    "target": "M12 6.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM12 3v3.5M12 17.5V21M3 12h3.5M17.5 12H21",
    "ask": "M5.5 5h13A2 2 0 0 1 20.5 7v8a2 2 0 0 1-2 2H11l-4.5 3.5V17h-1a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z",
    "search": "M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5",
    "pencil": "M4.5 19.5l1-4.2L16.2 4.6a1.5 1.5 0 0 1 2.1 0l1.1 1.1a1.5 1.5 0 0 1 0 2.1L8.7 18.5zM14 6.8l3.2 3.2",
    "lock": "M6.5 10.5h11A1.5 1.5 0 0 1 19 12v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19v-7a1.5 1.5 0 0 1 1.5-1.5z"
    "M8 10.3V8a4 4 0 0 1 8 0v2.3M12 14.5v2.5",
    "globe": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.7 12h16.6M12 3.7c2.4 2.3 3.6 5 3.6 8.3s-1.2 6-3.6 8.3"
    "c-2.4-2.3-3.6-5-3.6-8.3s1.2-6 3.6-8.3z",
    "calculator": "M7 3.5h10A1.5 1.5 0 0 1 18.5 5v14a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 19V5A1.5 1.5 0 0 1 7"
    " 3.5zM8.5 7h7v2.5h-7zM8.9 13v.1M12 13v.1M15.1 13v.1M8.9 16.6v.1M12 16.6v.1M15.1 16.6v.1",
    "books": "M4.5 4.5h4v15h-4zM8.5 4.5h4v15h-4zM14.2 5.6l3.7-1 3.3 14.2-3.8.9zM4.5 8.5h4M8.5 15.5h4",
    "gear": "M12 8.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM10.4 3.5h3.2l.5 2.6 1.8 1 2.5-.9 1.6 2.8-2 1.7v2.1l2 1.7"
    "-1.6 2.8-2.5-.9-1.8 1-.5 2.6h-3.2l-.5-2.6-1.8-1-2.5.9L4 14.5l2-1.7v-2.1L4 9l1.6-2.8 2.5.9 1.8-1z",
    "help": "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9.6 9.6a2.5 2.5 0 1 1 3.6 2.2c-.8.5-1.2 1-1.2 1.9"
    "M12 16.6v.1",
    "pen": "M4 20h16M6 16.5l.8-3.4L15.6 4.3a1.4 1.4 0 0 1 2 0l1.1 1.1a1.4 1.4 0 0 1 0 2L9.9 16.2z",
    "down": "M5.5 9.5L12 16l6.5-6.5",
    "off": "M12 3.8v8M7.2 6.6a7.3 7.3 0 1 0 9.6 0",
    "pause": "M9 5.5v13M15 5.5v13",
    "play": "M8 5.2v13.6L19 12z",
    "recent": "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 7.8V12l3 2",
    "collection": "M4.5 8.5h15v10a1.5 1.5 0 0 1-1.5 1.5H6a1.5 1.5 0 0 1-1.5-1.5zM6.5 5.8h11M8.5 3.2h7",
    "strata": "M12 3.5l8.5 4.3L12 12.1 3.5 7.8zM4 12l8 4.1 8-4.1M4 16.2l8 4.1 8-4.1",
    "thumb_up": "M4.2 10.9h3.9v8.7H4.2zM8.1 11.2l3.6-6.9a1.9 1.9 0 0 1 3.5 1.4l-.9 3.7h4.1a1.9 1.9 0 0 1 1.85 2.3"
    "l-1.4 6.4a1.9 1.9 0 0 1-1.85 1.5H8.1",
    "thumb_down": "M4.2 13.1h3.9V4.4H4.2zM8.1 12.8l3.6 6.9a1.9 1.9 0 0 0 3.5-1.4l-.9-3.7h4.1a1.9 1.9 0 0 0 1.85-2.3"
    "L18.85 5.9A1.9 1.9 0 0 0 17 4.4H8.1",
}
FILLED = {
    "thumb_up_on": "M4.2 10.1h3.4v10.3H4.2a.9.9 0 0 1-.9-.9V11a.9.9 0 0 1 .9-.9zM9.2 10.6l2-6.7a2.75 2.75 0 0 1 4.8 2"
    "l-.6 2.7h3a2.75 2.75 0 0 1 2.7 3.3l-1.4 6.4a2.75 2.75 0 0 1-2.7 2.1H9.2z",
    "thumb_down_on": "M4.2 13.9h3.4V3.6H4.2a.9.9 0 0 0-.9.9V13a.9.9 0 0 0 .9.9zM9.2 13.4l2 6.7a2.75 2.75 0 0 0 4.8-2"
    "l-.6-2.7h3a2.75 2.75 0 0 0 2.7-3.3l-1.4-6.4a2.75 2.75 0 0 0-2.7-2.1H9.2z",
    "more": "M4.4 12a1.6 1.6 0 1 0 3.2 0a1.6 1.6 0 1 0-3.2 0zM10.4 12a1.6 1.6 0 1 0 3.2 0a1.6 1.6 0 1 0-3.2 0z"
    "M16.4 12a1.6 1.6 0 1 0 3.2 0a1.6 1.6 0 1 0-3.2 0z",
    "stop": "M8.5 7h7A1.5 1.5 0 0 1 17 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 7 15.5v-7A1.5 1.5 0 0 1 8.5 7z",
}


@lru_cache(maxsize=256)
def _renderer(name: str, color: str) -> QSvgRenderer:
    if name in FILLED:
        shape = f'<path d="{FILLED[name]}" fill="{color}"/>'
    else:
        shape = (
            f'<path d="{PATHS[name]}" fill="none" stroke="{color}" stroke-width="1.7" '
            'stroke-linecap="round" stroke-linejoin="round"/>'
        )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">{shape}</svg>'
    return QSvgRenderer(QByteArray(svg.encode()))


def paint(painter: QPainter, name: str, rect: QRectF, color: str) -> None:
    """Draw the icon into `rect` (logical pixels)."""
    _renderer(name, color).render(painter, rect)


@lru_cache(maxsize=256)
def icon(name: str, color: str, size_px: int = 20) -> QIcon:
    """The icon with crisp pixmaps for 100, 200 and 300 % scaling."""
    result = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(QSize(size_px, size_px) * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint(painter, name, QRectF(0, 0, size_px * ratio, size_px * ratio), color)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        result.addPixmap(pixmap)
    return result


def app_icon() -> QIcon:
    """Layers of rock (磐) in gold on a deep green tile, at the sizes window systems ask for."""
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        paint_mark(painter, QRectF(0, 0, size, size))
        painter.end()
        result.addPixmap(pixmap)
    return result


def paint_mark(painter: QPainter, rect: QRectF) -> None:
    """The product's mark; the same in both themes."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#0B5D56"))
    painter.drawRoundedRect(rect, rect.width() * 0.24, rect.width() * 0.24)
    inset = rect.width() * 0.17
    paint(painter, "strata", rect.adjusted(inset, inset, -inset, -inset), "#F2CC72")
    painter.restore()
