"""From the bytes of any format to the PDF that is parsed and shown in its place."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator

from engine.errors import DocumentFault, DocumentRejected
from engine.parser.formats.blocks import Block
from engine.parser.formats.package import mismatch, recognize
from engine.parser.formats.typeset import Typesetter
from engine.values import DocumentFormat


def to_pdf(document_format: DocumentFormat, data: bytes, max_pages: int) -> bytes:
    """Typeset a document.

    Raises DocumentRejected: BROKEN, CONTENT_MISMATCH, ENCRYPTED, TOO_LARGE, TOO_MANY_PAGES, UNSUPPORTED.
    """
    if recognize(document_format, data) is not document_format:
        raise mismatch(document_format)
    typesetter = Typesetter(max_pages)
    try:
        blocks, _ = _converter(document_format)
        typesetter.add(blocks(data))
        return typesetter.finish()
    except (DocumentRejected, MemoryError):
        raise
    except Exception as error:  # the libraries raise dozens of unrelated kinds for a damaged file
        raise DocumentRejected(DocumentFault.BROKEN) from error


def warm_up(document_format: DocumentFormat) -> None:
    """Convert a small document of the format, so that what loads lazily is loaded before files are out of reach."""
    for name in ("gb18030", "big5", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp437"):
        codecs.lookup(name)
    _, sample = _converter(document_format)
    to_pdf(document_format, sample(), 10)


def _converter(document_format: DocumentFormat) -> tuple[Callable[[bytes], Iterator[Block]], Callable[[], bytes]]:
    """A format's converter and a small document of it; its libraries are loaded here, and no other format's."""
    match document_format:
        case DocumentFormat.DOCX:
            from engine.parser.formats import word

            return word.blocks, word.sample
        case DocumentFormat.XLSX:
            from engine.parser.formats import sheets

            return sheets.blocks, sheets.sample
        case DocumentFormat.PPTX:
            from engine.parser.formats import slides

            return slides.blocks, slides.sample
        case DocumentFormat.HTML:
            from engine.parser.formats import hypertext

            return hypertext.blocks, hypertext.sample
        case DocumentFormat.WEB:
            from engine.parser.formats import web_page

            return web_page.blocks, web_page.sample
        case DocumentFormat.MARKDOWN:
            from engine.parser.formats import hypertext

            return hypertext.markdown_blocks, hypertext.sample
        case _:
            from engine.parser.formats import plain

            return plain.blocks, plain.sample
