"""Which pack suits a machine: predicted waiting times from measured figures, and a recommendation.

Reading a prompt is bound by arithmetic: two operations for each weight and token, so
    seconds = 2 · weights · tokens / (operations a second).
Generating is bound by memory: every token reads all weights and the keys and values of the tokens before it, so
    seconds a token = (weight bytes + key and value bytes) / (bytes a second).
Both are the usual roofline estimates (Pope et al., "Efficiently Scaling Transformer Inference", 2022, section 2). What
a whole graph reaches of the bare rates was measured, see `docs/log.md`; `tests/benchmarks/quality.py` prints
predicted and measured times side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.packing.architecture import Architecture
from engine.packing.precision import FP32, INT4, INT8, precision_of
from engine.runtime.memory import needed_bytes
from engine.runtime.pack import GENERATOR, WEIGHTS, Manifest, PackFile

COLD_TOKENS = 600  # instructions, evidence and question of a first question (docs/log.md, "the prompt")
WARM_TOKENS = 64  # a further question on passages that were read before
PATIENCE_S = 30.0  # to the first word: the passages are on screen meanwhile, nothing else is
READING_TOKENS_PER_S = 3.0  # silent reading of Chinese, 5 characters a second, at 1.6 characters a token
APPLICATION_BYTES = 900 * 1024**2  # window, index and embedder beside the generator
_PREFILL_SHARE = 1.0  # of the rate of bare matrix products that reading a prompt reaches: 1.0 to 1.1 measured
_DECODE_SHARE = 0.85  # of the read bandwidth that generating reaches
_STEP_S = 0.0015  # what a step of one token costs besides reading: launching some hundred operators
_BLOCK = 32
_INT4_RANK = 0.9
_TRUSTED_WEIGHTS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Machine:
    """Measured figures. Operations are multiplications and additions of 8-bit and 4-bit weights' matrix products."""

    cores: int
    available_bytes: int
    read_bytes_per_s: float
    int8_operations_per_s: float
    int4_operations_per_s: float
    native: bool = True  # our kernels read the mapped weights; the standard operators make a private copy


