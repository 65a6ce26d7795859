"""Reads Hugging Face checkpoint folders: config.json, safetensors (single or sharded), tokenizer."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.packing.checkpoint import (
    Architecture,
    FloatArray,
    check_architecture,
    damaged,
    read_json,
    unsupported,
)
from engine.packing.tokenizer_from_folder import read_folder_tokenizer

_WIDTHS = {"F32": 4, "F16": 2, "BF16": 2}
_HEADER_LIMIT_BYTES = 100_000_000  # the format's own limit


@dataclass(frozen=True, slots=True)
class _Tensor:
    file: Path
    dtype: str
    shape: tuple[int, ...]
    offset: int


class SafetensorsCheckpoint:
    """A checkpoint folder; implements `engine.packing.checkpoint.Checkpoint`.

    Raises:
        EnvironmentFault: WEIGHTS_DAMAGED naming the file (missing, truncated, not what it says it is),
            PACK_UNSUPPORTED (architecture, dtype, rope scaling, sliding window, tokenizer).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._config = read_json(path / "config.json")
        try:
            self.architecture = self._architecture()
        except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
            raise damaged(path / "config.json") from error
        check_architecture(path, self.architecture)
        self._tensors: dict[str, _Tensor] = {}
        for file in self._weight_files():
            self._tensors.update(_open(file))
        tokenizer = read_folder_tokenizer(path, self._config)
        self._tokenizer_files = tokenizer.files
        self.bos_token_id, self.add_bos = tokenizer.bos_token_id, tokenizer.add_bos
        self.eos_token_ids = tokenizer.eos_token_ids
        self.chat_template = tokenizer.chat_template

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {name: tensor.shape for name, tensor in self._tensors.items()}

    def rows(self, name: str, start: int, stop: int) -> FloatArray:
        tensor = self._tensors[name]
        row_size = int(np.prod(tensor.shape[1:]))
        width = _WIDTHS[tensor.dtype]
        offset, count = tensor.offset + start * row_size * width, (stop - start) * row_size
        shape = (stop - start, *tensor.shape[1:])
        if tensor.dtype == "BF16":  # the upper half of a float32
            halves = self._read(tensor, "<u2", count, offset).astype(np.uint32)
            return (halves << 16).view(np.float32).reshape(shape)
        dtype = "<f4" if tensor.dtype == "F32" else "<f2"
        return self._read(tensor, dtype, count, offset).astype(np.float32, copy=False).reshape(shape)

    def _read(self, tensor: _Tensor, dtype: str, count: int, offset: int) -> npt.NDArray[Any]:
        values = np.fromfile(tensor.file, dtype, count, offset=offset)
        if values.size != count:
            raise damaged(tensor.file)
        return values

    def tokenizer_files(self) -> dict[str, bytes]:
        return self._tokenizer_files

    def _architecture(self) -> Architecture:
        config = self._config
        kind = str(config.get("model_type", ""))
        if kind not in ("llama", "qwen2"):
            raise unsupported(self.path, kind)
        rope: dict[str, Any] = {**(config.get("rope_scaling") or {}), **(config.get("rope_parameters") or {})}
        scaling = rope.get("rope_type", rope.get("type", "default"))
        if scaling != "default":
            raise unsupported(self.path, f"{kind} with rope scaling {scaling}")
        if config.get("use_sliding_window"):
            raise unsupported(self.path, f"{kind} with sliding window")
        if config.get("hidden_act", "silu") != "silu":
            raise unsupported(self.path, f"{kind} with {config['hidden_act']}")
        heads = int(config["num_attention_heads"])
        return Architecture(
            kind=kind,
            layers=int(config["num_hidden_layers"]),
            hidden_size=int(config["hidden_size"]),
            intermediate_size=int(config["intermediate_size"]),
            heads=heads,
            kv_heads=int(config.get("num_key_value_heads") or heads),
            head_size=int(config.get("head_dim") or int(config["hidden_size"]) // heads),
            vocabulary_size=int(config["vocab_size"]),
            context_length=int(config["max_position_embeddings"]),
            rope_base=float(config.get("rope_theta") or rope.get("rope_theta", 10000.0)),
            norm_epsilon=float(config["rms_norm_eps"]),
        )

    def _weight_files(self) -> list[Path]:
        index = self.path / "model.safetensors.index.json"
        if not index.is_file():
            return [self.path / "model.safetensors"]
        names: dict[str, str] = read_json(index).get("weight_map", {})
        return [self.path / Path(name).name for name in sorted(set(names.values()))]


def _open(path: Path) -> dict[str, _Tensor]:
    """Tensors of one safetensors file: 8 bytes of header size, a JSON header, then the data."""
    try:
        with path.open("rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            if size > _HEADER_LIMIT_BYTES:
                raise ValueError("header too long")
            header: dict[str, Any] = json.loads(file.read(size).decode("utf-8"))
        header.pop("__metadata__", None)
        return {name: _tensor(path, 8 + size, entry) for name, entry in header.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise damaged(path) from error


def _tensor(path: Path, base: int, entry: dict[str, Any]) -> _Tensor:
    dtype, shape = str(entry["dtype"]), tuple(int(n) for n in entry["shape"])
    if dtype not in _WIDTHS:
        raise unsupported(path, f"dtype {dtype}")
    begin, end = entry["data_offsets"]
    if end - begin != int(np.prod(shape)) * _WIDTHS[dtype] or begin < 0 or base + end > path.stat().st_size:
        raise ValueError("tensor does not fit its file")
    return _Tensor(path, dtype, shape, base + begin)
