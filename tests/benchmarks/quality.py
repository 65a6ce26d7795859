"""Measures what quantization costs: python tests/benchmarks/quality.py --weights DIR --work DIR [--models NAME …]

From one GGUF file each, four packs are made in the work folder and kept there: FP32 (dequantized, the reference), INT8,
INT4 and plain INT4, that is symmetric rounding to nearest of every matrix, as quantizers do it by default. Each is
loaded in a process of its own and reads a fixed text of finance prose through the product's runtime; reported are the
share of positions with FP32's most likely token, perplexity, size, speed and memory.

The weights are GGUF files of mostly 4 bits themselves, so FP32 here means "what the file says", and quantizing them
once more is measured against that, not against the model as it was trained.

Beside the measured waiting times stand those that `jinpan doctor` predicts. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import numpy as np  # noqa: E402  the repository must be on the path before its packages are imported
from numpy.typing import NDArray  # noqa: E402

from engine.advice import COLD_TOKENS, KNOWN_PACKS, WARM_TOKENS, Machine, predict  # noqa: E402
from engine.cancel import CancelToken  # noqa: E402
from engine.doctor import measure_machine  # noqa: E402
from engine.packing import graph, packer, quantize  # noqa: E402
from engine.packing.checkpoint import FloatArray  # noqa: E402
from engine.packing.precision import FP32, INT4, INT8  # noqa: E402
from engine.runtime.kv_cache import KVCache  # noqa: E402
from engine.runtime.pack import GRAPH, MANIFEST, WEIGHTS, read_manifest  # noqa: E402
from engine.runtime.session import create_session  # noqa: E402
from engine.runtime.tokenizer import Tokenizer  # noqa: E402
from engine.settings import Settings  # noqa: E402

CHINESE = REPOSITORY / "tests/benchmarks/quality_zh.txt"
ENGLISH = REPOSITORY / "tests/engine/packing/finance_en.txt"
MODELS = {
    "smollm2-135m-instruct": ("smollm2.gguf", ENGLISH),
    "qwen2.5-coder-0.5b-instruct": ("qwen05.gguf", CHINESE),
    "qwen2.5-coder-1.5b-instruct": ("qwen15.gguf", CHINESE),
}
PLAIN = "int4-plain"
FORMS = {FP32: FP32, "int8": INT8, "int4": INT4, PLAIN: INT4}
CHUNK = 256
DECODE_TOKENS = 32
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help="folder with the GGUF files")
    parser.add_argument("--work", type=Path, required=True, help="folder for packs and results")
    parser.add_argument("--models", nargs="+", default=list(MODELS), choices=MODELS)
    parser.add_argument("--forms", nargs="+", default=list(FORMS), choices=FORMS)
    parser.add_argument("--tokens", type=int, default=0, help="read only so many tokens of the text")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median speed counts")
    parser.add_argument("--build", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        build(options, *options.build)
    elif options.measure:
        print(json.dumps(measure(options, *options.measure)))
    else:
        report({model: compare(options, model) for model in options.models}, measure_machine(Settings(home=Path())))


def compare(options: argparse.Namespace, model: str) -> dict[str, Figures]:
    """Figures of every form; building and measuring each has a process of its own, so that peak memory is its own."""
    figures: dict[str, Figures] = {}
    for form in options.forms:
        run_child(options, "--build", model, form)
        figures[form] = json.loads(run_child(options, "--measure", model, form).splitlines()[-1])
        print(f"{model} {form}: {figures[form]}", file=sys.stderr)
    exact = np.load(result_file(options, model, FP32))["tokens"] if FP32 in options.forms else None
    for form in figures:
        chosen = np.load(result_file(options, model, form))["tokens"]
        figures[form]["top1_kept"] = float("nan") if exact is None else float((chosen == exact).mean())
    return figures


def run_child(options: argparse.Namespace, task: str, model: str, form: str) -> str:
    command = [sys.executable, __file__, "--weights", str(options.weights), "--work", str(options.work)]
    command += ["--tokens", str(options.tokens), "--rounds", str(options.rounds), task, model, form]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


# ---- packs


def build(options: argparse.Namespace, model: str, form: str) -> None:
    """Make the pack if it is not there. Plain rounding replaces the packer's own in this process."""
    folder = options.work / f"{model}-{form}"
    if (folder / MANIFEST).is_file():
        return
    if form == PLAIN:
        graph.precision_of = lambda *_: lambda _name: 4
        packer.quantize_rows_4_bits = round_to_nearest
    for _ in packer.pack_checkpoint(
        options.weights / MODELS[model][0], folder, folder.name, FORMS[form], CancelToken()
    ):
        pass


def round_to_nearest(rows: FloatArray) -> tuple[Any, FloatArray, Any]:
    """Symmetric: the weight of largest size in a block of 32 becomes -8 steps."""
    blocks = rows.reshape(rows.shape[0], -1, quantize.BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=2)[:, :, None], axis=2)
    scales = np.where(largest == 0, np.float32(1), largest / np.float32(-8))
    nibbles = (np.clip(np.rint(blocks / scales), -8, 7) + 8).astype(np.uint8).reshape(rows.shape)
    zero_points = np.full((len(rows), quantize.zero_point_bytes(rows.shape[1])), 0x88, np.uint8)
    return nibbles[:, ::2] | nibbles[:, 1::2] << np.uint8(4), scales[:, :, 0], zero_points


