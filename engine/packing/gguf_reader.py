"""Reads GGUF version 2 and 3 checkpoints of the LLaMA and Qwen2 families.

The header is parsed here (layout: ggml's `docs/gguf.md`) because the `gguf` package keeps an array object per
vocabulary entry, 9 s and 0.5 GB for 150,000 tokens; dequantization is that package's.
"""

from __future__ import annotations

import math
import mmap
import re
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import dequantize

from engine.packing.checkpoint import (
    EMBEDDING,
    FINAL_NORM,
    LM_HEAD,
    Architecture,
    FloatArray,
    check_architecture,
    damaged,
    layer_tensor,
    unsupported,
)
from engine.packing.tokenizer_from_gguf import build_tokenizer
from engine.runtime.pack import TOKENIZER

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_PARTS = {
    "attn_norm": "attention_norm",
    "attn_q": "q",
    "attn_k": "k",
    "attn_v": "v",
    "attn_output": "o",
    "ffn_norm": "mlp_norm",
    "ffn_gate": "gate",
    "ffn_up": "up",
    "ffn_down": "down",
}
_GLOBALS = {"token_embd.weight": EMBEDDING, "output_norm.weight": FINAL_NORM, "output.weight": LM_HEAD}


@dataclass(frozen=True, slots=True)
class _Tensor:
    quantization: GGMLQuantizationType
    shape: tuple[int, ...]  # outermost first
    offset: int  # from the start of the file
    row_bytes: int

    @property
    def size_bytes(self) -> int:
        return math.prod(self.shape[:-1]) * self.row_bytes


