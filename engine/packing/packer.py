"""Turns a checkpoint into a generator pack, streaming: peak memory is a slab of rows, not a model.

The pack is made in a hidden folder beside its destination and renamed when it is complete and on disk, so that a
build that dies leaves no half pack; what it left is removed by the next one.
"""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from engine.cancel import CancelToken
from engine.errors import EnvironmentFault, Fault, Rejection, RequestRejected
from engine.events import PackProgress
from engine.packing.chat_templates import JINPAN, choose_template
from engine.packing.checkpoint import EMBEDDING, LM_HEAD, Checkpoint, FloatArray, damaged, layer_tensor, unsupported
from engine.packing.gguf_reader import GgufCheckpoint
from engine.packing.graph import Matrix, Plan, build_plan, context_length
from engine.packing.precision import FLOAT_BITS, QUANTIZATIONS
from engine.packing.publish import publish
from engine.packing.quantize import quantize_rows, quantize_rows_4_bits
from engine.packing.safetensors_reader import SafetensorsCheckpoint
from engine.packing.variants import graph_files
from engine.runtime.pack import (
    GENERATOR,
    TOKENIZER,
    WEIGHTS,
    ChatTemplate,
    Manifest,
    describe_files,
    write_manifest,
)

_WEIGHT_LIMIT = 65504.0  # the largest float16: no model has such weights, and scales must stay within it
_SLAB_BYTES = 8 << 20  # float32 rows in memory at a time
_SPARE_BYTES = 64 << 20  # graph, tokenizer and file system overhead beside the weights
_END_TOKENS = ("<|im_end|>", "<|endoftext|>", "</s>")
_VERSION = "1"