@dataclass(frozen=True, slots=True)
class PackShape:
    """What predicting needs of a pack. Weights are those of matrix products in the layers, lm_head apart."""

    name: str
    int8_weights: int
    int4_weights: int
    read_bytes: int  # weights and lm_head that each generated token reads
    manifest: Manifest  # sizes of files and of the KV cache
    public: bool  # its weights can be downloaded; else the bank brings them

    @property
    def rank(self) -> float:
        """A higher one answers better: a larger model, even of 4 bits, before a smaller one, then 8 bits before 4."""
        return self.int8_weights + self.int4_weights * _INT4_RANK

    @property
    def weak(self) -> bool:
        """Too small to be trusted: the 0.5B answered 3 of 8 bank questions from given passages, the 1.5B all 8."""
        return self.int8_weights + self.int4_weights < _TRUSTED_WEIGHTS


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a pack would do on a machine; `fits` is about memory, `quick` about waiting."""

    pack: str
    installed: bool
    public: bool
    weak: bool
    needed_bytes: int
    fits: bool
    quick: bool
    cold_ttft_s: float
    warm_ttft_s: float
    tokens_per_s: float


@dataclass(frozen=True, slots=True)
class Advice:
    """`best` of the packs whose weights can be had anywhere, `best_private` if one for the bank's own is better.

    Both are empty when no pack fits into memory or answers in reasonable time: then an intranet endpoint is the way.
    """

    machine: Machine
    best: str
    best_private: str
    predictions: tuple[Prediction, ...]  # best answers first


def advise(machine: Machine, packs: Iterable[PackShape], context_tokens: int, installed: Sequence[str] = ()) -> Advice:
    """Recommend the pack with the best answers among those that fit into memory and are quick enough."""
    ranked = sorted(packs, key=lambda pack: -pack.rank)
    predictions = tuple(predict(machine, pack, context_tokens, pack.name in installed) for pack in ranked)
    usable = [prediction for prediction in predictions if prediction.fits and prediction.quick]
    best = next((prediction.pack for prediction in usable if prediction.public), "")
    best_private = usable[0].pack if usable and usable[0].pack != best else ""
    return Advice(machine, best, best_private, predictions)


def predict(machine: Machine, pack: PackShape, context_tokens: int, installed: bool = False) -> Prediction:
    """Waiting times by the formulas above, memory as loading the pack will ask for it."""
    context_tokens = min(context_tokens, pack.manifest.context_length)
    needed = needed_bytes(pack.manifest, context_tokens, mapped=machine.native) + APPLICATION_BYTES
    cold, warm = (_prefill_s(machine, pack, tokens) for tokens in (COLD_TOKENS, WARM_TOKENS))
    tokens_per_s = 1 / _token_s(machine, pack)
    return Prediction(
        pack=pack.name,
        installed=installed,
        public=pack.public,
        weak=pack.weak,
        needed_bytes=needed,
        fits=needed <= machine.available_bytes,
        quick=cold <= PATIENCE_S and tokens_per_s >= READING_TOKENS_PER_S,
        cold_ttft_s=cold,
        warm_ttft_s=warm,
        tokens_per_s=tokens_per_s,
    )


def _prefill_s(machine: Machine, pack: PackShape, tokens: int) -> float:
    int8_s = 2 * pack.int8_weights * tokens / machine.int8_operations_per_s
    int4_s = 2 * pack.int4_weights * tokens / machine.int4_operations_per_s
    return (int8_s + int4_s) / _PREFILL_SHARE + _token_s(machine, pack)


def _token_s(machine: Machine, pack: PackShape) -> float:
    manifest = pack.manifest
    cached = 2 * manifest.layers * manifest.kv_heads * manifest.head_size * 4 * COLD_TOKENS
    return (pack.read_bytes + cached) / (machine.read_bytes_per_s * _DECODE_SHARE) + _STEP_S


# ---- shapes of packs


def pack_shape(name: str, a: Architecture, quantization: str, tied: bool = False, public: bool = False) -> PackShape:
    """Sizes that the packer gives a model of this architecture; `tied`: one table is embedding and lm_head."""
    bits_of = precision_of(quantization, a)
    weights, read_bytes = {4: 0, 8: 0}, 0
    for matrix, count in _layer_matrices(a):
        bits = bits_of(matrix)
        weights[bits] += count
        read_bytes += _stored_bytes(count, bits)
    table = a.vocabulary_size * a.hidden_size
    read_bytes += _stored_bytes(table, bits_of("embedding" if tied else "lm_head"))
    stored = read_bytes + (0 if tied else table * bits_of("embedding") // 8) + table // _BLOCK * 4
    stored += min(a.context_length, 32768) * a.head_size * 4
    manifest = Manifest(
        name=name,
        version="",
        kind=GENERATOR,
        architecture=a.kind,
        quantization=quantization,
        context_length=a.context_length,
        embedding_size=a.hidden_size,
        vocabulary_size=a.vocabulary_size,
        layers=a.layers,
        licence="",
        source="",
        kv_heads=a.kv_heads,
        head_size=a.head_size,
        files={WEIGHTS: PackFile("", stored)},
    )
    return PackShape(name, weights[8], weights[4], read_bytes, manifest, public)


def installed_shape(manifest: Manifest) -> PackShape:
    """The shape of any installed generator, with the number of its weights told from the size of its file."""
    size = manifest.files[WEIGHTS].size_bytes
    table = manifest.vocabulary_size * manifest.embedding_size
    table_bytes = min(_stored_bytes(table, 4 if manifest.quantization == FP32 else 8) + table // _BLOCK * 4, size)
    bits = {INT4: 4, INT8: 8}.get(manifest.quantization, 32)
    weights = int((size - table_bytes) / _stored_bytes(_BLOCK * 2, bits) * _BLOCK * 2)
    int4_weights = weights if bits == 4 else 0
    return PackShape(manifest.name, weights - int4_weights, int4_weights, size, manifest, public=False)


def _layer_matrices(a: Architecture) -> Iterable[tuple[str, int]]:
    """Name in the graph and number of weights of every matrix in the layers."""
    query, cache = a.heads * a.head_size, a.kv_heads * a.head_size
    sizes = {
        "qkv": (query + 2 * cache) * a.hidden_size,
        "o": query * a.hidden_size,
        "gate": a.intermediate_size * a.hidden_size,
        "up": a.intermediate_size * a.hidden_size,
        "down": a.intermediate_size * a.hidden_size,
    }
    return ((f"layer{layer}.{part}", size) for layer in range(a.layers) for part, size in sizes.items())


def _stored_bytes(weights: int, bits: int) -> int:
    """Values, a float16 scale for each block and, for 4 bits, half a byte of zero point."""
    return weights * bits // 8 + weights // _BLOCK * 2 + (weights // _BLOCK // 2 if bits == 4 else 0)


def _llama(layers: int, hidden: int, intermediate: int, heads: int, vocabulary: int) -> Architecture:
    """LLaMA-v1, which was trained on 2,048 tokens (Touvron et al. 2023, arXiv:2302.13971)."""
    head = hidden // heads
    return Architecture(
        "llama", layers, hidden, intermediate, heads, heads, head, vocabulary, 2048, rope_base=1e4, norm_epsilon=1e-6
    )


_QWEN_0_5B = Architecture("qwen2", 24, 896, 4864, 14, 2, 64, 151936, 32768, rope_base=1e6, norm_epsilon=1e-6)
_QWEN_1_5B = Architecture("qwen2", 28, 1536, 8960, 12, 2, 128, 151936, 32768, rope_base=1e6, norm_epsilon=1e-6)
_JINPAN_7B = _llama(32, 4096, 11008, 32, 49953)
_JINPAN_13B = _llama(40, 5120, 13824, 40, 49953)

KNOWN_PACKS = (
    pack_shape("qwen2.5-coder-0.5b-instruct-int4", _QWEN_0_5B, INT4, tied=True, public=True),
    pack_shape("qwen2.5-coder-0.5b-instruct-int8", _QWEN_0_5B, INT8, tied=True, public=True),
    pack_shape("qwen2.5-coder-1.5b-instruct-int4", _QWEN_1_5B, INT4, tied=True, public=True),
    pack_shape("qwen2.5-coder-1.5b-instruct-int8", _QWEN_1_5B, INT8, tied=True, public=True),
    pack_shape("jinpan-7b-int4", _JINPAN_7B, INT4),
    pack_shape("jinpan-7b-int8", _JINPAN_7B, INT8),
    pack_shape("jinpan-13b-int4", _JINPAN_13B, INT4),
    pack_shape("jinpan-13b-int8", _JINPAN_13B, INT8),
)
