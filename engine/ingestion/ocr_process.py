"""Parent side of the OCR child: start it, give it images, check all it says, and never leave one behind."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil

from engine.cancel import CancelToken
from engine.errors import DocumentFault, EnvironmentFault, Fault
from engine.ingestion.child import Child, ChildStopped
from engine.ingestion.parser_process import child_environment
from engine.ocr.protocol import (
    LINES,
    OcrFault,
    OcrLine,
    OcrRequest,
    decode_lines,
    write_image,
    write_ocr_request,
)
from engine.pacing import Pacer
from engine.parser.protocol import FAULT, READY, ProtocolError, Scan, decode_json
from engine.settings import ParserLimits

_START_TIMEOUT_S = 90.0  # three models are read and tried; a cold disk and a virus scanner may hold that up


class PageUnread(Exception):
    """One page could not be read; `fault` says why. The child is gone."""

    def __init__(self, fault: DocumentFault) -> None:
        super().__init__(fault)
        self.fault = fault


class OcrProcess:
    """One OCR child for the pages of one document. Certainly gone after `close()`. Use as a context manager."""

    def __init__(self, limits: ParserLimits, page_count: int, cancel: CancelToken, pacer: Pacer | None = None) -> None:
        """Start the child and wait until its models are loaded.

        Raises:
            EnvironmentFault: OCR_UNUSABLE when it cannot be started, or a model file is missing or damaged.
            Cancelled: the token was cancelled.
        """
        self._limits = limits
        self._cancel = cancel
        environment = child_environment() | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        try:
            self._child = Child(ocr_command(), environment, limits.ocr_memory_bytes, pacer)
        except (OSError, subprocess.SubprocessError) as error:
            raise EnvironmentFault(Fault.OCR_UNUSABLE, reason=str(error)) from error
        cpu_s = int((page_count + 1) * limits.ocr_page_timeout_s * ocr_threads())
        request = OcrRequest(ocr_threads(), limits.ocr_memory_bytes, cpu_s)
        self._child.send(lambda stdin: write_ocr_request(stdin, request))
        try:
            self._await_ready()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> OcrProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        return self._child.pid

    def close(self) -> None:
        self._child.close()

    def recognize(self, scan: Scan) -> list[OcrLine]:
        """The lines of a page, in no order.

        Raises:
            PageUnread: OCR_TIMEOUT or OCR_FAILED; the child must not be used again.
            Cancelled: the token was cancelled.
        """
        self._child.send(lambda stdin: write_image(stdin, scan.width_px, scan.height_px, scan.gray))
        try:
            kind, untrusted_payload = self._child.frame(self._limits.ocr_page_timeout_s, self._cancel)
            if kind != LINES:
                raise ProtocolError("lines expected")
            return decode_lines(untrusted_payload, scan.width_px, scan.height_px)
        except ProtocolError as error:
            raise PageUnread(DocumentFault.OCR_FAILED) from error
        except ChildStopped as stop:
            late = stop.fault is DocumentFault.TIMEOUT
            raise PageUnread(DocumentFault.OCR_TIMEOUT if late else DocumentFault.OCR_FAILED) from stop

    def _await_ready(self) -> None:
        try:
            kind, untrusted_payload = self._child.frame(_START_TIMEOUT_S, self._cancel)
        except ChildStopped as stop:
            raise EnvironmentFault(Fault.OCR_UNUSABLE, reason=f"{stop.fault} {stop.details}") from stop
        if kind != READY:
            raise EnvironmentFault(Fault.OCR_UNUSABLE, reason=_reason(kind, untrusted_payload))
        self._child.start_watching()


def ocr_command() -> list[str]:
    """How to start a child: this interpreter, or the frozen application as its own OCR."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--ocr"]
    return [sys.executable, "-P", "-s", "-m", "engine.ocr"]


def ocr_threads() -> int:
    """Half of the physical cores, at least one: the window stays smooth, and a laptop's fan quiet."""
    return max(1, (psutil.cpu_count(logical=False) or os.cpu_count() or 1) // 2)


def _reason(kind: bytes, untrusted_payload: bytes) -> str:
    try:
        if kind == FAULT and decode_json(untrusted_payload).get("code") == OcrFault.UNUSABLE:
            return "model missing or damaged"
    except ProtocolError:
        pass
    return "unexpected first frame"