def pack_checkpoint(
    source: Path,
    out_folder: Path,
    name: str,
    quantization: str,
    cancel: CancelToken,
    licence: str = "unknown",
    source_note: str = "",
    chat_template: ChatTemplate | None = None,
) -> Iterator[PackProgress]:
    """Build the pack folder `out_folder`; an existing one is replaced when the new one is complete.

    Args:
        source: a GGUF file, or a Hugging Face folder with config.json, weights and tokenizer.
        out_folder: where the finished pack stands.
        name: the pack's name in its manifest.
        quantization: "int8-block32" (symmetric 8 bits per block of 32 inputs), "int4-block32" (4 bits with zero points
            where that costs little, else 8) or "fp32" (the same graph unquantized).
        cancel: asked between slabs.
        licence: SPDX identifier of the weights' licence.
        source_note: what the weights were made from, with its SHA-256; the source's name if empty.
        chat_template: the pack's; None takes ChatML where the checkpoint's own template is that, else Jinpan's.

    Raises:
        EnvironmentFault: PACK_UNSUPPORTED, WEIGHTS_DAMAGED, CHECKPOINT_PICKLED, TOKENIZER_MISMATCH, DISK_FULL.
        RequestRejected: OPTION_INVALID for an unknown quantization.
        Cancelled: the token was set; nothing is left behind.
    """
    if quantization not in QUANTIZATIONS:
        raise RequestRejected(Rejection.OPTION_INVALID, option="quantization", value=quantization)
    checkpoint = open_checkpoint(source)
    tied = _tied_table(checkpoint)
    _check_tensors(checkpoint, tied)
    tokenizer_files = checkpoint.tokenizer_files()
    _check_tokenizer(checkpoint, tokenizer_files[TOKENIZER], name)
    plan = build_plan(checkpoint, quantization, tied)
    needed_bytes = plan.size_bytes + _SPARE_BYTES
    out_folder.parent.mkdir(parents=True, exist_ok=True)
    building = out_folder.with_name(f".{out_folder.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    _check_space(out_folder.parent, needed_bytes)
    try:
        building.mkdir()
        yield from _write_weights(building, checkpoint, plan, name, cancel)
        for file_name, graph in graph_files(plan.model).items():
            (building / file_name).write_bytes(graph.SerializeToString())
        for file_name, data in tokenizer_files.items():
            (building / file_name).write_bytes(data)
        yield PackProgress(name, "finish", 0, plan.size_bytes)
        template = chat_template or choose_template(checkpoint.chat_template, JINPAN)
        note = source_note or source.name
        write_manifest(building, _manifest(checkpoint, building, name, quantization, licence, note, template))
        cancel.raise_if_cancelled()
        publish(building, out_folder)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        shutil.rmtree(building, ignore_errors=True)  # before the free space is reported
        raise _disk_full(out_folder.parent, needed_bytes) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    yield PackProgress(name, "finish", plan.size_bytes, plan.size_bytes)


def open_checkpoint(source: Path) -> Checkpoint:
    """Raises EnvironmentFault: WEIGHTS_DAMAGED when the source is missing or broken, PACK_UNSUPPORTED."""
    if source.is_dir():
        return SafetensorsCheckpoint(source)
    if not source.is_file():
        raise damaged(source)
    return GgufCheckpoint(source)


def _tied_table(checkpoint: Checkpoint) -> str:
    """Name of the tensor that can serve as embedding and lm_head alike, or "".

    Some GGUF files carry a tied table twice, quantized differently; then the lm_head's copy, which is the more
    precise one, serves for both. Recognized by the rows pointing the same way (cosine above 0.98; unrelated rows
    of these widths stay below 0.3).
    """
    shapes = checkpoint.shapes()
    if LM_HEAD not in shapes:
        return EMBEDDING
    if shapes[LM_HEAD] != shapes.get(EMBEDDING) or len(shapes[LM_HEAD]) != 2:
        return ""
    middle = shapes[LM_HEAD][0] // 2
    rows = [checkpoint.rows(name, middle, min(middle + 64, shapes[name][0])) for name in (EMBEDDING, LM_HEAD)]
    norms = np.linalg.norm(rows[0], axis=1) * np.linalg.norm(rows[1], axis=1)
    cosines = (rows[0] * rows[1]).sum(axis=1) / np.maximum(norms, 1e-12)
    return LM_HEAD if float(cosines.min()) > 0.98 else ""


def _check_tensors(checkpoint: Checkpoint, tied: str) -> None:
    """Every tensor the graph needs is there in its size, and none is there that the graph would ignore."""
    a, shapes = checkpoint.architecture, checkpoint.shapes()
    if a.layers > len(shapes):  # a damaged count must not become millions of names
        raise damaged(checkpoint.path)
    expected = _expected_shapes(checkpoint)
    for tensor, shape in expected.items():
        if shapes.get(tensor) != shape and not (tensor == LM_HEAD and tied):
            raise damaged(checkpoint.path / tensor)
    for tensor in shapes.keys() - expected.keys():
        rows = expected.get(f"{tensor.removesuffix('bias')}weight", ())[:1]
        if tensor.endswith((".q_proj.bias", ".k_proj.bias", ".v_proj.bias", ".o_proj.bias")) and rows:
            if shapes[tensor] != rows:
                raise damaged(checkpoint.path / tensor)
        elif not tensor.endswith("rotary_emb.inv_freq"):
            raise unsupported(checkpoint.path, f"{a.kind} with tensor {tensor}")


def _check_tokenizer(checkpoint: Checkpoint, tokenizer_json: bytes, name: str) -> None:
    """Every token is a row of the model's vocabulary, and every special id is a token."""
    size = checkpoint.architecture.vocabulary_size
    try:
        ids = set(Tokenizer.from_buffer(tokenizer_json).get_vocab(with_added_tokens=True).values())
    except Exception as error:  # the library raises bare Exception for whatever is wrong with the file
        raise EnvironmentFault(Fault.WEIGHTS_DAMAGED, file=TOKENIZER) from error
    bos = checkpoint.bos_token_id
    special = [*checkpoint.eos_token_ids, *([] if bos is None else [bos])]
    wrong = [i for i in special if i not in ids] or [i for i in (max(ids, default=-1),) if not 0 <= i < size]
    if wrong:
        raise EnvironmentFault(Fault.TOKENIZER_MISMATCH, pack=name, token_id=wrong[0], vocabulary_size=size)


def _expected_shapes(checkpoint: Checkpoint) -> dict[str, tuple[int, ...]]:
    a = checkpoint.architecture
    query, cache, hidden = a.heads * a.head_size, a.kv_heads * a.head_size, a.hidden_size
    matrices = {
        "q": (query, hidden),
        "k": (cache, hidden),
        "v": (cache, hidden),
        "o": (hidden, query),
        "gate": (a.intermediate_size, hidden),
        "up": (a.intermediate_size, hidden),
        "down": (hidden, a.intermediate_size),
    }
    expected: dict[str, tuple[int, ...]] = {
        EMBEDDING: (a.vocabulary_size, hidden),
        LM_HEAD: (a.vocabulary_size, hidden),
        "model.norm.weight": (hidden,),
    }
    for layer in range(a.layers):
        expected |= {layer_tensor(layer, part, "weight"): shape for part, shape in matrices.items()}
        expected |= {layer_tensor(layer, part): (hidden,) for part in ("attention_norm", "mlp_norm")}
    return expected


def _write_weights(
    folder: Path, checkpoint: Checkpoint, plan: Plan, name: str, cancel: CancelToken
) -> Iterator[PackProgress]:
    with (folder / WEIGHTS).open("wb") as file:
        file.truncate(plan.size_bytes)
        for blob, table in plan.tables:
            file.seek(blob.offset)
            file.write(table.tobytes())
        for matrix in plan.matrices:
            for done in _write_matrix(file, checkpoint, matrix):
                cancel.raise_if_cancelled()
                yield PackProgress(name, "convert", done, plan.size_bytes)


def _write_matrix(file: BinaryIO, checkpoint: Checkpoint, matrix: Matrix) -> Iterator[int]:
    """Write values, scales and zero points slab by slab; yields the offset of the values reached after each slab."""
    blobs = [blob for blob in (matrix.values, matrix.scales, matrix.table_scales, matrix.zero_points) if blob]
    offsets = [blob.offset for blob in blobs]
    shapes = checkpoint.shapes()
    for part in matrix.parts:
        rows, columns = shapes[part]
        step = max(1, _SLAB_BYTES // (4 * columns))
        for start in range(0, rows, step):
            slab = checkpoint.rows(part, start, min(start + step, rows))
            if not (np.abs(slab) < _WEIGHT_LIMIT).all():  # NaN is not below it either
                raise damaged(checkpoint.path / part)
            for i, array in enumerate(_encode(slab, matrix)):
                file.seek(offsets[i])
                offsets[i] += file.write(array.data)
            yield offsets[0]


def _encode(slab: FloatArray, matrix: Matrix) -> list[npt.NDArray[Any]]:
    """What stands in the file for these rows, in the order of the matrix's blobs."""
    if matrix.bits == FLOAT_BITS:
        return [slab]
    values, scales, *zero_points = quantize_rows_4_bits(slab) if matrix.bits == 4 else quantize_rows(slab)
    halfs = [scales.astype(np.float16)] if matrix.scales else []
    return [values, *halfs, *([scales] if matrix.table_scales else []), *zero_points]


def _manifest(
    checkpoint: Checkpoint,
    folder: Path,
    name: str,
    quantization: str,
    licence: str,
    source_note: str,
    template: ChatTemplate,
) -> Manifest:
    a = checkpoint.architecture
    return Manifest(
        name=name,
        version=_VERSION,
        kind=GENERATOR,
        architecture=a.kind,
        quantization=quantization,
        context_length=context_length(a),
        embedding_size=a.hidden_size,
        vocabulary_size=a.vocabulary_size,
        layers=a.layers,
        licence=licence,
        source=source_note,
        kv_heads=a.kv_heads,
        head_size=a.head_size,
        bos_token_id=checkpoint.bos_token_id,
        add_bos=checkpoint.add_bos,
        eos_token_ids=_end_tokens(checkpoint, folder / TOKENIZER),
        chat_template=template,
        files=describe_files(folder),
    )


def _end_tokens(checkpoint: Checkpoint, tokenizer: Path) -> tuple[int, ...]:
    """The checkpoint's own end token first, then the other special tokens that end a turn or a text."""
    added = json.loads(tokenizer.read_text(encoding="utf-8")).get("added_tokens", [])
    ids = {entry["content"]: int(entry["id"]) for entry in added}
    candidates = [*checkpoint.eos_token_ids, *(ids.get(token) for token in _END_TOKENS)]
    return tuple(dict.fromkeys(i for i in candidates if i is not None))


def _check_space(folder: Path, needed_bytes: int) -> None:
    if shutil.disk_usage(folder).free < needed_bytes:
        raise _disk_full(folder, needed_bytes)


def _disk_full(folder: Path, needed_bytes: int) -> EnvironmentFault:
    free_bytes = shutil.disk_usage(folder).free
    return EnvironmentFault(Fault.DISK_FULL, path=str(folder), needed_bytes=needed_bytes, free_bytes=free_bytes)