# ---- measuring


def measure(options: argparse.Namespace, model: str, form: str) -> Figures:
    """Size, speed, memory and perplexity; the most likely token of every position goes to a file."""
    folder = options.work / f"{model}-{form}"
    manifest = read_manifest(folder)
    session = create_session(folder / GRAPH)
    ids = Tokenizer.open(folder, manifest).encode(MODELS[model][1].read_text(encoding="utf-8"), parse_special=False)
    cache = KVCache(session, manifest, 1024)
    speeds = [speed(cache, (ids * 3)[i : i + COLD_TOKENS]) for i in range(1, options.rounds + 2)][1:]  # first: warm up
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    ids = ids[: options.tokens or None]
    tokens, log_likelihood = read_text(KVCache(session, manifest, len(ids), CHUNK), ids)
    np.savez(result_file(options, model, form), tokens=tokens)
    return {
        "size_mb": (folder / WEIGHTS).stat().st_size / 1e6,
        "positions": len(ids),
        "perplexity": float(np.exp(-log_likelihood / (len(ids) - 1))),
        **{name: statistics.median(one[name] for one in speeds) for name in speeds[0]},
        "peak_rss_mb": peak_bytes / 1e6,
    }


def result_file(options: argparse.Namespace, model: str, form: str) -> Path:
    return options.work / f"{model}-{form}.npz"


def speed(cache: KVCache, ids: list[int]) -> Figures:
    """Reading `ids` from nothing, a further question on top, and generating from there."""
    cache.rewind(0)
    cold_s = read_s(cache, ids)
    decode_s = sum(read_s(cache, [token]) for token in ids[:DECODE_TOKENS])
    warm_s = read_s(cache, ids[:WARM_TOKENS])
    return {
        "prefill_tokens_per_s": len(ids) / cold_s,
        "decode_tokens_per_s": DECODE_TOKENS / decode_s,
        "cold_ttft_s": cold_s,
        "warm_ttft_s": warm_s,
    }


def read_s(cache: KVCache, ids: list[int]) -> float:
    began = time.perf_counter()
    for start in range(0, len(ids), CHUNK):
        cache.append(ids[start : start + CHUNK])
    return time.perf_counter() - began


def read_text(cache: KVCache, ids: list[int]) -> tuple[NDArray[np.int64], float]:
    """The most likely token after every position, and the sum of the true tokens' log-probabilities."""
    tokens: list[NDArray[np.int64]] = []
    total = 0.0
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        logits = cache.append(chunk, logits=len(chunk))
        tokens.append(logits.argmax(axis=1))
        following = ids[start + 1 : start + 1 + len(chunk)]
        scores = logits[: len(following)].astype(np.float64)
        scores -= scores.max(axis=1, keepdims=True)
        chosen = scores[np.arange(len(following)), following]
        total += float((chosen - np.log(np.exp(scores).sum(axis=1))).sum())
    return np.concatenate(tokens), total


# ---- reporting


def report(results: dict[str, dict[str, Figures]], machine: Machine) -> None:
    known = {pack.name: pack for pack in KNOWN_PACKS}
    for model, forms in results.items():
        print(f"\n{model}, {forms[next(iter(forms))]['positions']} positions")
        for form, figures in forms.items():
            print(
                f"  {form:10} {figures['size_mb']:7.0f} MB  top-1 {figures['top1_kept']:7.2%}  "
                f"perplexity {figures['perplexity']:7.3f}  prefill {figures['prefill_tokens_per_s']:6.1f}  "
                f"decode {figures['decode_tokens_per_s']:5.1f} tokens/s  {figures['peak_rss_mb']:5.0f} MB"
            )
            if f"{model}-{form}" in known:
                expected = predict(machine, known[f"{model}-{form}"], 4096)
                for name in ("cold_ttft_s", "warm_ttft_s", "tokens_per_s"):
                    figures[f"predicted_{name}"] = getattr(expected, name)
                print(
                    f"{'':13}predicted / measured: cold {expected.cold_ttft_s:.2f} / {figures['cold_ttft_s']:.2f} s, "
                    f"warm {expected.warm_ttft_s:.2f} / {figures['warm_ttft_s']:.2f} s, "
                    f"decode {expected.tokens_per_s:.1f} / {figures['decode_tokens_per_s']:.1f} tokens/s"
                )
    rounded = {
        model: {form: {name: round(value, 4) for name, value in figures.items()} for form, figures in forms.items()}
        for model, forms in results.items()
    }
    machine_figures = {name: round(value) for name, value in asdict(machine).items()}
    print(json.dumps({"benchmark": "quality", "machine": machine_figures, "models": rounded}))


if __name__ == "__main__":
    main()
