"""GGUF files written by the `gguf` package, read back tensor by tensor, whole and damaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.errors import EnvironmentFault, Fault
from engine.packing.checkpoint import Checkpoint
from engine.packing.gguf_reader import GgufCheckpoint

IDS = [5, 17, 300, 4, 99, 250, 31, 8, 8, 120, 77, 3]
_NAMES = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}
_PARTS = {
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def ggml_name(name: str) -> str:
    if name in _NAMES:
        return _NAMES[name]
    _, _, layer, *middle, suffix = name.split(".")
    return f"blk.{layer}.{_PARTS['.'.join(middle)]}.{suffix}"


def interleave(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """How ggml's LLaMA files order the rows of q and k: the two rotary halves of a head alternate."""
    per_head = rows.shape[0] // heads
    return rows.reshape(heads, 2, per_head // 2, -1).swapaxes(1, 2).reshape(rows.shape)


def write_gguf(path: Path, config: dict[str, Any], tensors: dict[str, Any], architecture: str = "") -> Path:
    kind = config["model_type"]
    writer = gguf.GGUFWriter(path, architecture or kind)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    alphabet = [*(chr(i) for i in range(33, 127)), "ab", "cd"]
    padding = [f"[PAD{i}]" for i in range(config["vocab_size"] - 3 - len(alphabet))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(["<|endoftext|>", "<|im_start|>", "<|im_end|>", *alphabet, *padding])
    writer.add_token_types([3, 3, 3, *[1] * len(alphabet), *[5] * len(padding)])
    writer.add_token_merges(["a b", "c d"])
    writer.add_eos_token_id(2)
    for name, values in tensors.items():
        heads = {"q": "num_attention_heads", "k": "num_key_value_heads"}.get(name.split(".")[-2][:1], "")
        if kind == "llama" and name.endswith(("q_proj.weight", "k_proj.weight")):
            values = interleave(values, config[heads])
        writer.add_tensor(ggml_name(name), np.ascontiguousarray(values))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def make_gguf(make_checkpoint: Any, tmp_path: Path) -> Callable[..., tuple[Path, Any]]:
    def make(kind: str = "llama", architecture: str = "") -> tuple[Path, Any]:
        checkpoint = make_checkpoint(kind)
        path = write_gguf(tmp_path / "tiny.gguf", checkpoint.config, checkpoint.tensors, architecture)
        return path, checkpoint

    return make


@pytest.mark.parametrize("kind", ["llama", "qwen2"])
def test_gguf_gives_the_same_tensors_as_the_checkpoint_it_was_made_from(make_gguf: Any, kind: str) -> None:
    path, original = make_gguf(kind)
    checkpoint: Checkpoint = GgufCheckpoint(path)
    assert checkpoint.shapes() == {name: values.shape for name, values in original.tensors.items()}
    for name, values in original.tensors.items():
        np.testing.assert_array_equal(checkpoint.rows(name, 0, values.shape[0]), values)
        np.testing.assert_array_equal(checkpoint.rows(name, 5, 21), values[5:21])  # cuts through heads
    assert checkpoint.architecture.norm_epsilon == 1e-6
    assert checkpoint.eos_token_ids == (2,)


@pytest.mark.parametrize("kind", ["llama", "qwen2"])
def test_pack_from_gguf_equals_pack_from_safetensors(make_gguf: Any, pack: Any, load: Any, kind: str) -> None:
    path, original = make_gguf(kind)
    logits = [load(pack(source, "fp32", source.stem)).all_logits(IDS) for source in (path, original.folder)]
    assert np.array_equal(*logits)


def test_quantized_tensors_are_dequantized_by_rows(tmp_path: Path, make_checkpoint: Any) -> None:
    original = make_checkpoint("qwen2")
    values = original.tensors["model.embed_tokens.weight"]
    path = tmp_path / "q8.gguf"
    writer = gguf.GGUFWriter(path, "qwen2")
    for key, value in (("block_count", 2), ("context_length", 512), ("embedding_length", 64)):
        writer.add_uint32(f"qwen2.{key}", value)
    writer.add_feed_forward_length(96)
    writer.add_head_count(4)
    writer.add_layer_norm_rms_eps(1e-6)
    packed = gguf.quantize(values, gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor("token_embd.weight", packed, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    rows = GgufCheckpoint(path).rows("model.embed_tokens.weight", 100, 140)
    expected = gguf.dequantize(packed, gguf.GGMLQuantizationType.Q8_0)[100:140]
    np.testing.assert_array_equal(rows, expected)


def test_an_unknown_architecture_is_named(make_gguf: Any) -> None:
    path, _ = make_gguf("llama", architecture="mamba")
    with pytest.raises(EnvironmentFault) as caught:
        GgufCheckpoint(path)
    assert caught.value.code == Fault.PACK_UNSUPPORTED
    assert caught.value.details["architecture"] == "mamba"


@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.05, 0.3, 0.9, 0.9999])
def test_a_truncated_file_is_damaged_and_named(make_gguf: Any, share: float) -> None:
    path, _ = make_gguf()
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(EnvironmentFault) as caught:
        GgufCheckpoint(path)
    assert caught.value.code == Fault.WEIGHTS_DAMAGED
    assert caught.value.details["file"] == "tiny.gguf"


def test_random_damage_to_the_header_never_ends_in_another_error(make_gguf: Any) -> None:
    path, _ = make_gguf()
    whole = path.read_bytes()
    random = np.random.default_rng(3)
    refused = 0
    for _ in range(200):
        data = bytearray(whole)
        for position in random.integers(0, 12_000, 3):
            data[position] = int(random.integers(0, 256))
        path.write_bytes(data)
        try:
            checkpoint = GgufCheckpoint(path)
            checkpoint.tokenizer_files()
        except EnvironmentFault as error:
            assert error.code in (Fault.WEIGHTS_DAMAGED, Fault.PACK_UNSUPPORTED)
            refused += 1
    assert refused > 20


def test_a_missing_file_is_damaged(tmp_path: Path, pack: Any) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        pack(tmp_path / "nowhere.gguf")
    assert caught.value.code == Fault.WEIGHTS_DAMAGED
