"""Reads printed lines off an image with RapidOCR's PP-OCR models. The only module that imports it; child only.

Detection (differentiable binarization, Liao et al. 2020, arXiv:1911.08947) finds the lines, a classifier tells whether
the page stands on its head, recognition (PP-OCRv6, connectionist temporal classification) reads them.
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
# Short lines that stand alone are found in a smaller one only.
_DETECTION_SIDES_PX = (1280, 736)
_FEW_LINES = 5
_SURE = 0.9  # of the classifier, RapidOCR's own measure
_UPRIGHT = 1.5  # a line that much higher than wide runs downwards; RapidOCR turns it by the same measure


class ModelDamaged(Exception):
    """A model file is missing or is not the one that was tested."""


class _Found:
    """A line that is not read yet.

    `corners` (4, 2) are as in `OcrLine`; `upright` where it runs up or down, `on_its_head` as the classifier says.
    """

    def __init__(self, box: np.ndarray, crop: np.ndarray, side: tuple[str, float]) -> None:
        corners = np.asarray(box, float)  # top left, top right, bottom right, bottom left
        across = max(np.linalg.norm(corners[0] - corners[1]), np.linalg.norm(corners[2] - corners[3]))
        down = max(np.linalg.norm(corners[0] - corners[3]), np.linalg.norm(corners[1] - corners[2]))
        label, score = side
        self.crop = crop
        self.length = float(max(across, down))
        self.upright = bool(down >= _UPRIGHT * across)
        self.on_its_head = "180" in label and score > _SURE
        self.corners = np.roll(corners, -1, axis=0) if self.upright else corners


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
            "Rec.rec_batch_num": 1,  # 25 % faster than six at a time on a CPU, and half the memory
        }
        settings |= {f"{part}.model_path": _checked_model(name, digest) for part, (name, digest) in _MODELS.items()}
        cv2.setNumThreads(1)  # threads that OpenCV starts later would be refused by the filter of system calls
        logging.disable(logging.CRITICAL)
        self._ocr, self._nothing_found = _load_rapidocr(settings)
        self._ocr._load_det_model()
        self._warm_up()

    def recognize(self, gray: np.ndarray) -> list[OcrLine]:
        """The lines of a page, in no order.

        A page that lies on its side or stands on its head is turned first, by what the classifier says of most lines.
        Single lines are not turned: it takes one in a thousand of a level page, and a fifth of a turned one, wrongly.

        Args:
            gray: uint8 (height, width); 200 dpi is what the models were measured with.
        """
        image = cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR)
        found = self._find_lines(image)
        turns = _quarter_turns(found)
        if turns:
            found = self._find_lines(np.ascontiguousarray(np.rot90(image, turns)))
        if not found:
            return []
        read = self._ocr.recognize_txt([line.crop for line in found])
        height, width = gray.shape
        lines: list[OcrLine] = []
        for line, text, confidence, word in zip(found, read.txts, read.scores, read.word_results, strict=True):
            if text.strip() and len(text) <= MAX_LINE_CHARS:
                corners = np.clip(_turned_back(line.corners, turns, width, height), 0.0, (width, height))
                score = min(1.0, max(0.0, float(confidence)))
                lines.append(
                    OcrLine(text, score, tuple((float(x), float(y)) for x, y in corners), _centers(text, word))
                )
        return lines[:MAX_LINES]

    def _find_lines(self, image: np.ndarray) -> list[_Found]:
        """Lines and which way up they are. Where there are few, the smaller copy is looked at too."""
        found: list[_Found] = []
        for side_px in _DETECTION_SIDES_PX:
            self._ocr.text_det.limit_side_len = side_px
            try:
                crops, boxes = self._ocr.detect_and_crop(image, {})
            except self._nothing_found:
                continue
            if len(crops) > len(found):
                _, sides = self._ocr.cls_and_rotate(list(crops))
                found = [_Found(*line) for line in zip(boxes.boxes, crops, sides.cls_res, strict=True)]
            if len(found) >= _FEW_LINES:
                break
        return found

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


def _quarter_turns(found: list[_Found]) -> int:
    """How often a page must be turned by 90 degrees against the clock until most of its text runs level."""
    shares = [0.0] * 4
    for line in found:
        shares[2 * line.on_its_head + line.upright] += line.length
    level, down, on_its_head, up = shares
    return max(((level, 0), (down, 1), (on_its_head, 2), (up, 3)))[1] if found else 0


def _turned_back(corners: np.ndarray, turns: int, width: int, height: int) -> np.ndarray:
    """Corners (4, 2) in a page of `width` and `height` that was turned `turns` times as `_quarter_turns` says."""
    x, y = corners[:, 0], corners[:, 1]
    places = ((x, y), (width - y, x), (width - x, height - y), (y, height - x))
    return np.stack(places[turns], axis=1)


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
