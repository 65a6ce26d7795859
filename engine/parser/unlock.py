"""Takes the password off a PDF: the copy that is parsed, drawn and kept in the encrypted ledger."""

# pyright: basic
# PyMuPDF carries no types; what it returns is converted to typed values before it leaves this module.

from __future__ import annotations

import pymupdf

from engine.errors import DocumentFault, DocumentRejected


def unlock(data: bytes, password: str) -> bytes:
    """The PDF without encryption; empty when it opens without a password.

    Raises DocumentRejected: BROKEN, PASSWORD_WRONG.
    """
    try:
        document = pymupdf.open(stream=data, filetype="pdf")
    except MemoryError:
        raise
    except Exception as error:  # MuPDF raises a dozen unrelated kinds for a damaged file
        raise DocumentRejected(DocumentFault.BROKEN) from error
    if not document.needs_pass:
        return b""
    if not document.authenticate(password):
        raise DocumentRejected(DocumentFault.PASSWORD_WRONG)
    return bytes(document.tobytes(encryption=1))  # PDF_ENCRYPT_NONE
