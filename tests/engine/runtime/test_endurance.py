"""Loading can be given up at any moment, and hundreds of generations leave memory as it was."""

from __future__ import annotations

import gc
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from engine.cancel import CancelToken
from engine.errors import Cancelled, RequestRejected
from engine.events import PromptRead, TextDelta
from engine.runtime.generator import Generator
from engine.runtime.pack import verify_pack
from engine.runtime.sampling import Sampling
from engine.settings import Settings

CANCEL_LIMIT_S = 1.5  # what tests/benchmarks/robustness.py measures is below 0.6 s; a busy test machine is slower
GROWTH_LIMIT_BYTES = 25e6  # of 500 generations: 50 KB each; the smallest leak of tensors would be their keys and values
TEXT = "存款保险实行限额偿付,同一存款人在同一家投保机构所有存款账户的本金和利息合并计算,最高偿付限额为人民币五十万元。"


def cancelled_after(work: Callable[[CancelToken], object], delay_s: float) -> float:
    """Seconds from the cancel to the end of the work; work that ended before it is not held against anything."""
    cancel, cancelled_at = CancelToken(), [0.0]

    def cancel_now() -> None:
        cancelled_at[0] = time.perf_counter()
        cancel.cancel()

    timer = threading.Timer(delay_s, cancel_now)
    timer.start()
    with pytest.raises(Cancelled):
        work(cancel)
        timer.join()
        cancel.raise_if_cancelled()
    ended_at = time.perf_counter()
    timer.join()
    return ended_at - cancelled_at[0]


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.1])
def test_a_check_of_all_bytes_is_given_up(qwen05_pack: Path, delay_s: float) -> None:
    assert cancelled_after(lambda cancel: verify_pack(qwen05_pack, cancel), delay_s) < CANCEL_LIMIT_S


@pytest.mark.slow
def test_a_load_is_given_up_and_leaves_no_memory(qwen05_pack: Path) -> None:
    settings = Settings(home=Path(), threads=2, device="cpu")
    started = time.perf_counter()
    Generator.open(qwen05_pack, settings).close()
    load_s = time.perf_counter() - started
    delays_s = [load_s * share for share in (0.0, 0.02, 0.2, 0.5, 0.8)]

    def give_up() -> list[float]:
        return [cancelled_after(lambda cancel: Generator.open(qwen05_pack, settings, cancel), s) for s in delays_s]

    latencies = give_up()  # the allocator keeps what the first ones freed
    gc.collect()
    before = psutil.Process().memory_info().rss
    latencies += give_up() + give_up()
    gc.collect()
    assert max(latencies) < CANCEL_LIMIT_S, latencies
    assert psutil.Process().memory_info().rss - before < GROWTH_LIMIT_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("leak", [False, True])
def test_hundreds_of_generations_leave_memory_as_it_was(
    smollm2_pack: Path, open_generator: Callable[..., Generator], leak: bool
) -> None:
    """`leak` is the control: were the prefixes kept without a bound, the figure would show it."""
    generator = open_generator(smollm2_pack, prefix_memory_mb=4096 if leak else 8)
    rng = random.Random(7)
    process = psutil.Process()
    warm_bytes = 0
    for number in range(550 if not leak else 250):
        if number == 50:
            gc.collect()
            warm_bytes = process.memory_info().rss
        _generate(generator, rng, number)
    gc.collect()
    growth = process.memory_info().rss - warm_bytes
    assert (growth > GROWTH_LIMIT_BYTES) == leak, f"{growth / 1e6:.1f} MB"


def _generate(generator: Generator, rng: random.Random, number: int) -> None:
    """Most end by themselves, every fifth is cancelled, every seventh is refused."""
    cancel = CancelToken()
    ids = generator.encode(f"{rng.random()} {TEXT}"[: rng.randrange(10, 60)])
    try:
        if number % 7 == 0:
            generator.generate_tokens([5] * (generator.context_tokens + 1), Sampling(), 4, cancel)
        for event in generator.generate_tokens(ids, Sampling(temperature=1.0, seed=number), 4, cancel):
            if number % 5 == 0 and isinstance(event, PromptRead | TextDelta):
                cancel.cancel()
    except (Cancelled, RequestRejected):
        return
