"""What a file really is, told by its content, and what an Office package may hold before a library opens it."""

from __future__ import annotations

import io
import zipfile

from engine.errors import DocumentFault, DocumentRejected
from engine.values import DocumentFormat

# Limits on Office Open XML packages; a 300-page report has some hundred parts and 20 MB of XML.
MAX_PARTS = 20_000
MAX_XML_BYTES = 400 * 1024 * 1024  # what the parts unpack to; XML trees take several times as much memory
MAX_PACKAGE_BYTES = 2 * 1024**3  # with images, which nobody opens

_PDF_MARK = b"%PDF-"
_PDF_MARK_WITHIN_BYTES = 1024
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # [MS-CFB] 2.2: compound file, the container of .doc and of encryption
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")  # [MS-OFFCRYPTO] 2.3.4.4
_OLD_SUFFIXES = {"WordDocument": ".doc", "Workbook": ".xls", "Book": ".xls", "PowerPoint Document": ".ppt"}
_MAIN_PARTS = {
    "word/document.xml": DocumentFormat.DOCX,
    "xl/workbook.xml": DocumentFormat.XLSX,
    "ppt/presentation.xml": DocumentFormat.PPTX,
}
_OFFICE = frozenset(_MAIN_PARTS.values())
_PLAIN = (DocumentFormat.HTML, DocumentFormat.MARKDOWN, DocumentFormat.TEXT, DocumentFormat.WEB)


def recognize(claimed: DocumentFormat, data: bytes) -> DocumentFormat:
    """The format by content; `claimed` is the suffix's word, which decides between the plain text formats only.

    Raises DocumentRejected: ENCRYPTED (an Office file with a password), UNSUPPORTED with the suffix that fits (old
    Office formats), BROKEN (a package too large or damaged), CONTENT_MISMATCH with the suffix that was claimed.
    """
    if _PDF_MARK in data[: _PDF_MARK_WITHIN_BYTES + len(_PDF_MARK)]:
        return DocumentFormat.PDF
    if data.startswith(_OLE_MARK):
        if _ENCRYPTED_STREAM in data:
            raise DocumentRejected(DocumentFault.ENCRYPTED)
        old = next((suffix for name, suffix in _OLD_SUFFIXES.items() if name.encode("utf-16-le") in data), "OLE")
        raise DocumentRejected(DocumentFault.UNSUPPORTED, suffix=old)
    if data.startswith(_ZIP_MARKS):
        return _office_format(claimed, data)
    if claimed not in _PLAIN:
        raise mismatch(claimed)
    return claimed


def mismatch(claimed: DocumentFormat) -> DocumentRejected:
    """The file's content is not what its suffix says."""
    return DocumentRejected(DocumentFault.CONTENT_MISMATCH, suffix=f".{claimed.value}")


def _office_format(claimed: DocumentFormat, data: bytes) -> DocumentFormat:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            names = {part.filename for part in parts}
            found = next((kind for name, kind in _MAIN_PARTS.items() if name in names), None)
            if found is None:
                raise mismatch(claimed)
            _check(package, parts)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, RuntimeError) as error:
        raise DocumentRejected(DocumentFault.BROKEN) from error
    return found


def _check(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Refuse what only an attacker packs: too much in it, parts that are encrypted, XML that declares entities.

    `zipfile` never unpacks more of a part than its directory entry says, so that the sums bound the memory.
    """
    xml = [part for part in parts if part.filename.lower().endswith((".xml", ".rels", ".vml"))]
    sizes = sum(part.file_size for part in parts), sum(part.file_size for part in xml)
    if len(parts) > MAX_PARTS or sizes[0] > MAX_PACKAGE_BYTES or sizes[1] > MAX_XML_BYTES:
        raise DocumentRejected(DocumentFault.TOO_LARGE, size_bytes=sizes[0], limit_bytes=MAX_XML_BYTES)
    for part in xml:
        with package.open(part) as stream:
            start = stream.read(4096)
        if b"<!DOCTYPE" in start.replace(b"\0", b""):  # no part may declare one (ECMA-376 part 2, 10.1.2.1)
            raise DocumentRejected(DocumentFault.BROKEN)
