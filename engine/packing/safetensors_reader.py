"""Reads Hugging Face checkpoint folders: config.json, tokenizer, weights as safetensors or pickles, in shards too."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from engine.packing.checkpoint import (
    Architecture,
    FloatArray,
    StoredTensor,
    check_architecture,
    damaged,
    read_json,
    unsupported,
)
from engine.packing.tokenizer_from_folder import read_folder_tokenizer
from engine.packing.torch_reader import torch_tensors

_WIDTHS = {"F32": 4, "F16": 2, "BF16": 2}
_HEADER_LIMIT_BYTES = 100_000_000  # the format's own limit


class SafetensorsCheckpoint:
    """A checkpoint folder; implements `engine.packing.checkpoint.Checkpoint`.

    Raises:
        EnvironmentFault: WEIGHTS_DAMAGED naming the file (missing, truncated, not what it says it is),
            PACK_UNSUPPORTED (architecture, dtype, rope scaling, sliding window, tokenizer), CHECKPOINT_PICKLED.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._config = read_json(path / "config.json")
        try:
            self.architecture = self._architecture()
        except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
            raise damaged(path / "config.json") from error
        check_architecture(path, self.architecture)
        self._tensors = self._find_tensors()
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

    def _read(self, tensor: StoredTensor, dtype: str, count: int, offset: int) -> npt.NDArray[Any]:
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
            # the first LLaMA folders wrote the other name
            context_length=int(config.get("max_sequence_length") or config["max_position_embeddings"]),
            rope_base=float(config.get("rope_theta") or rope.get("rope_theta", 10000.0)),
            norm_epsilon=float(config["rms_norm_eps"]),
        )

    def _find_tensors(self) -> dict[str, StoredTensor]:
        """Safetensors where there are some, else pickles; an index says which file holds which tensor."""
        for name, read in (("model.safetensors", _safetensors), ("pytorch_model.bin", torch_tensors)):
            index = self.path / f"{name}.index.json"
            if index.is_file():
                return _indexed(index, read)
            if (self.path / name).is_file():
                return read(self.path / name)
        raise damaged(self.path / "model.safetensors")


def _indexed(index: Path, read: Callable[[Path], dict[str, StoredTensor]]) -> dict[str, StoredTensor]:
    """Each tensor from the file that the index names. Only files beside the index count as such."""
    places: Any = read_json(index).get("weight_map")
    if not isinstance(places, dict) or not places:
        raise damaged(index)
    weight_map = cast("dict[str, Any]", places)
    shards: dict[str, dict[str, StoredTensor]] = {}
    for name in weight_map.values():
        if not isinstance(name, str) or not name or Path(name).name != name or "\\" in name or name.startswith("."):
            raise damaged(index)
        if name not in shards:
            shards[name] = read(index.with_name(name))
    for tensor, name in weight_map.items():
        if tensor not in shards[name]:
            raise damaged(index.with_name(name))
    return {tensor: shards[name][tensor] for tensor, name in weight_map.items()}


def _safetensors(path: Path) -> dict[str, StoredTensor]:
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


def _tensor(path: Path, base: int, entry: dict[str, Any]) -> StoredTensor:
    dtype, shape = str(entry["dtype"]), tuple(int(n) for n in entry["shape"])
    if dtype not in _WIDTHS:
        raise unsupported(path, f"dtype {dtype}")
    begin, end = entry["data_offsets"]
    if end - begin != int(np.prod(shape)) * _WIDTHS[dtype] or begin < 0 or base + end > path.stat().st_size:
        raise ValueError("tensor does not fit its file")
    return StoredTensor(path, dtype, shape, base + begin)
