"""From the bytes of any format to the PDF that is parsed and shown in its place."""

from __future__ import annotations

import codecs
import importlib
from collections.abc import Callable, Iterator

from engine.errors import DocumentFault, DocumentRejected
from engine.parser.formats.blocks import Block
from engine.parser.formats.package import mismatch, recognize
from engine.parser.formats.typeset import Typesetter
from engine.values import DocumentFormat

# Module and function of each converter; a module's libraries are loaded with it, and only for its format.
_CONVERTERS = {
    DocumentFormat.DOCX: ("word", "blocks"),
    DocumentFormat.XLSX: ("sheets", "blocks"),
    DocumentFormat.PPTX: ("slides", "blocks"),
    DocumentFormat.HTML: ("hypertext", "blocks"),
    DocumentFormat.MARKDOWN: ("hypertext", "markdown_blocks"),
    DocumentFormat.TEXT: ("plain", "blocks"),
}


def to_pdf(document_format: DocumentFormat, data: bytes, max_pages: int) -> bytes:
    """Typeset a document.

    Raises DocumentRejected: BROKEN, CONTENT_MISMATCH, ENCRYPTED, TOO_LARGE, TOO_MANY_PAGES, UNSUPPORTED.
    """
    if recognize(document_format, data) is not document_format:
        raise mismatch(document_format)
    typesetter = Typesetter(max_pages)
    try:
        typesetter.add(_converter(document_format)(data))
        return typesetter.finish()
    except (DocumentRejected, MemoryError):
        raise
    except Exception as error:  # the libraries raise dozens of unrelated kinds for a damaged file
        raise DocumentRejected(DocumentFault.BROKEN) from error


def warm_up(document_format: DocumentFormat) -> None:
    """Convert a small document of the format, so that what loads lazily is loaded before files are out of reach."""
    for name in ("gb18030", "big5", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp437"):
        codecs.lookup(name)
    module, _ = _CONVERTERS[document_format]
    sample: Callable[[], bytes] = importlib.import_module(f"{__package__}.{module}").sample
    to_pdf(document_format, sample(), 10)


def _converter(document_format: DocumentFormat) -> Callable[[bytes], Iterator[Block]]:
    module, function = _CONVERTERS[document_format]
    return getattr(importlib.import_module(f"{__package__}.{module}"), function)
