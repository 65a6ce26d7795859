"""Our packs against Optimum's FP32 export of the same weights.

The weights are a GGUF's, dequantized to FP32, so FP32 here means "what the quantized file says", not the original
training result. The oracle's side is independent of ours from the file on: transformers reads, dequantizes and
un-permutes the GGUF, Optimum exports it, and its own session runs it.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from engine.cancel import CancelToken
from engine.packing.packer import pack_checkpoint
from engine.packing.precision import FP32, INT8
from engine.runtime.pack import GRAPH, TOKENIZER, WEIGHTS, read_manifest

pytestmark = [pytest.mark.oracle, pytest.mark.slow]

GREEDY_TOKENS = 32
PROMPTS = (
    "什么是存款保险？请用两句话回答。",
    "客户的银行卡丢了，应该怎么办？",
    "请解释等额本息和等额本金的区别。",
    "把下面的话改写得更礼貌：你必须带身份证来。",
    "列出柜员每天开门前要做的三件事。",
    "What does a bank teller do? Answer in one sentence.",
    "List three ways to protect a password.",
    "Explain compound interest to a child.",
    "Write a short notice: the branch is closed on Friday.",
    "Which is larger, 3,150 or 3,051, and why?",
)


@dataclass(frozen=True)
class Case:
    weights: str
    text: str  # the fixed text for top-1 agreement, in the model's own language
    top1_kept: float


Oracle = Callable[[list[int]], NDArray[np.float32]]  # token ids → logits (S, V) of every position

CASES = {
    # a model of 135 million parameters has flatter logits, so rounding the activations to 8 bits swaps more near-ties
    "smollm2": Case("smollm2.gguf", "finance_en.txt", 0.95),
    "qwen05": Case("qwen05.gguf", "finance_zh.txt", 0.97),
}


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return CASES[request.param]


@pytest.fixture(scope="module")
def packs(case: Case, weights_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """The FP32 and the INT8 pack of the case's weights."""
    source = weights_folder / case.weights
    if not source.is_file():
        pytest.skip(f"JINPAN_WEIGHTS has no {case.weights}")
    folder = tmp_path_factory.mktemp("packs")
    for quantization in (FP32, INT8):
        for _ in pack_checkpoint(source, folder / quantization, quantization, quantization, CancelToken()):
            pass
    yield {quantization: folder / quantization for quantization in (FP32, INT8)}
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def prompts(packs: dict[str, Path]) -> list[list[int]]:
    tokenizer = Tokenizer.from_file(str(packs[FP32] / TOKENIZER))
    return [tokenizer.encode(f"<|im_start|>user\n{p}<|im_end|>\n<|im_start|>assistant\n").ids for p in PROMPTS]


@pytest.fixture(scope="module")
def oracle(
    case: Case, weights_folder: Path, packs: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Oracle]:
    """Optimum's session over its own export of the case's weights."""
    pytest.importorskip("torch")
    pytest.importorskip("optimum.onnxruntime")
    folder = tmp_path_factory.mktemp("oracle")
    _write_checkpoint(weights_folder / case.weights, folder / "checkpoint")
    gc.collect()
    _export(folder / "checkpoint", folder / "export")
    gc.collect()
    yield _open_oracle(folder / "export")
    shutil.rmtree(folder)


def _write_checkpoint(gguf_file: Path, folder: Path, shard_size: str = "5GB") -> None:
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(gguf_file.parent, gguf_file=gguf_file.name, dtype=torch.float32)
    if not model.config.tie_word_embeddings:
        # Qwen2.5 0.5B ties its tables; the file carries the one table twice and the lm_head's copy is the finer one
        model.config.tie_word_embeddings = True
        model.model.embed_tokens.weight = model.lm_head.weight
    model.save_pretrained(folder, max_shard_size=shard_size)


def _export(checkpoint: Path, folder: Path) -> None:
    from optimum.exporters.onnx import main_export

    main_export(str(checkpoint), folder, task="text-generation", dtype="fp32", do_validation=False)


