"""The shape of a model. Apart from what reads its weights, so that a window can tell waiting times without NumPy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Architecture:
    """Shape of a decoder-only transformer with grouped-query attention, rotary positions, RMSNorm and SwiGLU."""

    kind: str  # llama or qwen2
    layers: int
    hidden_size: int
    intermediate_size: int
    heads: int
    kv_heads: int
    head_size: int
    vocabulary_size: int
    context_length: int
    rope_base: float
    norm_epsilon: float
