"""Keeps dependencies from phoning home. Call `silence_dependencies()` before importing any of them."""

from __future__ import annotations

import os

_ENVIRONMENT = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime ≥ 1.29 sends usage data unless this is set before its import
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
    "LANCE_LOG": "error",
    "LANCEDB_LOG": "error",  # the one that lancedb 0.40's Python module reads
    "TOKENIZERS_PARALLELISM": "false",
}


def silence_dependencies() -> None:
    """Set the switches; existing values are overwritten because a user's shell must not turn telemetry on."""
    os.environ.update(_ENVIRONMENT)
