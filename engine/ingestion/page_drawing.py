"""Pages as pictures, drawn in the parser child. One child draws the pages of one document and ends with it.

    renderer = PageRenderer(limits)
    png, width_px, height_px = renderer.draw(document_id, load, page_no, 900, cancel)

Starting a child takes 0.2 to 0.4 s, drawing a page 0.02 to 0.1 s. So one child is started ahead: it has loaded its
libraries, has seen no document, and becomes the child of the document that is opened next. The child of the document
on screen stays for its other pages. No child ever gets a second document: a hostile one that took its child over would
find its own bytes there and no others. The limits hold for each page (time, and memory beyond what an empty child
uses) and for the child's whole life (processor time).
"""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Callable
from typing import Self

from engine.cancel import CancelToken
from engine.errors import Cancelled, DocumentFault, DocumentRejected, EnvironmentFault
from engine.ingestion.child import Child, ChildStopped
from engine.ingestion.parser_process import await_ready, check_bytes, cpu_s, document_fault, start_child
from engine.parser.protocol import (
    DRAW,
    FAULT,
    IMAGE,
    ProtocolError,
    Request,
    split_json,
    whole_number,
    write_drawing_request,
    write_order,
)
from engine.settings import ParserLimits

Picture = tuple[bytes, int, int]
"""PNG, width and height in pixels."""

IDLE_S = 120.0  # then the document's child ends; the one that is started ahead has read nothing and stays
_STALE_S = 0.4  # how long an order that nobody waits for any more may hold up the next; then a new child is quicker
_MAX_IMAGE_SIDE_PX = 10_000


class DocumentDrawing:
    """One document in its child. Use from one thread at a time; `close` kills the child."""

    def __init__(self, child: Child, data: bytes, limits: ParserLimits) -> None:
        """Takes `child` over, fresh from its start. Raises DocumentRejected: EMPTY_FILE, TOO_LARGE, NOT_A_PDF."""
        self._child = child
        self._limits = limits
        self._ready = False
        self._owed: list[int] = []  # pages ordered and given up by who waited
        self.orders = 0
        check_bytes(data, limits)
        request = Request(DRAW, limits.pages, limits.memory_bytes, cpu_s(limits))
        child.send(lambda stdin: write_drawing_request(stdin, request, data))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._child.close()

    @property
    def usable(self) -> bool:
        return self._child.running

    def draw(self, page_no: int, width_px: int, cancel: CancelToken) -> Picture:
        """A page about `width_px` wide. After any exception but Cancelled the child is of no more use.

        Raises:
            DocumentRejected: what the child says of the document, PAGE_BROKEN, TIMEOUT, MEMORY or PARSER_CRASHED.
            EnvironmentFault: PARSER_UNUSABLE.
            Cancelled: the token was cancelled.
        """
        if not self._ready:
            await_ready(self._child, cancel)
            self._ready = True
        try:
            while self._owed:
                self._picture(self._owed[0], _STALE_S, cancel)
                self._owed.pop(0)
            self.orders += 1
            self._child.send(lambda stdin: write_order(stdin, page_no, width_px))
            try:
                picture = self._picture(page_no, self._limits.page_timeout_s, cancel)
            except Cancelled:
                self._owed.append(page_no)
                raise
        except ProtocolError as error:
            raise DocumentRejected(DocumentFault.PARSER_CRASHED, exit_code=0) from error
        except ChildStopped as stop:
            raise DocumentRejected(stop.fault, **stop.details) from stop
        return picture

    def _picture(self, page_no: int, timeout_s: float, cancel: CancelToken) -> Picture:
        kind, untrusted_payload = self._child.frame(timeout_s, cancel)
        if kind == FAULT:
            raise document_fault(untrusted_payload)
        if kind != IMAGE:
            raise ProtocolError("image expected")
        return _image(untrusted_payload, page_no)


