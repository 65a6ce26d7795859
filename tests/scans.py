"""Scans made from pages of text: drawn to pixels, worn as a copier wears them, put into a PDF without a text layer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pymupdf
from numpy.typing import NDArray

Gray = NDArray[np.uint8]


def drawn(page: Any, dpi: int = 200) -> Gray:
    """A page of a PDF as gray pixels (height, width)."""
    pixmap = page.get_pixmap(dpi=dpi, colorspace=pymupdf.csGRAY)
    return np.frombuffer(pixmap.samples, np.uint8).reshape(pixmap.height, pixmap.stride)[:, : pixmap.width]


def worn(gray: Gray, skew_deg: float, noise: float, seed: int) -> Gray:
    """Turned by `skew_deg` about the middle (bicubic), grayed, with Gaussian noise of that standard deviation."""
    from PIL import Image

    image = Image.fromarray(gray).rotate(skew_deg, Image.Resampling.BICUBIC, fillcolor=255)
    pixels = np.asarray(image, float) * 0.85 + 20
    return np.clip(pixels + np.random.default_rng(seed).normal(0, noise, gray.shape), 0, 255).astype(np.uint8)


def scan_pdf(path: Path, images: Sequence[Gray], dpi: int = 200, jpeg_quality: int = 92) -> Path:
    """A PDF whose pages are images only, JPEG as scanners write them."""
    document = pymupdf.open()
    for gray in images:
        height, width = gray.shape
        pixmap = pymupdf.Pixmap(pymupdf.csGRAY, width, height, np.ascontiguousarray(gray).tobytes(), False)
        page = document.new_page(width=width * 72 / dpi, height=height * 72 / dpi)
        page.insert_image(page.rect, stream=pixmap.tobytes("jpeg", jpg_quality=jpeg_quality))
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(path)
    document.close()
    return path
