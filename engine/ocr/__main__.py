"""The OCR child: reads images from stdin, answers in frames on stdout until stdin ends. See `engine.ocr.protocol`."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

from engine.ocr.protocol import LINES, OcrFault, encode_lines, read_image, read_ocr_request
from engine.parser.confine import confine, die_with_parent
from engine.parser.protocol import FAULT, READY, encode_json, read_frame, write_frame
from engine.quiet import silence_dependencies


def main() -> int:
    """Serve images until stdin ends; returns the exit code."""
    die_with_parent()
    silence_dependencies()
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # threads of their own would come too late
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints goes to stderr
    request = read_ocr_request(sys.stdin.buffer)
    from engine.ocr.recognizer import ModelDamaged, Recognizer  # after stdout is ours: the import may print

    try:
        recognizer = Recognizer(request.threads)
    except ModelDamaged:
        write_frame(answer, FAULT, encode_json({"code": OcrFault.UNUSABLE.value}))
        return 0
    held = confine(request.memory_bytes, request.cpu_s)
    write_frame(answer, READY, encode_json({"confinement": held}))
    try:
        _serve(recognizer, sys.stdin.buffer, answer)
    except MemoryError:
        write_frame(answer, FAULT, encode_json({"code": OcrFault.MEMORY.value}))
    except Exception as error:  # OpenCV and ONNX Runtime raise a dozen kinds for an image they cannot read
        full = "alloc" in str(error).lower() or "memory" in str(error).lower()
        write_frame(answer, FAULT, encode_json({"code": (OcrFault.MEMORY if full else OcrFault.FAILED).value}))
    return 0


def _serve(recognizer: object, images: BinaryIO, answer: BinaryIO) -> None:
    import numpy as np

    from engine.ocr.recognizer import Recognizer

    assert isinstance(recognizer, Recognizer)
    while (frame := read_frame(images)) is not None:
        width_px, height_px, gray = read_image(frame[1])
        image = np.frombuffer(gray, np.uint8).reshape(height_px, width_px)
        write_frame(answer, LINES, encode_lines(recognizer.recognize(image)))


if __name__ == "__main__":
    sys.exit(main())
