"""Small random checkpoints written to disk, and a bare runner for the packs made from them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.cancel import CancelToken
from engine.runtime.pack import GRAPH, Manifest, read_manifest, verify_pack

pytest.importorskip("onnx", reason="packing needs onnx (extra: packing)")

Array = NDArray[np.float32]
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


class PackRunner:
    """A pack in a plain session with its shared key-value buffer, without the runtime around it."""

    def __init__(self, folder: Path, capacity: int = 1024) -> None:
        import onnxruntime as ort

        self.manifest: Manifest = read_manifest(folder)
        options = ort.SessionOptions()
        options.intra_op_num_threads = 2
        self._session = ort.InferenceSession(folder / GRAPH, options, providers=["CPUExecutionProvider"])
        shape = (1, self.manifest.kv_heads, capacity, self.manifest.head_size)
        names = [f"{i}.{part}" for i in range(self.manifest.layers) for part in ("key", "value")]
        self._cache = {name: ort.OrtValue.ortvalue_from_numpy(np.zeros(shape, np.float32)) for name in names}
        self.past = 0

    def step(self, ids: Sequence[int], positions: Sequence[int]) -> Array:
        """Feed tokens; logits (P, V) of the rows asked for."""
        self.past += len(ids)
        binding = self._session.io_binding()
        binding.bind_cpu_input("input_ids", np.array([ids], np.int64))
        binding.bind_cpu_input("seqlens_k", np.array([self.past - 1], np.int32))
        binding.bind_cpu_input("total_sequence_length", np.array(self.past, np.int32))
        binding.bind_cpu_input("logit_positions", np.array(positions, np.int64))
        binding.bind_output("logits", "cpu")
        for name, buffer in self._cache.items():
            binding.bind_ortvalue_input(f"past_key_values.{name}", buffer)
            binding.bind_ortvalue_output(f"present.{name}", buffer)
        self._session.run_with_iobinding(binding)
        return binding.get_outputs()[0].numpy()[0]

    def all_logits(self, ids: Sequence[int]) -> Array:
        """From an empty cache: logits (S, V) of every position."""
        self.past = 0
        return self.step(ids, range(len(ids)))

    def greedy(self, prompt: Sequence[int], count: int) -> list[int]:
        """From an empty cache: the prompt's last logits decide the first of `count` tokens; no end token stops it."""
        self.past = 0
        token = int(self.step(prompt, [len(prompt) - 1])[0].argmax())
        tokens = [token]
        while len(tokens) < count:
            token = int(self.step([token], [0])[0].argmax())
            tokens.append(token)
        return tokens


@dataclass(frozen=True)
class TinyCheckpoint:
    folder: Path
    config: dict[str, Any]
    tensors: dict[str, Array]


@pytest.fixture
def make_checkpoint(tmp_path: Path) -> Callable[..., TinyCheckpoint]:
    """make_checkpoint(kind, **config): a random checkpoint folder; qwen2 has biases and a tied table."""

    def make(kind: str = "llama", **changes: Any) -> TinyCheckpoint:
        config = {**tiny_config(kind), **changes}
        folder = tmp_path / f"{kind}-checkpoint"
        tensors = random_tensors(config)
        write_checkpoint(folder, config, tensors)
        return TinyCheckpoint(folder, config, tensors)

    return make


@pytest.fixture
def pack(tmp_path: Path) -> Callable[..., Path]:
    """pack(source, quantization): the folder of the finished pack, verified."""
    from engine.packing.packer import pack_checkpoint

    def build(source: Path, quantization: str = "fp32", name: str = "tiny") -> Path:
        folder = tmp_path / "packs" / name
        steps = list(pack_checkpoint(source, folder, name, quantization, CancelToken()))
        assert steps[-1].step == "finish"
        verify_pack(folder)
        return folder

    return build


@pytest.fixture
def load() -> type[PackRunner]:
    return PackRunner


def tiny_config(kind: str) -> dict[str, Any]:
    return {
        "model_type": kind,
        "hidden_size": 64,
        "intermediate_size": 96,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "vocab_size": 320,
        "max_position_embeddings": 512,
        "rope_theta": 10000.0,
        "rms_norm_eps": 1e-6,
        "tie_word_embeddings": kind == "qwen2",
        "hidden_act": "silu",
        "bos_token_id": 1,
        "eos_token_id": 2,
    }


def random_tensors(config: dict[str, Any]) -> dict[str, Array]:
    random = np.random.default_rng(7)
    hidden, inner, vocabulary = config["hidden_size"], config["intermediate_size"], config["vocab_size"]
    head = hidden // config["num_attention_heads"]
    cache = head * config["num_key_value_heads"]
    shapes = {"q": (hidden, hidden), "k": (cache, hidden), "v": (cache, hidden), "o": (hidden, hidden)}
    mlp = {"gate": (inner, hidden), "up": (inner, hidden), "down": (hidden, inner)}

    def normal(*shape: int) -> Array:
        return random.standard_normal(shape, np.float32) / np.sqrt(np.float32(shape[-1]))

    tensors = {"model.embed_tokens.weight": normal(vocabulary, hidden) * 8, "model.norm.weight": 1 + normal(hidden)}
    if not config["tie_word_embeddings"]:
        tensors["lm_head.weight"] = normal(vocabulary, hidden)
    for i in range(config["num_hidden_layers"]):
        prefix = f"model.layers.{i}."
        tensors[prefix + "input_layernorm.weight"] = 1 + normal(hidden)
        tensors[prefix + "post_attention_layernorm.weight"] = 1 + normal(hidden)
        tensors |= {f"{prefix}self_attn.{name}_proj.weight": normal(*shape) for name, shape in shapes.items()}
        tensors |= {f"{prefix}mlp.{name}_proj.weight": normal(*shape) for name, shape in mlp.items()}
        if config["model_type"] == "qwen2":
            tensors |= {f"{prefix}self_attn.{name}_proj.bias": normal(shapes[name][0]) for name in "qkv"}
    return tensors


def write_checkpoint(folder: Path, config: dict[str, Any], tensors: dict[str, Array]) -> None:
    from safetensors.numpy import save_file

    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "tokenizer.json").write_text(byte_tokenizer_json(), encoding="utf-8")
    save_file(tensors, folder / "model.safetensors")


def byte_tokenizer_json() -> str:
    """One token a byte after the special tokens."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate([*SPECIAL, *alphabet])}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    return tokenizer.to_str()
