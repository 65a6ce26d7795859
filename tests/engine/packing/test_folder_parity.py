"""A real model by two ways, its GGUF file and a Hugging Face folder of the same weights, is the same pack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.cancel import CancelToken
from engine.packing.gguf_reader import GgufCheckpoint
from engine.packing.packer import pack_checkpoint
from engine.packing.precision import INT8
from engine.runtime.pack import TOKENIZER, read_manifest

pytestmark = pytest.mark.slow
SHARDS = 3


@pytest.fixture(scope="module")
def gguf(weights_folder: Path) -> GgufCheckpoint:
    file = weights_folder / "smollm2.gguf"
    if not file.is_file():
        pytest.skip("JINPAN_WEIGHTS has no smollm2.gguf")
    return GgufCheckpoint(file)


@pytest.fixture(scope="module")
def gguf_pack(gguf: GgufCheckpoint, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed(gguf.path, tmp_path_factory.mktemp("gguf") / "pack")


@pytest.fixture(params=[np.float32, np.float16])
def folder_pack(gguf: GgufCheckpoint, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Any, Path]]:
    write_folder(gguf, tmp_path / "folder", request.param)
    yield request.param, packed(tmp_path / "folder", tmp_path / "pack")


def packed(source: Path, out: Path) -> Path:
    for _ in pack_checkpoint(source, out, "smollm2", INT8, CancelToken(), source_note="the same"):
        pass
    return out


def write_folder(gguf: GgufCheckpoint, folder: Path, dtype: Any) -> None:
    """The weights as Hugging Face lays them out: shards with an index, config, tokenizer."""
    a, shapes = gguf.architecture, gguf.shapes()
    folder.mkdir()
    names, weight_map = sorted(shapes), dict[str, str]()
    for i in range(SHARDS):
        file = f"model-{i + 1:05}-of-{SHARDS:05}.safetensors"
        tensors = {name: gguf.rows(name, 0, shapes[name][0]).astype(dtype) for name in names[i::SHARDS]}
        save_file(tensors, folder / file)
        weight_map |= dict.fromkeys(tensors, file)
    config = {
        "model_type": a.kind,
        "hidden_size": a.hidden_size,
        "intermediate_size": a.intermediate_size,
        "num_hidden_layers": a.layers,
        "num_attention_heads": a.heads,
        "num_key_value_heads": a.kv_heads,
        "vocab_size": a.vocabulary_size,
        "max_position_embeddings": a.context_length,
        "rope_theta": a.rope_base,
        "rms_norm_eps": a.norm_epsilon,
        "bos_token_id": gguf.bos_token_id,
        "eos_token_id": list(gguf.eos_token_ids),
        "tie_word_embeddings": "lm_head.weight" not in shapes,
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}), encoding="utf-8")
    (folder / "chat_template.jinja").write_text(gguf.chat_template, encoding="utf-8")
    for name, data in gguf.tokenizer_files().items():
        (folder / name).write_bytes(data)


def test_both_ways_give_the_same_pack(gguf_pack: Path, folder_pack: tuple[Any, Path], load: Any) -> None:
    dtype, folder = folder_pack
    manifest, expected = read_manifest(folder), read_manifest(gguf_pack)
    if dtype is np.float32:
        assert manifest == expected  # with the SHA-256 of every file, so every byte
    runner, reference = load(folder), load(gguf_pack)
    ids = list(range(1000, 1064))
    logits, wanted = runner.all_logits(ids), reference.all_logits(ids)
    if dtype is np.float32:
        np.testing.assert_array_equal(logits, wanted)
    else:  # float16 rounds weights by 2^-11, a fraction of an INT8 step; ends of steps fall on the other side
        assert (logits.argmax(axis=1) == wanted.argmax(axis=1)).mean() >= 0.9
        assert np.abs(logits - wanted).mean() < 0.05 * wanted.std()
    assert (folder / TOKENIZER).read_bytes() == (gguf_pack / TOKENIZER).read_bytes()
