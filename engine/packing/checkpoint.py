"""What the packer needs to know of a checkpoint, whatever file format it comes in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from engine.errors import EnvironmentFault, Fault
from engine.packing.architecture import Architecture

FloatArray = npt.NDArray[np.float32]

EMBEDDING = "model.embed_tokens.weight"
FINAL_NORM = "model.norm.weight"
LM_HEAD = "lm_head.weight"

_LAYER = {
    "attention_norm": "input_layernorm.weight",
    "q": "self_attn.q_proj",
    "k": "self_attn.k_proj",
    "v": "self_attn.v_proj",
    "o": "self_attn.o_proj",
    "mlp_norm": "post_attention_layernorm.weight",
    "gate": "mlp.gate_proj",
    "up": "mlp.up_proj",
    "down": "mlp.down_proj",
}


def layer_tensor(layer: int, part: str, suffix: str = "") -> str:
    """Canonical name of a layer's tensor, e.g. `model.layers.3.self_attn.q_proj.weight` for (3, "q", "weight")."""
    name = f"model.layers.{layer}.{_LAYER[part]}"
    return f"{name}.{suffix}" if suffix else name


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """Where a tensor of a checkpoint folder lies: its numbers from byte `offset` of the file on, row by row."""

    file: Path
    dtype: str  # F32, F16 or BF16
    shape: tuple[int, ...]
    offset: int


class Checkpoint(Protocol):
    """A checkpoint on disk, read in slabs of rows so that memory stays far below one large tensor."""

    path: Path
    architecture: Architecture
    bos_token_id: int | None
    add_bos: bool
    eos_token_ids: tuple[int, ...]  # the one that ends a turn first
    chat_template: str  # Jinja source as shipped with the checkpoint, "" without one

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Canonical tensor name → shape; a matrix is (out_features, in_features)."""
        ...

    def rows(self, name: str, start: int, stop: int) -> FloatArray:
        """Rows [start, stop) of a tensor as float32, (stop - start, in_features), or (stop - start,) of a vector.

        Raises EnvironmentFault WEIGHTS_DAMAGED when the file ends before them.
        """
        ...

    def tokenizer_files(self) -> dict[str, bytes]:
        """The pack's TOKENIZER, in the `tokenizers` library's own JSON format, and SCORES if it needs them."""
        ...


def damaged(path: Path) -> EnvironmentFault:
    """`path` is a file, or a tensor below its checkpoint."""
    return EnvironmentFault(Fault.WEIGHTS_DAMAGED, file=path.name)


def unsupported(path: Path, what: str) -> EnvironmentFault:
    return EnvironmentFault(Fault.PACK_UNSUPPORTED, pack=path.name, architecture=what)


def read_json(path: Path, default: dict[str, Any] | None = None) -> dict[str, Any]:
    """A JSON object; `default` when there is no such file. Raises EnvironmentFault WEIGHTS_DAMAGED."""
    if default is not None and not path.is_file():
        return default
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise damaged(path) from error
    if not isinstance(data, dict):
        raise damaged(path)
    return cast("dict[str, Any]", data)


def check_architecture(path: Path, architecture: Architecture) -> None:
    """Raises EnvironmentFault: WEIGHTS_DAMAGED for impossible sizes, PACK_UNSUPPORTED for ones the kernels refuse.

    GroupQueryAttention rotates heads whose size is a multiple of 8; the quantizer works on blocks of 32 inputs.
    """
    a = architecture
    sizes = (a.layers, a.hidden_size, a.intermediate_size, a.heads, a.kv_heads, a.head_size, a.vocabulary_size)
    if min(*sizes, a.context_length) < 1 or a.heads % a.kv_heads or a.rope_base <= 0 or a.norm_epsilon < 0:
        raise damaged(path)
    if a.head_size % 8 or a.hidden_size % 32 or a.intermediate_size % 32 or a.heads * a.head_size % 32:
        raise unsupported(path, f"{a.kind} with sizes that are no multiples of 32")
