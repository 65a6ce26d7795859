"""A secret rotation of the embedding space: cosines stay as they are, the axes no longer mean what the model's did."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float32]


def secret_rotation(key: bytes, dimension: int) -> FloatArray:
    """A random orthogonal matrix, float32 (D, D), the same for the same key on every machine and numpy version.

    QR of a Gaussian matrix with the signs of R's diagonal made positive is uniform over the orthogonal group
    (Mezzadri 2007, "How to generate random matrices from the classical compact groups"). The Gaussians come from
    SHAKE-256 by Box and Muller (1958), because numpy does not promise equal streams between versions.
    """
    count = dimension * dimension
    stream = hashlib.shake_256(key + dimension.to_bytes(4, "little")).digest(16 * count)
    uniform = (np.frombuffer(stream, "<u8").astype(np.float64) + 0.5) / 2.0**64
    radius, angle = np.sqrt(-2.0 * np.log(uniform[:count])), 2.0 * np.pi * uniform[count:]
    q, r = np.linalg.qr((radius * np.cos(angle)).reshape(dimension, dimension))
    return (q * np.sign(np.diag(r))).astype(np.float32)