class _Header:
    """A cursor over the file; reading past its end raises struct.error or IndexError."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.position = 0

    def number(self, code: str) -> Any:
        (value,) = struct.unpack_from("<" + code, self.data, self.position)
        self.position += struct.calcsize("<" + code)
        return value

    def string(self) -> str:
        size = self.number("Q")
        end = self.position + size
        if end > len(self.data):
            raise IndexError("string runs past the end of the file")
        text = self.data[self.position : end].decode("utf-8")
        self.position = end
        return text

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.string()
        if kind == _ARRAY:
            item, count = self.number("I"), self.number("Q")
            if count > len(self.data):
                raise IndexError("array is longer than the file")
            return [self.value(item) for _ in range(count)]
        return self.number(_SCALARS[kind])


class GgufCheckpoint:
    """A GGUF file; implements `engine.packing.checkpoint.Checkpoint`.

    Raises:
        EnvironmentFault: WEIGHTS_DAMAGED (truncated, not a GGUF, impossible values), PACK_UNSUPPORTED
            (architecture, tokenizer or tensor that the packer does not know).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                self.metadata, tensors = _read_header(data)
        except (OSError, struct.error, LookupError, ValueError, ArithmeticError, RecursionError) as error:
            raise damaged(path) from error
        kind = str(self.metadata.get("general.architecture", ""))
        if kind not in ("llama", "qwen2"):
            raise unsupported(path, kind)
        self._tensors = self._canonical(tensors)
        try:
            self.architecture = self._architecture(kind)
            self.bos_token_id = self._token("bos")
            eos = self._token("eos")
            self.eos_token_ids = () if eos is None else (eos,)
        except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
            raise damaged(path) from error
        check_architecture(path, self.architecture)
        self.add_bos = bool(self.metadata.get("tokenizer.ggml.add_bos_token", False))
        self.chat_template = str(self.metadata.get("tokenizer.chat_template", ""))

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {name: tensor.shape for name, tensor in self._tensors.items()}

    def rows(self, name: str, start: int, stop: int) -> FloatArray:
        tensor = self._tensors[name]
        if len(tensor.shape) == 1:
            return self._dequantize(tensor, 0, 1)[0, start:stop]
        heads = self._rotated_heads(name)
        if not heads:
            return self._dequantize(tensor, start, stop)
        per_head = tensor.shape[0] // heads
        first, last = start // per_head * per_head, -(-stop // per_head) * per_head
        slab = self._dequantize(tensor, first, last)
        # ggml's LLaMA files interleave the two halves of each rotated head; put them behind each other again
        slab = slab.reshape(-1, per_head // 2, 2, slab.shape[1]).swapaxes(1, 2).reshape(slab.shape)
        return np.ascontiguousarray(slab[start - first : stop - first])

    def tokenizer_files(self) -> dict[str, bytes]:
        return {TOKENIZER: build_tokenizer(self.path, self.metadata).encode()}

    def _token(self, role: str) -> int | None:
        value = self.metadata.get(f"tokenizer.ggml.{role}_token_id")
        return None if value is None else int(value)

    def _rotated_heads(self, name: str) -> int:
        if self.architecture.kind != "llama":
            return 0
        if name.endswith("q_proj.weight"):
            return self.architecture.heads
        return self.architecture.kv_heads if name.endswith("k_proj.weight") else 0

    def _dequantize(self, tensor: _Tensor, start: int, stop: int) -> FloatArray:
        count = (stop - start) * tensor.row_bytes
        raw = np.fromfile(self.path, np.uint8, count, offset=tensor.offset + start * tensor.row_bytes)
        if raw.size != count:
            raise damaged(self.path)
        try:
            values = dequantize(raw.reshape(stop - start, tensor.row_bytes), tensor.quantization)
        except NotImplementedError as error:
            raise unsupported(self.path, f"quantization {tensor.quantization.name}") from error
        return values.astype(np.float32, copy=False)

    def _canonical(self, tensors: dict[str, _Tensor]) -> dict[str, _Tensor]:
        named: dict[str, _Tensor] = {}
        for name, tensor in tensors.items():
            match = re.fullmatch(r"blk\.(\d+)\.(\w+)\.(weight|bias)", name)
            if name in _GLOBALS:
                named[_GLOBALS[name]] = tensor
            elif match and match[2] in _PARTS:
                part = _PARTS[match[2]]
                named[layer_tensor(int(match[1]), part, "" if part.endswith("norm") else match[3])] = tensor
            else:
                raise unsupported(self.path, f"tensor {name}")
        return named

    def _architecture(self, kind: str) -> Architecture:
        def get(key: str, default: Any = None) -> Any:
            value = self.metadata.get(f"{kind}.{key}", default)
            if value is None:
                raise KeyError(key)
            return value

        scaling = get("rope.scaling.type", "none")
        if scaling != "none":
            raise unsupported(self.path, f"{kind} with rope scaling {scaling}")
        heads, hidden = int(get("attention.head_count")), int(get("embedding_length"))
        head_size = int(get("attention.key_length", hidden // heads))
        if int(get("rope.dimension_count", head_size)) != head_size:
            raise unsupported(self.path, f"{kind} with partial rotary positions")
        return Architecture(
            kind=kind,
            layers=int(get("block_count")),
            hidden_size=hidden,
            intermediate_size=int(get("feed_forward_length")),
            heads=heads,
            kv_heads=int(get("attention.head_count_kv", heads)),
            head_size=head_size,
            vocabulary_size=self._tensors[EMBEDDING].shape[0],
            context_length=int(get("context_length")),
            rope_base=float(get("rope.freq_base", 10000.0)),
            # stored as float32; the shortest decimal that gives the same float32 is what config.json said
            norm_epsilon=float(str(np.float32(get("attention.layer_norm_rms_epsilon")))),
        )


def _read_header(data: mmap.mmap) -> tuple[dict[str, Any], dict[str, _Tensor]]:
    header = _Header(data)
    if data[:4] != b"GGUF":
        raise ValueError("no GGUF magic")
    header.position = 4
    if header.number("I") not in (2, 3):
        raise ValueError("unknown GGUF version")
    tensor_count, key_count = header.number("Q"), header.number("Q")
    metadata: dict[str, Any] = {}
    for _ in range(key_count):
        key = header.string()
        metadata[key] = header.value(header.number("I"))
    tensors = dict(_read_tensor(header) for _ in range(tensor_count))
    alignment = int(metadata.get("general.alignment", 32))
    base = -(-header.position // alignment) * alignment
    placed = {name: replace(tensor, offset=base + tensor.offset) for name, tensor in tensors.items()}
    if any(tensor.offset + tensor.size_bytes > len(data) for tensor in placed.values()):
        raise IndexError("a tensor runs past the end of the file")
    return metadata, placed


def _read_tensor(header: _Header) -> tuple[str, _Tensor]:
    name = header.string()
    shape = tuple(reversed([int(header.number("Q")) for _ in range(header.number("I"))]))
    quantization, offset = GGMLQuantizationType(header.number("I")), int(header.number("Q"))
    block, block_bytes = GGML_QUANT_SIZES[quantization]
    if not 1 <= len(shape) <= 2 or shape[-1] % block or min(shape) < 1:
        raise ValueError("impossible tensor shape")
    return name, _Tensor(quantization, shape, offset, shape[-1] // block * block_bytes)
