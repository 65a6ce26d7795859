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
