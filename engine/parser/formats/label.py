"""Metadata of a typeset PDF: the implicit label of what AI has made (see `engine.labels`)."""

# pyright: basic
# PyMuPDF carries no types; what it returns is converted to typed values before it leaves this module.

from __future__ import annotations

from xml.sax.saxutils import escape

import pymupdf

_XMP = (
    '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    ' xmlns:aigc="https://www.tc260.org.cn/ns/AIGC/1.0/"><aigc:AIGC>{label}</aigc:AIGC></rdf:Description></rdf:RDF>'
    '</x:xmpmeta><?xpacket end="w"?>'
)


def with_label(data: bytes, label: str) -> bytes:
    """The PDF with `label` as AIGC in its document information (ISO 32000-2, 14.3.3) and its XMP metadata."""
    document = pymupdf.open(stream=data, filetype="pdf")
    information = document.get_new_xref()
    document.update_object(information, f"<</AIGC {pymupdf.get_pdf_str(label)}>>")
    document.xref_set_key(-1, "Info", f"{information} 0 R")
    document.set_xml_metadata(_XMP.format(label=escape(label)))
    return document.tobytes(garbage=3, deflate=True)
