"""Measures one large pack: python tests/benchmarks/large_models.py --shape 7b [--pack FOLDER]

Without a pack, a random checkpoint of the shape is written to --work and packed in a child process whose time and
peak memory are kept; both stay there for the next run. Then the pack is loaded and answers: time and memory of
loading, prefill, decode against the read bandwidth, how soon a cancel ends it. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

import psutil  # noqa: E402  the repository must be on the path before its packages are imported

from engine import native  # noqa: E402
from engine.cancel import CancelToken  # noqa: E402
from engine.errors import Cancelled  # noqa: E402
from engine.events import GenerationFinished  # noqa: E402
from engine.runtime.generator import Generator  # noqa: E402
from engine.runtime.memory import kv_bytes  # noqa: E402
from engine.runtime.pack import WEIGHTS, Manifest, read_manifest  # noqa: E402
from engine.runtime.sampling import Sampling  # noqa: E402
from engine.runtime.session import cpu_features, physical_cores  # noqa: E402
from engine.settings import Settings  # noqa: E402

TEXT = "存款保险实行限额偿付,同一存款人在同一家投保机构所有存款账户的本金和利息合并计算,最高偿付限额为人民币五十万元。"
CONTEXT_TOKENS = {"tiny": 1024, "7b": 1024, "13b": 256}  # a token of the 13B's keys and values takes 1.6 MB
PREFILLS = (128, 512)
DECODE_TOKENS = 5
DECODE_RUNS = 12
CANCELS = 5
LOAD_CANCELS_AFTER_S = (0.1, 0.2, 0.4)
Figures = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", choices=["tiny", "7b", "13b"], default="7b")
    parser.add_argument("--pack", type=Path, help="a finished pack, instead of a random one of the shape")
    parser.add_argument("--work", type=Path, default=Path("large-models"), help="where checkpoint and pack are written")
    parser.add_argument("--threads", type=int, default=0, help="0: one per physical core")
    parser.add_argument("--standard", action="store_true", help="the standard graph, not our kernels")
    parser.add_argument("--prefill", type=int, nargs="+", default=PREFILLS, help="prompt lengths in tokens")
    parser.add_argument("--context", type=int, default=0, help="context in tokens; 0: as fits the shape")
    parser.add_argument("--build", type=Path, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        print(json.dumps(build(*options.build)))
        return
    figures: Figures = {}
    pack = options.pack or made_pack(options.work, options.shape, figures)
    if options.standard:
        native.library_path = lambda: None
    figures |= measure(pack, options.threads, options.prefill, options.context or CONTEXT_TOKENS[options.shape])
    machine = {
        "system": platform.platform(),
        "cores": physical_cores(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "cpu_features": sorted(cpu_features()),
        "load_average": psutil.getloadavg()[0],
    }
    for key, value in figures.items():
        print(f"{key:36} {value:10.3f}")
    rounded = {key: round(value, 4) for key, value in figures.items()}
    kernels = native.instruction_set() if native.library_path() else "standard"
    facts = {"benchmark": "large_models", "pack": pack.name, "kernels": kernels, **rounded, "machine": machine}
    print(json.dumps(facts, ensure_ascii=False))


def made_pack(work: Path, shape: str, figures: Figures) -> Path:
    """The random pack of the shape; building it adds its figures."""
    checkpoint, pack = work / f"checkpoint-{shape}", work / f"llama-{shape}-random-int8"
    if not (pack / "manifest.json").is_file():
        if not (checkpoint / "model.safetensors.index.json").is_file():
            script = REPOSITORY / "tests" / "benchmarks" / "random_checkpoint.py"
            subprocess.run([sys.executable, script, checkpoint, "--shape", shape], check=True)
        command = [sys.executable, __file__, "--build", str(checkpoint), str(pack)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        figures |= json.loads(done.stdout.splitlines()[-1])
    return pack


def build(checkpoint: Path, pack: Path) -> Figures:
    from engine.packing.packer import pack_checkpoint

    started = time.perf_counter()
    for _ in pack_checkpoint(checkpoint, pack, pack.name, "int8-block32", CancelToken(), "", "random weights"):
        pass
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"build_s": time.perf_counter() - started, "build_peak_rss_mb": peak_bytes / 1e6}


def measure(pack: Path, threads: int, prefills: list[int], context_tokens: int) -> Figures:
    manifest = read_manifest(pack)
    weights_bytes = sum(file.size_bytes for file in manifest.files.values())
    figures: Figures = {"pack_mb": weights_bytes / 1e6}
    figures["read_gb_per_s"] = native.read_bandwidth_bytes_per_s(threads or physical_cores()) / 1e9
    settings = Settings(home=Path(), threads=threads, context_tokens=context_tokens, prefix_memory_mb=0)
    before = private_bytes()
    with Peak() as peak:
        started = time.perf_counter()
        generator = Generator.open(pack, settings)
        figures["load_s"] = time.perf_counter() - started
        figures["load_rss_mb"] = psutil.Process().memory_info().rss / 1e6
        figures["load_private_mb"] = (private_bytes() - before) / 1e6
        figures |= speeds(generator, prefills, manifest, pack, threads)
        figures |= cancels(generator)
    allowed = 1.15 * weights_bytes + kv_bytes(manifest, context_tokens)
    figures["peak_rss_mb"] = peak.bytes / 1e6
    figures["peak_rss_by_allowed"] = peak.bytes / allowed
    generator.close()
    del generator
    figures["read_after_gb_per_s"] = native.read_bandwidth_bytes_per_s(threads or physical_cores()) / 1e9
    figures |= load_cancels(pack, settings)
    return figures


def speeds(generator: Generator, prefills: list[int], manifest: Manifest, pack: Path, threads: int) -> Figures:
    """Prefill after a first touch of every weight.

    A token of decode reads all weights once, but for the embedding's other rows, and the keys and values held.
    """
    ids = (generator.encode(TEXT) * 80)[: max(prefills) + 64]
    figures: Figures = {}
    started = time.perf_counter()
    generate(generator, ids[-16:], 1)
    figures["first_touch_s"] = time.perf_counter() - started
    for number, count in enumerate(prefills):
        started = time.perf_counter()
        last = generate(generator, ids[number + 1 : number + 1 + count], 1)
        figures[f"prefill_{count}_tokens_per_s"] = count / (time.perf_counter() - started - last.decode_s)
    prompt = ids[len(prefills) : len(prefills) + prefills[-1]]
    read_bytes = (pack / WEIGHTS).stat().st_size - embedding_bytes(manifest) + kv_bytes(manifest, len(prompt))
    measured: list[float] = []
    shares: list[float] = []
    for _ in range(DECODE_RUNS):  # the bandwidth just before each run, since other programs take their part of it
        bandwidth = native.read_bandwidth_bytes_per_s(threads or physical_cores())
        last = generate(generator, prompt, DECODE_TOKENS)
        measured.append((last.decode_tokens - 1) / last.decode_s)
        shares.append(measured[-1] * read_bytes / bandwidth if bandwidth else float("nan"))
    figures["decode_tokens_per_s"] = statistics.median(measured)
    figures["decode_tokens_per_s_min"], figures["decode_tokens_per_s_max"] = min(measured), max(measured)
    figures["decode_gb_per_s"] = statistics.median(measured) * read_bytes / 1e9
    figures["decode_share_of_bandwidth"] = statistics.median(shares)
    return figures


def embedding_bytes(manifest: Manifest) -> int:
    """INT8 with a float32 scale per 32: the table of which a token needs one row. These shapes are not tied."""
    return manifest.vocabulary_size * manifest.embedding_size * 36 // 32


def generate(generator: Generator, prompt: list[int], max_tokens: int) -> GenerationFinished:
    *_, last = generator.generate_tokens(prompt, Sampling(repetition_penalty=1.05), max_tokens, CancelToken())
    assert isinstance(last, GenerationFinished)
    return last


def cancels(generator: Generator) -> Figures:
    """Seconds from `cancel` on another thread to the end of the generation, during prefill and during decode."""
    ids = (generator.encode(TEXT) * 20)[: min(600, generator.context_tokens * 3 // 4)]
    prefill = [cancelled(lambda token, i=i: run(generator, ids[i:], token), 0.3 + i / 2) for i in range(CANCELS)]
    decode = [cancelled(lambda token, i=i: run(generator, ids[i:][:4], token), 2.5 + 0.13 * i) for i in range(CANCELS)]
    return {
        "cancel_prefill_s_median": statistics.median(prefill),
        "cancel_prefill_s_max": max(prefill),
        "cancel_decode_s_median": statistics.median(decode),
        "cancel_decode_s_max": max(decode),
    }


def run(generator: Generator, prompt: list[int], cancel: CancelToken) -> None:
    for _ in generator.generate_tokens(prompt, Sampling(temperature=1.0, seed=1), 400, cancel):
        pass


def load_cancels(pack: Path, settings: Settings) -> Figures:
    def load(cancel: CancelToken) -> None:
        Generator.open(pack, settings, cancel).close()

    return {"cancel_load_s_max": max(cancelled(load, after_s) for after_s in LOAD_CANCELS_AFTER_S)}


def cancelled(job: Callable[[CancelToken], None], after_s: float) -> float:
    """How long after the cancel the job ended; 0.0 when it was done before."""
    cancel, at = CancelToken(), [0.0]

    def now() -> None:
        at[0] = time.perf_counter()
        cancel.cancel()

    timer = threading.Timer(after_s, now)
    timer.start()
    with contextlib.suppress(Cancelled):
        job(cancel)
    ended = time.perf_counter()
    timer.cancel()
    return ended - at[0] if at[0] else 0.0


def private_bytes() -> int:
    """Memory that is this process's own, without mapped files; Linux counts it as USS."""
    return int(psutil.Process().memory_full_info().uss)


class Peak(threading.Thread):
    """The highest resident memory of this process, mapped weights included, sampled every 20 ms."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.bytes = 0
        self._done = threading.Event()

    def run(self) -> None:
        process = psutil.Process()
        while not self._done.wait(0.02):
            self.bytes = max(self.bytes, process.memory_info().rss)

    def __enter__(self) -> Peak:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()


if __name__ == "__main__":
    main()