class PageRenderer:
    """Draws pages of one document after the other. Any thread; one page at a time.

    Children are started on a thread of their own, which lives until `close`: on Linux a child dies with the thread
    that started it.
    """

    def __init__(self, limits: ParserLimits) -> None:
        self._limits = limits
        self._drawing = threading.Lock()
        self._state = threading.Condition()
        self._thread: threading.Thread | None = None
        self._wanted = False  # a child to be started ahead
        self._ahead: Child | None = None
        self._fault: EnvironmentFault | None = None
        self._closed = False
        self._document: tuple[str, DocumentDrawing] | None = None
        self._used_at = 0.0

    def warm(self) -> None:
        """Start a child ahead, unless there is one; returns at once."""
        with self._state:
            if not self._closed and self._ahead is None:
                self._wanted, self._fault = True, None  # what hindered the last start may be over
                if self._thread is None:
                    self._thread = threading.Thread(target=self._keep, name="page-children", daemon=True)
                    self._thread.start()
                self._state.notify_all()

    def draw(
        self, document_id: str, load: Callable[[], bytes], page_no: int, width_px: int, cancel: CancelToken
    ) -> Picture:
        """A page of the document, whose PDF `load` gives when its child has to be started. Raises as
        `DocumentDrawing.draw`; what stops a child that was asked for pages before is tried once more in a new one."""
        with self._drawing:
            cancel.raise_if_cancelled()
            while True:
                drawing = self._drawing_of(document_id, load, cancel)
                fresh = not drawing.orders
                try:
                    return drawing.draw(page_no, width_px, cancel)
                except (DocumentRejected, EnvironmentFault):
                    self._forget()
                    if fresh:
                        raise
                finally:
                    self._used_at = time.monotonic()
                    self.warm()  # now, so that its start does not slow this page down

    def forget(self) -> None:
        """End the document's child: nothing of it stays in memory. Waits for a page that is being drawn."""
        with self._drawing:
            self._forget()

    def close(self) -> None:
        """End all children. Calling it again does nothing."""
        with self._state:
            self._closed = True
            self._state.notify_all()
        if self._thread is not None:
            self._thread.join()
        self.forget()

    def _drawing_of(self, document_id: str, load: Callable[[], bytes], cancel: CancelToken) -> DocumentDrawing:
        if self._document is not None and self._document[0] == document_id and self._document[1].usable:
            return self._document[1]
        self._forget()
        data = load()
        child = self._take(cancel)
        try:
            drawing = DocumentDrawing(child, data, self._limits)
        except BaseException:
            child.close()
            raise
        self._document = (document_id, drawing)
        return drawing

    def _forget(self) -> None:
        if self._document is not None:
            self._document[1].close()
            self._document = None

    def _take(self, cancel: CancelToken) -> Child:
        """The child that was started ahead, or a new one."""
        self.warm()
        with self._state:
            while self._ahead is None:
                cancel.raise_if_cancelled()
                if self._closed:
                    raise Cancelled
                if self._fault is not None:
                    fault, self._fault = self._fault, None
                    raise fault
                self._state.wait(0.05)
            child, self._ahead = self._ahead, None
        if child.running:
            return child
        child.close()
        return self._take(cancel)

    def _keep(self) -> None:
        """Starts children when they are wanted and ends the document's when it has not been used for long."""
        while True:
            with self._state:
                if not self._wanted and not self._closed:
                    self._state.wait(IDLE_S / 4)
                if self._closed:
                    break
                wanted, self._wanted = self._wanted and self._ahead is None, False
            if wanted:
                self._start()
            elif self._drawing.acquire(blocking=False):
                try:
                    if time.monotonic() - self._used_at > IDLE_S:
                        self._forget()
                finally:
                    self._drawing.release()
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None

    def _start(self) -> None:
        child, fault = None, None
        try:
            child = start_child(self._limits)
        except EnvironmentFault as error:
            fault = error
        with self._state:
            self._ahead, self._fault = child, fault
            self._state.notify_all()


def render_page(data: bytes, page_no: int, width_px: int, limits: ParserLimits) -> Picture:
    """One page of a PDF, in a child of its own. Raises as `DocumentDrawing`."""
    child = start_child(limits)
    try:
        return DocumentDrawing(child, data, limits).draw(page_no, width_px, CancelToken())
    finally:
        child.close()


def _image(untrusted_payload: bytes, page_no: int) -> Picture:
    head, png = split_json(untrusted_payload)
    whole_number(head, "page_no", page_no, page_no)
    width_px = whole_number(head, "width_px", 1, _MAX_IMAGE_SIDE_PX)
    height_px = whole_number(head, "height_px", 1, _MAX_IMAGE_SIDE_PX)
    signature, size = png[:16], png[16:24]  # PNG: 8 bytes signature, IHDR length and name, width, height
    if signature != b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" or size != struct.pack(">II", width_px, height_px):
        raise ProtocolError("not the announced PNG")
    return png, width_px, height_px