def _open_oracle(folder: Path) -> Oracle:
    import torch
    from optimum.onnxruntime import ORTModelForCausalLM

    model: Any = ORTModelForCausalLM.from_pretrained(folder, local_files_only=True, use_cache=False)

    def logits(ids: list[int]) -> NDArray[np.float32]:
        tokens = torch.tensor([ids])
        return model(input_ids=tokens, attention_mask=torch.ones_like(tokens)).logits[0].numpy()

    return logits


def test_fp32_pack_gives_the_oracles_logits_and_greedy_tokens(
    packs: dict[str, Path], prompts: list[list[int]], oracle: Oracle, load: Any, case: Case
) -> None:
    runner = load(packs[FP32])
    differences: list[float] = []
    for prompt, text in zip(prompts, PROMPTS, strict=True):
        tokens = runner.greedy(prompt, GREEDY_TOKENS)
        expected = oracle(prompt + tokens)
        # by induction: where the oracle's top token after each prefix is ours, its greedy answer is ours
        assert expected[len(prompt) - 1 : -1].argmax(axis=1).tolist() == tokens, text
        differences.append(float(np.abs(runner.all_logits(prompt + tokens) - expected).max()))
    print(f"\n{case.weights}: largest logit difference {max(differences):.2e} over {len(prompts)} prompts")
    assert max(differences) < 2e-3  # logits span tens; FP32 sums in another order differ by about 1e-4


def test_int8_pack_keeps_the_top_tokens(packs: dict[str, Path], load: Any, case: Case) -> None:
    tokenizer = Tokenizer.from_file(str(packs[FP32] / TOKENIZER))
    text = (Path(__file__).parent / case.text).read_text(encoding="utf-8")
    ids = tokenizer.encode(text).ids
    assert len(ids) >= 500
    top1: dict[str, NDArray[np.int64]] = {}
    perplexity: dict[str, float] = {}
    for quantization in (FP32, INT8):
        logits = load(packs[quantization]).all_logits(ids).astype(np.float64)
        top1[quantization] = logits.argmax(axis=1)
        perplexity[quantization] = _perplexity(logits, ids)
    kept = float((top1[FP32] == top1[INT8]).mean())
    figures = f"FP32 {perplexity[FP32]:.3f}, INT8 {perplexity[INT8]:.3f}"
    print(f"\n{case.weights}: {kept:.2%} of {len(ids)} top-1 tokens kept; perplexity {figures}")
    assert kept >= case.top1_kept
    assert perplexity[INT8] < perplexity[FP32] * 1.02
    assert (packs[INT8] / WEIGHTS).stat().st_size < 0.3 * (packs[FP32] / WEIGHTS).stat().st_size


def test_the_folder_that_transformers_writes_gives_the_same_pack(
    case: Case, weights_folder: Path, packs: dict[str, Path], tmp_path: Path
) -> None:
    """The same weights by way of a Hugging Face folder: transformers has un-permuted them on its own, in shards."""
    pytest.importorskip("torch")
    _write_checkpoint(weights_folder / case.weights, tmp_path / "folder", shard_size="200MB")
    gc.collect()
    assert len(list((tmp_path / "folder").glob("*.safetensors"))) > 1
    shutil.copy(packs[INT8] / TOKENIZER, tmp_path / "folder")
    for _ in pack_checkpoint(tmp_path / "folder", tmp_path / "pack", "pack", INT8, CancelToken()):
        pass
    theirs, ours = read_manifest(tmp_path / "pack"), read_manifest(packs[INT8])
    assert theirs.files[WEIGHTS] == ours.files[WEIGHTS]  # SHA-256 and size
    assert theirs.files[GRAPH] == ours.files[GRAPH]
    assert theirs.eos_token_ids[:1] == ours.eos_token_ids[:1]


def _perplexity(logits: NDArray[np.float64], ids: list[int]) -> float:
    """exp of the mean negative log-probability of each token given those before it."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_probabilities = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(np.exp(-log_probabilities[np.arange(len(ids) - 1), ids[1:]].mean()))
