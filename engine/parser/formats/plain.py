"""Plain text: its encoding, and one paragraph a line. Also what HTML and Markdown begin with."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from engine.parser.formats.blocks import Block, NewPage, Paragraph, lines_of
from engine.parser.formats.package import mismatch
from engine.values import DocumentFormat

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 64 * 1024
_MAX_WRONG = 0.01  # of the characters: a damaged text is read, a binary file is not
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\v\f\r\x1b\x1a")


def blocks(data: bytes) -> Iterator[Block]:
    """Raises DocumentRejected CONTENT_MISMATCH when this is no text."""
    for number, sheet in enumerate(decode(data, DocumentFormat.TEXT).split("\f")):
        if number:
            yield NewPage()
        for line in lines_of(sheet):
            yield Paragraph(line)


def decode(data: bytes, claimed: DocumentFormat) -> str:
    """The text of a file: by its byte order mark, else UTF-8, else UTF-16 without a mark, else GB 18030 (which
    contains GBK and GB 2312).

    Raises DocumentRejected CONTENT_MISMATCH when it is no text in any of them.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _checked(data[len(mark) :].decode(encoding, "replace"), claimed)
    wide = _wide(data)
    if wide:
        return _checked(data.decode(wide, "replace"), claimed)
    try:
        return _checked(data.decode("utf-8"), claimed)
    except UnicodeDecodeError:
        pass
    national, universal = data.decode("gb18030", "replace"), data.decode("utf-8", "replace")
    best = min(universal, national, key=lambda text: text.count("\ufffd"))
    return _checked(best, claimed)


def _wide(data: bytes) -> str:
    """UTF-16 shows by the zero halves of its ASCII characters: line breaks, digits, punctuation."""
    sample = data[: _SAMPLE_BYTES & ~1]
    low, high = sample[1::2].count(0), sample[0::2].count(0)
    if max(low, high) < max(1, len(sample) // 200) or min(low, high) * 20 > max(low, high):
        return ""
    return "utf-16-le" if low > high else "utf-16-be"


def _checked(text: str, claimed: DocumentFormat) -> str:
    wrong = text.count("\ufffd") + sum(map(text.count, _CONTROLS))
    if wrong > _MAX_WRONG * len(text) + 2:
        raise mismatch(claimed)
    return text


def sample() -> bytes:
    """A small document that takes every path a real one does."""
    return "存款 deposit\f😀 1".encode("gb18030")
