"""`Engine.viewing` over the scripted engine's drawn pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QFontMetricsF

from engine.api import Box, CancelToken, DocumentFormat, Hit, HitsCounted, HitsFound, Original, PageImage, Span

if TYPE_CHECKING:
    from tests.fakes import FakeEngine

LINE = "第五条  存款保险实行限额偿付，最高偿付限额为人民币 50 万元。"  # the middle one of three on each drawn page
PAGES = 12


@dataclass
class FakeViewing:
    """Every page holds `LINE` once; the file of every document lies at `path`, if that is given."""

    engine: FakeEngine | None = None
    path: str = ""
    format: DocumentFormat = DocumentFormat.PDF
    error: Exception | None = None
    more: bool = False
    warmed: int = 0
    saved: list[tuple[str, Path]] = field(default_factory=list[tuple[str, Path]])

    def warm(self) -> None:
        self.warmed += 1

    def draw(
        self,
        document_id: str,
        page_no: int,
        width_px: int,
        quote: str = "",
        spans: Sequence[Span] = (),
        cancel: CancelToken | None = None,
    ) -> PageImage:
        assert self.engine is not None
        page = self.engine.render_page(document_id, page_no, width_px, quote, spans)
        return replace(page, text_px=(72 / 595 * width_px, 470 / 595 * width_px))

    def boxes(
        self, document_id: str, page_no: int, spans: Sequence[Span], width_px: int
    ) -> tuple[tuple[Box, ...], ...]:
        unit = width_px / 595
        face = QFont()
        face.setFamilies(["Noto Serif CJK SC", "SimSun", "Noto Sans CJK SC"])  # what the pages are drawn with
        face.setPixelSize(max(1, round(13 * unit)))
        width = QFontMetricsF(face).horizontalAdvance
        left, top = 72 * unit, 405 * unit
        return tuple(
            (Box(left + width(LINE[: span.start]), top, left + width(LINE[: span.end]), top + 22 * unit),)
            for span in spans
        )

    def find(self, document_id: str, needle: str, cancel: CancelToken) -> Iterator[HitsFound | HitsCounted]:
        count = 0
        for first in range(1, PAGES + 1, 4):
            cancel.raise_if_cancelled()
            hits = [hit for page_no in range(first, first + 4) for hit in _hits(page_no, needle.strip())]
            count += len(hits)
            yield HitsFound(tuple(hits), first + 3, PAGES)
        if self.error:
            raise self.error
        yield HitsCounted(count, self.more)

    def original(self, document_id: str, cancel: CancelToken) -> Original:
        name = Path(self.path).name or "存款保险业务操作规程.pdf"
        return Original(document_id, name, self.format, self.path, 90_000)

    def save_original(self, document_id: str, path: Path) -> None:
        if self.error:
            raise self.error
        self.saved.append((document_id, path))


def _hits(page_no: int, needle: str) -> list[Hit]:
    at = LINE.find(needle)
    if at < 0 or not needle:
        return []
    return [Hit(Span(page_no, at, at + len(needle)), LINE[:at], needle, LINE[at + len(needle) :])]
