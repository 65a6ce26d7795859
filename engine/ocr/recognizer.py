"""Reads printed lines off an image with RapidOCR's PP-OCR models. The only module that imports it; child only.

Detection (differentiable binarization, Liao et al. 2020, arXiv:1911.08947) finds the lines, a classifier turns those
that stand on their heads, recognition (PP-OCRv6, connectionist temporal classification) reads them.
"""

# pyright: basic
# RapidOCR and OpenCV carry no usable types; what they return is converted before it leaves this module.

from __future__ import annotations

import hashlib
import importlib.util
import logging
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np

from engine.ocr.protocol import MAX_LINE_CHARS, MAX_LINES, OcrLine

# SHA-256 of the models in rapidocr 3.10.0; given by path, so that nothing is ever looked for on the network.
_MODELS = {
    "Det": ("PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"),
    "Cls": (
        "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
        "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
    ),
    "Rec": ("PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"),
}
# Lines are looked for in a copy whose longer side is at most so long, and read from the image itself. RapidOCR's own
# limit of 2,000 costs four times as much and found not one line more on 200-dpi pages (docs/decisions/0020).
_DETECTION_SIDE_PX = 1280
_UPRIGHT = 1.5  # a line that much higher than wide runs downwards; RapidOCR turns it by the same measure


class ModelDamaged(Exception):
    """A model file is missing or is not the one that was tested."""


class Recognizer:
    """Loaded models, on the CPU."""

    def __init__(self, threads: int) -> None:
        """Load the models. Raises ModelDamaged."""
        settings = {
            "Global.log_level": "critical",
            "Global.return_word_box": True,
            "Global.use_vertical_padding": False,  # meant for crops of one line
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.limit_type": "max",
            "Det.limit_side_len": _DETECTION_SIDE_PX,
            "Rec.rec_batch_num": 1,  # 25 % faster than six at a time on a CPU, and half the memory
        }
        settings |= {f"{part}.model_path": _checked_model(name, digest) for part, (name, digest) in _MODELS.items()}
        cv2.setNumThreads(1)  # threads that OpenCV starts later would be refused by the filter of system calls
        logging.disable(logging.CRITICAL)
        self._ocr, self._nothing_found = _load_rapidocr(settings)
        self._warm_up()

    def recognize(self, gray: np.ndarray) -> list[OcrLine]:
        """The lines of a page, in no order.

        Args:
            gray: uint8 (height, width); 200 dpi is what the models were measured with.
        """
        image = cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR)
        try:
            crops, found = self._ocr.detect_and_crop(image, {})
        except self._nothing_found:
            return []
        crops, turned = self._ocr.cls_and_rotate(crops)
        read = self._ocr.recognize_txt(crops)
        lines: list[OcrLine] = []
        for box, (label, score), text, confidence, word in zip(
            found.boxes, turned.cls_res, read.txts, read.scores, read.word_results, strict=True
        ):
            on_its_head = "180" in label and score > self._ocr.cfg.Cls.cls_thresh
            line = _line(box, on_its_head, text, confidence, word, gray.shape)
            if line is not None:
                lines.append(line)
        return lines[:MAX_LINES]

    def _warm_up(self) -> None:
        """Read one line, so that everything loaded lazily is loaded before files are out of reach."""
        sample = np.full((200, 600), 255, np.uint8)
        cv2.putText(sample, "deposit 2026", (40, 110), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 0, 4)
        if not self.recognize(sample):
            raise ModelDamaged("nothing read")


def _load_rapidocr(settings: dict[str, Any]) -> tuple[Any, type[Exception]]:
    """The loaded library, and what it raises where an image has no lines.

    It imports its downloader, and that an HTTP library which opens a socket when imported. Nothing may be downloaded
    here, so an empty module takes that library's place; its name `Response` stands in annotations.
    """
    no_requests = ModuleType("requests")
    no_requests.__dict__["Response"] = object
    sys.modules["requests"] = no_requests
    from rapidocr import RapidOCR
    from rapidocr.main import RapidOCRError

    return RapidOCR(params=settings), RapidOCRError


def _checked_model(name: str, digest: str) -> str:
    """The path of a model that lies in RapidOCR's own package."""
    package = importlib.util.find_spec("rapidocr")
    if package is None or package.origin is None:
        raise ModelDamaged("rapidocr")
    path = Path(package.origin).parent / "models" / name
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelDamaged(name) from error
    if found != digest:
        raise ModelDamaged(name)
    return str(path)


def _line(
    box: np.ndarray, on_its_head: bool, text: str, confidence: float, word: Any, shape: tuple[int, ...]
) -> OcrLine | None:
    """A line with its corners in reading order; None where nothing was read."""
    if not text.strip() or len(text) > MAX_LINE_CHARS:
        return None
    height, width = shape[:2]
    corners = np.clip(np.asarray(box, float), 0.0, (width, height))  # top left, top right, bottom right, bottom left
    across = max(np.linalg.norm(corners[0] - corners[1]), np.linalg.norm(corners[2] - corners[3]))
    down = max(np.linalg.norm(corners[0] - corners[3]), np.linalg.norm(corners[1] - corners[2]))
    if down >= _UPRIGHT * across:
        corners = np.roll(corners, -1, axis=0)
    if on_its_head:
        corners = np.roll(corners, 2, axis=0)
    score = min(1.0, max(0.0, float(confidence)))
    return OcrLine(text, score, tuple((float(x), float(y)) for x, y in corners), _centers(text, word))


def _centers(text: str, word: Any) -> tuple[float, ...]:
    """Where each character's middle lies along the line, from the column of the network's output that named it.

    White space was named by no column: it lies between its neighbours.
    """
    columns = [column for columns in word.word_cols for column in columns]
    named = iter((column + 0.5) / max(word.line_txt_len, 1.0) for column in columns)
    centers: list[float] = []
    for char in text:
        last = centers[-1] if centers else 0.0
        centers.append(last if char.isspace() else min(1.0, max(last, next(named, 1.0))))
    return tuple(centers)
