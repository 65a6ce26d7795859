"""Writes a random LLaMA checkpoint folder: python tests/benchmarks/random_checkpoint.py FOLDER --shape 7b

As Hugging Face lays it out: sharded float16 safetensors with an index, config, and a sentencepiece tokenizer of 49,953
pieces, all from one seed. Matrices have the standard deviation of trained ones (0.02). Numbers are cut from a pool of
2^25 + 1 normal ones at random places, since drawing seven thousand million takes minutes; no two rows are equal.
"""

from __future__ import annotations

import argparse
import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from engine.packing.tokenizer_from_sentencepiece import BYTE, CONTROL, NORMAL, UNKNOWN, model_message  # noqa: E402

VOCABULARY_SIZE = 49_953
SHAPES = {  # layers, hidden size, intermediate size, heads (LLaMA, arXiv 2302.13971, table 2)
    "tiny": (2, 256, 704, 4),
    "7b": (32, 4096, 11008, 32),
    "13b": (40, 5120, 13824, 40),
}
DEVIATION = 0.02
SHARD_BYTES = 5_000_000_000
POOL = 2**25 + 1
Shapes = dict[str, tuple[int, ...]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shape", choices=SHAPES, default="7b")
    parser.add_argument("--vocabulary", type=int, default=VOCABULARY_SIZE)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    write_checkpoint(options.folder, options.shape, options.vocabulary, options.seed)


def write_checkpoint(folder: Path, shape: str, vocabulary_size: int = VOCABULARY_SIZE, seed: int = 1) -> None:
    """Memory: the pool and one piece of it, about 400 MB."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config(shape, vocabulary_size), indent=1), encoding="utf-8")
    (folder / "tokenizer.model").write_bytes(tokenizer_model(vocabulary_size))
    options = {"add_bos_token": True, "add_eos_token": False, "model_max_length": 2048, "legacy": True}
    (folder / "tokenizer_config.json").write_text(json.dumps(options), encoding="utf-8")
    random = np.random.default_rng(seed)
    pool = (random.standard_normal(POOL, np.float32) * np.float32(DEVIATION)).astype("<f2")
    shards = list(_shards(_shapes(shape, vocabulary_size)))
    names = [f"model-{i + 1:05}-of-{len(shards):05}.safetensors" for i in range(len(shards))]
    for name, shard in zip(names, shards, strict=True):
        _write_shard(folder / name, shard, pool, random)
    weight_map = {tensor: name for name, shard in zip(names, shards, strict=True) for tensor in shard}
    total = sum(_size(shape) for shard in shards for shape in shard.values())
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")


def config(shape: str, vocabulary_size: int) -> dict[str, object]:
    layers, hidden, intermediate, heads = SHAPES[shape]
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": hidden,
        "intermediate_size": intermediate,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "vocab_size": vocabulary_size,
        "max_position_embeddings": 2048,
        "rms_norm_eps": 1e-6,
        "tie_word_embeddings": False,
        "torch_dtype": "float16",
        "hidden_act": "silu",
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 0,
    }


def tokenizer_model(vocabulary_size: int) -> bytes:
    """A BPE model with byte fallback: ASCII and CJK characters, and pairs of them; every piece can be reached."""
    special = [("<unk>", UNKNOWN), ("<s>", CONTROL), ("</s>", CONTROL)]
    special += [(f"<0x{byte:02X}>", BYTE) for byte in range(256)]
    room = vocabulary_size - len(special)
    characters = ["▁", *(chr(i) for i in range(33, 127)), *"，。、；：？！《》（）“”", *map(chr, range(0x4E00, 0x9FA6))]
    characters = characters[: max(1, room - 95 * 95)]  # in a small vocabulary ASCII and its pairs come first
    pairs = (a + b for b in characters[1:] for a in characters[:95])
    pieces = [pair for pair, _ in zip(pairs, range(room - len(characters)), strict=False)] + characters
    if len(pieces) != room:
        raise SystemExit(f"a vocabulary of {vocabulary_size} is too small or too large")
    message = model_message()
    for rank, (piece, kind) in enumerate([*special, *((piece, NORMAL) for piece in pieces)]):
        message.pieces.add(piece=piece, score=float(min(0, len(special) - rank)), type=kind)
    message.trainer_spec.model_type = 2
    message.trainer_spec.byte_fallback = True
    message.normalizer_spec.name = "identity"
    message.normalizer_spec.remove_extra_whitespaces = False
    return message.SerializeToString()


def _shapes(shape: str, vocabulary_size: int) -> Shapes:
    layers, hidden, intermediate, _ = SHAPES[shape]
    shapes: Shapes = {"model.embed_tokens.weight": (vocabulary_size, hidden)}
    for layer in range(layers):
        prefix = f"model.layers.{layer}."
        shapes |= {f"{prefix}self_attn.{part}_proj.weight": (hidden, hidden) for part in "qkvo"}
        shapes |= {f"{prefix}mlp.{part}_proj.weight": (intermediate, hidden) for part in ("gate", "up")}
        shapes[f"{prefix}mlp.down_proj.weight"] = (hidden, intermediate)
        shapes |= {f"{prefix}{norm}_layernorm.weight": (hidden,) for norm in ("input", "post_attention")}
    return shapes | {"model.norm.weight": (hidden,), "lm_head.weight": (vocabulary_size, hidden)}


def _shards(shapes: Shapes) -> Iterator[Shapes]:
    shard: Shapes = {}
    for name, shape in shapes.items():
        if shard and sum(map(_size, [*shard.values(), shape])) > SHARD_BYTES:
            yield shard
            shard = {}
        shard[name] = shape
    yield shard


def _size(shape: tuple[int, ...]) -> int:
    return 2 * int(np.prod(shape))


def _write_shard(path: Path, shard: Shapes, pool: NDArray[np.float16], random: np.random.Generator) -> None:
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, shape in shard.items():
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [offset, offset + _size(shape)]}
        offset += _size(shape)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for shape in shard.values():
            for piece in _numbers(shape, pool, random):
                file.write(piece.data)


def _numbers(
    shape: tuple[int, ...], pool: NDArray[np.float16], random: np.random.Generator
) -> Iterator[NDArray[np.float16]]:
    """A norm's ones, or a matrix in pieces of the pool; the pool's odd length shifts each piece against the rows."""
    if len(shape) == 1:
        yield np.ones(shape, "<f2")
        return
    left = int(np.prod(shape))
    while left:
        start = int(random.integers(POOL // 2))
        piece = pool[start : start + min(left, POOL - start)]
        left -= len(piece)
        yield piece


if __name__ == "__main__":
    main()
