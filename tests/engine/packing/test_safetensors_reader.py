"""Checkpoint folders: dtypes, shards, and every way in which a folder can be wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from safetensors.numpy import save_file

from engine.errors import EnvironmentFault, Fault
from engine.packing.safetensors_reader import SafetensorsCheckpoint
from engine.runtime.pack import read_manifest
from engine.runtime.tokenizer import Tokenizer

EMBEDDING = "model.embed_tokens.weight"


def fault(call: Callable[[], object]) -> EnvironmentFault:
    with pytest.raises(EnvironmentFault) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("dtype", [np.float32, np.float16, ml_dtypes.bfloat16])
def test_every_float_type_becomes_float32_by_rows(make_checkpoint: Any, dtype: Any) -> None:
    checkpoint = make_checkpoint()
    stored = {name: values.astype(dtype) for name, values in checkpoint.tensors.items()}
    save_file(stored, checkpoint.folder / "model.safetensors")
    rows = SafetensorsCheckpoint(checkpoint.folder).rows(EMBEDDING, 10, 30)
    assert rows.dtype == np.float32
    np.testing.assert_array_equal(rows, stored[EMBEDDING][10:30].astype(np.float32))


def test_shards_are_found_through_the_index(make_checkpoint: Any, pack: Any, load: Any) -> None:
    checkpoint = make_checkpoint("qwen2")
    whole = load(pack(checkpoint.folder, "fp32", "whole")).all_logits([1, 2, 3])
    (checkpoint.folder / "model.safetensors").unlink()
    names = sorted(checkpoint.tensors)
    weight_map: dict[str, str] = {}
    for i, part in enumerate((names[::2], names[1::2]), 1):
        file = f"model-{i:05}-of-00002.safetensors"
        save_file({name: checkpoint.tensors[name] for name in part}, checkpoint.folder / file)
        weight_map |= dict.fromkeys(part, file)
    index = checkpoint.folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": weight_map}), encoding="utf-8")
    assert np.array_equal(load(pack(checkpoint.folder, "fp32", "shards")).all_logits([1, 2, 3]), whole)


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
@pytest.mark.parametrize("share", [None, 0.0, 0.5, 0.99])
def test_a_missing_or_truncated_file_is_named(make_checkpoint: Any, name: str, share: float | None) -> None:
    file: Path = make_checkpoint().folder / name
    data = file.read_bytes()
    file.unlink()
    if share is not None:
        file.write_bytes(data[: int(len(data) * share)])
    error = fault(lambda: SafetensorsCheckpoint(file.parent))
    assert error.code == Fault.WEIGHTS_DAMAGED
    assert error.details["file"] == name


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"model_type": "gpt_neox"}, "gpt_neox"),
        ({"rope_scaling": {"rope_type": "yarn", "factor": 4.0}}, "yarn"),
        ({"use_sliding_window": True}, "sliding window"),
        ({"hidden_act": "gelu"}, "gelu"),
    ],
)
def test_what_the_graph_cannot_express_is_refused(make_checkpoint: Any, change: dict[str, Any], named: str) -> None:
    folder = make_checkpoint().folder
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, **change}), encoding="utf-8")
    error = fault(lambda: SafetensorsCheckpoint(folder))
    assert error.code == Fault.PACK_UNSUPPORTED
    assert named in str(error.details["architecture"])


@pytest.mark.parametrize("change", [{"num_attention_heads": 0}, {"hidden_size": None}, {"vocab_size": "many"}])
def test_an_impossible_config_is_damaged(make_checkpoint: Any, change: dict[str, Any]) -> None:
    folder = make_checkpoint().folder
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, **change}), encoding="utf-8")
    assert fault(lambda: SafetensorsCheckpoint(folder)).code == Fault.WEIGHTS_DAMAGED


def test_a_folder_without_a_tokenizer_is_unsupported(make_checkpoint: Any, pack: Any) -> None:
    folder = make_checkpoint().folder
    (folder / "tokenizer.json").unlink()
    error = fault(lambda: pack(folder))
    assert error.code == Fault.PACK_UNSUPPORTED
    assert "tokenizer" in str(error.details["architecture"])


def write_index(folder: Path, tensors: dict[str, Any], name: Any = "model-00002-of-00002.safetensors") -> None:
    """Two shards and their index; the index calls the second one `name`."""
    (folder / "model.safetensors").unlink(missing_ok=True)
    names = sorted(tensors)
    weight_map: dict[str, Any] = {}
    for i, part in enumerate((names[::2], names[1::2]), 1):
        file = f"model-{i:05}-of-00002.safetensors"
        save_file({tensor: tensors[tensor] for tensor in part}, folder / file)
        weight_map |= dict.fromkeys(part, file if i == 1 else name)
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": weight_map}), encoding="utf-8")


@pytest.mark.parametrize("name", ["../outside.safetensors", "/etc/passwd", "a\\b.bin", ".hidden", "", 3, None, []])
def test_an_index_names_only_files_beside_it(make_checkpoint: Any, tmp_path: Path, name: Any) -> None:
    checkpoint = make_checkpoint()
    save_file(checkpoint.tensors, tmp_path / "outside.safetensors")
    write_index(checkpoint.folder, checkpoint.tensors, name)
    error = fault(lambda: SafetensorsCheckpoint(checkpoint.folder))
    assert (error.code, error.details["file"]) == (Fault.WEIGHTS_DAMAGED, "model.safetensors.index.json")


@pytest.mark.parametrize("index", [{}, {"weight_map": {}}, {"weight_map": []}, []])
def test_an_index_without_a_map_is_damaged(make_checkpoint: Any, index: Any) -> None:
    folder = make_checkpoint().folder
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    assert fault(lambda: SafetensorsCheckpoint(folder)).details["file"] == "model.safetensors.index.json"


def test_a_shard_that_is_missing_or_cut_is_named(make_checkpoint: Any) -> None:
    checkpoint = make_checkpoint()
    write_index(checkpoint.folder, checkpoint.tensors)
    shard = checkpoint.folder / "model-00002-of-00002.safetensors"
    data = shard.read_bytes()
    for content in (None, b"", data[:-1], data[: len(data) // 2]):
        shard.unlink(missing_ok=True)
        if content is not None:
            shard.write_bytes(content)
        error = fault(lambda: SafetensorsCheckpoint(checkpoint.folder))
        assert (error.code, error.details["file"]) == (Fault.WEIGHTS_DAMAGED, shard.name)


def test_a_tensor_that_its_shard_does_not_hold_is_damage(make_checkpoint: Any) -> None:
    checkpoint = make_checkpoint()
    write_index(checkpoint.folder, checkpoint.tensors)
    shard = checkpoint.folder / "model-00002-of-00002.safetensors"
    save_file({"another": checkpoint.tensors[EMBEDDING]}, shard)
    assert fault(lambda: SafetensorsCheckpoint(checkpoint.folder)).details["file"] == shard.name


def test_a_tensor_of_another_shape_leaves_nothing_behind(make_checkpoint: Any, pack: Any, tmp_path: Path) -> None:
    checkpoint = make_checkpoint()
    checkpoint.tensors["model.layers.0.mlp.up_proj.weight"] = np.ones((32, 64), np.float32)
    write_index(checkpoint.folder, checkpoint.tensors)
    error = fault(lambda: pack(checkpoint.folder))
    assert error.code == Fault.WEIGHTS_DAMAGED
    assert error.details["file"] == "model.layers.0.mlp.up_proj.weight"
    assert not (tmp_path / "packs").exists()


@pytest.mark.parametrize("shape", [(1,), (63,), (64, 1)])
def test_a_bias_of_another_shape_is_damage(make_checkpoint: Any, pack: Any, shape: tuple[int, ...]) -> None:
    checkpoint = make_checkpoint("qwen2")
    checkpoint.tensors["model.layers.1.self_attn.q_proj.bias"] = np.ones(shape, np.float32)
    save_file(checkpoint.tensors, checkpoint.folder / "model.safetensors")
    assert fault(lambda: pack(checkpoint.folder)).details["file"] == "model.layers.1.self_attn.q_proj.bias"


@pytest.mark.parametrize("shape", [(), (320,), (320, 2, 32)])
def test_tables_of_other_dimensions_are_damage(make_checkpoint: Any, pack: Any, shape: tuple[int, ...]) -> None:
    checkpoint = make_checkpoint()
    checkpoint.tensors.update(dict.fromkeys((EMBEDDING, "lm_head.weight"), np.ones(shape, np.float32)))
    save_file(
        {name: values.copy() for name, values in checkpoint.tensors.items()}, checkpoint.folder / "model.safetensors"
    )
    assert fault(lambda: pack(checkpoint.folder)).code == Fault.WEIGHTS_DAMAGED


def set_json(folder: Path, name: str, **values: Any) -> None:
    (folder / name).write_text(json.dumps(values), encoding="utf-8")


def test_special_ids_come_from_where_they_are_most_certain(make_checkpoint: Any) -> None:
    folder = make_checkpoint().folder  # config.json says 1 and 2; 0 is <|endoftext|>, 1 <|im_start|>, 2 <|im_end|>
    read = SafetensorsCheckpoint(folder)
    assert (read.bos_token_id, read.add_bos, read.eos_token_ids) == (1, False, (2,))
    set_json(folder, "tokenizer_config.json", bos_token={"content": "<|endoftext|>"}, eos_token="<|im_start|>")
    read = SafetensorsCheckpoint(folder)
    assert (read.bos_token_id, read.eos_token_ids) == (0, (1,))
    set_json(folder, "generation_config.json", eos_token_id=[2, 0], bos_token_id=5)
    set_json(folder, "tokenizer_config.json", bos_token="", eos_token="<|im_end|>", add_bos_token=True)
    read = SafetensorsCheckpoint(folder)
    assert (read.bos_token_id, read.add_bos, read.eos_token_ids) == (5, True, (2, 0))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("generation_config.json", {"eos_token_id": 320}),
        ("generation_config.json", {"eos_token_id": [2, -1]}),
        ("generation_config.json", {"bos_token_id": 4000}),
    ],
)
def test_a_special_id_without_a_token_is_a_mismatch(
    make_checkpoint: Any, pack: Any, tmp_path: Path, name: str, values: Any
) -> None:
    folder = make_checkpoint().folder
    set_json(folder, name, **values)
    assert fault(lambda: pack(folder)).code == Fault.TOKENIZER_MISMATCH
    assert not (tmp_path / "packs").exists()


def test_a_tokenizer_larger_than_the_vocabulary_is_a_mismatch(make_checkpoint: Any, pack: Any, tmp_path: Path) -> None:
    folder = make_checkpoint(vocab_size=256).folder  # the tokenizer has 259 tokens
    error = fault(lambda: pack(folder))
    assert error.code == Fault.TOKENIZER_MISMATCH
    assert error.details == {"pack": "tiny", "token_id": 258, "vocabulary_size": 256}
    assert not (tmp_path / "packs").exists()


@pytest.mark.parametrize("vocabulary", [259, 321, 333])
@pytest.mark.parametrize("quantization", ["int8-block32", "fp32"])
def test_an_odd_vocabulary_packs_and_runs(
    make_checkpoint: Any, pack: Any, load: Any, vocabulary: int, quantization: str
) -> None:
    runner = load(pack(make_checkpoint(vocab_size=vocabulary, num_key_value_heads=4).folder, quantization))
    logits = runner.all_logits([1, 2, 258, 3])
    assert logits.shape == (4, vocabulary)
    assert np.isfinite(logits).all()
    assert len(np.unique(logits[-1])) > vocabulary // 2


def test_the_first_llama_folders_are_read(make_checkpoint: Any) -> None:
    """They call the context length by another name and give rope no base."""
    folder = make_checkpoint().folder
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    del config["max_position_embeddings"], config["rope_theta"], config["num_key_value_heads"]
    config |= {"max_sequence_length": 2048, "num_attention_heads": 4}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    architecture = SafetensorsCheckpoint(folder).architecture
    assert (architecture.context_length, architecture.rope_base, architecture.kv_heads) == (2048, 10000.0, 4)


def test_a_sentencepiece_folder_becomes_a_pack(make_checkpoint: Any, pack: Any) -> None:
    from engine.packing.tokenizer_from_sentencepiece import BYTE, CONTROL, NORMAL, UNKNOWN, model_message

    folder = make_checkpoint().folder
    (folder / "tokenizer.json").unlink()
    message = model_message()
    pieces = [("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", CONTROL), *((f"<0x{i:02X}>", BYTE) for i in range(256))]
    for piece, kind in [*pieces, *((piece, NORMAL) for piece in ("▁", "存", "款", "保", "险", "存款", "款保", "保险"))]:
        message.pieces.add(piece=piece, score=0.0, type=kind)
    message.trainer_spec.model_type, message.trainer_spec.byte_fallback = 2, True
    (folder / "tokenizer.model").write_bytes(message.SerializeToString())
    set_json(folder, "added_tokens.json", **{"[PAD]": 267})
    manifest = read_manifest(pack(folder, "int8-block32"))
    assert (manifest.bos_token_id, manifest.add_bos, manifest.eos_token_ids) == (1, True, (2,))
    tokenizer = Tokenizer.open(folder.parent / "packs" / "tiny", manifest)
    assert [tokenizer.decode([i]) for i in tokenizer.encode("款保险存款")] == ["", "款保", "险", "存款"]
    assert tokenizer.token_id("[PAD]") == 267
