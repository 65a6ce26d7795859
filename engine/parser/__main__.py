"""The parser child: reads one request from stdin, answers in frames on stdout, ends. See `engine.parser.protocol`."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

from engine.errors import DocumentFault, DocumentRejected
from engine.parser.confine import confine, die_with_parent
from engine.parser.protocol import (
    DOCUMENT,
    DRAW,
    END,
    FAULT,
    IMAGE,
    MAX_VIEW_PART_BYTES,
    PAGE,
    READY,
    SCAN,
    SCANS,
    VIEW,
    Request,
    encode_json,
    encode_page,
    encode_scan,
    join_json,
    read_order,
    read_request,
    write_frame,
)
from engine.values import DocumentFormat


def main() -> int:
    """Serve one request; returns the exit code."""
    die_with_parent()
    answer = _private_stdout()
    # after stdout is ours (an import may print), before files are out of reach
    from engine.parser import pdf, scans  # noqa: F401  # pyright: ignore[reportUnusedImport]

    pdf.quiet()
    pdf.warm_up()
    request = read_request(sys.stdin.buffer)
    if request.format != DocumentFormat.PDF:
        from engine.parser.formats import convert, label  # noqa: F401  # pyright: ignore[reportUnusedImport]  as above

        convert.warm_up(DocumentFormat(request.format))
    elif request.password:
        from engine.parser import unlock  # noqa: F401  # pyright: ignore[reportUnusedImport]  as above
    held = confine(request.memory_bytes, request.cpu_s)
    write_frame(answer, READY, encode_json({"confinement": held}))
    try:
        if request.operation == DRAW:
            _draw(request, sys.stdin.buffer, answer)
        else:
            _serve(request, sys.stdin.buffer.read(), answer)
    except DocumentRejected as error:
        write_frame(answer, FAULT, encode_json({"code": str(error.code), **error.details}))
    except MemoryError:
        write_frame(answer, FAULT, encode_json({"code": DocumentFault.MEMORY.value}))
    return 0


def _serve(request: Request, data: bytes, answer: BinaryIO) -> None:
    from engine.parser import pdf, scans

    view = _view(request, data)
    for start in range(0, len(view), MAX_VIEW_PART_BYTES):
        write_frame(answer, VIEW, view[start : start + MAX_VIEW_PART_BYTES])
    document = pdf.open_document(view or data, request.max_pages)
    if request.operation == SCANS:
        for page_no in request.page_nos:
            write_frame(answer, SCAN, encode_scan(scans.draw_scan(document, page_no, request.dpi)))
        write_frame(answer, END)
        return
    write_frame(answer, DOCUMENT, encode_json({"page_count": document.page_count}))
    for page_no in range(request.first_page, document.page_count + 1):
        write_frame(answer, PAGE, encode_page(pdf.parse_page(document, page_no)))
    write_frame(answer, END)


def _draw(request: Request, orders: BinaryIO, answer: BinaryIO) -> None:
    """Pages of one document as they are asked for, until there are no more orders."""
    from engine.parser import pdf

    document = pdf.open_document(orders.read(request.data_bytes), request.max_pages)
    while (order := read_order(orders)) is not None:
        page_no, width_px = order
        png, width_px, height_px = pdf.render_page(document, page_no, width_px)
        head = {"page_no": page_no, "width_px": width_px, "height_px": height_px}
        write_frame(answer, IMAGE, join_json(head, png))


def _view(request: Request, data: bytes) -> bytes:
    """The PDF to parse in place of `data`; empty where it is an open PDF itself."""
    if request.format != DocumentFormat.PDF:
        from engine.parser.formats import convert

        view = convert.to_pdf(DocumentFormat(request.format), data, request.max_pages)
        if request.label:
            from engine.parser.formats.label import with_label

            return with_label(view, request.label)
        return view
    if request.password:
        from engine.parser.unlock import unlock

        return unlock(data, request.password)
    return b""


def _private_stdout() -> BinaryIO:
    """The real stdout for frames alone; whatever prints goes to stderr."""
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answer


if __name__ == "__main__":
    sys.exit(main())
