"""Where the trained weights lie: small files in `assets/ranking/`, made by tests/benchmarks/train_reranker.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parents[2] / "assets" / "ranking"


def load_weights(name: str, folder: Path | None = None) -> dict[str, NDArray[Any]]:
    """The arrays of an npz file; nothing in it can run."""
    with np.load((folder or FOLDER) / name, allow_pickle=False) as file:
        return {key: file[key] for key in file.files}
