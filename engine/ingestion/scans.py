"""Pages without usable text: drawn by the parser child, read by the OCR child, one page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from engine.cancel import CancelToken
from engine.errors import DocumentFault, EnvironmentFault
from engine.ingestion.ocr_pages import failed_page, recognized_page
from engine.ingestion.ocr_process import OcrProcess, PageUnread
from engine.ingestion.parser_process import draw_scans
from engine.pacing import Pacer
from engine.settings import ParserLimits
from engine.values import Page, PageKind

NEEDS_OCR = frozenset({DocumentFault.SCANNED_PAGE.value, DocumentFault.GARBLED_TEXT.value})
_DPI = 200  # what the models read best for their time: 300 took longer and misread no less (docs/decisions/0020)
_MAX_STARTS = 10  # a document whose pages stop more children than this is read no further


def needs_ocr(page: Page) -> bool:
    """A page of the parser child whose text can only be had from its image."""
    return page.kind is PageKind.FAILED and page.reason in NEEDS_OCR


def recognize_pages(
    data: bytes, pages: Sequence[Page], limits: ParserLimits, cancel: CancelToken, pacer: Pacer
) -> Iterator[Page]:
    """What becomes of `pages` of a PDF, in their order: OCR, EMPTY, or FAILED with OCR_FAILED, OCR_TIMEOUT or
    OCR_UNUSABLE.

    One OCR child serves all of them, a new one after a page that stopped it. Closing the iterator kills the children.

    Raises:
        EnvironmentFault: PARSER_UNUSABLE.
        Cancelled: the token was cancelled, within a page too.
    """
    with ExitStack() as stack:
        scans = draw_scans(data, [page.page_no for page in pages], _DPI, limits, cancel, pacer)
        stack.callback(scans.close)
        ocr: OcrProcess | None = None
        starts, fault = 0, DocumentFault.OCR_FAILED
        for scan in scans:
            pacer.wait(cancel)
            if not scan.gray:
                yield failed_page(scan, DocumentFault.PAGE_BROKEN)
                continue
            if ocr is None and starts < _MAX_STARTS:
                try:
                    ocr = stack.enter_context(OcrProcess(limits, len(pages), cancel, pacer))
                    starts += 1
                except EnvironmentFault:
                    starts, fault = _MAX_STARTS, DocumentFault.OCR_UNUSABLE
            if ocr is None:
                yield failed_page(scan, fault)
                continue
            try:
                yield recognized_page(scan, ocr.recognize(scan))
            except PageUnread as unread:
                ocr.close()
                ocr = None
                yield failed_page(scan, unread.fault)
