"""The font of typeset documents: widths, line breaking, and text as PDF operators."""

# pyright: basic
# PyMuPDF carries no types; what it returns is converted to typed values before it leaves this module.

from __future__ import annotations

from typing import Any

import pymupdf

from engine.parser.normalize import is_cjk

_NOT_FIRST = frozenset("、。，．；：？！）〕》」』】’”…‰％%,.;:?!)]}")  # may not begin a line (GB/T 15834-2011, 5.1)
_NOT_LAST = frozenset("（〔《「『【‘“([{¥￥$")  # may not end one
_MISSING = "missing"
_MAX_MISSING = 255  # codes of a simple font; whatever comes after is drawn as a box without its code point
_MAX_SPREAD_EM = 0.14  # letters set further apart than 0.15 em would be read as words


class Fonts:
    """Droid Sans Fallback, which comes with MuPDF, and a font of boxes for what it lacks."""

    def __init__(self) -> None:
        self._font = pymupdf.Font("china-s")
        self._glyphs: dict[str, str] = {}
        self._advances: dict[str, float] = {}
        self._missing: dict[str, int] = {}
        self._main_xref = 0
        self._boxes_xref = 0

    def advance(self, char: str) -> float:
        """Width of a character in font sizes."""
        width = self._advances.get(char)
        if width is None:
            has = len(char) == 1 and self._font.has_glyph(ord(char))
            width = float(self._font.glyph_advance(ord(char))) if has else 1.0
            self._advances[char] = width
            self._glyphs[char] = f"{has:04x}" if has else self._box(char)
        return width

    def width(self, text: str) -> float:
        """Width of a line in font sizes."""
        return sum(map(self.advance, text))

    def wrap(self, text: str, size: float, width_pt: float) -> list[str]:
        """Lines of at most `width_pt`. Only a word that is wider than that is broken inside."""
        limit = width_pt / size
        lines: list[str] = []
        start, last_break, used, at_break = 0, 0, 0.0, 0.0
        for at, char in enumerate(text):
            if at > start and _may_break(text[at - 1], char):
                last_break, at_break = at, used
            used += self.advance(char)
            if used > limit and at > start and char != " ":
                if last_break <= start:
                    last_break, at_break = at, used - self.advance(char)
                lines.append(text[start:last_break].rstrip(" "))
                start, used = last_break, used - at_break
        rest = text[start:].rstrip(" ")
        return [*lines, rest] if rest.strip("\u3000 ") else lines

    def show(self, line: str, x: float, baseline: float, size: float, fill_pt: float = 0.0) -> str:
        """Operators for a line, letters spread a little so that it fills `fill_pt` where that is wider.

        For a page whose y counts from the top.
        """
        spread = 0.0
        if fill_pt and len(line) > 1:
            spare = fill_pt / size - self.width(line)
            spread = min(max(spare / (len(line) - 1), 0.0), _MAX_SPREAD_EM) * size
        self.width(line)  # makes the glyphs known
        begin = f"BT {spread:.3f} Tc 1 0 0 -1 {x:.2f} {baseline:.2f} Tm"
        shown: list[str] = []
        run, boxes = "", False
        for char in line:
            glyph = self._glyphs[char]
            is_box = len(glyph) == 2
            if is_box != boxes and run:
                shown.append(_run(run, boxes, size))
                run = ""
            boxes = is_box
            run += glyph
        return " ".join([begin, *shown, _run(run, boxes, size), "ET"])

    def resources(self, document: Any, page: Any) -> str:
        """The resources of a page."""
        if not self._main_xref:
            self._main_xref = page.insert_font(fontname="F", fontbuffer=self._font.buffer)
            self._boxes_xref = document.get_new_xref()
            document.update_object(self._boxes_xref, "<<>>")
        return f"<</Font<</F {self._main_xref} 0 R/B {self._boxes_xref} 0 R>>>>"

    def finish(self, document: Any) -> None:
        """Write the font of boxes: every code draws the same box, and ToUnicode tells them apart."""
        count = max(self._missing.values(), default=1)
        glyph, unicode = document.get_new_xref(), document.get_new_xref()
        document.update_object(glyph, "<<>>")
        document.update_stream(glyph, b"1000 0 d0 50 w 125 25 750 750 re S")
        pairs = "\n".join(f"<{code:02x}> <{char.encode('utf-16-be').hex()}>" for char, code in self._missing.items())
        document.update_object(unicode, "<<>>")
        document.update_stream(
            unicode,
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def"
            " 1 begincodespacerange <00> <ff> endcodespacerange"
            f" {len(self._missing)} beginbfchar\n{pairs}\nendbfchar endcmap end end".encode("ascii"),
        )
        document.update_object(
            self._boxes_xref,
            "<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[0.001 0 0 0.001 0 0]"
            f"/CharProcs<</box {glyph} 0 R>>/Encoding<</Type/Encoding/Differences[1{'/box' * count}]>>"
            f"/FirstChar 1/LastChar {count}/Widths[{'1000 ' * count}]/Resources<<>>/ToUnicode {unicode} 0 R>>",
        )

    def _box(self, char: str) -> str:
        code = self._missing.get(char) or min(len(self._missing) + 1, _MAX_MISSING)
        self._missing.setdefault(char, code)
        return f"{code:02x}"


def _run(glyphs: str, boxes: bool, size: float) -> str:
    return f"/{'B' if boxes else 'F'} {size:g} Tf <{glyphs}> Tj" if glyphs else ""


def _may_break(last: str, first: str) -> bool:
    """Whether a line may end between two characters: where the parser glues them together again."""
    if last == " ":
        return first != " "
    if first == " " or first in _NOT_FIRST or last in _NOT_LAST:
        return False
    return is_cjk(last) or is_cjk(first) or (last.isdigit() and first.isdigit())
